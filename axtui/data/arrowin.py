"""Arrow data as users have it, to the physical form that is stored."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.encode import NUMBER, PHYSICAL, UTC_FLAG, as_flat, encode, number_array
from axtui.data.rowgroup import is_text
from axtui.data.types import FLAGS, ColumnType
from axtui.errors import DatasetUsageError

if TYPE_CHECKING:
    from axtui.data.sinks import Layout

_PIECE_ROWS = 65_536


def physical(layout: Layout, data: pa.RecordBatch | pa.Table) -> list[pa.RecordBatch]:
    """A batch or table as physical batches of bounded size.

    Each column must have a type from which its column type follows without loss: any integer, float
    or decimal for `number`; timestamps of any unit, naive or UTC, for `datetime`; text or dictionary
    of text; and so on. Raises DatasetUsageError for other columns, types or values, and for nulls in
    a column without none_support.
    """
    ready = _ready(layout, data)
    if ready is not None:
        return ready
    table = pa.Table.from_batches([data]) if isinstance(data, pa.RecordBatch) else data
    names = [name for name in table.schema.names if not name.endswith(FLAGS)]
    if sorted(names) != sorted(layout.names):
        missing = sorted(set(layout.names) - set(names))
        extra = sorted(set(names) - set(layout.names))
        raise DatasetUsageError(
            f"a batch for {layout.ref} must have exactly its columns (missing: {missing}, unknown: {extra})"
        )
    return [
        _batch(layout, table.slice(start, _PIECE_ROWS))
        for start in range(0, table.num_rows, _PIECE_ROWS)
    ]


def _ready(layout: Layout, data: pa.RecordBatch | pa.Table) -> list[pa.RecordBatch] | None:
    """The same rows, where they have the physical form; None where that has to be seen column by column,
    which for a hundred columns takes longer than writing a few hundred rows."""
    if layout.names != layout.stored:
        return None
    names = layout.schema.names
    if data.schema.names != names:
        if sorted(data.schema.names) != sorted(names):
            return None
        data = data.select(names)
    if not data.schema.equals(layout.schema):
        return None
    if isinstance(data, pa.RecordBatch):
        starts = range(0, data.num_rows, _PIECE_ROWS)
        batches = [data.slice(start, _PIECE_ROWS) for start in starts]
    else:
        batches = [batch for batch in data.to_batches(max_chunksize=_PIECE_ROWS) if batch.num_rows]
    return batches if all(_is_ready(layout, batch) for batch in batches) else None


def _is_ready(layout: Layout, batch: pa.RecordBatch) -> bool:
    columns = batch.columns
    if any(columns[place].null_count for place in layout.form.without_null):
        return False
    texts = [columns[place] for place in layout.form.ascii]
    return all(pc.all(pc.string_is_ascii(text), min_count=0).as_py() for text in texts)


def _batch(layout: Layout, table: pa.Table) -> pa.RecordBatch:
    arrays = []
    for declared, kind in zip(layout.declaration.columns, layout.kinds, strict=True):
        name = declared.name
        array = as_flat(table.column(table.schema.get_field_index(name)))
        where = f"column {name!r} of type {kind.name} in {layout.ref}"
        if array.null_count and not declared.none_support and not kind.snapshot:
            row = pc.index(array.is_null(), True).as_py()
            raise DatasetUsageError(
                f"{where}: null in row {row}; declare it with none_support to allow it"
            )
        try:
            found = _column(kind, array)
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            raise DatasetUsageError(f"{where}: cannot store Arrow {array.type}: {error}") from None
        companion = table.schema.get_field_index(name + FLAGS)
        if kind.flagged and companion >= 0:
            found[1] = as_flat(table.column(companion)).cast(pa.uint8()).fill_null(0)
        arrays += found
    return pa.RecordBatch.from_arrays(arrays, names=layout.schema.names)


def _column(kind: ColumnType, array: pa.Array) -> list[pa.Array]:
    target = PHYSICAL[kind.name]
    if pa.types.is_dictionary(array.type):
        if _stays_coded(kind, array, target):
            return [array]
        array = array.dictionary_decode()
    if pa.types.is_null(array.type):
        return encode(kind, [None] * len(array))
    if kind.name == "number":
        return [_number(array)]
    if kind.flagged:
        return _clocked(kind, array, target)
    if array.type == target:
        return [_ascii(array) if kind.name == "ascii" else array]
    if kind.name in ("complex64", "complex32"):
        return [_complex(array, target)]
    _refuse_kind(kind, array.type)
    found = array.cast(target, safe=kind.name != "float32")
    return [_ascii(found) if kind.name == "ascii" else found]


def _stays_coded(kind: ColumnType, array: pa.DictionaryArray, target: pa.DataType) -> bool:
    """Whether texts by dictionary can be stored as they come, for what is in the dictionary."""
    values = array.dictionary
    if not is_text(target) or values.type != target or values.null_count:
        return False
    return kind.name != "ascii" or bool(pc.all(pc.string_is_ascii(values), min_count=0).as_py())


_FROM: dict[str, tuple[str, ...]] = {
    "float64": ("floating", "integer", "decimal", "boolean"),
    "float32": ("floating", "integer", "decimal", "boolean"),
    "int64": ("integer", "boolean", "decimal"),
    "int32": ("integer", "boolean", "decimal"),
    "bool": ("boolean",),
    "date": ("date", "timestamp"),
    "bytes": ("binary", "large_binary", "fixed_size_binary", "binary_view"),
    "ascii": ("string", "large_string", "string_view", "binary", "large_binary"),
    "unicode": ("string", "large_string", "string_view"),
    "json": ("string", "large_string", "string_view"),
    "pickle": ("binary", "large_binary", "binary_view"),
}


def _refuse_kind(kind: ColumnType, found: pa.DataType) -> None:
    if not any(getattr(pa.types, f"is_{family}")(found) for family in _FROM[kind.name]):
        raise TypeError(f"expected {' or '.join(_FROM[kind.name])}")


def _ascii(array: pa.Array) -> pa.Array:
    if not pc.all(pc.string_is_ascii(array)).as_py() and len(array) > array.null_count:
        row = pc.index(pc.string_is_ascii(array), False).as_py()
        raise ValueError(f"{array[row].as_py()!r} in row {row} is not ASCII")
    return array


def _number(array: pa.Array) -> pa.Array:
    kind = array.type
    if kind == NUMBER:
        return array
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        if kind != pa.uint64():
            return number_array(ints=array.cast(pa.int64()))
        return encode_numbers(array.to_pylist())
    if pa.types.is_floating(kind):
        return number_array(floats=array.cast(pa.float64()))
    if pa.types.is_decimal(kind):
        with contextlib.suppress(pa.ArrowInvalid):  # DuckDB's sums: decimals that are whole
            return number_array(ints=array.cast(pa.int64()))
        values = array.to_pylist()
        whole = [
            None if v is None else int(v) if v == v.to_integral_value() else float(v)
            for v in values
        ]
        return encode_numbers(whole)
    raise TypeError("expected integers, floats or decimals")


def encode_numbers(values: list[Any]) -> pa.Array:
    """A physical `number` array of Python numbers."""
    from axtui.data.types import TYPES

    return encode(TYPES["number"], values)[0]


def _complex(array: pa.Array, target: pa.StructType) -> pa.Array:
    if pa.types.is_struct(array.type) and array.type.num_fields == 2:
        return array.cast(target)
    if not (pa.types.is_floating(array.type) or pa.types.is_integer(array.type)):
        raise TypeError("expected struct<re, im> or real numbers")
    part = target[0].type
    real = array.cast(part)
    zeros = pa.array(np.zeros(len(array)), part)
    return pa.StructArray.from_arrays([real, zeros], fields=list(target), mask=array.is_null())


def _clocked(kind: ColumnType, array: pa.Array, target: pa.DataType) -> list[pa.Array]:
    flags = np.zeros(len(array), np.uint8)
    if kind.name == "datetime":
        if pa.types.is_date(array.type) or not pa.types.is_timestamp(array.type):
            raise TypeError("expected timestamps")
        zone = array.type.tz
        if zone is not None:
            if zone not in ("UTC", "Etc/UTC", "+00:00"):
                raise TypeError(
                    f"time zone {zone} is not supported: only UTC or none (convert it first)"
                )
            flags[:] = UTC_FLAG
            array = array.cast(pa.timestamp(array.type.unit))
    elif not pa.types.is_time(array.type):
        raise TypeError("expected times")
    return [array.cast(target), pa.array(flags)]
