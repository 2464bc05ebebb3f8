"""The room that lines are made for, and the columns of the lanes in it."""

from __future__ import annotations

from dataclasses import dataclass

_WIDE, _WIDER = 88, 104
"""Cells from which on rows are called so, and stages have a column."""


@dataclass(frozen=True)
class Room:
    """What lines are made for: cells and lines there are, the moment (seconds since 1970), whether
    the terminal speaks Unicode, and whose builds need no name: 'user@host'."""

    width: int
    height: int
    now: float
    unicode: bool = True
    ours: str = ""


@dataclass(frozen=True)
class Columns:
    """The cells of each column of a row; 0: there is no room for it."""

    name: int
    stage: int
    bar: int
    rows: int
    rate: int
    time: int = 9
    share: int = 4

    @classmethod
    def of(cls, width: int) -> Columns:
        """The columns for a width: the name and the bar share what the numbers leave."""
        rows = 10 if width >= _WIDE else 6 if width >= 60 else 0
        rate = 7 if width >= 52 else 0
        stage = 9 if width >= _WIDER else 0
        numbers = sum(size + 1 for size in (stage, rows, rate, 9, 4) if size)
        left = max(12, width - numbers - 1)
        drawn = max(4, min(40, left * 36 // 100))
        return cls(max(8, left - drawn), stage, drawn, rows, rate)
