"""Pages of a source, kept while they are near the screen, their values turned to Python once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from axtui.tui.table.formats import BYTES_SHOWN, TEXT_LIMIT, Blob
from axtui.tui.table.source import Source

if TYPE_CHECKING:
    import pyarrow as pa

KEPT_ROWS = 16_384
"""Rows that are kept as pages: enough to turn back some screens without reading again."""


class Page:
    """Some rows, whose values are made when a column is first looked at."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.rows: int = table.num_rows
        self._shown: dict[int, list[Any]] = {}

    def shown(self, column: int) -> list[Any]:
        """The values of a column as cells show them: long texts and bytes only by their start."""
        values = self._shown.get(column)
        if values is None:
            values = self._shown[column] = _shown_values(self.table.column(column))
        return values

    def row(self, number: int) -> dict[str, Any]:
        """A row's whole values by name."""
        one = self.table.slice(number, 1)
        return {
            name: python_values(column)[0]
            for name, column in zip(one.column_names, one.columns, strict=True)
        }

    def value(self, number: int, column: int) -> Any:
        """A whole value."""
        return python_values(self.table.column(column).slice(number, 1))[0]


class Pages:
    """The pages of one source: those that are there, and those that are wanted."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.errors: dict[int, Exception] = {}
        self.fetching: int | None = None
        self._there: OrderedDict[int, Page] = OrderedDict()
        self._wanted: list[int] = []

    def page(self, row: int) -> tuple[Page | None, int]:
        """The page of a row, None where it is not there yet, and the row's number in it."""
        number, inside = divmod(row, self.source.page_rows)
        page = self._there.get(number)
        if page is not None:
            self._there.move_to_end(number)
        elif not self.source.fetched:
            page = self.put(number, self.read(number))
        return page, inside

    def read(self, number: int) -> Page:
        """Read a page. Of a source that is fetched, this waits: call it in a thread."""
        size = self.source.page_rows
        return Page(self.source.read(number * size, size))

    def sample(self, rows: int, near: int) -> list[Page]:
        """Some rows: of a source in memory from its start, middle and end, else what is there."""
        source = self.source
        if source.fetched:
            return [page for page in (self.page(near)[0],) if page]
        if source.rows <= rows:
            return [Page(source.read(0, rows))]
        part = rows // 3
        starts = (0, source.rows // 2, source.rows - part)
        return [Page(source.read(start, part)) for start in starts]

    def put(self, number: int, page: Page) -> Page:
        """Keep a page that was read, and drop the one not looked at for the longest time."""
        self._there[number] = page
        if len(self._there) > max(4, KEPT_ROWS // self.source.page_rows):
            self._there.popitem(last=False)
        return page

    def want(self, rows: Iterable[int]) -> None:
        """Ask for the pages of the rows in view, and of nothing that was asked for before."""
        size = self.source.page_rows
        numbers = dict.fromkeys(row // size for row in rows)
        self._wanted = [n for n in numbers if n not in self._there and n not in self.errors]

    def next_wanted(self) -> int | None:
        """The page to fetch next; None while one is being fetched, or nothing is asked for."""
        if self.fetching is not None or not self._wanted:
            return None
        self.fetching = self._wanted.pop(0)
        return self.fetching


def python_values(column: pa.ChunkedArray) -> list[Any]:
    """The values as Python has them; what it cannot hold (years beyond 9999) as text."""
    import pyarrow as pa

    kind = column.type
    try:
        if pa.types.is_timestamp(kind) and kind.unit == "ns":
            column = column.cast(pa.timestamp("us", kind.tz), safe=False)
        elif pa.types.is_duration(kind) and kind.unit == "ns":
            column = column.cast(pa.duration("us"), safe=False)
        elif pa.types.is_time64(kind) and kind.unit == "ns":
            column = column.cast(pa.time64("us"), safe=False)
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):
        return [_python_value(scalar) for scalar in column]
    return values


def _python_value(scalar: pa.Scalar) -> Any:
    import pyarrow as pa

    try:
        return scalar.as_py()
    except (ValueError, OverflowError, pa.ArrowException):
        pass
    try:
        return str(scalar.cast(pa.string()))
    except (ValueError, OverflowError, pa.ArrowException):
        return f"({scalar.type})"


def _shown_values(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column, its texts and bytes cut to what a cell can show."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return python_values(pc.utf8_slice_codeunits(column, 0, TEXT_LIMIT))
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        starts = pc.binary_slice(column, 0, BYTES_SHOWN).to_pylist()
        sizes = pc.binary_length(column).to_pylist()
        pairs = zip(starts, sizes, strict=True)
        return [None if start is None else Blob(start, size) for start, size in pairs]
    return python_values(column)
