"""The table of the dashboard: a grid that sorts, searches, copies and opens rows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from threading import Event
from typing import Any

from textual import events
from textual.binding import Binding
from textual.timer import Timer

from axtui.tui.table import messages
from axtui.tui.table.arrange import ArrangedGrid
from axtui.tui.table.column import Column
from axtui.tui.table.fit import escaped, width_of
from axtui.tui.table.formats import full
from axtui.tui.table.lanes import Lane
from axtui.tui.table.matches import Matches
from axtui.tui.table.order import cycled
from axtui.tui.table.paint import CursorKind
from axtui.tui.table.source import Source
from axtui.tui.table.widths import LEAST

_REST_S = 0.08  # a held key repeats every 30 to 40 ms: only where the cursor rests is told
_NOTHING = object()


class Table(ArrangedGrid):
    """Rows of Arrow, as many as there are.

    The cursor covers a row or a cell (`cursor`); it always has a column, too, marked in the
    header, which is the one that is sorted, resized and copied.
    """

    RowOpened = messages.RowOpened
    RowHighlighted = messages.RowHighlighted
    Copied = messages.Copied
    Found = messages.Found
    Sorted = messages.Sorted
    ReadFailed = messages.ReadFailed

    BINDINGS = [
        Binding("enter", "open", "Open", id="table.open"),
        Binding(
            "s", "sort", "Sort", id="table.sort",
            tooltip="Sort by the column: ascending, descending, not at all",
        ),
        Binding(
            "S", "sort(True)", "Sort further", show=False, id="table.sort_further",
            tooltip="Let the column decide between rows that are equal so far",
        ),
        Binding("less_than_sign", "resize(-2)", "Narrower column", show=False, id="table.narrower"),
        Binding("greater_than_sign", "resize(2)", "Wider column", show=False, id="table.wider"),
        Binding("equals_sign", "resize(0)", "Column as wide as its values", show=False, id="table.fit"),
        Binding("v", "view", "Whole value", show=False, id="table.view"),
        Binding("y", "copy_cell", "Copy cell", show=False, id="table.copy_cell"),
        Binding("Y", "copy_row", "Copy row", show=False, id="table.copy_row"),
    ]  # fmt: skip

    def __init__(
        self,
        source: Source | None = None,
        *,
        columns: Sequence[Column] = (),
        key: str | None = None,
        cursor: CursorKind = "row",
        pinned: int = 0,
        empty: str = "no rows",
        zebra: bool = False,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """A table of a source, or of what `show` will give it.

        `columns` are those to show, in their order; without any, all of the source. `key` is the
        source's column that tells rows apart when the source is replaced. The first `pinned`
        lanes stay in view. `empty` is said where there are no rows; it may have several lines.
        """
        super().__init__(columns, key, cursor, pinned, empty, zebra, name, id, classes)
        self._resting: Timer | None = None
        self._told: object = _NOTHING
        self._matches: Matches | None = None
        if source is not None:
            self.show(source)

    @property
    def position(self) -> str:
        """Where the cursor is: '12 of 1,482', or 'no rows'."""
        if not self.row_count:
            return "no rows"
        return f"{self.cursor_row + 1:,} of {self.row_count:,}"

    # telling where the cursor is

    def cursor_moved(self) -> None:
        """Tell the row under the cursor once the cursor rests."""
        if self._resting is not None:
            self._resting.stop()
        if self.is_running:
            self._resting = self.set_timer(_REST_S, self._rested)

    def on_mount(self) -> None:
        self.cursor_moved()

    def arranged(self) -> None:
        self.post_message(messages.Sorted(self))

    def read_failed(self, error: Exception) -> None:
        self.post_message(messages.ReadFailed(self, error))

    def _rested(self) -> None:
        values = self.cursor_values
        if values is None or self.source is None:
            return
        key = values.get(self.key) if self.key else None
        row = key if self.key else (self._given, self.cursor_row, self.order)
        if row != self._told:
            self._told = row
            index = self.source.origin(self.cursor_row)
            self.post_message(messages.RowHighlighted(self, index, key, values))

    # searching

    def find(self, text: str, forward: bool = True) -> None:
        """Move to the next row that has a text in a visible column, whatever the case.

        The search runs in a thread and ends with `Found`; a newer one takes its place.
        """
        if self.source is None or not text:
            return
        matches = self._matches
        if matches is None or matches.source is not self.source or matches.text != text:
            matches = self._matches = Matches(self.source, list(self.lanes), text)
        self.run_worker(
            self._find(matches, forward), group="find", exclusive=True, exit_on_error=False
        )

    async def _find(self, matches: Matches, forward: bool) -> None:
        stop = Event()
        try:
            place = await asyncio.to_thread(matches.next, self.cursor_row, forward, stop)
        except asyncio.CancelledError:
            stop.set()
            raise
        except Exception as error:  # whatever reading rows may raise
            self.read_failed(error)
            return
        if matches.source is self.source:
            if place is not None:
                self.move_cursor(place)
            self.post_message(messages.Found(self, matches.text, place))

    # keys

    def action_sort(self, further: bool = False) -> None:
        if self.lane is not None:
            self.sort_by(cycled(self._wanted_order, self.lane.column.sorted_by, further))

    def action_resize(self, cells: int) -> None:
        """Make the column of the cursor wider or narrower; 0: as wide as its values in view."""
        lane = self.lane
        if lane is None:
            return
        width = lane.width + cells if cells else self._widest_in_view(lane)
        self.widths_by_hand[lane.column.name] = max(LEAST, width)
        self.lay_out()
        self.bring_into_view()

    def _widest_in_view(self, lane: Lane) -> int:
        first = self.first_row
        rows = range(first, min(first + self.rows_in_view, self.row_count))
        pages = [self.pages.page(row) for row in rows] if self.pages else []
        cells = [lane.cell(page.shown(lane.index)[at]) for page, at in pages if page]
        heading = width_of(lane.title) + len(self._marks.get(lane.column.sorted_by, ""))
        return max([heading, *(width_of(str(cell)) for cell in cells)])

    def action_copy_cell(self) -> None:
        if (value := self._cursor_value()) is not _NOTHING:
            self._copy(full(value), "cell")

    def action_copy_row(self) -> None:
        """Copy the row's columns as they are shown, between tabs, as spreadsheets take it."""
        values = self.cursor_values
        if values is not None:
            cells = (full(values.get(lane.column.name)) for lane in self.lanes)
            self._copy("\t".join(escaped(cell) for cell in cells), "row")

    def _copy(self, text: str, what: messages.What) -> None:
        self.app.copy_to_clipboard(text)
        self.post_message(messages.Copied(self, text, what))

    def action_open(self) -> None:
        """Open the row; or, where the cursor covers a cell that cannot show all, its value."""
        if self.cursor_kind == "cell" and self._is_cut():
            self.action_view()
            return
        values = self.cursor_values
        if values is not None and self.source is not None:
            key = values.get(self.key) if self.key else None
            index = self.source.origin(self.cursor_row)
            self.post_message(messages.RowOpened(self, index, key, values))

    def action_view(self) -> None:
        """Show the whole value under the cursor on a page of its own."""
        value = self._cursor_value()
        if value is not _NOTHING and self.lane is not None:
            from axtui.tui.table.cellmodal import CellModal

            self.app.push_screen(CellModal(self.lane.title, value))

    def _cursor_value(self) -> Any:
        """The whole value under the cursor."""
        values = self.cursor_values
        if values is None or self.lane is None:
            return _NOTHING
        return values.get(self.lane.column.name)

    def _is_cut(self) -> bool:
        value, lane = self._cursor_value(), self.lane
        if lane is None or value is _NOTHING or value is None:
            return False
        if isinstance(value, str) and not value.isprintable():
            return True
        return (
            isinstance(value, list | dict | bytes) or width_of(str(lane.cell(value))) > lane.width
        )

    # mouse

    def on_click(self, event: events.Click) -> None:
        """A click takes the row, on a heading it sorts; a second one opens."""
        at = event.get_content_offset(self)
        if at is None or event.button != 1:
            return
        lane = self.lane_at(at.x)
        if at.y == 0:
            if lane is not None:
                self.move_cursor(column=lane)
                self.action_sort(event.shift)
            return
        place = self.first_row + at.y - 1
        if place < self.row_count:
            self.move_cursor(place, lane)
            if event.chain == 2:
                self.action_open()
