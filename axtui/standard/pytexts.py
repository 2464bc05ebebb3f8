"""The text that Python's `str` and `repr` give each value of a column, as Arrow string arrays.

Columns are in the physical form of `axtui.data.encode`; None stays null, for the caller to fill.
Only complex numbers, json, pickle and bytes that are no UTF-8 go value by value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data import floattexts
from axtui.data.decode import decode
from axtui.data.encode import FOLD_FLAG, UTC_FLAG
from axtui.data.types import FLAGS, ColumnType
from axtui.standard.arrays import valid

Ints = np.ndarray[Any, np.dtype[np.int64]]
_MICRO = 1_000_000


def as_coded(array: pa.Array, make: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """`make(array)`; of a dictionary-encoded array only the entries of the dictionary are made."""
    if pa.types.is_dictionary(array.type):
        return make(array.dictionary).take(array.indices)
    return make(array)


def strings(kind: ColumnType, batch: pa.RecordBatch, name: str) -> pa.Array:
    """`str(value)` of a column that is neither text nor json nor pickle."""
    array = batch.column(name)
    if kind.name == "date":
        return array.cast(pa.string())
    if kind.flagged:
        return _clock_strings(array, batch.column(name + FLAGS))
    return _alike(kind, array)


def reprs(kind: ColumnType, batch: pa.RecordBatch, name: str) -> pa.Array:
    """`repr(value)` of a column that is neither text nor json nor pickle."""
    array = batch.column(name)
    if kind.name == "date":
        parts = [pc.year(array), pc.month(array), pc.day(array)]
        return _called("datetime.date(", [part.cast(pa.string()) for part in parts], _same(")"))
    if kind.flagged:
        return _clock_reprs(kind, array, batch.column(name + FLAGS))
    return _alike(kind, array)


def _alike(kind: ColumnType, array: pa.Array) -> pa.Array:
    """Where `str` and `repr` are the same."""
    if kind.name in ("int32", "int64"):
        return array.cast(pa.string())
    if kind.name in ("float64", "float32"):
        return floattexts.reprs(array.cast(pa.float64()))
    if kind.name == "number":
        return floattexts.of_numbers(array)
    if kind.name == "bool":
        return pc.if_else(array, "True", "False")
    assert kind.name in ("complex64", "complex32"), kind.name
    return per_value(decode(kind, array), str)


def per_value(values: list[Any], text: Callable[[Any], str]) -> pa.Array:
    """`text(value)` of every value that is not None."""
    return pa.array([None if value is None else text(value) for value in values], pa.string())


def utf8(array: pa.Array) -> pa.Array:
    """Bytes as text; what is no UTF-8 is written with backslashes, as `\\xff`."""
    try:
        return array.cast(pa.string())
    except pa.ArrowInvalid:
        return per_value(array.to_pylist(), lambda v: v.decode("utf-8", "backslashreplace"))


# -- times -------------------------------------------------------------------------------------------


def _micros(array: pa.Array) -> Ints:
    """Microseconds since the epoch or midnight; 0 where there is no time."""
    found: Ints = pc.fill_null(array.view(pa.int64()), 0).to_numpy(zero_copy_only=False)
    return found


def _clock_strings(array: pa.Array, flags: pa.Array) -> pa.Array:
    texts = array.cast(pa.string())
    whole = _micros(array) % _MICRO == 0
    if whole.any():
        texts = pc.if_else(
            pa.array(whole), pc.utf8_slice_codeunits(texts, 0, -len(".000000")), texts
        )
    utc = _marks(flags) & UTC_FLAG
    if not utc.any():
        return texts
    zones = pa.array(["", "+00:00"]).take(pa.array(utc.astype(np.int8)))
    return pc.binary_join_element_wise(texts, zones, "")


def _marks(flags: pa.Array) -> np.ndarray[Any, np.dtype[np.uint8]]:
    found: np.ndarray[Any, np.dtype[np.uint8]] = pc.fill_null(flags, 0).to_numpy(
        zero_copy_only=False
    )
    return found


def _clock_reprs(kind: ColumnType, array: pa.Array, flags: pa.Array) -> pa.Array:
    """`datetime.datetime(2024, 1, 31, 12, 0, fold=1)`: seconds only where there are some, or
    microseconds; then fold and zone."""
    micros = _micros(array)
    seconds, micro = np.divmod(micros, _MICRO)
    minutes, second = np.divmod(seconds, 60)
    parts = [pa.array(part).cast(pa.string()) for part in (minutes // 60 % 24, minutes % 60)]
    name = "datetime.time("
    if kind.name == "datetime":
        name = "datetime.datetime("
        days = [pc.year(array), pc.month(array), pc.day(array)]
        parts = [*(part.cast(pa.string()) for part in days), *parts]
    joined = _called(name, parts, _tail(kind, second, micro, _marks(flags)))
    return pc.if_else(pa.array(valid(array)), joined, pa.scalar(None, pa.string()))


def _tail(
    kind: ColumnType, second: Ints, micro: Ints, marks: np.ndarray[Any, np.dtype[np.uint8]]
) -> pa.Array:
    """What follows the minutes."""
    seconds = pc.binary_join_element_wise("", pa.array(second).cast(pa.string()), ", ")
    micros = pc.binary_join_element_wise("", pa.array(micro).cast(pa.string()), ", ")
    shown = pc.if_else(pa.array((second != 0) | (micro != 0)), seconds, "")
    fraction = pc.if_else(pa.array(micro != 0), micros, "")
    fold = pc.if_else(pa.array(marks & FOLD_FLAG != 0), ", fold=1", "")
    zone = pc.if_else(pa.array(marks & UTC_FLAG != 0), ", tzinfo=datetime.timezone.utc", "")
    words = (fold, zone) if kind.name == "datetime" else (zone, fold)  # Python's own order
    return pc.binary_join_element_wise(shown, fraction, *words, ")", "")


def _same(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.string())


def _called(name: str, parts: list[pa.Array], tail: pa.Array | pa.Scalar) -> pa.Array:
    """The call of a constructor: its name, arguments, and what ends it."""
    arguments = pc.binary_join_element_wise(*parts, ", ")
    return pc.binary_join_element_wise(_same(name), arguments, tail, _same(""))
