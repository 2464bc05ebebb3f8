"""Column types: what they take, what they refuse, and that values survive Arrow."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pyarrow as pa
import pytest
from column_values import VALUES, same
from hypothesis import given
from hypothesis import strategies as st

from axtui.data import decode as decoding
from axtui.data import types
from axtui.data.encode import encode
from axtui.errors import DatasetUsageError

UTC = dt.UTC


def through_arrow(name: str, values: list[Any]) -> list[Any]:
    kind = types.TYPES[name]
    fix = types.fixer(name, True)
    arrays = encode(kind, [fix(value) for value in values])
    return decoding.decode(kind, *arrays)


@given(st.data())
@pytest.mark.parametrize("name", sorted(types.TYPES))
def test_values_come_back_as_they_were(name: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | VALUES[name], max_size=30))
    assert same(through_arrow(name, values), values)


@given(st.data())
@pytest.mark.parametrize("name", sorted(types.TYPES))
def test_a_slice_of_an_array_decodes_like_a_slice_of_the_list(
    name: str, data: st.DataObject
) -> None:
    values = data.draw(st.lists(st.none() | VALUES[name], min_size=3, max_size=10))
    kind = types.TYPES[name]
    fix = types.fixer(name, True)
    arrays = [part.slice(1, len(values) - 2) for part in encode(kind, [fix(v) for v in values])]
    assert same(decoding.decode(kind, *arrays), values[1:-1])


@pytest.mark.parametrize("name", ["ascii", "unicode", "bytes", "json"])
def test_dictionary_encoded_arrays_decode_alike(name: str) -> None:
    kind = types.TYPES[name]
    values = [b"b", None, b"a", b"b"] if name == "bytes" else ["b", None, "a", "b"]
    (array,) = encode(kind, [types.fixer(name, True)(value) for value in values])
    assert decoding.decode(kind, array.dictionary_encode()) == values


@given(st.data())
@pytest.mark.parametrize("name", [n for n, t in types.TYPES.items() if t.ordered])
def test_extremes_are_those_of_python(name: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | VALUES[name], max_size=20))
    kind = types.TYPES[name]
    arrays = encode(kind, [types.fixer(name, True)(value) for value in values])
    low, high = decoding.extremes(kind, arrays[0], arrays[1] if len(arrays) > 1 else None)
    expected = [types.merge_extreme(choose, values) for choose in (min, max)]
    assert [clock(low), clock(high)] == [clock(value) for value in expected] or math.isnan(low)
    if isinstance(low, float) and math.isnan(low):
        assert all(v is None or v != v for v in values)


def clock(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime | dt.time) else value


@given(st.data())
@pytest.mark.parametrize("name", [n for n, t in types.TYPES.items() if t.ordered])
def test_extremes_survive_json(name: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[name])
    if isinstance(value, dt.datetime | dt.time):
        value = value.replace(fold=0)
    text = orjson.dumps(types.to_json(value))
    assert same(types.from_json(name, orjson.loads(text)), value)


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("number", True, 1),
        ("float64", 3, 3.0),
        ("float64", True, 1.0),
        ("float32", 0.1, 0.10000000149011612),
        ("float32", 1e300, math.inf),
        ("float32", -1e300, -math.inf),
        ("int64", True, 1),
        ("complex64", 2, 2 + 0j),
        ("complex32", 0.1j, 0.10000000149011612j),
        ("bool", 1, True),
        ("bool", 0, False),
        ("date", dt.datetime(2020, 1, 2, 3, tzinfo=UTC), dt.date(2020, 1, 2)),
        (
            "datetime",
            dt.datetime(2020, 1, 1, tzinfo=ZoneInfo("UTC")),
            dt.datetime(2020, 1, 1, tzinfo=UTC),
        ),
        ("ascii", b"ab", "ab"),
        ("json", (1, 2), [1, 2]),
        ("json", 10**30, 10**30),
        ("parsed:number", " 7 ", 7),
        ("parsed:number", "1.5", 1.5),
        ("parsed:number", b" 8", 8),
        ("parsed:number", "1e3", 1000.0),
        ("parsed:int64", "7", 7),
        ("parsed:int64", 1.5, 1),
        ("parsed:int32", b"7", 7),
        ("parsed:float64", "1e3", 1000.0),
        ("parsed:float32", "0.5", 0.5),
        ("parsed:complex64", "1+2j", 1 + 2j),
        ("parsed:json", '{"a": [1]}', {"a": [1]}),
    ],
)
def test_values_that_are_converted(name: str, value: Any, stored: Any) -> None:
    kind, _ = types.lookup(name)
    arrays = encode(kind, [types.fixer(name, False)(value)])
    assert same(decoding.decode(kind, *arrays), [stored])


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("number", "1", ValueError),
        ("number", 10**400, OverflowError),
        ("float64", "1", TypeError),
        ("float64", 10**400, OverflowError),
        ("float64", 1j, TypeError),
        ("int64", 2**63, OverflowError),
        ("int64", -(2**63) - 1, OverflowError),
        ("int64", 1.0, TypeError),
        ("int64", "1", TypeError),
        ("int32", 2**31, OverflowError),
        ("complex64", "1", TypeError),
        ("bool", 2, OverflowError),
        ("bool", "1", OverflowError),
        ("bool", None, ValueError),
        ("datetime", dt.date(2020, 1, 1), ValueError),
        (
            "datetime",
            dt.datetime(2020, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=2))),
            ValueError,
        ),
        ("datetime", dt.datetime(2020, 1, 1, tzinfo=ZoneInfo("Europe/London")), ValueError),
        ("time", dt.datetime(2020, 1, 1), ValueError),
        ("date", "2020-01-01", ValueError),
        ("bytes", "a", TypeError),
        ("ascii", "é", ValueError),
        ("ascii", b"\xff", ValueError),
        ("unicode", b"a", TypeError),
        ("unicode", "\ud800", ValueError),
        ("json", b"a", TypeError),
        ("json", "\ud800", ValueError),
        ("parsed:number", "", ValueError),
        ("parsed:number", "x", ValueError),
        ("parsed:int64", "1.5", ValueError),
        ("parsed:int64", str(2**63), OverflowError),
    ],
)
def test_values_that_are_refused(name: str, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        types.fixer(name, False)(value)


@pytest.mark.parametrize("name", [n for n in types.TYPES if n not in ("json", "pickle")])
def test_none_needs_none_support(name: str) -> None:
    with pytest.raises(ValueError, match="none_support"):
        types.fixer(name, False)(None)
    assert types.fixer(name, True)(None) is None


def test_json_and_pickle_always_take_none() -> None:
    assert types.fixer("json", False)(None) is None
    assert types.fixer("pickle", False)(None) is None


def test_default_replaces_what_cannot_be_stored() -> None:
    fix = types.fixer("int64", False, 5)
    assert [fix(v) for v in (None, "x", 2**70, 1)] == [5, 5, 5, 1]
    assert types.fixer("int64", True, 5)(None) is None
    with pytest.raises(TypeError):
        types.fixer("int64", False, "y")


@pytest.mark.parametrize("name", ["int", "parsed:date", "parsed:", "Number", "x:int64"])
def test_unknown_types_are_named(name: str) -> None:
    with pytest.raises(DatasetUsageError, match="no column type"):
        types.lookup(name)


def test_near_names_are_suggested() -> None:
    with pytest.raises(DatasetUsageError, match=r"did you mean .*int64"):
        types.lookup("int46")


def test_quick_expressions_only_accept_what_the_fixer_leaves_alone() -> None:
    samples: list[Any] = [
        None,
        True,
        1,
        2**63,
        1.5,
        "a",
        "é",
        "\ud800",
        b"a",
        1j,
        dt.date(2020, 1, 1),
    ]
    samples += [dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 1, tzinfo=UTC), dt.time(1), [1]]
    for kind in types.TYPES.values():
        if kind.quick:
            test = eval(f"lambda v: {kind.quick.format(v='v')}", dict(types.QUICK_NAMES))
            for value in samples:
                assert not test(value) or same(kind.fix(value), value)


def test_kinds_tell_what_a_number_column_holds() -> None:
    kind = types.TYPES["number"]

    def found(*values: Any) -> set[str]:
        return decoding.kinds(kind, encode(kind, list(values))[0], None)

    assert found(1, None) == {"int"}
    assert found(1, 1.5) == {"int", "float"}
    assert found(2**60) == {"int", "wide"}
    assert found(2**70, 1.0) == {"big", "float"}
    assert found() == set()


def test_an_empty_number_array_has_the_physical_type() -> None:
    (array,) = encode(types.TYPES["number"], [])
    assert array.type == pa.struct(
        [("int", pa.int64()), ("float", pa.float64()), ("big", pa.string())]
    )
