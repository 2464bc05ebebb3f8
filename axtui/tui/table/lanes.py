"""Lanes: the columns of a source as they stand on the screen, with format, width and place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.content import Content

from axtui.tui.table.column import Align, Column
from axtui.tui.table.fit import escaped, width_of
from axtui.tui.table.formats import Format, brief, format_of
from axtui.tui.table.pages import Page
from axtui.tui.table.widths import LEAST, Wish, shared

if TYPE_CHECKING:
    import pyarrow as pa

EDGE = 1
"""Cells at the left of all lanes, where the mark of the cursor's row stands."""
GAP = 2
"""Cells between lanes."""
SORT_MARK = 2
"""Cells that the mark of a sorted lane takes in its heading; one more with its position."""
_SAMPLE_CELLS = 4000  # about 5 ms of formatting
_SAMPLE_ROWS = 200


@dataclass
class Lane:
    """One column on the screen."""

    column: Column
    index: int
    """Its number in the source."""
    format: Format
    title: str
    natural: int = 0
    """The cells that the widest value of the sample takes."""
    width: int = 0
    x: int = 0
    """The cells before it, not scrolled."""

    @property
    def align(self) -> Align:
        """The side on which values stand."""
        return self.column.align or ("right" if self.format.right else "left")

    @property
    def end(self) -> int:
        """The cell after its last."""
        return self.x + self.width

    def cell(self, value: Any) -> str | Content:
        """A value's text, escaped; one that its format cannot write is shown as it is."""
        if value is None:
            return self.column.null
        if self.column.format is not None:
            try:
                made = self.column.format(value)
            except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
                return escaped(brief(value))  # the column has another type than was expected
            if isinstance(made, Content) and not made.plain.isprintable():
                made = made.plain
            return made if isinstance(made, Content) else escaped(made)
        try:
            return escaped(self.format.text(value))
        except (TypeError, ValueError, ArithmeticError):
            return escaped(brief(value))


class RowView(Mapping[str, Any]):
    """A row of a page by the names of its columns, read as a style asks for them."""

    def __init__(self, page: Page, number: int, names: Mapping[str, int]) -> None:
        self._page = page
        self._number = number
        self._names = names

    def __getitem__(self, name: str) -> Any:
        return self._page.shown(self._names[name])[self._number]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def lanes_of(
    columns: Sequence[Column],
    schema: pa.Schema,
    sample: Sequence[Page],
    known: Mapping[str, int],
) -> list[Lane]:
    """The lanes of a source: the columns that were asked for and are there, or all it has.

    Formats and widths come from some rows; a lane is at least as wide as `known` says.
    """
    names: list[str] = schema.names
    wanted = [(c, names.index(c.name)) for c in columns if c.name in names]
    if not columns:
        wanted = [(Column(name), i) for i, name in enumerate(names)]
    lanes = []
    for column, index in wanted:
        values = [value for page in sample for value in page.shown(index)]
        made = format_of(schema.field(index).type, values)
        lane = Lane(column, index, made, escaped(column.heading), known.get(column.name, LEAST))
        lane.natural = max(lane.natural, _widest(lane, values))
        lanes.append(lane)
    return lanes


def sample_rows(columns: int) -> int:
    """How many rows to measure: about 5 ms of formatting, however many columns there are."""
    return max(10, min(_SAMPLE_ROWS, _SAMPLE_CELLS // max(1, columns)))


def grown(lanes: Sequence[Lane], page: Page, first: int) -> bool:
    """Let lanes ask for what the values of a page take, from a row on; whether any asks for more."""
    more = False
    until = first + sample_rows(len(lanes))
    for lane in lanes:
        widest = _widest(lane, page.shown(lane.index)[first:until])
        if widest > lane.natural:
            lane.natural, more = widest, True
    return more


def _widest(lane: Lane, values: Sequence[Any]) -> int:
    widest = LEAST
    for value in values:
        cell = lane.cell(value)
        widest = max(widest, cell.cell_length if isinstance(cell, Content) else width_of(cell))
    return widest


def lay_out(
    lanes: Sequence[Lane], room: int, by_hand: Mapping[str, int], marks: Mapping[str, str]
) -> int:
    """Set the width and place of each lane within `room` cells; returns the cells they all take.

    `by_hand` has widths that were set by keys, `marks` what the headings of sorted lanes add.
    """
    wishes = [_wish(lane, by_hand, len(marks.get(lane.column.sorted_by, ""))) for lane in lanes]
    x = EDGE
    for lane, width in zip(
        lanes, shared(wishes, room - EDGE - GAP * max(0, len(lanes) - 1)), strict=True
    ):
        lane.x, lane.width = x, width
        x += width + GAP
    return max(x - GAP, 0) if lanes else 0


def _wish(lane: Lane, by_hand: Mapping[str, int], mark: int) -> Wish:
    column = lane.column
    fixed = by_hand.get(column.name, column.width)
    if fixed is not None:
        return Wish(fixed, fixed, fixed, firm=True)
    heading = width_of(lane.title) + mark
    natural = max(lane.natural, heading, column.min or 0)
    most = max(column.max, min(heading, column.max + mark))
    least = min(natural, most) if column.min is None else max(LEAST, min(column.min, most))
    return Wish(natural, least, most)
