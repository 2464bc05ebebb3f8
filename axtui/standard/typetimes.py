"""Typing kernels for datetime, date and time by a format."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.types import TYPES
from axtui.errors import UserError
from axtui.standard.arrays import Typed, finish, only, valid
from axtui.standard.dateformat import Item, parse_format
from axtui.standard.datelayout import Layout, layout_of, read_times
from axtui.standard.strptime import read_datetime, read_time
from axtui.standard.zones import in_zone

MICROS = pa.timestamp("us")
_DAY = 86_400_000_000
_ANY_DAY = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class TimeFormat:
    """How to read times: `kind` is datetime, date or time; `trailing` lets anything follow."""

    kind: str
    items: tuple[Item, ...]
    layout: Layout | None
    trailing: bool
    zone: str | None
    comma: bool


def time_format(
    kind: str, text: str, trailing: bool, zone: str | None = None, comma: bool = False
) -> TimeFormat:
    """The format that a type name asks for. Raises UserError if it is wrong."""
    if not text:
        raise UserError(f"type {kind} needs a format, as in {kind}:%Y-%m-%d")
    items = parse_format(text)
    return TimeFormat(kind, items, layout_of(items), trailing, zone, comma)


def to_times(array: pa.Array, how: TimeFormat) -> Typed:
    """Datetimes (with UTC where a zone was given), dates or times."""
    values, bad = _moments(array, how)
    if how.kind == "datetime":
        return in_zone(values, how.zone, bad)
    micros = pc.fill_null(values.cast(pa.int64()), 0).to_numpy()
    missing = ~valid(values)
    if how.kind == "date":
        days = (micros // _DAY).astype(np.int32)
        return pa.array(days, mask=missing).view(pa.date32()), bad
    return pa.array(micros % _DAY, mask=missing).view(pa.time64("us")), bad


def without_zone(typed: Typed) -> Typed:
    """Datetimes that are UTC, as naive ones: what a time zone made of them until 2022."""
    values, bad = typed
    return values.cast(pa.int64()).view(MICROS), bad


def _moments(array: pa.Array, how: TimeFormat) -> Typed:
    def convert(value: bytes) -> dt.datetime:
        if how.kind == "time":
            return dt.datetime.combine(
                _ANY_DAY, read_time(value, how.items, how.trailing, how.comma)
            )
        return read_datetime(value, how.items, how.trailing, how.comma)

    kind = TYPES["datetime"]
    if how.layout is None:
        return finish(kind, array, None, np.zeros(len(array), bool), convert)
    micros, done = read_times(array, how.layout, how.trailing, how.kind == "time")
    done &= array.is_valid().to_numpy(zero_copy_only=False)
    fast = only(pa.array(micros).view(MICROS), done)
    return finish(kind, array, fast, done, convert)
