"""How a column of the table looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from textual.content import Content

Align = Literal["left", "right", "center"]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column: the name it has in the source, and how the table shows it.

    What is not given follows from the Arrow type: numbers to the right with separators, moments
    in local time, and so on (`formats.py`).
    """

    name: str
    title: str | None = None
    """What the header says; the name where it is not given."""
    width: int | None = None
    """Cells; where not given, as much as the values of a sample take, within `min` and `max`."""
    min: int | None = None
    """Where the table is too narrow, the column may shrink to this; without it, it does not."""
    max: int = 40
    """The width that values alone can ask for; a column grows beyond it where there is room."""
    align: Align | None = None
    style: str | Callable[[Any, Row], str] = ""
    """A style in Textual's words ("$success bold"), or what tells it from the value and its row."""
    format: Callable[[Any], str | Content] | None = None
    """The text of a value that is not null. Control characters in it are escaped by the table."""
    null: str = "null"
    """What a missing value shows, dim."""
    sort: str | None = None
    """The column of the source that orders rows where it is not this one."""

    @property
    def heading(self) -> str:
        """What the header says."""
        return self.name if self.title is None else self.title

    @property
    def sorted_by(self) -> str:
        """The column of the source whose values order the rows."""
        return self.sort or self.name
