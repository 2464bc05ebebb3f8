"""Columns as text, against Python's own `str` and `repr` of the values."""

from __future__ import annotations

import json
from hashlib import md5
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui.data.encode import encode, fields
from axtui.data.types import TYPES
from axtui.standard import byduckdb, pytexts, rowbytes
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


@given(st.lists(st.floats(), min_size=20, max_size=100))
def test_many_floats_have_the_text_of_few(values: list[float]) -> None:
    array = pa.array(values * (byduckdb.MANY // len(values) + 1), pa.float64())
    found = pytexts._floats(array).to_pylist()
    assert found[: len(values)] == [repr(value) for value in values]
    assert found[-1] == repr(values[-1])


def test_digests_of_many_rows_are_those_of_few() -> None:
    numbers = list(range(byduckdb.MANY + 10))
    found = rowbytes.digests(batch("int64", numbers), [("x", "int64")])
    assert found == b"".join(md5(b"%d\0" % number).digest() for number in numbers)
    few = rowbytes.digests(batch("int64", numbers[5:9]), [("x", "int64")])
    assert found[5 * 16 : 9 * 16] == few
    parts = [found[start : start + 16] for start in range(0, len(found), 16)]
    assert rowbytes.in_order(found) == b"".join(sorted(parts))


def test_digests_that_begin_alike_are_ordered_by_their_ends() -> None:
    parts = [b"a" * 8 + b"z" * 8, b"a" * 8 + b"b" * 8, b"A" * 16]
    assert rowbytes.in_order(b"".join(parts)) == b"".join(sorted(parts))


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
