"""Rows as an aligned table of text, whatever the width of the letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_GAP = "  "
_LEAST = 8


def _text(value: Any) -> str:
    if isinstance(value, float) and 1e-4 <= abs(value) < 1e15:
        return f"{value:.6f}".rstrip("0").rstrip(".")  # people read no more; JSON and CSV have all
    return str(value)


@dataclass(frozen=True)
class Column:
    """A column of a list: the key of the rows, and how a table shows its values (None is empty).

    Where a table is too wide, columns of text are cut first; those that are `firm`, and numbers
    (`right`), which say little or something else when they are cut, only if that is not enough.
    """

    name: str
    show: Callable[[Any], str] = _text
    right: bool = False
    firm: bool = False


def table_lines(
    columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], width: int | None
) -> list[str]:
    """The lines of a table, the header first; cut to `width` cells where that is given."""
    cells = [[column.name for column in columns]]
    for row in rows:
        cells.append([_cell(column, row.get(column.name)) for column in columns])
    widths = [max(cell_width(line[i]) for line in cells) for i in range(len(columns))]
    if width is not None:
        for firm in (False, True):
            taken = [i for i, each in enumerate(columns) if (each.firm or each.right) == firm]
            widths = _shrunk(widths, taken, width)
    return [
        _GAP.join(
            _fitted(cell, widths[i], columns[i].right) for i, cell in enumerate(line)
        ).rstrip()
        for line in cells
    ]


def cell_width(text: str) -> int:
    """How many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def cut(text: str, width: int) -> str:
    """A text shortened to `width` cells, with an ellipsis where something was cut."""
    if cell_width(text) <= width:
        return text
    kept, used = [], 0
    for char in text:
        used += cell_width(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept) + "…"


def _cell(column: Column, value: Any) -> str:
    shown = "" if value is None else column.show(value)
    return " ".join(shown.split()) if any(char in shown for char in "\n\r\t") else shown


def _fitted(cell: str, width: int, right: bool) -> str:
    cell = cut(cell, width)
    padding = " " * (width - cell_width(cell))
    return padding + cell if right else cell + padding


def narrowest(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> int:
    """The cells that a table takes at the least, when all that can be cut is cut."""
    lines = table_lines(columns, rows, 0)
    return max(cell_width(line) for line in lines)


def _shrunk(widths: list[int], columns: list[int], total: int) -> list[int]:
    """Take cells from the widest of some columns until the table fits, but leave each something."""
    widths = list(widths)
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - total
    while excess > 0 and columns:
        widest = max(columns, key=widths.__getitem__)
        if widths[widest] <= _LEAST:
            break
        widths[widest] -= 1
        excess -= 1
    return widths
