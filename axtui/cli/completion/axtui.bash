# Completion of axtui and ax for bash: source it, or put it where bash-completion looks.

_axtui() {
    local kind value help
    COMPREPLY=()
    while IFS=$'\t' read -r kind value help; do
        case $kind in
            plain) COMPREPLY+=("$value") ;;
            open)
                COMPREPLY+=("$value")
                type compopt &>/dev/null && compopt -o nospace
                ;;
            file)
                type compopt &>/dev/null && compopt -o filenames
                while IFS= read -r value; do COMPREPLY+=("$value"); done \
                    < <(compgen -f -- "$2")
                ;;
            dir)
                type compopt &>/dev/null && compopt -o filenames
                while IFS= read -r value; do COMPREPLY+=("$value"); done \
                    < <(compgen -d -- "$2")
                ;;
        esac
    done < <(_AXTUI_COMPLETE=bash "${1/#\~\//$HOME/}" "${COMP_LINE:0:COMP_POINT}" \
        "$COMP_WORDBREAKS" 2>/dev/null)
}

# The order is ours (the newest job first) where bash can keep it: 4.4 and later.
complete -o nosort -F _axtui axtui ax 2>/dev/null || complete -F _axtui axtui ax
