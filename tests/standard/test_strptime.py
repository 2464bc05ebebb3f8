"""Formats of dates and times: the exact reader, and the vectorised one against it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui.errors import UserError
from axtui.standard.dateformat import parse_format
from axtui.standard.datelayout import layout_of, read_times
from axtui.standard.strptime import read_datetime, read_time


def read(text: str, format_: str, trailing: bool = False) -> dt.datetime | None:
    try:
        return read_datetime(text.encode(), parse_format(format_), trailing)
    except ValueError:
        return None


APRIL = dt.datetime(2013, 4, 10)


@pytest.mark.parametrize(
    ("text", "format_", "wanted"),
    [
        ("2013-04-10", "%Y-%m-%d", APRIL),
        ("2013-4-10", "%Y-%m-%d", APRIL),
        ("2013- 4-10", "%Y-%m-%d", APRIL),
        ("13-04-10", "%y-%m-%d", APRIL),
        ("69", "%y", dt.datetime(1969, 1, 1)),
        ("68", "%y", dt.datetime(2068, 1, 1)),
        ("20", "%C", dt.datetime(2070, 1, 1)),
        ("201304", "%Y%m", dt.datetime(2013, 4, 1)),
        ("2013-02-30", "%Y-%m-%d", None),
        ("2013-04-10 ", "%Y-%m-%d", None),
        (" 2013-04-10", "%Y-%m-%d", None),
        ("0000-01-01", "%Y-%m-%d", None),
        ("2013-12-31T23:59:60", "%Y-%m-%dT%H:%M:%S", None),
        ("Apr 10 2013", "%b %d %Y", APRIL),
        ("APRIL10 2013", "%b%d %Y", APRIL),
        ("Apx 10 2013", "%b %d %Y", None),
        ("12:30 PM", "%I:%M %p", dt.datetime(1970, 1, 1, 12, 30)),
        ("12:30 am", "%I:%M %p", dt.datetime(1970, 1, 1, 0, 30)),
        ("pm 1", "%p %I", dt.datetime(1970, 1, 1, 13)),
        ("1:05 p", "%I:%M %p", None),
        ("01:02:03.5", "%H:%M:%S.%f", dt.datetime(1970, 1, 1, 1, 2, 3, 500_000)),
        ("01:02:03.1234567", "%H:%M:%S.%7f", dt.datetime(1970, 1, 1, 1, 2, 3, 123_456)),
        ("1365552000", "%s", APRIL),
        ("-1", "%s", dt.datetime(1969, 12, 31, 23, 59, 59)),
        ("1365552000123", "%J", APRIL.replace(microsecond=123_000)),
        ("-1", "%J", dt.datetime(1969, 12, 31, 23, 59, 59, 999_000)),
        ("41374.75", "%e", APRIL.replace(hour=18)),
        ("0", "%e", dt.datetime(1899, 12, 31)),
        ("60", "%e", dt.datetime(1900, 3, 1)),
        ("60", "%0e", dt.datetime(1900, 2, 28)),
        ("59", "%2e", dt.datetime(1904, 2, 29)),
        ("-0.75", "%0e", dt.datetime(1899, 12, 29, 6)),
        ("4294930773.75", "%e", dt.datetime(1800, 1, 1, 18)),
        ("x2013y", "%.%Y%.", dt.datetime(2013, 1, 1)),
        ("2013-04-10", "%Y%/-%m:%d", None),
        ("2013", "%Y%/-%m-%d", dt.datetime(2013, 1, 1)),
        ("2013-04-10Z", "%Y-%m-%d%?Z", APRIL),
        ("2013-04-10", "%Y-%m-%d%?Z", APRIL),
        ("2013-04-10 x", "%Y-%m-%d%?Z%: x", APRIL),
        ("2013-04-10x", "%Y-%m-%d%?Z%:x", APRIL),
        ("99-2013", "%-%d-%Y", None),
        ("31-2013", "%-%d-%Y", dt.datetime(2013, 1, 1)),
        ("50%", "%y%%", dt.datetime(2050, 1, 1)),
        ("a1b", "%^%#%@", dt.datetime(1970, 1, 1)),
        ("35x", "%1,31#%.%.", None),
        ("131", "%3#", dt.datetime(1970, 1, 1)),
    ],
)
def test_codes(text, format_, wanted):
    assert read(text, format_) == wanted


def test_anything_may_follow_where_that_is_asked_for():
    assert read("2013-04-10 rest", "%Y-%m-%d") is None
    assert read("2013-04-10 rest", "%Y-%m-%d", trailing=True) == APRIL


def test_a_time_of_day_needs_no_real_day():
    items = parse_format("%Y-%m-%d %H:%M")
    assert read_time(b"2013-02-30 12:30", items) == dt.time(12, 30)


@pytest.mark.parametrize(
    "format_", ["%", "%x", "%2,1%Y", "%?", "%0?x", "%-", "%1,2:x", "%0f", "%Y%"]
)
def test_wrong_formats_are_refused(format_):
    with pytest.raises(UserError, match="date format"):
        parse_format(format_)


FORMATS = [
    "%Y-%m-%d",
    "%Y%m%d%H%M%S",
    "%d/%m/%y %H:%M:%S.%f",
    "%H:%M:%S.%3f",
    "%C%y",
    "%M.%9f",
    "%Y %m",
]
fields = st.tuples(
    st.integers(0, 10_000),
    st.integers(0, 13),
    st.integers(0, 32),
    st.integers(0, 25),
    st.integers(0, 61),
)


@given(
    st.sampled_from(FORMATS),
    st.lists(fields, max_size=5),
    st.lists(st.text("0123456789-/:. ", max_size=20)),
    st.booleans(),
)
def test_the_vectorised_reader_never_differs_from_the_exact_one(format_, times, noise, trailing):
    def written(parts):
        year, month, day, hour, minute = parts
        text = format_
        for code, value in [
            ("%Y", f"{year:04}"),
            ("%C", f"{year // 100:02}"),
            ("%y", f"{year % 100:02}"),
            ("%m", f"{month:02}"),
            ("%d", f"{day:02}"),
            ("%H", f"{hour:02}"),
            ("%M", f"{minute:02}"),
            ("%S", f"{minute:02}"),
            ("%f", "123456"),
            ("%3f", "789"),
            ("%9f", "123456789"),
        ]:
            text = text.replace(code, value)
        return text

    values = [*map(written, times), *noise, *(written(parts) + "x" for parts in times)]
    items = parse_format(format_)
    layout = layout_of(items)
    assert layout is not None
    micros, done = read_times(pa.array([v.encode() for v in values], pa.binary()), layout, trailing)
    for value, micro, fast in zip(values, micros.tolist(), done.tolist(), strict=True):
        exact = read(value, format_, trailing)
        if fast:
            assert exact is not None
            assert exact == dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=micro)
    real = [read(written(parts), format_, trailing) is not None for parts in times]
    assert done[: len(times)].tolist() == real  # what is written to the letter is read the fast way


def test_slices_of_arrays_are_read_at_their_place():
    layout = layout_of(parse_format("%Y-%m-%d"))
    assert layout is not None
    array = pa.array([b"junk", b"2013-04-10", None], pa.binary()).slice(1)
    micros, done = read_times(array, layout, False)
    assert done.tolist() == [True, False]
    assert np.datetime64(int(micros[0]), "us") == np.datetime64("2013-04-10")
