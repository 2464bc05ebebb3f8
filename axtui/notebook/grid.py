"""A grid: how the face shows lists and tables, as text and as HTML for light and dark pages alike."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from axtui import human
from axtui.texttable import Column, cut, table_lines

MOST_ROWS = 20
"""Rows that are shown; below them stands how many there are in all."""
MOST_COLUMNS = 25
_MOST_CELLS = 120
"""Cells of a terminal, or letters, that one value may take."""
_UNBROKEN = 30
"""Letters up to which a value stands on one line: job ids, dates, names."""

FAINT = "opacity:.65"


@dataclass(frozen=True)
class Grid:
    """Rows to show: `rows` are the first ones of `total`; `title` is one line above, `note` one more.

    `kinds` may tell the type of each column, which stands below its name.
    """

    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    total: int
    title: str = ""
    note: str = ""
    kinds: Mapping[str, str] | None = None

    def text(self, width: int | None = None) -> str:
        """As text, cut to `width` cells (by default those of the terminal)."""
        width = width or shutil.get_terminal_size().columns
        shown = [_short(self._columns(), row) for row in self._rows()]
        lines = [self.title] if self.title else []
        if shown:
            lines += table_lines(self._columns(), shown, width)
        return "\n".join([*lines, *self._ends()])

    def html(self) -> str:
        """As HTML: values escaped, colours those of the page."""
        parts = ["<div>"]
        if self.title:
            parts.append(title_html(self.title))
        if self.rows:
            parts.append(f"<table>{self._head()}<tbody>{self._body()}</tbody></table>")
        parts += [f'<div style="{FAINT}">{escape(line)}</div>' for line in self._ends()]
        return "".join([*parts, "</div>"])

    def _columns(self) -> Sequence[Column]:
        return self.columns[:MOST_COLUMNS]

    def _rows(self) -> Sequence[Mapping[str, Any]]:
        return self.rows[:MOST_ROWS]

    def _ends(self) -> list[str]:
        found = []
        shown = len(self._rows())
        if shown < self.total:
            found.append(
                f"… {shown:,} of {self.total:,} rows" if shown else human.plural(self.total, "row")
            )
        if hidden := len(self.columns) - len(self._columns()):
            found.append(f"… and {hidden:,} more columns")
        return [*found, *([self.note] if self.note else [])]

    def _head(self) -> str:
        cells = []
        for column in self._columns():
            kind = (self.kinds or {}).get(column.name)
            below = f'<br><span style="{FAINT};font-weight:normal">{escape(kind or "")}</span>'
            cells.append(f"<th{_side(column)}>{escape(column.name)}{below if kind else ''}</th>")
        return f"<thead><tr>{''.join(cells)}</tr></thead>"

    def _body(self) -> str:
        rows = []
        for row in self._rows():
            cells = (_html_cell(column, row.get(column.name)) for column in self._columns())
            rows.append(f"<tr>{''.join(cells)}</tr>")
        return "".join(rows)


def data_column(name: str, right: bool) -> Column:
    """A column of data, in which an absent value is not the same as an empty text."""
    return Column(name, _data, right)


def data_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of data with its absent values as something to show."""
    return {name: _NONE if value is None else value for name, value in row.items()}


class _None:
    """What stands for None in a table of data."""

    def __str__(self) -> str:
        return "None"


_NONE = _None()


def _data(value: Any) -> str:
    if isinstance(value, bytes):
        return repr(value[:_MOST_CELLS])
    return Column("").show(value)


def _short(columns: Sequence[Column], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose long values are cut before the table is laid out."""
    found = dict(row)
    for column in columns:
        if isinstance(value := found.get(column.name), str | bytes):
            found[column.name] = value[: _MOST_CELLS + 1]
    return found


def _side(column: Column) -> str:
    return f' style="text-align:{"right" if column.right else "left"}"'


def _html_cell(column: Column, value: Any) -> str:
    style = f"text-align:{'right' if column.right else 'left'}"
    if value is _NONE:
        return f'<td style="{style};{FAINT}">None</td>'
    shown = "" if value is None else cut(column.show(value), _MOST_CELLS)
    if len(shown) <= _UNBROKEN:
        style += ";white-space:nowrap"
    return f'<td style="{style}">{escape(shown)}</td>'


def title_html(title: str) -> str:
    """The line above something."""
    return f'<div style="white-space:pre-wrap"><b>{escape(title)}</b></div>'


def pairs_html(title: str, pairs: Sequence[tuple[str, str]], after: str = "") -> str:
    """A title and named facts as HTML; `after` is HTML already."""
    rows = "".join(
        f'<tr><td style="{FAINT};text-align:left">{escape(name)}</td>'
        f'<td style="text-align:left;white-space:pre-wrap">{escape(value)}</td></tr>'
        for name, value in pairs
    )
    return (
        f"<div><div><b>{escape(title)}</b></div><table><tbody>{rows}</tbody></table>{after}</div>"
    )


def pairs_text(title: str, pairs: Sequence[tuple[str, str]]) -> str:
    """A title and named facts as text; further lines of a value stand below its first."""
    wide = max((len(name) for name, _ in pairs), default=0)
    lines = [title]
    for name, value in pairs:
        first, *rest = value.splitlines() or [""]
        lines.append(f"  {name:<{wide}}  {first}".rstrip())
        lines += [f"  {'':<{wide}}  {line}".rstrip() for line in rest]
    return "\n".join(lines)
