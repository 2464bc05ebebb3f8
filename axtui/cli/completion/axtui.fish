# Completion of axtui and ax for fish: belongs into ~/.config/fish/completions.

function __axtui_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (env _AXTUI_COMPLETE=fish $words[1] (commandline -cp | string collect) 2>/dev/null)
        set -l parts (string split -m 2 \t -- $line)
        switch $parts[1]
            case file
                __fish_complete_path $current
            case dir
                __fish_complete_directories $current ''
            case '*'
                string join \t -- $parts[2..-1]
        end
    end
end

complete --command axtui --no-files --keep-order --arguments '(__axtui_complete)'
complete --command ax --no-files --keep-order --arguments '(__axtui_complete)'
