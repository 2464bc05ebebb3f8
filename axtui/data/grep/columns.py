"""Which values of a column match: by whole columns where Arrow can tell, else value by value."""

from __future__ import annotations

from collections.abc import Callable
from string import digits
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.decode import decode
from axtui.data.grep.arrays import mask as as_mask
from axtui.data.grep.numbers import holds, holds_in_floats, holds_in_ints, number_of
from axtui.data.grep.patterns import NumberPattern, Patterns, TextPattern
from axtui.data.grep.texts import NONE, arrow_texts, texts
from axtui.data.types import TYPES, ColumnType

Mask = np.ndarray[Any, np.dtype[np.bool_]]
_TEXT = ("ascii", "unicode", "bytes")
_FLOAT = frozenset(digits + "-+.einfa")
_ALPHABETS = {
    "int64": frozenset(digits + "-"),
    "int32": frozenset(digits + "-"),
    "float64": _FLOAT,
    "float32": _FLOAT,
    "number": _FLOAT,
    "complex64": _FLOAT | set("()j"),
    "complex32": _FLOAT | set("()j"),
    "bool": frozenset("TrueFals"),
    "date": frozenset(digits + "-"),
    "datetime": frozenset(digits + "- :.+"),
    "time": frozenset(digits + ":.+"),
}
"""The characters that texts of values (but None) are made of, where they are few."""
_PARTS = ("int64", "float64", "ascii")
"""The types of the parts of a `number`: int, float, big."""
_MAYBE_NUMBER = (
    r"(?i)\A[\t-\r\x1c-\x1f ]*[-+]?(?:[0-9.][0-9a-fx_.+-]*|inf|infinity|nan)[\t-\r\x1c-\x1f ]*\z"
)
"""What any ASCII text that says a number looks like."""


def matching(
    patterns: Patterns, kind: ColumnType, array: pa.Array, flags: pa.Array | None = None
) -> Mask:
    """Which values of a column, in the physical form, match any of the patterns."""
    found = np.zeros(len(array), bool)
    for number in patterns.numbers:
        found |= _numbers(number, kind, array)
    for text in patterns.texts:
        found |= _column(text, kind, array, flags)
    return found


def in_objects(patterns: Patterns, values: list[Any]) -> Mask:
    """Which of some values match; each is asked for its text once."""
    if patterns.numeric:
        limits = [pattern.limits for pattern in patterns.numbers]
        asked = [number_of(value) for value in values]
        found = (any(holds(each, number) for each in limits) for number in asked)
    else:
        found = (patterns.found_in(text) for text in map(str, values))
    return np.fromiter(found, bool, len(values))


# -- texts -------------------------------------------------------------------------------------------


def _column(
    pattern: TextPattern, kind: ColumnType, array: pa.Array, flags: pa.Array | None
) -> Mask:
    known = pattern.meaning
    if known.everything:
        return np.ones(len(array), bool)
    if kind.name in _ALPHABETS and known.impossible_in(_ALPHABETS[kind.name]):
        return _where_none(array, pattern.found_in(NONE))
    if kind.name == "number":
        return _of_parts(array, lambda part, values: _column(pattern, part, values, None), pattern)
    if pa.types.is_dictionary(array.type):
        of_each = _column(pattern, kind, array.dictionary, flags)
        return _by_code(array, of_each, pattern.found_in(NONE))
    written = arrow_texts(kind, array, flags)
    if written is None:
        return _one_by_one(pattern, texts(kind, array, flags))
    return _written(pattern, kind, written)


def _one_by_one(pattern: TextPattern, values: list[str]) -> Mask:
    return np.fromiter(map(pattern.found_in, values), bool, len(values))


def _written(pattern: TextPattern, kind: ColumnType, array: pa.Array) -> Mask:
    """Of an array of text, or of bytes."""
    known = pattern.meaning
    text = array.view(pa.string()) if pa.types.is_binary(array.type) else array
    on_none = pattern.found_in(NONE)
    if known.literal is not None and (known.literal.isascii() or kind.name != "bytes"):
        return _as_mask(pc.match_substring(text, known.literal), on_none)
    slow = TYPES["bytes" if kind.name == "bytes" else "unicode"]
    if known.re2 is None:
        return _one_by_one(pattern, texts(slow, array))
    ascii_ = _as_mask(pc.string_is_ascii(text), True)
    if ascii_.all():
        return _as_mask(pc.match_substring_regex(text, known.re2), on_none)
    found = np.empty(len(array), bool)
    simple = pc.match_substring_regex(text.filter(as_mask(ascii_)), known.re2)
    found[ascii_] = _as_mask(simple, on_none)
    found[~ascii_] = _one_by_one(pattern, texts(slow, array.filter(as_mask(~ascii_))))
    return found


def _as_mask(array: pa.Array, on_none: bool) -> Mask:
    if array.null_count:
        array = array.fill_null(on_none)
    return array.to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def _where_none(array: pa.Array, on_none: bool) -> Mask:
    if not on_none or not array.null_count:
        return np.zeros(len(array), bool)
    return _as_mask(array.is_null(), False)


def _by_code(array: pa.Array, of_each: Mask, on_none: bool) -> Mask:
    codes = array.indices.fill_null(len(of_each)).to_numpy(zero_copy_only=False)
    return np.append(of_each, on_none)[codes]  # type: ignore[no-any-return]


def _of_parts(
    array: pa.Array, of_part: Callable[[ColumnType, pa.Array], Mask], pattern: TextPattern | None
) -> Mask:
    """Of a `number`, whose values lie in one of three arrays."""
    found = _where_none(array, pattern is not None and pattern.found_in(NONE))
    for name, part in zip(_PARTS, array.flatten(), strict=True):
        if part.null_count == 0:
            return of_part(TYPES[name], part)
        if part.null_count < len(part):
            there = _as_mask(part.is_valid(), False)
            found[there] = of_part(TYPES[name], part.drop_null())
    return found


# -- numbers -----------------------------------------------------------------------------------------


def _numbers(pattern: NumberPattern, kind: ColumnType, array: pa.Array) -> Mask:
    limits = pattern.limits
    if kind.name == "number":
        return _of_parts(array, lambda part, values: _numbers(pattern, part, values), None)
    if pa.types.is_dictionary(array.type):
        return _by_code(array, _numbers(pattern, kind, array.dictionary), False)
    if kind.name in _TEXT:
        return _numbers_in_text(pattern, kind, array)
    if kind.name == "json":
        values = decode(kind, array)
        asked = (holds(limits, number_of(value)) for value in values)
        return np.fromiter(asked, bool, len(values))
    within = {
        "int64": holds_in_ints,
        "int32": holds_in_ints,
        "bool": holds_in_ints,
        "float64": holds_in_floats,
        "float32": holds_in_floats,
    }.get(kind.name)
    if within is None:  # times and complex numbers are not to be compared with numbers
        return np.zeros(len(array), bool)
    wide = array.cast(pa.float64() if within is holds_in_floats else pa.int64())
    return within(limits, wide.fill_null(0).to_numpy()) & _as_mask(wide.is_valid(), False)


def _numbers_in_text(pattern: NumberPattern, kind: ColumnType, array: pa.Array) -> Mask:
    text = array.view(pa.string()) if pa.types.is_binary(array.type) else array
    maybe = _as_mask(pc.match_substring_regex(text, _MAYBE_NUMBER), False)
    maybe |= ~_as_mask(pc.string_is_ascii(text), True)
    asked = texts(kind, array.filter(as_mask(maybe)))
    found = np.zeros(len(array), bool)
    found[maybe] = [pattern.found_in(value) for value in asked]
    return found
