"""Profiles of datasets against counts in plain Python, and windows of rows."""

from __future__ import annotations

import datetime as dt
import math
import threading
from collections import Counter
from typing import Any

import pytest
from dataset_workspace import Workspace
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.data import columnar, profile
from axtui.data.profile import BINS, Profiler
from axtui.errors import UserError

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "int64": st.integers(-(1 << 63), (1 << 63) - 1),
    "int32": st.integers(-30, 30),
    "float64": st.floats(),
    "unicode": st.text(max_size=3),
    "date": st.dates(),
    "datetime": st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)),
    "time": st.times(),
    "bool": st.booleans(),
    "number": st.one_of(st.integers(-(10**20), 10**20), st.floats(allow_nan=False)),
    "bytes": st.binary(max_size=3),
    "json": st.lists(st.integers(), max_size=2),
}


@pytest.mark.parametrize("kind", VALUES)
def test_bars_hold_every_value_once(workspace: Workspace, kind: str) -> None:
    @settings(max_examples=8)
    @given(st.lists(st.one_of(st.none(), VALUES[kind]), max_size=40))
    def check(values: list[Any]) -> None:
        dataset = workspace.write({"x": (kind, True)}, [(v,) for v in values])
        with Profiler(dataset) as profiler:
            summary, shape = profiler.summaries()["x"], profiler.shape("x")
        there = [value for value in values if value is not None]
        if kind != "json":  # there, None is a value
            assert summary.nulls == len(values) - len(there)
        if shape.kind == "none":
            return
        finite = [v for v in there if not isinstance(v, float) or math.isfinite(v)]
        counted = sum(bar.rows for bar in shape.bars) + shape.rest
        binned = kind in ("float64", "number") and shape.kind == "histogram"
        assert counted == len(finite if binned else there)
        assert len(shape.bars) <= BINS
        assert all(profile.shown(bar.low) for bar in shape.bars if bar.low != "")
        if shape.kind == "values" and kind != "json":
            most = Counter(there).most_common()
            assert [bar.rows for bar in shape.bars] == [n for _, n in most][: len(shape.bars)]
        if kind in ("int64", "int32", "date"):
            for bar in shape.bars:
                assert bar.rows == sum(bar.low <= value <= bar.high for value in there)

    check()


def test_a_profile_can_be_stopped_and_a_column_may_have_any_name(workspace: Workspace) -> None:
    name = "a \"b\" 'c'"
    dataset = workspace.write({name: ("int64", False)}, [(n,) for n in range(100)])
    with Profiler(dataset) as profiler:
        assert profiler.summaries()[name].distinct in range(90, 101)
        assert len(profiler.shape(name).bars) <= BINS
        profiler._con.execute("CREATE VIEW endless AS SELECT * FROM range(1000000000000) r(x)")
        timer = threading.Timer(0.2, profiler.stop)
        timer.start()
        with pytest.raises(UserError, match="stopped"):
            profiler._one("SELECT sum(x * x) FROM endless")


def test_a_sample_is_told_to_be_one(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "_SAMPLED", 1000)
    monkeypatch.setattr(profile, "_SAMPLE", 500)
    dataset = workspace.write({"x": ("int64", False)}, [(n,) for n in range(5000)])
    with Profiler(dataset) as profiler:
        assert profiler.sampled and profiler.rows < 5000
    with Profiler(dataset, everything=True) as profiler:
        assert not profiler.sampled
        assert sum(bar.rows for bar in profiler.shape("x").bars) == 5000


def test_a_window_is_the_same_rows_as_reading_all(workspace: Workspace) -> None:
    dataset = workspace.write({"x": ("number", True)}, [(n or None,) for n in range(100)])
    rows = columnar.to_arrow(dataset)

    @given(st.integers(0, 120), st.integers(0, 60))
    def check(offset: int, limit: int) -> None:
        assert columnar.window(dataset, offset, limit).equals(rows.slice(offset, limit))

    check()
