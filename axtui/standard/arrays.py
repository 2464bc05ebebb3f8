"""What the typing kernels share: looking into text arrays, and putting results together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.encode import encode
from axtui.data.types import ColumnType

Bools = np.ndarray[Any, np.dtype[np.bool_]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Typed = tuple[pa.Array, Bools | None]
"""A typed array, and which of its rows could not be converted (None: all could); those are null."""
Exact = Callable[[bytes], Any]
"""Converts one value, or raises ValueError (OverflowError, ArithmeticError count as well)."""
_FAILURES = (ValueError, OverflowError, ArithmeticError)


def byte_view(array: pa.Array) -> tuple[Ints, Ints, np.ndarray[Any, np.dtype[np.uint8]]]:
    """Where each value of a `binary` or `string` array starts, its length, and the bytes."""
    _, offset_buffer, data = array.buffers()
    offsets = np.frombuffer(offset_buffer, np.int32, len(array) + 1, array.offset * 4)
    content = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return offsets[:-1].astype(np.int64), np.diff(offsets).astype(np.int64), content


def content(array: pa.Array) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The bytes of all values, one after another (those of null rows may be among them)."""
    if not len(array):
        return np.zeros(0, np.uint8)
    starts, lengths, data = byte_view(array)
    return data[starts[0] : starts[-1] + lengths[-1]]


def mask_of(array: pa.Array) -> Bools:
    """A boolean array for numpy; null is False."""
    found: Bools = pc.fill_null(array, False).to_numpy(zero_copy_only=False)
    return found


def valid(array: pa.Array) -> Bools:
    """Which rows are not null."""
    return mask_of(array.is_valid())


def as_text(array: pa.Array) -> pa.Array:
    """`binary` taken for `string`, whatever bytes it holds: for kernels that look at bytes only."""
    return array.view(pa.string())


def matching(array: pa.Array, pattern: str) -> Bools:
    """Which values match a regular expression (write \\A and \\z to anchor it)."""
    return mask_of(pc.match_substring_regex(array, pattern))


def before_nul(array: pa.Array) -> pa.Array:
    """Values up to their first NUL byte, where text ends in C."""
    if content(array).all():
        return array
    return pc.replace_substring_regex(as_text(array), r"(?s)\x00.*\z", "").view(pa.binary())


def only(array: pa.Array, rows: Bools) -> pa.Array:
    """The array, with null in all other rows."""
    return array if rows.all() else pc.if_else(pa.array(rows), array, pa.scalar(None, array.type))


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
    if fast is not None and not rest.any():
        return fast, None
    coded = array.filter(pa.array(rest)).dictionary_encode()
    values, failed = [], []
    for value in coded.dictionary.to_pylist():
        try:
            values.append(convert(value))
            failed.append(False)
        except _FAILURES:
            values.append(None)
            failed.append(True)
    slow = encode(kind, [*values, None])[0]
    codes = coded.indices.to_numpy()
    before = 0 if fast is None else len(fast)
    where = np.arange(len(array)) if fast is not None else np.full(len(array), len(values))
    where[rest] = before + codes
    whole = slow if fast is None else pa.concat_arrays([fast, slow])
    bad = np.zeros(len(array), bool)
    bad[rest] = np.array(failed, bool)[codes]
    return whole.take(pa.array(where)), bad if bad.any() else None
