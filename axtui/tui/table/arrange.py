"""Rows replaced by newer ones, and sorted, in threads, while the cursor stays with its row."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from axtui.tui.table.column import Column
from axtui.tui.table.order import Order
from axtui.tui.table.paint import CursorKind
from axtui.tui.table.source import Source
from axtui.tui.table.walk import WalkedGrid

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class _Ask:
    """A source to show: in which order, and whether the cursor stays with its row."""

    source: Source
    order: Order
    keep_cursor: bool


class ArrangedGrid(WalkedGrid):
    """A grid whose source can be replaced and sorted at any time."""

    def __init__(
        self,
        columns: Sequence[Column],
        key: str | None,
        cursor: CursorKind,
        pinned: int,
        empty: str,
        zebra: bool,
        name: str | None,
        id: str | None,
        classes: str | None,
    ) -> None:
        super().__init__(columns, cursor, pinned, empty, zebra, name, id, classes)
        self.key = key
        self._given: Source | None = None
        self._wanted_order: Order = ()
        self._next: _Ask | None = None
        self._arranging = False

    @property
    def wanted_order(self) -> Order:
        """The order that was asked for; rows stand in it (`order`) a moment later."""
        return self._wanted_order

    @property
    def cursor_key(self) -> Any:
        """The key of the row under the cursor; None without one, or while it is not read."""
        held = self._held
        return None if held is None else held.as_py()

    @property
    def cursor_values(self) -> dict[str, Any] | None:
        """The row under the cursor by the names of the source's columns; None while not read."""
        return self.values(self.cursor_row)

    def show(
        self,
        source: Source,
        *,
        columns: Sequence[Column] | None = None,
        keep_cursor: bool = True,
    ) -> None:
        """Show a source, in the order that rows have now, in place of the one before.

        With `keep_cursor` the cursor stays on the row with the same key, or else at its place, and
        the rows stay where they are on the screen as far as they can. Sorting, and looking for the
        key, is done in a thread: until it has ended the rows of before are shown.
        """
        if columns is not None:
            self.columns = tuple(columns)
        self._given = source
        self._ask(_Ask(source, self._wanted_order, keep_cursor))

    def sort_by(self, order: Order) -> None:
        """Show the rows in another order, from the first."""
        self._wanted_order = order
        if self._given is not None:
            self._ask(_Ask(self._given, order, keep_cursor=False))

    def go_to_key(self, key: Any) -> bool:
        """Put the cursor on the row with a key; False where it is not known to be there."""
        place = self.source.place_of(self.key, key) if self.source and self.key else None
        if place is not None:
            self.move_cursor(place)
        return place is not None

    def arranged(self) -> None:
        """Called when the rows stand in another order than before."""

    @property
    def _held(self) -> pa.Scalar | None:
        """The key under the cursor as Arrow has it: looking for it needs no conversion."""
        return self.arrow_value(self.cursor_row, self.key) if self.key else None

    def _ask(self, ask: _Ask) -> None:
        looked_for = ask.keep_cursor and self._held is not None
        if ask.source.fetched or not (ask.order or looked_for):
            self._next = None
            self._show_now(ask.source.ordered(ask.order), ask, None)
            return
        self._next = ask  # what was asked for before it, and has not begun, is dropped
        if not self._arranging:
            self._arranging = True
            self.call_later(
                self.run_worker,
                self._arrange,
                group="order",
                exit_on_error=False,
                name="order of a table",
            )

    async def _arrange(self) -> None:
        try:
            while self._next is not None:
                ask, self._next = self._next, None
                held = self._held if ask.keep_cursor else None
                try:
                    source, place = await asyncio.to_thread(self._arrangement, ask, held)
                except Exception as error:  # whatever a comparison may raise
                    self._wanted_order = self.order
                    self.read_failed(error)
                    continue
                if ask.source is not self._given or ask.order != self._wanted_order:
                    continue  # a newer one waits
                if held is not None and held != self._held:
                    place = self._place_of(source, self._held)  # the cursor has moved meanwhile
                self._show_now(source, ask, place)
        finally:
            self._arranging = False

    def _arrangement(self, ask: _Ask, held: pa.Scalar | None) -> tuple[Source, int | None]:
        source = ask.source.ordered(ask.order)
        return source, self._place_of(source, held)

    def _place_of(self, source: Source, held: pa.Scalar | None) -> int | None:
        return None if held is None or not self.key else source.place_of(self.key, held)

    def _show_now(self, source: Source, ask: _Ask, found: int | None) -> None:
        resorted = source.order != self.order
        above = self.cursor_row - self.first_row
        place = self.cursor_row if found is None else found
        place = max(0, min(place, source.rows - 1)) if ask.keep_cursor else 0
        stays_in_view = self.first_row == 0 and place < self.rows_in_view
        self.cursor_row = place
        self.set_source(source)
        if self.is_running:
            self.scroll_now(0 if stays_in_view else max(0, place - max(0, above)))
        self.cursor_moved()
        if resorted:
            self.arranged()
