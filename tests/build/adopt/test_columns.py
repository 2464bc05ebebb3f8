"""Column files decoded: every type, any values, in pieces of any size."""

from __future__ import annotations

import datetime as dt
import gzip
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.build.adopt.columns import ColumnReader
from axtui.data.decode import decode
from axtui.data.types import TYPES
from axtui.errors import DamagedJobError
from tests.build.adopt.oldwriter import ENCODERS, column_bytes

ZONES = st.sampled_from([None, dt.UTC])
FOLD = st.integers(0, 1)
LONG = st.integers(250, 258).map(lambda size: "x" * size)
TEXTS = st.text(max_size=5) | LONG
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.integers(-(2**1006), 2**1006)
    | st.integers(-300, 300)
    | st.floats(allow_nan=False),
    "int64": st.integers(-(2**63) + 1, 2**63 - 1),
    "int32": st.integers(-(2**31) + 1, 2**31 - 1),
    "float64": st.floats(allow_nan=False),
    "float32": st.floats(width=32, allow_nan=False),
    "complex64": st.complex_numbers(allow_nan=False),
    "complex32": st.complex_numbers(allow_nan=False, width=64),
    "bool": st.booleans(),
    "datetime": st.builds(lambda v, f: v.replace(fold=f), st.datetimes(timezones=ZONES), FOLD),
    "time": st.builds(lambda v, z, f: v.replace(tzinfo=z, fold=f), st.times(), ZONES, FOLD),
    "date": st.dates(),
    "bytes": st.binary(max_size=5) | LONG.map(str.encode),
    "ascii": st.text("abc", max_size=3) | LONG,
    "unicode": TEXTS,
    "json": st.none() | st.integers() | TEXTS | st.lists(st.integers(), max_size=3),
    "pickle": st.none() | st.integers() | st.tuples(st.integers(), st.text()),
}


def read(kind: str, data: bytes, rows: int, step: int = 1 << 20, alone: bool = True) -> list[Any]:
    reader = ColumnReader(io.BytesIO(data), TYPES[kind], rows, alone, step)
    found: list[Any] = []
    while ready := reader.prepare(7):
        arrays = reader.take(ready)
        found += decode(TYPES[kind], arrays[0], arrays[1] if len(arrays) > 1 else None)
    reader.finish()
    return found


def exact(values: list[Any]) -> list[str]:
    return [f"{type(value).__name__} {value!r}" for value in values]


@pytest.mark.parametrize("kind", ENCODERS)
@given(data=st.data(), step=st.sampled_from([13, 1 << 20]))
@settings(max_examples=6)
def test_values_are_what_was_written(kind: str, data: st.DataObject, step: int) -> None:
    values = data.draw(st.lists(st.none() | VALUES[kind], min_size=1, max_size=40))
    if step > 13:
        values *= data.draw(st.sampled_from([1, 40]))  # long enough for runs of one size, too
    assert exact(read(kind, column_bytes(kind, values), len(values), step)) == exact(values)


def test_members_follow_one_another() -> None:
    data = column_bytes("int32", [1, 2]) + column_bytes("int32", [3])
    assert read("int32", data, 3) == [1, 2, 3]
    assert read("int32", data, 2, alone=False) == [1, 2]


GOOD = column_bytes("int64", range(1000))


@pytest.mark.parametrize(
    ("kind", "data", "rows", "words"),
    [
        ("int64", GOOD[:-20], 1000, "cut"),
        ("int64", GOOD[:100] + b"\0\0\0\0" + GOOD[104:], 1000, "corrupt"),
        ("int64", GOOD[:-8] + b"abcd" + GOOD[-4:], 1000, "corrupt"),  # only the checksum knows
        ("int64", GOOD, 1001, "missing"),
        ("int64", GOOD, 999, "more"),
        ("int64", GOOD + GOOD, 1000, "more in the file"),
        ("int64", b"", 5, "missing"),
        ("bool", gzip.compress(b"\1\7"), 2, "neither true nor false"),
        ("date", gzip.compress(b"\xff" * 8), 2, "no date"),
        ("datetime", gzip.compress(b"\xff" * 16), 2, "no"),
        ("number", gzip.compress(b"\x03\x00"), 1, "begins with"),
        ("ascii", gzip.compress(b"\x01\xc3"), 1, "not UTF-8"),
        ("ascii", gzip.compress(b"\x02\xc3\xa9"), 1, "not ASCII"),
        ("bytes", gzip.compress(b"\xff\x00\x00\x01\x00"), 1, "missing"),
    ],
    ids=range(14),
)
def test_damage_is_told(kind: str, data: bytes, rows: int, words: str) -> None:
    with pytest.raises(DamagedJobError, match=words):
        read(kind, data, rows)
