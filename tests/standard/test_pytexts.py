"""Columns as text, against Python's own `str` and `repr` of the values."""

from __future__ import annotations

import json
from hashlib import md5
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.data import floattexts
from axtui.data.encode import encode, fields
from axtui.data.types import TYPES
from axtui.standard import md5columns, pytexts, rowbytes
from axtui.standard.csvlines import LineFormat, field
from tests.standard.given import VALUES

PLAIN = sorted(set(VALUES) - {"bytes", "ascii", "unicode", "json"})


def batch(kind: str, values: list[Any]) -> pa.RecordBatch:
    """A batch of one column, "x"."""
    fixed = [None if v is None else TYPES[kind].fix(v) for v in values]
    arrays = encode(TYPES[kind], fixed)
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields("x", TYPES[kind])))


@given(st.data())
def test_the_text_is_that_of_python(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(PLAIN))
    values = data.draw(st.lists(st.none() | VALUES[kind], max_size=8))
    given_batch = batch(kind, values)
    told = str if kind in ("date", "time", "datetime") else repr
    assert pytexts.strings(TYPES[kind], given_batch, "x").to_pylist() == [
        None if v is None else told(v) for v in values
    ]
    assert pytexts.reprs(TYPES[kind], given_batch, "x").to_pylist() == [
        None if v is None else repr(v) for v in values
    ]


@settings(max_examples=25)
@given(st.lists(st.floats(), min_size=20, max_size=100), st.floats())
def test_many_floats_have_the_text_of_few(values: list[float], other: float) -> None:
    array = pa.array([other, *values * (2500 // len(values)), None], pa.float64())
    found = floattexts.reprs(array).to_pylist()
    assert found[1 : len(values) + 1] == [repr(value) for value in values]
    assert [found[0], *found[-2:]] == [repr(other), repr(values[-1]), None]


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(-7, 18))
def test_floats_that_all_differ(seed: int, magnitude: int) -> None:
    drawn = np.random.default_rng(seed).standard_normal(200) * 10.0**magnitude
    values = [*drawn.tolist(), *np.round(drawn, 2).tolist(), *np.rint(drawn).tolist()]
    assert floattexts.reprs(pa.array(values)).to_pylist() == [repr(value) for value in values]


@pytest.mark.filterwarnings("error")
def test_nothing_is_said_of_any_nan() -> None:
    signalling = np.array([0x7FF0000000000001], np.uint64).view(np.float64)
    assert floattexts.reprs(pa.array(signalling)).to_pylist() == ["nan"]


def test_digests_of_many_rows_are_those_of_few() -> None:
    numbers = list(range(3000))
    found = rowbytes.digests(batch("int64", numbers), [("x", "int64")])
    assert found == b"".join(md5(b"%d\0" % number).digest() for number in numbers)
    few = rowbytes.digests(batch("int64", numbers[5:9]), [("x", "int64")])
    assert found[5 * 16 : 9 * 16] == few
    parts = [found[start : start + 16] for start in range(0, len(found), 16)]
    assert rowbytes.in_order(found + found) == b"".join(sorted(parts * 2))


@pytest.mark.parametrize("longest", [0, 55, 56, 63, 64, 119, 120, 700])
def test_md5_of_messages_of_all_lengths(longest: int) -> None:
    draw = np.random.default_rng(longest)
    lengths = np.append(draw.integers(0, longest + 1, 3000), np.full(1500, longest))
    starts = 3 + np.cumsum(lengths) - lengths
    data = draw.integers(0, 256, 3 + lengths.sum(), dtype=np.uint8)
    texts = [data[at : at + size].tobytes() for at, size in zip(starts, lengths, strict=True)]
    found = md5columns.of_texts(data, starts, lengths)
    assert found.tobytes() == b"".join(md5(text).digest() for text in texts)


def test_digests_that_begin_alike_are_ordered_by_their_ends() -> None:
    parts = [b"a" * 8 + b"z" * 8, b"a" * 8 + b"b" * 8, b"A" * 16, b"a" * 7 + b"Z" * 9]
    assert rowbytes.in_order(b"".join(parts)) == b"".join(sorted(parts))
    assert rowbytes.in_order(b"") == b""


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("unicode", None, b"None\xff"),
        ("bytes", None, b"None\xff"),
        ("bytes", b"\xff\0", b"\xff\0"),
        ("int64", None, b"None"),
        ("json", None, b"null"),
        ("json", {"b": "å", "a": [1.5, None]}, '{"a":[1.5,null],"b":"å"}'.encode()),
        ("pickle", {"b": 1, "a": float("inf")}, b'{"a":Infinity,"b":1}'),
    ],
)
def test_the_bytes_of_a_value(kind: str, value: Any, expected: bytes) -> None:
    found = rowbytes.column_bytes(TYPES[kind], batch(kind, [value]), "x")
    assert found.to_pylist() == [expected]


QUOTES = st.sampled_from(['"', "'", "\"'", "qq", "a"])


@given(
    st.lists(VALUES["unicode"], min_size=1), QUOTES, st.sampled_from([",", "", "a"]), st.booleans()
)
def test_quoted_values(values: list[str], quote: str, separator: str, lazy: bool) -> None:
    quotes = ('"', "'") if quote in "\"'" else (quote,)
    form = LineFormat(separator, "\n", quote, lazy)
    for value, found in zip(values, form.quoted(pa.array(values)).to_pylist(), strict=True):
        needs = value.startswith(quotes) or value.endswith(quotes) or separator in value
        if lazy and separator and not needs:
            assert found == value
        else:
            assert found == quote + value.replace(quote, quote + quote) + quote


@given(st.lists(st.none() | VALUES["json"], min_size=1, max_size=6))
def test_json_is_ascii_with_sorted_keys(values: list[Any]) -> None:
    form = LineFormat(",", "\n", "", True)
    found = field("x", "json", None).texts(batch("json", values), form).to_pylist()
    assert found == [json.dumps(value, sort_keys=True) for value in values]
    found = field("x", "json", "-").texts(batch("json", values), form).to_pylist()
    assert [text == "-" for text in found] == [value is None for value in values]


def test_bytes_that_are_no_utf8_are_written_with_backslashes() -> None:
    found = field("x", "bytes", None).texts(
        batch("bytes", ["å".encode(), b"\xff\n", None]), LineFormat(",", "\n", "", True)
    )
    assert found.to_pylist() == ["å", "\\xff\n", "None"]
