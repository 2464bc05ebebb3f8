# Completion of axtui and ax for fish: belongs into ~/.config/fish/completions.

function __axtui_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l option (string match -r '^--[^=]*=' -- $current)
    for line in (env _AXTUI_COMPLETE=fish $words[1] (commandline -cp | string collect) 2>/dev/null)
        set -l parts (string split -m 2 \t -- $line)
        switch $parts[1]
            case file
                for path in (__fish_complete_path (string replace -- "$option" '' $current))
                    echo $option$path
                end
            case dir
                for path in (__fish_complete_directories (string replace -- "$option" '' $current) '')
                    echo $option$path
                end
            case '*'
                string join \t -- $parts[2..-1]
        end
    end
end

complete --command axtui --no-files --keep-order --arguments '(__axtui_complete)'
complete --command ax --no-files --keep-order --arguments '(__axtui_complete)'
