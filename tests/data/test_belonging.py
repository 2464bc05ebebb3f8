"""Which values of a hash label belong to a slice, whatever was asked before."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.data.belonging import Belongs, belonging
from axtui.data.hashing import slice_of
from axtui.data.types import TYPES

SLICES = 3


def _asking(kind: str) -> Belongs:
    fix = TYPES[kind].fix
    return belonging(TYPES[kind], lambda value: slice_of(fix(value), SLICES), SLICES, 1)


@given(st.lists(st.tuples(st.integers(-(1 << 63), (1 << 63) - 1), st.integers(0, 60))))
@settings(max_examples=20, deadline=None)
def test_runs_of_integers_anywhere(runs: list[tuple[int, int]]) -> None:
    belongs = _asking("number")
    for first, count in [*runs, (-40, 90), (-40, 90), (4090, 50), ((1 << 63) - 40, 80)]:
        for value in range(first, first + count):
            assert belongs(value) == (slice_of(value, SLICES) == 1), value


def test_what_equals_a_known_value_but_does_not_fit_is_refused_still() -> None:
    belongs = _asking("int64")
    for value in range(200):
        belongs(value)
    assert belongs(True) == belongs(1)
    with pytest.raises(TypeError):
        belongs(1.0)
    moments = _asking("datetime")
    utc = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    moments(utc)
    with pytest.raises(ValueError, match="time zone"):
        moments(utc.astimezone(dt.timezone(dt.timedelta(hours=2))))
    narrow = _asking("int32")
    for value in range((1 << 31) - 300, 1 << 31):
        narrow(value)
    with pytest.raises(OverflowError):
        narrow(1 << 31)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("ascii", ["", "a", "b", b"a"]),
        ("float64", [0.0, -0.0, 1.5, float("nan"), 3]),
        ("datetime", [dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 1, tzinfo=dt.UTC)]),
        ("bool", [True, False, 1, 0]),
        ("complex64", [1j, -0.0j, 2]),
    ],
)
def test_others_also_when_asked_again(kind: str, values: list[Any]) -> None:
    belongs = _asking(kind)
    for value in values * 2:
        assert belongs(value) == (slice_of(TYPES[kind].fix(value), SLICES) == 1), value
