"""A line of a pane: pieces of text with their tones, and what it is about. Free of any widget."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from axtui.texttable import cell_width, cut
from axtui.tui.places import Place

Piece = tuple[str, str]
"""Text, and its tone: words out of `TONES`, or ''."""
Key = tuple[str, ...]
"""What a line is about: a kind, and names."""

TONES = (
    "muted", "faint", "bold", "primary", "secondary", "success", "warning", "error", "accent",
)  # fmt: skip
"""How a piece may look; two go together, as 'bold error'."""

_NOT_TEXT = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-9;:?<=>]*[@-~]|[\x00-\x1f\x7f-\x9f]"
)


@dataclass(frozen=True)
class Line:
    """One line. With a `key` the cursor can stand on it, and finds it again when lines come and go;
    `place` is what it leads to."""

    pieces: tuple[Piece, ...]
    key: Key = ()
    place: Place | None = None

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(text for text, _ in self.pieces)


def line(pieces: Iterable[Piece], width: int, key: Key = (), place: Place | None = None) -> Line:
    """A line of at most `width` cells; what does not fit ends in an ellipsis."""
    kept: list[Piece] = []
    left = width
    for text, tone in pieces:
        if left <= 0:
            break
        cells = cell_width(text)
        fitting = text if cells <= left else cut(text, left)
        if kept and kept[-1][1] == tone:
            kept[-1] = (kept[-1][0] + fitting, tone)
        elif fitting:
            kept.append((fitting, tone))
        if cells > left:
            break
        left -= cells
    return Line(tuple(kept), key, place)


def padded(text: str, width: int, right: bool = False) -> str:
    """A text in exactly `width` cells, at the left or the right end of them."""
    text = cut(text, width) if width > 0 else ""
    gap = " " * (width - cell_width(text))
    return gap + text if right else text + gap


def plain(text: str) -> str:
    """User's text on one line, without what would move the cursor or colour the screen."""
    return " ".join(_NOT_TEXT.sub(" ", text).split())


def width_of(pieces: Iterable[Piece]) -> int:
    """How many cells pieces take."""
    return sum(cell_width(text) for text, _ in pieces)


def compact(number: int) -> str:
    """A count in at most five cells: '950', '52.3k', '1.2M'."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if number >= size * (1 if unit != "k" else 10):
            value = number / size
            return f"{value:.0f}{unit}" if value >= 99.95 else f"{value:.1f}{unit}"
    return f"{number:,}" if number < 10_000 else str(number)
