"""Which rows of a source have a text in one of their columns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from threading import Event
from typing import TYPE_CHECKING

from axtui.tui.table.lanes import Lane
from axtui.tui.table.pages import Page
from axtui.tui.table.source import Source

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCK_ROWS = 65_536  # a search that is not wanted any more ends within one of these


class Matches:
    """The rows of a source that have a text, found as far as was needed to answer."""

    def __init__(self, source: Source, lanes: Sequence[Lane], text: str) -> None:
        self.source = source
        self.text = text
        self._lanes = lanes
        self._needle = text.casefold()
        self._size = source.page_rows if source.fetched else _BLOCK_ROWS
        self._found: dict[int, list[int]] = {}

    def next(self, place: int, forward: bool, stop: Event) -> int | None:
        """The nearest place behind `place` (or before it) that matches, going round at the end.

        None where there is none, or when `stop` was set. Reads and searches: call it in a thread.
        """
        for block in self._blocks(place, forward):
            if stop.is_set():
                return None
            found = self._places(block)
            inside = place // self._size == block
            if inside and found:
                at = bisect_right(found, place) if forward else bisect_left(found, place) - 1
                if 0 <= at < len(found):
                    return found[at]
            elif found:
                return found[0 if forward else -1]
        found = self._places(place // self._size) if self.source.rows else []
        return found[0 if forward else -1] if found else None  # all round: in the same block

    def _blocks(self, place: int, forward: bool) -> Iterator[int]:
        count = -(-self.source.rows // self._size)
        step = 1 if forward else -1
        return ((place // self._size + i * step) % count for i in range(count))

    def _places(self, block: int) -> list[int]:
        found = self._found.get(block)
        if found is None:
            start = block * self._size
            table = self.source.read(start, self._size)
            found = self._found[block] = [start + row for row in self._rows(table)]
        return found

    def _rows(self, table: pa.Table) -> list[int]:
        rows: set[int] = set()
        for lane in self._lanes:
            column = table.column(lane.index)
            found = None if lane.column.format else _matching(column, self.text)
            rows.update(self._written(table, lane) if found is None else found)
        return sorted(rows)

    def _written(self, table: pa.Table, lane: Lane) -> list[int]:
        """Rows whose cell, as it is written, has the text; slow, for what Arrow cannot search."""
        values = Page(table).shown(lane.index)
        return [
            row
            for row, value in enumerate(values)
            if value is not None and self._needle in str(lane.cell(value)).casefold()
        ]


def _matching(column: pa.ChunkedArray, text: str) -> list[int] | None:
    """The rows of a column of text that have a text, whatever the case; None for other types."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return None
    mask = pc.fill_null(pc.match_substring(column, text, ignore_case=True), False)
    rows: list[int] = pc.indices_nonzero(mask).to_pylist()
    return rows
