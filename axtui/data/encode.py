"""Python values to Arrow arrays in the physical form, whole lists at a time.

The values have passed the fixer of their type, so nothing is checked here again. A flagged type
(datetime, time) gives a second array: bit 0 UTC, bit 1 fold.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from axtui.data.types import FLAGS, INT64, ColumnType

UTC_FLAG, FOLD_FLAG = 1, 2

NUMBER = pa.struct([("int", pa.int64()), ("float", pa.float64()), ("big", pa.string())])
PHYSICAL: dict[str, pa.DataType] = {
    "number": NUMBER,
    "float64": pa.float64(),
    "float32": pa.float32(),
    "int64": pa.int64(),
    "int32": pa.int32(),
    "complex64": pa.struct([("re", pa.float64()), ("im", pa.float64())]),
    "complex32": pa.struct([("re", pa.float32()), ("im", pa.float32())]),
    "bool": pa.bool_(),
    "datetime": pa.timestamp("us"),
    "time": pa.time64("us"),
    "date": pa.date32(),
    "bytes": pa.binary(),
    "ascii": pa.string(),
    "unicode": pa.string(),
    "json": pa.string(),
    "pickle": pa.binary(),
}
"""The Arrow type that holds each column type in Parquet."""


def fields(name: str, kind: ColumnType) -> list[pa.Field]:
    """The physical Arrow fields of a column: itself, and its companion if its type has one."""
    found = [pa.field(name, PHYSICAL[kind.name])]
    if kind.flagged:
        found.append(pa.field(name + FLAGS, pa.uint8()))
    return found


def encode(kind: ColumnType, values: Sequence[Any]) -> list[pa.Array]:
    """The arrays of `fields`, for the fixed values of one column."""
    if isinstance(values, array):
        return [pa.array(np.array(values))]
    if kind.name == "number":
        return [_numbers(values)]
    if kind.name in ("complex64", "complex32"):
        return [_complexes(PHYSICAL[kind.name], values)]
    if kind.flagged:
        return _clocked(PHYSICAL[kind.name], values)
    return [pa.array(values, PHYSICAL[kind.name])]


def as_flat(found: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One array of a possibly chunked one."""
    if isinstance(found, pa.ChunkedArray):
        return found.chunk(0) if found.num_chunks == 1 else found.combine_chunks()
    return found


def validity(mask: np.ndarray[Any, Any] | None) -> pa.Array | None:
    """The mask of a struct array (True: null), or None where nothing is null."""
    return None if mask is None or not mask.any() else pa.array(mask)


def number_array(
    ints: pa.Array | None = None, floats: pa.Array | None = None, bigs: pa.Array | None = None
) -> pa.Array:
    """A `number` array of its parts; a row that none of them has is null."""
    given = [part for part in (ints, floats, bigs) if part is not None]
    size = len(given[0])
    parts = [
        part if part is not None else pa.nulls(size, field.type)
        for part, field in zip((ints, floats, bigs), NUMBER, strict=True)
    ]
    missing = None
    if any(part.null_count for part in given):
        missing = np.logical_and.reduce(
            [part.is_null().to_numpy(zero_copy_only=False) for part in parts]
        )
    return pa.StructArray.from_arrays(parts, fields=list(NUMBER), mask=validity(missing))


def _numbers(values: Sequence[Any]) -> pa.Array:
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= {float}:
        return number_array(floats=pa.array(values, pa.float64()))
    if kinds <= {int}:
        try:
            return number_array(ints=pa.array(values, pa.int64()))
        except OverflowError:
            pass
    low, high = INT64
    whole = [v if type(v) is int and low <= v <= high else None for v in values]
    return number_array(
        pa.array(whole, pa.int64()),
        pa.array([v if type(v) is float else None for v in values], pa.float64()),
        pa.array(
            [
                str(v) if type(v) is int and w is None else None
                for v, w in zip(values, whole, strict=True)
            ],
            pa.string(),
        ),
    )


def _complexes(target: pa.StructType, values: Sequence[Any]) -> pa.Array:
    missing = np.fromiter((v is None for v in values), bool, len(values))
    numbers = np.array([0j if v is None else v for v in values], np.complex128)
    part = target[0].type
    arrays = [
        pa.array(side.astype(part.to_pandas_dtype()), mask=missing)
        for side in (numbers.real, numbers.imag)
    ]
    return pa.StructArray.from_arrays(arrays, fields=list(target), mask=validity(missing))


def _flags(value: dt.datetime | dt.time) -> int:
    return (UTC_FLAG if value.tzinfo is not None else 0) | (FOLD_FLAG if value.fold else 0)


def _clocked(target: pa.DataType, values: Sequence[Any]) -> list[pa.Array]:
    flags = np.fromiter((0 if v is None else _flags(v) for v in values), np.uint8, len(values))
    if flags.any():
        values = [v if v is None or v.tzinfo is None else v.replace(tzinfo=None) for v in values]
    return [pa.array(values, target), pa.array(flags)]
