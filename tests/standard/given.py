"""Hypothesis strategies for datasets to start from (see `tests/standard/real.py`)."""

from __future__ import annotations

import datetime as dt
import math
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.standard.real import SLICES, Given

UTC = dt.UTC
_INT31 = (1 << 31) - 1
_INT63 = (1 << 63) - 1
_TEXTS = st.one_of(
    st.sampled_from(["", "a", "b,c", '"q"', "'q", 'q"', "x\ty", "a\nb", "None", "\\", "å", "𝄞"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
_JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(1 << 70), 1 << 70),
        st.floats(allow_nan=False, allow_infinity=False),
        _TEXTS,
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)


def _as_float32(value: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _datetimes(minimum: dt.datetime) -> st.SearchStrategy[dt.datetime]:
    whole = st.datetimes(minimum).flatmap(
        lambda v: st.sampled_from(
            [v, v.replace(microsecond=0), v.replace(second=0, microsecond=0), v.replace(fold=1)]
        )
    )
    return st.one_of(whole, whole.map(lambda v: v.replace(tzinfo=UTC)))


FLOATS = st.one_of(
    st.sampled_from([0.0, -0.0, 0.1, 1e-5, 1e-4, 1e15, 1e16, 1e17, 5e-324, math.nan, math.inf]),
    st.floats(allow_nan=False),
)
INTS = st.one_of(st.integers(-100, 100), st.integers(-_INT63, _INT63))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.one_of(INTS, FLOATS, st.integers(-(1 << 200), 1 << 200)),
    "float64": FLOATS,
    "float32": FLOATS.map(_as_float32),
    "int64": INTS,
    "int32": st.integers(-_INT31, _INT31),
    "complex64": st.complex_numbers(allow_nan=False),
    "complex32": st.tuples(FLOATS, FLOATS).map(lambda v: complex(*map(_as_float32, v))),
    "bool": st.booleans(),
    "datetime": _datetimes(dt.datetime(1, 1, 1)),
    "time": _datetimes(dt.datetime(1970, 1, 1)).map(lambda v: v.timetz()),
    "date": st.dates(),
    "bytes": st.one_of(st.binary(max_size=6), _TEXTS.map(str.encode)),
    "ascii": st.one_of(
        st.sampled_from(["", "a", "b,c", '"q"', "'q", 'q"']),
        st.text(st.characters(max_codepoint=127), max_size=8),
    ),
    "unicode": _TEXTS,
    "json": _JSON,
}
"""Values of each column type, without None; pickle has no values that all systems share."""
NAMES = st.sampled_from(["a", "B", "c d", "é", "0", "for", "x,y", '"z'])


def columns(
    kinds: Sequence[str] | None = None, least: int = 1, most: int = 4
) -> st.SearchStrategy[dict[str, tuple[str, bool]]]:
    """Some columns: {name: (type, none_support)}."""
    kind = st.tuples(st.sampled_from(list(kinds or VALUES)), st.booleans())
    return st.dictionaries(NAMES, kind, min_size=least, max_size=most)


def rows(
    wanted: Mapping[str, tuple[str, bool]], most: int = 5, sizes: Sequence[int] | None = None
) -> st.SearchStrategy[tuple[list[Any], ...]]:
    """Rows for those columns per slice: at most so many, or as many as `sizes` says."""
    row = st.tuples(
        *(st.none() | VALUES[kind] if none else VALUES[kind] for kind, none in wanted.values())
    )
    bounds = [(size, size) for size in sizes] if sizes else [(0, most)] * SLICES
    return st.tuples(*(st.lists(row, min_size=low, max_size=high) for low, high in bounds))


@st.composite
def datasets(draw: Callable[..., Any], name: str = "x", most: int = 5, **keywords: Any) -> Given:
    """A dataset of some columns (keywords of `columns`) and rows."""
    wanted = draw(columns(**keywords))
    return Given(name, wanted, draw(rows(wanted, most)))


@st.composite
def chains(draw: Callable[..., Any], most: int = 3, **keywords: Any) -> list[Given]:
    """Datasets of the same columns, each following the one before; the names are "0", "1" ..."""
    wanted = draw(columns(**keywords))
    found: list[Given] = []
    for number in range(draw(st.integers(1, most))):
        previous = str(number - 1) if number else None
        allowed = {n: (kind, none or draw(st.booleans())) for n, (kind, none) in wanted.items()}
        found.append(Given(str(number), allowed, draw(rows(allowed)), previous=previous))
    return found
