"""Where the rows of a table come from: Arrow in memory, or pages that are fetched."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from axtui.tui.table.order import Order, permutation

if TYPE_CHECKING:
    import pyarrow as pa


class Source(Protocol):
    """Rows by their place, in an order.

    Only sources in memory (`fetched` is false) are read on the event loop.
    """

    rows: int
    order: Order
    fetched: bool
    page_rows: int

    @property
    def schema(self) -> pa.Schema | None:
        """Names and types of the columns; None while no page has told."""

    def ordered(self, order: Order) -> Source:
        """The same rows in another order. May take long: called in a thread."""

    def read(self, offset: int, limit: int) -> pa.Table:
        """Rows by their place in the order."""

    def place_of(self, column: str, value: Any) -> int | None:
        """The place of the first row with a value (of Python or Arrow) in a column, if known."""

    def origin(self, place: int) -> int:
        """The number that the row of a place has in the rows as they were given."""


class ArrowSource:
    """An Arrow table in memory; an order is a permutation of its rows."""

    fetched = False
    page_rows = 128

    def __init__(
        self, table: pa.Table, order: Order = (), permutation: pa.Array | None = None
    ) -> None:
        self.table = table
        self.rows: int = table.num_rows
        self.order = order
        self._permutation = permutation

    @property
    def schema(self) -> pa.Schema | None:
        """Names and types of the columns."""
        return self.table.schema

    def ordered(self, order: Order) -> ArrowSource:
        """The same rows in another order; columns that are not there (any more) are left out."""
        known = tuple(each for each in order if each[0] in self.table.column_names)
        if not known:
            return ArrowSource(self.table)
        whole = self.table.combine_chunks()  # rows here and there are taken out of one chunk
        return ArrowSource(whole, known, permutation(whole, known))

    def read(self, offset: int, limit: int) -> pa.Table:
        """Rows by their place in the order."""
        if self._permutation is None:
            return self.table.slice(offset, limit)
        return self.table.take(self._permutation.slice(offset, limit))

    def place_of(self, column: str, value: Any) -> int | None:
        """The place of the first row with a value in a column."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if column not in self.table.column_names:
            return None
        values = self.table[column]
        try:
            if not isinstance(value, pa.Scalar):
                value = pa.scalar(value, values.type)
            found = pc.index(values, value)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            return None  # a key of another type, or one that cannot be compared
        place: int = found.as_py()
        if place < 0 or self._permutation is None:
            return None if place < 0 else place
        found = pc.index(self._permutation, found.cast(self._permutation.type))
        return int(found.as_py())

    def origin(self, place: int) -> int:
        """The number of the row in the table as it was given."""
        return place if self._permutation is None else self._permutation[place].as_py()


Fetch = Callable[[int, int, Order], "pa.Table"]
"""Reads rows (offset, limit, order). Called in a thread, by one thread at a time."""


class PagedSource:
    """Rows that are fetched page by page, in threads, when they come into view."""

    fetched = True
    page_rows = 512

    def __init__(
        self,
        fetch: Fetch,
        rows: int,
        *,
        schema: pa.Schema | None = None,
        order: Order = (),
        page_rows: int = 512,
    ) -> None:
        self.rows = rows
        self.order = order
        self.page_rows = page_rows
        self._fetch = fetch
        self._schema = schema

    @property
    def schema(self) -> pa.Schema | None:
        """Names and types of the columns; None while no page has told."""
        return self._schema

    def ordered(self, order: Order) -> PagedSource:
        """The same rows in another order, which `fetch` has to follow."""
        return PagedSource(
            self._fetch, self.rows, schema=self._schema, order=order, page_rows=self.page_rows
        )

    def read(self, offset: int, limit: int) -> pa.Table:
        """Rows by their place in the order; waits for `fetch`."""
        table = self._fetch(offset, limit, self.order)
        if self._schema is None:
            self._schema = table.schema
        return table

    def place_of(self, column: str, value: Any) -> int | None:
        """Not known without reading all rows."""
        return None

    def origin(self, place: int) -> int:
        """The place itself: only `fetch` knows another."""
        return place
