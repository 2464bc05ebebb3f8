"""Text made safe for one line of a terminal, and exactly as wide as its column."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from axtui.tui.table.column import Align

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_KEPT = "\u200d\u00a0\u3000"  # joins emoji; spaces that are not "printable" but harmless


def escaped(text: str) -> str:
    """The text with everything that could move the cursor or hide itself written out.

    These are control characters, so newlines and ANSI sequences, too, those that turn the
    direction of writing or take no space, and lone surrogates.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in _KEPT or _blank_or_private(char) else _written(char)
        for char in text
    )


def _blank_or_private(char: str) -> bool:
    return "\u2000" <= char <= "\u200a" or "\ue000" <= char <= "\uf8ff"


def _written(char: str) -> str:
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def width_of(text: str) -> int:
    """The cells that a text takes, which has been escaped."""
    return len(text) if text.isascii() else cell_len(text)


def fitted(text: str, width: int, align: Align = "left") -> str:
    """An escaped text in exactly `width` cells: padded, or cut with an ellipsis."""
    if width <= 0:
        return ""
    taken = width_of(text)
    if taken > width:
        if text.isascii():
            return text[: width - 1] + "…"
        text = set_cell_size(text, width - 1) + "…"
        taken = cell_len(text)
        if taken != width:  # letters that join across the cut
            return set_cell_size(text, width)
    space = width - taken
    if not space:
        return text
    if align == "right":
        return " " * space + text
    if align == "center":
        return " " * (space // 2) + text + " " * (space - space // 2)
    return text + " " * space
