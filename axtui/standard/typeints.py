"""Typing kernels for integers.

Plain digits are converted by Arrow, those of bases 8 and 16 in columns; every other form that the
Accelerator takes by an exact converter, once for each distinct value.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.types import INT32, INT64, TYPES, ColumnType
from axtui.standard.arrays import (
    Bools,
    Bytes,
    Exact,
    Typed,
    as_text,
    byte_view,
    content,
    empty,
    finish,
    mask_of,
    matching,
    only,
    valid,
    without,
)

WHITE = rb"[\t-\r ]*"
"""What may be around numbers, as a regular expression."""
DECIMAL_INT = r"\A-?[0-9]{1,18}\z"
"""Integers that Arrow certainly takes."""
_INT_FORMS = {
    0: rb"(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)",
    8: rb"[0-7]+",
    10: rb"[0-9]+",
    16: rb"(?:0[xX][0-9a-fA-F]+|[0-9a-fA-F]+)",
}
_DIGITS = {
    0: (r"\A(0|-?[1-9][0-9]{0,17})\z", 0),
    8: (r"\A[0-7]{1,20}\z", 3),
    16: (r"\A[0-9a-fA-F]{1,15}\z", 4),
}
"""{base: (the common form of its numbers, by how many bits a digit counts or 0 for decimal)}"""
_HEX = np.zeros(256, np.int64)
for _digit in b"0123456789abcdefABCDEF":
    _HEX[_digit] = int(chr(_digit), 16)


def plain_ints(array: pa.Array) -> tuple[pa.Array, Bools] | None:
    """The values as int64 and which rows have one, if all that are not empty are nothing but digits
    (and a minus); else None. The others are null.

    Arrow writes a message for every value it cannot cast, which takes longer than the others: so it is
    given none that is empty.
    """
    data = content(array)
    if len(data) and not _digits(data):
        return None
    nothing = empty(array)
    some = bool(nothing.any())
    try:
        found = as_text(without(array, nothing) if some else array).cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    return None if pc.min(found).as_py() == INT64[0] else (found, ~nothing)


def _digits(data: Bytes) -> bool:
    """Whether bytes are digits and minuses only."""
    least, most = int(data.min()), int(data.max())
    if most > ord("9") or least < ord("-"):
        return False
    return least >= ord("0") or not ((data == ord(".")) | (data == ord("/"))).any()


def to_int(array: pa.Array, bits: int, base: int, trailing: bool) -> Typed:
    """Integers as C reads them; the smallest of all is refused, as in the Accelerator. `trailing`:
    what follows is ignored, and no digits at all are 0."""
    kind = TYPES[f"int{bits}"]
    convert = _int_reader(base, trailing, *(INT64 if bits == 64 else INT32))
    array = trimmed(array)
    target = pa.int64() if bits == 64 else pa.int32()
    if base != 10:
        form, shift = _DIGITS[base]
        done = matching(array, form)
        found = pa.array(_by_shifting(only(array, done), shift)) if shift else None
        wide = as_text(only(array, done)).cast(pa.int64()) if found is None else only(found, done)
        return _fitting(kind, bits, array, wide, done, convert)
    plain = plain_ints(array)
    if plain is not None and (bits == 64 or _within(plain[0], *INT32)):
        return finish(kind, array, plain[0].cast(target), plain[1], convert)
    done = matching(array, DECIMAL_INT)
    wide = as_text(only(array, done)).cast(pa.int64())
    return _fitting(kind, bits, array, wide, done, convert)


def _fitting(
    kind: ColumnType, bits: int, array: pa.Array, wide: pa.Array, done: Bools, convert: Exact
) -> Typed:
    """Those of the numbers found that fit; all else value by value."""
    if bits == 32:
        within = pc.and_(pc.greater(wide, INT32[0]), pc.less_equal(wide, INT32[1]))
        done = done & mask_of(within)
        wide = only(wide, done).cast(pa.int32())
    return finish(kind, array, wide, done, convert)


def _by_shifting(array: pa.Array, shift: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The numbers that digits of a base of two to the `shift` say; nulls are anything."""
    starts, lengths, data = byte_view(array)
    found = np.zeros(len(array), np.int64)
    if array.null_count:
        lengths = np.where(valid(array), lengths, 0)
    for at in range(int(lengths.max()) if len(lengths) else 0):
        rows = lengths > at
        digits = _HEX[data[np.where(rows, starts + at, 0)]]
        found = np.where(rows, found << shift | digits, found)
    return found


def trimmed(array: pa.Array) -> pa.Array:
    """Values without the white space around them, which numbers may have."""
    data = content(array)
    if not len(data) or data.min() > ord(" "):
        return array
    return pc.ascii_trim_whitespace(as_text(array)).view(pa.binary())


def _within(array: pa.Array, low: int, high: int) -> bool:
    """Whether all values are above `low` and not above `high`."""
    least, most = pc.min_max(array).as_py().values()
    return least is None or (low < least and most <= high)


@cache
def _int_reader(base: int, trailing: bool, low: int, high: int) -> Exact:
    form = re.compile(WHITE + rb"([+-]?)(" + _INT_FORMS[base] + rb")" + WHITE)

    def convert(value: bytes) -> int:
        found = form.match(value) if trailing else form.fullmatch(value)
        if found is None:
            if trailing:
                return 0
            raise ValueError("no integer")
        digits = found.group(2).lower()
        if base == 0 and len(digits) > 1 and digits[:1] == b"0" and digits[1:2] != b"x":
            number = int(digits, 8)
        else:
            number = int(digits, base)
        number = -number if found.group(1) == b"-" else number
        if not low < number <= high:
            raise OverflowError("out of range")
        return number

    return convert
