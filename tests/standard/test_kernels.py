"""The typing kernels: what each type name makes of text (as the Accelerator does), on every path."""

from __future__ import annotations

import datetime as dt
import math
import re
import struct
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from axtui.errors import UserError
from axtui.standard.kernels import NO_DEFAULT, Settings, conversion, convert
from axtui.standard.typenames import STORED, parse, words
from axtui.standard.typerows import conversions

BAD = "bad"
INF, NAN = math.inf, math.nan


def typed(name: str, values: list[Any], default: Any = NO_DEFAULT, **settings: Any) -> list[Any]:
    """Python values, `BAD` for what cannot be converted; by the plain path, by dictionary, and of an
    array that is a part of another."""
    how = conversion("c", name, Settings(**settings), default)
    array = pa.array([v.encode() if isinstance(v, str) else v for v in values], pa.binary())
    plain = _listed(convert(array, how))
    assert repr(_listed(convert(array.dictionary_encode(), how))) == repr(plain)
    part = pa.concat_arrays([pa.array([b"-", None, b"\xff"]), array]).slice(3)
    assert repr(_listed(convert(part, how))) == repr(plain)
    return plain


def _listed(found: Any) -> list[Any]:
    bad = np.zeros(len(found.values), bool) if found.bad is None else found.bad
    return [
        BAD if wrong else _value(v) for v, wrong in zip(found.values.to_pylist(), bad, strict=True)
    ]


def _value(value: Any) -> Any:
    if isinstance(value, dict) and "re" in value:
        return complex(value["re"], value["im"])
    if isinstance(value, dict):
        number, real, big = value["int"], value["float"], value["big"]
        return int(big) if big is not None else real if number is None else number
    return value


CASES: dict[str, dict[Any, Any]] = {
    "int64_10": {
        "1": 1, " 2\t": 2, "+3": 3, "-4": -4, "007": 7, "": BAD, "x": BAD, "0x10": BAD, "1.0": BAD,
        "- 1": BAD, "9223372036854775807": 2**63 - 1, "9223372036854775808": BAD,
        "-9223372036854775808": BAD, None: None,
    },
    "int64_10i": {"12abc": 12, "abc": 0, "": 0, " -5 x": -5, "9223372036854775808": BAD},
    "int32_10": {"2147483647": 2**31 - 1, "2147483648": BAD, "-2147483648": BAD, "-2147483647": 1 - 2**31},
    "int64_16": {"ff": 255, "0xFF": 255, "0X1": 1, "-a": -10, "0x": BAD, "g": BAD},
    "int64_8": {"17": 15, "8": BAD, "0x1": BAD},
    "int64_0": {"010": 8, "0x10": 16, "10": 10, "08": BAD, "0": 0},
    "int64_0i": {"08": 0, "0x": 0, "0x1g": 1},
    "float64": {
        "1.5": 1.5, " 2 ": 2.0, "+1": 1.0, ".5": 0.5, "5.": 5.0, "1e400": INF, "-1e400": -INF,
        "infinity": INF, "nan(x)": NAN, "0x1p3": 8.0, "0x1p9999": INF, "1,5": BAD, "": BAD, "1_0": BAD,
        "1 2": BAD, "-0": -0.0, None: None,
    },
    "float64i": {"1.5x": 1.5, "x": 0.0, "": 0.0, "1e": 1.0},
    "float32": {"1.1": struct.unpack("f", struct.pack("f", 1.1))[0], "1e39": INF, "16777217": 16777216.0,
                " 16777217.0000000001": 16777218.0},
    "number": {
        "1": 1, "1.0": 1, "1.": 1, ".0": 0, ".": BAD, "-.0": BAD, "1.50": 1.5, "1e3": 1000.0, "5e0": 5.0,
        "nan": NAN, "-inf": -INF, "1e400": BAD, "1e-400": BAD, "0x1": BAD, "1_000": 1000, "": BAD,
        "9" * 30: int("9" * 30), str(2**1007): BAD, "1.5.5": BAD, "- 1": BAD, " 7 ": 7, None: None,
    },
    "number:int": {"1": 1, "1.00": 1, "1.5": BAD, "1e3": BAD},
    "number+None:int": {"": None, " ": BAD},
    "int64_10+None": {"": None, "1": 1, "x": BAD},
    "complex64": {"1+2j": 1 + 2j, "(1+2j)": 1 + 2j, "3": 3 + 0j, "x": BAD, "": BAD},
    "complex32": {"1.1": complex(struct.unpack("f", struct.pack("f", 1.1))[0])},
    "strbool": {"No": False, "FALSE": False, "": False, "nil": False, "yes": True, " 0": True, None: None},
    "strbool+None": {"": None},
    "floatbool": {"0.0": False, "-0": False, "nan": True, "1": True, "x": BAD},
    "floatbooli": {"0x": False, "1x": True},
    "bytes": {b"\xff ": b"\xff ", "": b"", None: None},
    "bytesstrip": {b" \t\xff\v\n": b"\xff"},
    "ascii": {b"a\xff\\": "a\\377\\", "": ""},
    "ascii:encode": {b"a\xff\\": "a\\377\\134", "ok": "ok"},
    "ascii:strict": {b"a\xff": BAD, "ok\\": "ok\\"},
    "asciistrip:replace": {b" \xe5 ": "\\345"},
    "unicode:utf-8": {"å": "å", b"\xff": BAD, "a": "a", b"\xed\xa0\x80": BAD},
    "unicode:utf-8/replace": {b"a\xff": "a\N{REPLACEMENT CHARACTER}"},
    "unicode:ascii/ignore": {b"a\xffb": "ab"},
    "unicode:latin-1": {b"\xff": "ÿ", "a": "a"},
    "unicode:utf-16-le": {b"a\0": "a", b"a": BAD},
    "unicodestrip:utf-8": {" å ": "å"},
    "date:%Y-%m-%d": {"2013-04-10": dt.date(2013, 4, 10), "2013-4-1": dt.date(2013, 4, 1), "x": BAD,
                      "1960-02-29": dt.date(1960, 2, 29), "1961-02-29": BAD, None: None},
    "datei:%Y-%m-%d": {"2013-04-10T12": dt.date(2013, 4, 10)},
    "date:%Y-%m-%d %H": {"1960-01-01 23": dt.date(1960, 1, 1)},
    "datetime:%Y-%m-%d %H:%M:%S.%f": {"2013-04-10 1:02:03.5": dt.datetime(2013, 4, 10, 1, 2, 3, 500_000)},
    "datetime+None:%s": {"": None, "-1": dt.datetime(1969, 12, 31, 23, 59, 59)},
    "time:%H:%M": {"12:30": dt.time(12, 30), "24:00": BAD},
    "time:%s": {"-1": dt.time(23, 59, 59), "253402300800": dt.time(0)},
    "json": {'{"a": [1, null]}': '{"a":[1,null]}', "null": None, "x": BAD, '"å"': '"å"', b"\xff": BAD},
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_each_type_makes_of_text(name):
    values = list(CASES[name])
    wanted = list(CASES[name].values())
    assert repr(typed(name, values)) == repr(wanted)
    for value, result in CASES[name].items():  # alone: nothing else sends it another way
        assert repr(typed(name, [value])) == repr([result])
    good = [v for v, result in CASES[name].items() if result is not BAD]
    assert repr(typed(name, good * 3)) == repr([r for r in wanted if r is not BAD] * 3)


def test_every_type_name_has_a_kernel_and_takes_an_empty_column():
    formats = {"unicode": "utf-8", "unicodestrip": "utf-8"}
    for base in STORED:
        detail = ":" + formats.get(base, "%Y") if f"{base}:*" in words() else ""
        for none in ("", "+None"):
            assert typed(f"{base}{none}{detail}", []) == []
            assert typed(f"{base}{none}{detail}", [None, None]) == [None, None]
        assert typed(f"{base}+None{detail}", ["", ""]) == [None, None]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "int",
        "int64",
        "number:float",
        "ascii:",
        "ascii:foo",
        "unicode",
        "date",
        "date:",
        "float64:x",
        "x+None",
    ],
)
def test_unknown_types_are_refused(name):
    with pytest.raises(UserError, match="there is no type"):
        parse(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [("unicode:nope", "no text encoding"), ("unicode:utf-8/x", "errors must be"), ("date:%Q", "date format"),
     ("unicode:hex", "no text encoding")],
)  # fmt: skip
def test_wrong_details_are_refused(name, message):
    with pytest.raises(UserError, match=message):
        conversion("c", name, Settings())


# -- rules around the kernels ------------------------------------------------------------------------


def test_defaults_replace_what_cannot_be_converted():
    assert typed("number", ["1", "x", None], default="7") == [1, 7, None]
    assert typed("int64_10", ["1", "x"], default=None) == [1, None]
    assert typed("date:%Y", ["x", "2013"], default="2000") == [
        dt.date(2000, 1, 1),
        dt.date(2013, 1, 1),
    ]
    assert typed("int64_10+None", ["", "x"], default="3") == [None, 3]
    assert typed("int32_10", ["x"], default=5) == [5]
    how = conversion("c", "int64_10", Settings(), "0")
    assert convert(pa.array([b"x", b"1", b"y"]), how).defaulted == 2


def test_a_default_that_cannot_be_converted_is_refused():
    with pytest.raises(UserError, match="the default 'x' of column 'c' is no int64_10"):
        conversion("c", "int64_10", Settings(), "x")


def test_a_decimal_comma():
    assert typed("float64", ["3,14", "3.14", "3"], comma=True) == [3.14, BAD, 3.0]
    assert typed("number", ["3,0", "3,5", "3.5"], comma=True) == [3, 3.5, BAD]
    assert typed("complex64", ["1,5", "1.5"], comma=True) == [1.5 + 0j, BAD]


def test_datetimes_of_a_time_zone_become_utc():
    utc = typed("datetime:%Y-%m-%d %H:%M", ["2013-07-01 12:00"], zone="UTC")
    assert utc[0].utcoffset() == dt.timedelta(0) and utc[0].hour == 12
    name = "datetime:%Y-%m-%d %H:%M"
    values = ["2013-07-01 12:00", "2013-01-01 12:00", "2013-10-27 02:30", "2013-03-31 02:30", None]
    found = typed(name, values, zone="Europe/Stockholm")
    assert [value and value.strftime("%H:%M") for value in found] == [
        "10:00",
        "11:00",
        "01:30",
        "01:30",
        None,
    ]
    assert typed("date:%Y-%m-%d", ["2013-07-01"], zone="Europe/Stockholm") == [dt.date(2013, 7, 1)]


def test_text_columns_of_other_types_can_be_typed():
    how = conversion("c", "int64_10", Settings())
    for kind in (pa.string(), pa.dictionary(pa.int32(), pa.string())):
        assert convert(pa.array(["1", None, "2"], kind), how).values.to_pylist() == [1, None, 2]


def test_sliced_arrays_are_typed_at_their_place():
    for name, text, value in [("int64_10", b"5", 5), ("date:%Y", b"2013", dt.date(2013, 1, 1)),
                              ("ascii", b"a", "a"), ("unicode:utf-8", b"a", "a")]:  # fmt: skip
        array = pa.array([b"\xff", text, b"\xff"]).slice(1, 1)
        found = convert(array, conversion("c", name, Settings()))
        assert (found.values.to_pylist(), found.bad) == ([value], None)


# -- against Python ----------------------------------------------------------------------------------


def python_int(text: str) -> Any:
    """int() without the forms that only Python has."""
    if re.fullmatch(r"[\t-\r ]*[+-]?[0-9]+[\t-\r ]*", text) and -(2**63) < int(text) < 2**63:
        return int(text)
    return BAD


@given(
    st.lists(
        st.one_of(st.integers(-(2**65), 2**65).map(str), st.text("0123456789+- x", max_size=6))
    )
)
def test_integers_are_those_python_reads(values):
    assert typed("int64_10", values) == [python_int(value) for value in values]


@given(st.lists(st.floats(allow_nan=False)))
@example([5e-324, 1.7976931348623157e308, -0.0])
def test_floats_come_back(values):
    for written in (
        [repr(v) for v in values],
        [f" {v!r}" for v in values],
        [f"{v:+.17e}" for v in values],
    ):
        assert repr(typed("float64", written)) == repr(values)


@given(st.lists(st.floats(allow_nan=False, width=32)))
def test_single_floats_come_back(values):
    assert repr(typed("float32", [repr(v) for v in values])) == repr(values)
    assert repr(typed("float32", [f" {v!r} " for v in values])) == repr(values)


@given(
    st.lists(
        st.one_of(
            st.integers(-(2**70), 2**70),
            st.floats(allow_nan=False, min_value=-1e200, max_value=1e200),
        )
    )
)
def test_numbers_come_back_as_what_they_are(values):
    normal = [v if isinstance(v, int) or v == 0 or abs(v) > 1e-300 else 0 for v in values]
    wanted = [
        int(v) if isinstance(v, float) and v == int(v) and "e" not in repr(v) else v for v in normal
    ]
    assert typed("number", [repr(v) for v in normal]) == wanted


@given(st.lists(st.binary(max_size=6)))
def test_decoding_is_that_of_python(values):
    for codec in ("utf-8", "latin-1", "ascii", "cp1252"):
        for errors in ("strict", "replace", "ignore"):
            wanted = []
            for value in values:
                try:
                    wanted.append(value.decode(codec, errors))
                except UnicodeDecodeError:
                    wanted.append(BAD)
            assert typed(f"unicode:{codec}/{errors}", values) == wanted


@pytest.mark.parametrize("default", [None, "7"])
def test_values_replaced_by_the_default_are_counted_beside_none(default: Any) -> None:
    how = conversion("c", "int32_10+None", Settings(), default)
    array = pa.array([b"1", b"", b"x", None, b"x", b"y"])
    for column in (array, array.dictionary_encode()):
        found = convert(column, how)
        other = default and int(default)
        assert found.values.to_pylist() == [1, None, other, None, other, other]
        assert found.bad is None
        assert found.defaulted == 3


@given(st.lists(st.binary(max_size=6) | st.none(), min_size=1))
def test_bytes_that_are_not_ascii_are_escaped(values: list[bytes | None]) -> None:
    def written(value: bytes, odd: str) -> str:
        return re.sub(odd.encode(), lambda found: b"\\%03o" % found.group()[0], value).decode()

    for name, odd in (("ascii", r"[\x80-\xff]"), ("ascii:encode", r"[\x80-\xff\\]")):
        expected = [None if value is None else written(value, odd) for value in values]
        assert typed(name, values) == expected


@given(
    st.lists(
        st.sampled_from(["2020-02-28", "1969-12-31", "", "2021-02-29", "0000-01-01", "2020-1-1"])
    )
)
def test_dates_that_arrow_reads_are_those_of_the_format(values: list[str]) -> None:
    real = {"2020-02-28": dt.date(2020, 2, 28), "1969-12-31": dt.date(1969, 12, 31)}
    real["2020-1-1"] = dt.date(2020, 1, 1)
    assert typed("date:%Y-%m-%d", values) == [real.get(value, BAD) for value in values]


def test_columns_of_the_same_type_and_default_share_what_converts_them() -> None:
    kinds = {"a": "int32_10", "b": "int32_10", "c": "int32_10", "d": "int64_10", "e": "int32_10"}
    names = {column: parse(kind) for column, kind in kinds.items()}
    options = {
        "timezone": None,
        "numeric_comma": False,
        "defaults": {"a": "1", "b": "1", "c": None, "d": "1"},
    }
    found = conversions(names, options)
    array = pa.array([b"x", b"7"], pa.binary())
    assert found["a"] is found["b"]
    values = {column: _listed(convert(array, how)) for column, how in found.items()}
    assert values == {"a": [1, 7], "b": [1, 7], "c": [None, 7], "d": [1, 7], "e": [BAD, 7]}
    assert convert(array, found["d"]).values.type == pa.int64()
