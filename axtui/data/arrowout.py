"""The physical form to *friendly* Arrow: what other tools expect to see.

`number` becomes int64, double or text, whichever holds all values of the dataset without loss;
times that are all UTC get the zone; hidden companions go. The choice depends on the whole dataset,
never on one batch, so every batch of it has one schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.encode import PHYSICAL, as_flat, fields
from axtui.data.types import TYPES
from axtui.data.virtual import column_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from axtui.data.dsmeta import DatasetColumn, Meta


def friendly_type(column: DatasetColumn) -> pa.DataType:
    """The Arrow type a column is given as."""
    kinds = set(column.kinds)
    if column.type == "number":
        if "big" in kinds or {"float", "wide"} <= kinds:
            return pa.string()
        return pa.float64() if "float" in kinds else pa.int64()
    if column.type == "datetime" and kinds == {"utc"}:
        return pa.timestamp("us", "UTC")
    return PHYSICAL[column.type]


def friendly_schema(meta: Meta, columns: Sequence[str]) -> pa.Schema:
    """Schema of the friendly form of these columns."""
    return pa.schema([pa.field(name, friendly_type(column_of(meta, name))) for name in columns])


def physical_schema(meta: Meta, columns: Sequence[str]) -> pa.Schema:
    """Schema of the physical form of these columns."""
    return pa.schema(
        [field for name in columns for field in fields(name, TYPES[column_of(meta, name).type])]
    )


def friendly(
    meta: Meta, columns: Sequence[str], schema: pa.Schema, batch: pa.RecordBatch
) -> pa.RecordBatch:
    """A physical batch in the friendly form."""
    arrays = [
        _array(column_of(meta, name), batch.column(name), field.type)
        for name, field in zip(columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def physical(schema: pa.Schema, batch: pa.RecordBatch) -> pa.RecordBatch:
    """A physical batch with its columns in the order of the schema."""
    return pa.RecordBatch.from_arrays([batch.column(field.name) for field in schema], schema=schema)


def _array(column: DatasetColumn, array: pa.Array, target: pa.DataType) -> pa.Array:
    if column.type != "number":
        return array if array.type == target else array.cast(target)
    ints, floats, bigs = array.flatten()
    if target == pa.int64():
        return ints
    if target == pa.float64():
        return pc.coalesce(floats, ints.cast(pa.float64()))
    return as_flat(pc.coalesce(bigs, ints.cast(pa.string()), _float_texts(floats)))


def _float_texts(floats: pa.Array) -> pa.Array:
    texts: list[Any] = [None if value is None else repr(value) for value in floats.to_pylist()]
    return pa.array(texts, pa.string())
