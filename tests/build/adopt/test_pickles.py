"""Pickles of others are read and never run."""

from __future__ import annotations

import datetime as dt
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.build.adopt.pickles import OldColumn, plain
from axtui.errors import DamagedJobError
from tests.build.adopt.oldwriter import Column, pickled


def test_columns_come_as_our_own() -> None:
    held = {"a": Column("int64", "gzip", "dev-1/DS/x.m", 1, 2**70, [0, False], True)}
    assert plain(pickled(held)) == {
        "a": OldColumn("int64", "gzip", "dev-1/DS/x.m", 1, 2**70, [0, False], True)
    }


SIMPLE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.datetimes(timezones=st.sampled_from([None, dt.UTC]))
    | st.dates()
    | st.times(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=8,
)


@given(SIMPLE, st.integers(2, 5))
@settings(max_examples=40)
def test_plain_values_are_what_pickle_makes_of_them(value: Any, protocol: int) -> None:
    assert plain(pickle.dumps(value, protocol)) == value


class Evil:
    """What a pickle can do to whoever loads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> Any:
        return (os.mkdir, (str(self.folder),))


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_nothing_is_called(tmp_path: Path, protocol: int) -> None:
    with pytest.raises(DamagedJobError, match="mkdir"):
        plain(pickle.dumps({"columns": [Evil(tmp_path / "made")]}, protocol))
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    "data", [b"", b"\x80\x02", b"not a pickle", b"\x80\x02}q\x00K\x01Rq.", b"."]
)
def test_what_is_no_pickle_is_told(data: bytes) -> None:
    with pytest.raises(DamagedJobError):
        plain(data)
