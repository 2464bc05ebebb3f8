"""Orders of rows, and the permutation of an Arrow table that makes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Direction = Literal["ascending", "descending"]
Order = tuple[tuple[str, Direction], ...]
"""Columns of the source to sort by, the first deciding first; empty is the source's own order."""


def cycled(order: Order, column: str, further: bool = False) -> Order:
    """The order after one more press on a column: ascending, descending, not at all.

    The column alone decides, or with `further` in addition to those that decide already.
    """
    was = dict(order).get(column)
    becomes: Direction | None = (
        "ascending" if was is None else "descending" if was == "ascending" else None
    )
    if not further:
        return ((column, becomes),) if becomes else ()
    if becomes is None:
        return tuple(each for each in order if each[0] != column)
    if was is None:
        return (*order, (column, becomes))
    return tuple((name, becomes if name == column else way) for name, way in order)


def permutation(table: pa.Table, order: Order) -> pa.Array:
    """The rows of a table in an order, as indices; equal rows stay as they were, nulls come last."""
    import pyarrow as pa
    import pyarrow.compute as pc

    keys = pa.table({str(i): _sortable(table[name]) for i, (name, _) in enumerate(order)})
    return pc.sort_indices(keys, sort_keys=[(str(i), way) for i, (_, way) in enumerate(order)])


def _sortable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column, or what orders its rows where Arrow cannot sort the type."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        column = pa.chunked_array([each.storage for each in column.chunks], type=kind.storage_type)
        kind = column.type
    if pa.types.is_dictionary(kind):
        return pc.cast(column, kind.value_type)
    try:
        pc.sort_indices(column.slice(0, 1))
    except (pa.ArrowNotImplementedError, pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.chunked_array([pa.array([_text(each) for each in column], type=pa.string())])
    return column


def _text(scalar: Any) -> str | None:
    return str(scalar) if scalar.is_valid else None
