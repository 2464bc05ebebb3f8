"""Output as it was printed: colours are kept, whatever else would move a cursor is not."""

from __future__ import annotations

import re

from textual.content import Content

_CODES = re.compile(r"\x1b\[[0-9;:]*m")
_OTHERS = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles, links
    r"|\x1b\[[0-9;:?<=>]*[ -/]*[@-ln-~]"  # moving, erasing
    r"|\x1b[()][A-Za-z0-9]|\x1b[^\[\]()]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]")


def plain(line: str) -> str:
    """A line of output without colours."""
    return _CODES.sub("", _clean(line)).replace("\x1b", "")


def painted(line: str) -> Content:
    """A line of output in the colours it was printed in."""
    line = _clean(line)
    if "\x1b" not in line:
        return Content(line)
    from rich.text import Text

    return Content.from_rich_text(Text.from_ansi(line))


def _clean(line: str) -> str:
    return _CONTROL.sub("", _OTHERS.sub("", line)).expandtabs(8)
