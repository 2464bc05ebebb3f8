"""The slice hash over whole Arrow arrays, by numpy; agrees with `hashing` value by value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from axtui.data import hashing, sipcolumns
from axtui.data.encode import as_flat
from axtui.data.sipcolumns import Numbers, Words
from axtui.data.types import ColumnType
from axtui.errors import DatasetUsageError

_U = np.uint64
_SAMPLE = 1024
_REPEATED = _SAMPLE // 16
"""So many values of a sample that occurred before make it worth while to hash only distinct ones."""


def hash_array(kind: ColumnType, array: pa.Array | pa.ChunkedArray) -> Words:
    """The 64-bit hash of every row of a column in physical form (dictionaries welcome).

    Raises DatasetUsageError for a type that cannot be hashed.
    """
    if not kind.hashable:
        raise DatasetUsageError(f"a column of type {kind.name} cannot be hashed to slices")
    return _distinct(as_flat(array), _HASHES[kind.name])


def slices_of(
    kind: ColumnType, array: pa.Array | pa.ChunkedArray, slices: int
) -> np.ndarray[Any, Any]:
    """The slice number of every row."""
    return (hash_array(kind, array) % _U(slices)).astype(np.int64)


Hash = Callable[[pa.Array], Words]
"""Gives the hashes of an array without a dictionary; those of null rows are anything."""


def _distinct(array: pa.Array, of: Hash) -> Words:
    """The hashes of all rows; where many are equal, each value is hashed once. Null gives 0."""
    plain = not pa.types.is_dictionary(array.type)
    if plain and len(array) >= 2 * _SAMPLE and not pa.types.is_nested(array.type):
        dense = _dense(array, of)
        if dense is not None:
            return dense
        if _repeats(array):
            array, plain = array.dictionary_encode(), False
    if plain:
        return _nulls_to_0(of(array), array)
    if len(array.dictionary) > len(array):
        return _distinct(array.dictionary_decode(), of)
    table = np.append(_nulls_to_0(of(array.dictionary), array.dictionary), _U(0))
    codes = array.indices.fill_null(len(array.dictionary)).to_numpy(zero_copy_only=False)
    return table[codes]  # type: ignore[no-any-return]


def _dense(array: pa.Array, of: Hash) -> Words | None:
    """The hashes of integers or dates from a table of all from the least to the greatest, where those
    are fewer than the rows; otherwise None."""
    if not (pa.types.is_integer(array.type) or pa.types.is_date32(array.type)):
        return None
    values = _numpy(array.view(pa.int32()) if pa.types.is_date32(array.type) else array)
    low, high = int(values.min()), int(values.max())
    if high - low >= len(values) // 2:
        return None
    every = pa.array(np.arange(low, high + 1, dtype=values.dtype)).view(array.type)
    return _nulls_to_0(of(every)[values - low], array)


def _repeats(array: pa.Array) -> bool:
    return len(array.slice(0, _SAMPLE).unique()) <= _SAMPLE - _REPEATED


def _nulls_to_0(found: Words, array: pa.Array) -> Words:
    if array.null_count:
        found[array.is_null().to_numpy(zero_copy_only=False)] = 0
    return found


def _numpy(array: pa.Array, fill: Any = 0) -> np.ndarray[Any, Any]:
    return (array.fill_null(fill) if array.null_count else array).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


# -- numbers -----------------------------------------------------------------------------------------


def _hashed(words: Words) -> Words:
    """The hash of every word, of which 0 is the number."""
    found = sipcolumns.of_words(words)
    found[words == 0] = 0
    return found


def _bools(array: pa.Array) -> Words:
    return _numpy(array, False).astype(np.uint64)


def _ints(array: pa.Array) -> Words:
    return _hashed(_numpy(array).astype(np.int64).view(np.uint64))


def _floats(array: pa.Array) -> Words:
    return _hashed(_float_words(_numpy(array).astype(np.float64)))


def _float_words(values: np.ndarray[Any, Any]) -> Words:
    """The bytes that are hashed of floats."""
    found = _bits(values)
    whole = (values >= -(2.0**63)) & (values < 2.0**63)
    whole &= np.floor(np.where(whole, values, 0.5)) == values
    if whole.any():
        found[whole] = values[whole].astype(np.int64).view(np.uint64)
    return found


def _bits(values: np.ndarray[Any, Any]) -> Words:
    return np.where(np.isnan(values), _U(hashing.NAN_BITS), values.view(np.uint64))


def _numbers(array: pa.Array) -> Words:
    ints, floats, bigs = array.flatten()
    found = _distinct(ints, _ints)
    if floats.null_count < len(floats):
        rows = floats.is_valid().to_numpy(zero_copy_only=False)
        found[rows] = _distinct(floats.drop_null(), _floats)
    if bigs.null_count < len(bigs):
        rows = bigs.is_valid().to_numpy(zero_copy_only=False)
        wide = [hashing.wide_bytes(int(text)) for text in bigs.drop_null().to_pylist()]
        found[rows] = _texts(pa.array(wide, pa.binary()))
    return found


def _complexes(array: pa.Array) -> Words:
    real, imag = (_numpy(part).astype(np.float64) for part in array.flatten())
    found = _hashed(_float_words(real))
    slanted = imag != 0  # NaN is not equal to 0 either
    if slanted.any():
        parts = [_bits(real[slanted] + 0.0), _bits(imag[slanted])]  # -0.0 + 0.0 is 0.0
        found[slanted] = sipcolumns.of_blocks(parts, 16)
    return found


# -- dates and times ---------------------------------------------------------------------------------


def _dates(array: pa.Array) -> Words:
    days = _numpy(array.view(pa.int32())).astype(np.int64)
    return sipcolumns.of_blocks([_day(days, 9, 5, 0).view(np.uint64)], 4)


def _datetimes(array: pa.Array) -> Words:
    units = _numpy(array.view(pa.int64()))
    days = units // hashing.DAY_US
    return _clocks(_day(days, 14, 10, 5), units - days * hashing.DAY_US)


def _times(array: pa.Array) -> Words:
    return _clocks(hashing.TIME_DAY, _numpy(array.view(pa.int64())))


def _day(days: Numbers, year: int, month: int, day: int) -> Numbers:
    """Year, month and day of days since 1970, each shifted as told."""
    low, high = (int(days.min()), int(days.max())) if len(days) else (0, 0)
    if high - low < len(days) // 2:  # many times of few days: the calendar is the slow part
        return _day(np.arange(low, high + 1), year, month, day)[days - low]
    dates = days.astype("M8[D]")
    months = dates.astype("M8[M]")
    number = (dates - months).astype(np.int64) + 1
    months_since = months.astype(np.int64)
    years = months_since // 12
    found: Numbers = (
        (years + 1970) << year | (months_since - years * 12 + 1) << month | number << day
    )
    return found


def _clocks(day: Numbers | int, units: Numbers) -> Words:
    """Hashes of a day's bits and the microseconds since it began."""
    seconds = units // 1_000_000
    minutes = seconds // 60
    hours = minutes // 60
    low = day | hours
    high = (minutes - hours * 60) << 26 | (seconds - minutes * 60) << 20
    return sipcolumns.of_words((low | (high | units - seconds * 1_000_000) << 32).view(np.uint64))


# -- texts -------------------------------------------------------------------------------------------


def _texts(array: pa.Array) -> Words:
    _, offset_buffer, data = array.buffers()
    size = len(array)
    if not size or not data:
        return np.zeros(size, np.uint64)
    width = np.int64 if array.type in (pa.large_string(), pa.large_binary()) else np.int32
    itemsize = np.dtype(width).itemsize
    narrow = np.frombuffer(offset_buffer, width, size + 1, array.offset * itemsize)
    offsets: Numbers = narrow.astype(np.int64)
    found = sipcolumns.of_texts(np.frombuffer(data, np.uint8), offsets)
    found[offsets[1:] == offsets[:-1]] = 0
    return found


_HASHES: dict[str, Hash] = {
    "number": _numbers,
    "float64": _floats,
    "float32": _floats,
    "int64": _ints,
    "int32": _ints,
    "complex64": _complexes,
    "complex32": _complexes,
    "bool": _bools,
    "datetime": _datetimes,
    "time": _times,
    "date": _dates,
    "bytes": _texts,
    "ascii": _texts,
    "unicode": _texts,
}
