"""What a shell is answered when TAB is pressed: one line per candidate, `kind TAB value TAB help`.

`kind` is plain, open (no space follows: more of the word is to come), file or dir (the shell lists
them itself). The scripts beside this module ask with the variable `_AXTUI_COMPLETE` set to the name
of the shell: bash and fish hand over the line up to the cursor, zsh its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

VARIABLE = "_AXTUI_COMPLETE"
SHELLS = ("bash", "zsh", "fish")
OPEN = "open"
"""The type of a CompletionItem whose word goes on."""

_CURSOR = "\0"
_SPECIAL = re.compile(r"([^\w@%+=:,./~^-])", re.ASCII)
_BREAKS_INSIDE = "=:@"
"""What breaks words for bash and may stand in a word of ours as it is; the rest is escaped."""
_WIDEST_VALUE, _WIDEST_HELP = 30, 60


def answer(program: click.Command, shell: str, args: Sequence[str]) -> str:
    """The candidates for what stands before the cursor, as the script of the shell reads them."""
    from click.shell_completion import ShellComplete

    words, line = _words(shell, args)
    *before, incomplete = words
    items = ShellComplete(program, {}, "axtui", VARIABLE).get_completions(before, incomplete)
    whole = _whole(incomplete)
    found = [(item, f"{whole}{item.value}") for item in items]
    if shell == "bash":
        lines = _for_bash(found, incomplete, line, args[1] if len(args) > 1 else "")
    else:
        lines = _for_zsh(found) if shell == "zsh" else _for_fish(found)
    return "\n".join(lines)


def _words(shell: str, args: Sequence[str]) -> tuple[list[str], str]:
    """The words behind the name of the program, the last one unfinished; and the line, if told."""
    if shell == "zsh":
        return list(args) or [""], ""
    from click.shell_completion import split_arg_string

    line = args[0] if args else ""
    words = [word.replace(_CURSOR, "") for word in split_arg_string(line + _CURSOR)][1:]
    return words or [""], line


def _whole(incomplete: str) -> str:
    """What stands before a value in its word: `--format=` of `--format=js`."""
    name, equals, _ = incomplete.partition("=")
    return name + equals if equals and name.startswith("-") else ""


def _for_bash(
    found: Sequence[tuple[CompletionItem[str], str]], incomplete: str, line: str, breaks: str
) -> Iterator[str]:
    """Bash replaces only what stands behind the last character that breaks words for it."""
    quoted = _open_quote(line)
    inside = [char for char in _BREAKS_INSIDE if char in breaks and not quoted]
    cut_at = max((incomplete.rfind(char) for char in inside), default=-1) + 1
    for item, value in found:
        shown = value[cut_at:]
        yield f"{item.type}\t{shown if quoted else _SPECIAL.sub(_escaped, shown)}\t"


def _escaped(found: re.Match[str]) -> str:
    return found[1] if ord(found[1]) > 127 else f"\\{found[1]}"


def _open_quote(line: str) -> bool:
    """Whether the cursor stands inside quotes."""
    quote = ""
    for char in re.sub(r"\\.", "", line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
    return bool(quote)


def _for_zsh(found: Sequence[tuple[CompletionItem[str], str]]) -> Iterator[str]:
    """Zsh shows a text of ours for each value: the value, and in a second column its help."""
    from axtui.cli.tables import cell_width

    widest = max((cell_width(value) for item, value in found if item.help), default=0)
    width = min(widest, _WIDEST_VALUE)
    for item, value in found:
        help_ = _one_line(item.help)
        padded = value + " " * (width - cell_width(value))
        yield f"{item.type}\t{value}\t{f'{padded}  {help_}' if help_ else ''}"


def _for_fish(found: Sequence[tuple[CompletionItem[str], str]]) -> Iterator[str]:
    for item, value in found:
        yield f"{item.type}\t{value}\t{_one_line(item.help)}"


def _one_line(help_: str | None) -> str:
    from axtui.cli.tables import cut

    return cut(" ".join((help_ or "").split()), _WIDEST_HELP)
