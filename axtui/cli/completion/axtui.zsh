#compdef axtui ax
# Completion of axtui and ax for zsh: source it, or put it as `_axtui` into a folder of $fpath.

_axtui() {
    local kind value shown with
    local -a plain plain_shown open open_shown
    while IFS=$'\t' read -r kind value shown; do
        case $kind in
            plain) plain+=("$value"); plain_shown+=("${shown:-$value}") ;;
            open) open+=("$value"); open_shown+=("${shown:-$value}") ;;
            file|dir)
                with=${PREFIX%%=*}=
                [[ $PREFIX == --*=* ]] && compset -P "$with"
                if [[ $kind == dir ]]; then _path_files -/; else _path_files; fi
                ;;
        esac
        [[ -n $shown ]] && with=help
    done < <(_AXTUI_COMPLETE=zsh "${(e)words[1]/#\~/$HOME}" \
        "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
    # One line each where there is something to tell; the order is ours (the newest job first).
    local -a list
    [[ $with == help ]] && list=(-l)
    (( $#plain )) && compadd -V axtui $list -d plain_shown -a plain
    (( $#open )) && compadd -V axtui $list -S '' -d open_shown -a open
    return 0
}

if [[ $funcstack[1] == _axtui ]]; then
    _axtui "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef _axtui axtui ax
fi
