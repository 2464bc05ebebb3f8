"""Hypothesis strategies for values of every column type, and how to compare what comes back."""

from __future__ import annotations

import datetime as dt
import math
import struct
from typing import Any

from hypothesis import strategies as st

from axtui.data.types import INT32, INT64

floats = st.floats(allow_nan=True, allow_infinity=True)
singles = st.floats(width=32)
zones = st.sampled_from([None, dt.UTC])
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.integers(*INT64) | st.integers(-(2**1000), 2**1000) | floats,
    "float64": floats,
    "float32": singles,
    "int64": st.integers(*INT64),
    "int32": st.integers(*INT32),
    "complex64": st.complex_numbers(),
    "complex32": st.builds(complex, singles, singles),
    "bool": st.booleans(),
    "datetime": st.datetimes(timezones=zones, allow_imaginary=True)
    | st.builds(lambda v: v.replace(fold=1), st.datetimes()),
    "time": st.times(timezones=zones) | st.builds(lambda v: v.replace(fold=1), st.times()),
    "date": st.dates(),
    "bytes": st.binary(max_size=40),
    "ascii": st.text(st.characters(max_codepoint=127), max_size=40),
    "unicode": texts,
    "json": jsons,
    "pickle": jsons | st.tuples(st.integers(), texts) | st.dates(),
}


def same(one: Any, other: Any) -> bool:
    """Equal in type and value; NaN equals NaN, 0.0 differs from -0.0, and fold and zone count."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return struct.pack("d", one) == struct.pack("d", other) or (
            math.isnan(one) and math.isnan(other)
        )
    if isinstance(one, complex):
        return same(one.real, other.real) and same(one.imag, other.imag)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dt.datetime | dt.time):
        return one == other and one.tzinfo == other.tzinfo and one.fold == other.fold
    return bool(one == other)
