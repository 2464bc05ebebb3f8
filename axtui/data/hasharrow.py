"""The slice hash over whole Arrow arrays, by numpy; agrees with `hashing` value by value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from axtui.data import hashing
from axtui.data.encode import as_flat
from axtui.data.types import ColumnType
from axtui.errors import DatasetUsageError

Words = np.ndarray[Any, np.dtype[np.uint64]]
_U = np.uint64


def mix(values: Words) -> Words:
    """`hashing.mix` of every element."""
    values = (values ^ (values >> _U(30))) * _U(hashing.MIX_A)
    values = (values ^ (values >> _U(27))) * _U(hashing.MIX_B)
    return values ^ (values >> _U(31))


def hash_array(kind: ColumnType, array: pa.Array | pa.ChunkedArray) -> Words:
    """The 64-bit hash of every row of a column in physical form (dictionaries welcome).

    Raises DatasetUsageError for a type that cannot be hashed.
    """
    if not kind.hashable:
        raise DatasetUsageError(f"a column of type {kind.name} cannot be hashed to slices")
    array = as_flat(array)
    if pa.types.is_dictionary(array.type):
        table = np.append(_values(kind, array.dictionary), _U(0))
        codes = array.indices.fill_null(len(array.dictionary)).to_numpy(zero_copy_only=False)
        return table[codes]  # type: ignore[no-any-return]
    found = _values(kind, array)
    if array.null_count:
        found = np.where(array.is_null().to_numpy(zero_copy_only=False), _U(0), found)
    return found


def slices_of(
    kind: ColumnType, array: pa.Array | pa.ChunkedArray, slices: int
) -> np.ndarray[Any, Any]:
    """The slice number of every row."""
    return (hash_array(kind, array) % _U(slices)).astype(np.int64)


def _numpy(array: pa.Array, fill: Any = 0) -> np.ndarray[Any, Any]:
    return (array.fill_null(fill) if array.null_count else array).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def _values(kind: ColumnType, array: pa.Array) -> Words:
    """Hashes; those of null rows are anything."""
    name = kind.name
    if name in ("bytes", "ascii", "unicode"):
        return _texts(array)
    if name in ("int64", "int32"):
        return mix(_numpy(array).astype(np.int64).view(np.uint64))
    if name in ("float64", "float32"):
        return _floats(_numpy(array).astype(np.float64))
    if name == "bool":
        return mix(_numpy(array, False).astype(np.uint64))
    if name == "number":
        return _numbers(array)
    if name in ("complex64", "complex32"):
        return _complexes(array)
    width = pa.int32() if name == "date" else pa.int64()
    units = _numpy(array.view(width)).astype(np.int64)
    salts: Any = _U(hashing.SALTS[name])
    if name == "datetime":
        first_day = (units >= 0) & (units < hashing.DAY_US)
        salts = np.where(first_day, _U(hashing.SALTS["time"]), salts)
    return mix(mix(units.view(np.uint64)) + salts)


def _floats(values: np.ndarray[Any, Any]) -> Words:
    bits = np.where(np.isnan(values), _U(hashing.NAN_BITS), values.view(np.uint64))
    found = bits + _U(hashing.FLOAT)
    whole = (values >= -(2.0**63)) & (values < 2.0**63)
    whole &= np.floor(np.where(whole, values, 0.5)) == values
    if whole.any():
        found[whole] = values[whole].astype(np.int64).view(np.uint64)
    return mix(found)


def _numbers(array: pa.Array) -> Words:
    ints, floats, bigs = array.flatten()
    found = mix(_numpy(ints).view(np.uint64))
    if floats.null_count < len(floats):
        rows = floats.is_valid().to_numpy(zero_copy_only=False)
        found[rows] = _floats(_numpy(floats)[rows])
    if bigs.null_count < len(bigs):
        for index in np.flatnonzero(bigs.is_valid().to_numpy(zero_copy_only=False)).tolist():
            found[index] = hashing.hash_int(int(bigs[index].as_py()))
    return found


def _complexes(array: pa.Array) -> Words:
    real, imag = (_numpy(part).astype(np.float64) for part in array.flatten())
    found = _floats(real)
    slanted = imag != 0  # NaN is not equal to 0 either
    found[slanted] = mix(found[slanted] + mix(_floats(imag[slanted]) + _U(hashing.IMAGINARY)))
    return found


def _texts(array: pa.Array) -> Words:
    """All 8-byte words of all rows at once; no loop over rows or over words."""
    _, offset_buffer, data = array.buffers()
    size = len(array)
    if not size:
        return np.zeros(0, np.uint64)
    width = np.int64 if array.type in (pa.large_string(), pa.large_binary()) else np.int32
    itemsize = np.dtype(width).itemsize
    offsets = np.frombuffer(offset_buffer, width, size + 1, array.offset * itemsize).astype(
        np.int64
    )
    lengths = np.diff(offsets)
    counts = (lengths + 7) >> 3
    total = int(counts.sum())
    sums = lengths.view(np.uint64) * _U(hashing.LENGTH)
    if not total:
        return mix(sums)
    ends = np.cumsum(counts)
    position = np.arange(total) - np.repeat(ends - counts, counts)
    left = np.repeat(lengths, counts) - position * 8
    words = _words(
        data, int(offsets[0]), int(offsets[-1]), np.repeat(offsets[:-1], counts) + position * 8
    )
    shift = (np.clip(8 - left, 0, 8) * 8).astype(np.uint64)
    words &= _U(0xFFFFFFFFFFFFFFFF) >> shift
    mixed = mix(words + (position + 1).astype(np.uint64) * _U(hashing.STEP))
    filled = counts > 0
    sums[filled] += np.add.reduceat(mixed, (ends - counts)[filled])
    return mix(sums)


def _words(data: pa.Buffer, start: int, stop: int, where: np.ndarray[Any, Any]) -> Words:
    """The little-endian words at byte positions `where`; past `stop` there are zeros."""
    padded = np.zeros(stop - start + 8, np.uint8)
    padded[: stop - start] = np.frombuffer(data, np.uint8, stop - start, start)
    sliding = np.ndarray((len(padded) - 7,), "<u8", padded, strides=(1,))
    return sliding[where - start].astype(np.uint64)  # type: ignore[no-any-return]
