"""What the typing kernels share: looking into text arrays, and putting results together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.encode import PHYSICAL, encode
from axtui.data.types import ColumnType

Bools = np.ndarray[Any, np.dtype[np.bool_]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Typed = tuple[pa.Array, Bools | None]
"""A typed array, and which of its rows could not be converted (None: all could); those are null."""
Exact = Callable[[bytes], Any]
"""Converts one value, or raises ValueError (OverflowError, ArithmeticError count as well)."""
_FAILURES = (ValueError, OverflowError, ArithmeticError)


def offsets_of(array: pa.Array) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Where each value of a `binary` or `string` array starts, and where the last one ends."""
    return np.frombuffer(array.buffers()[1], np.int32, len(array) + 1, array.offset * 4)


def byte_view(array: pa.Array) -> tuple[Ints, Ints, Bytes]:
    """Where each value of a `binary` or `string` array starts, its length, and the bytes."""
    offsets = offsets_of(array).astype(np.int64)
    data = array.buffers()[2]
    held = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return offsets[:-1], np.diff(offsets), held


def content(array: pa.Array) -> Bytes:
    """The bytes of all values, one after another (those of null rows may be among them)."""
    data = array.buffers()[2] if len(array) else None
    if data is None:
        return np.zeros(0, np.uint8)
    offsets = offsets_of(array)
    return np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]


def empty(array: pa.Array) -> Bools:
    """Which rows of a `binary` or `string` array have no bytes (null ones may be among them)."""
    offsets = offsets_of(array)
    found: Bools = offsets[1:] == offsets[:-1]
    return found


def bools(rows: Bools) -> pa.Array:
    """A boolean array; several times as fast as `pa.array`, which goes value by value."""
    return pa.Array.from_buffers(pa.bool_(), len(rows), [None, _bits(rows)], 0)


def _bits(rows: Bools) -> pa.Buffer:
    return pa.py_buffer(np.packbits(rows, bitorder="little"))


def without(array: pa.Array, rows: Bools) -> pa.Array:
    """A `binary` or `string` array with null also in these rows; the bytes are shared."""
    present = np.zeros(array.offset + len(array), bool)
    np.logical_not(rows, out=present[array.offset :])
    if array.null_count:
        present[array.offset :] &= valid(array)
    # the offset stays: Arrow takes texts of which the first does not begin at 0 for others
    parts = [_bits(present), *array.buffers()[1:]]
    return pa.Array.from_buffers(array.type, len(array), parts, offset=array.offset)


def mask_of(array: pa.Array) -> Bools:
    """A boolean array for numpy; null is False."""
    found: Bools = pc.fill_null(array, False).to_numpy(zero_copy_only=False)
    return found


def valid(array: pa.Array) -> Bools:
    """Which rows are not null."""
    if not array.null_count:
        return np.ones(len(array), bool)
    return mask_of(array.is_valid())


def as_text(array: pa.Array) -> pa.Array:
    """`binary` taken for `string`, whatever bytes it holds: for kernels that look at bytes only."""
    return array.view(pa.string())


def matching(array: pa.Array, pattern: str) -> Bools:
    """Which values match a regular expression (write \\A and \\z to anchor it)."""
    return mask_of(pc.match_substring_regex(array, pattern))


def before_nul(array: pa.Array) -> pa.Array:
    """Values up to their first NUL byte, where text ends in C."""
    data = content(array)
    if not len(data) or data.min():
        return array
    return pc.replace_substring_regex(as_text(array), r"(?s)\x00.*\z", "").view(pa.binary())


def only(array: pa.Array, rows: Bools) -> pa.Array:
    """The array, with null in all other rows."""
    return array if rows.all() else pc.if_else(bools(rows), array, pa.scalar(None, array.type))


def exactly(kind: ColumnType, array: pa.Array, convert: Exact) -> Typed:
    """Convert every distinct value by itself."""
    return finish(kind, array, None, np.zeros(len(array), bool), convert)


def finish(
    kind: ColumnType, array: pa.Array, fast: pa.Array | None, done: Bools, convert: Exact
) -> Typed:
    """Convert the rows that are not `done` and not null value by value, and put all together.

    `fast` holds the results of the rows that are done; each distinct other value is converted once.
    """
    rest = ~done & valid(array)
    if not rest.any():
        return pa.nulls(len(array), PHYSICAL[kind.name]) if fast is None else fast, None
    texts, codes = _distinct(array, rest)
    values, failed = [], []
    for text in texts:
        try:
            values.append(convert(text))
            failed.append(False)
        except _FAILURES:
            values.append(None)
            failed.append(True)
    if all(failed):  # as where most cells are empty: nothing to put in between
        return pa.nulls(len(array), PHYSICAL[kind.name]) if fast is None else fast, rest
    slow = encode(kind, [*values, None])[0]
    before = 0 if fast is None else len(fast)
    where = np.arange(len(array)) if fast is not None else np.full(len(array), len(values))
    where[rest] = before + codes
    whole = slow if fast is None else pa.concat_arrays([fast, slow])
    bad = np.zeros(len(array), bool)
    bad[rest] = np.array(failed, bool)[codes]
    return whole.take(pa.array(where)), bad if bad.any() else None


def _distinct(array: pa.Array, rows: Bools) -> tuple[list[bytes], Ints]:
    """The distinct values of these rows, and which of them each row has."""
    if empty(array)[rows].all():
        count = int(rows.sum())
        return [b""] if count else [], np.zeros(count, np.int64)
    coded = array.filter(bools(rows)).dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.to_numpy()
