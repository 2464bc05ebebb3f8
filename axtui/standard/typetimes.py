"""Typing kernels for datetime, date and time by a format."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.types import TYPES
from axtui.errors import UserError
from axtui.standard.arrays import Bools, Typed, finish, only, valid
from axtui.standard.dateformat import Item, parse_format
from axtui.standard.datelayout import Layout, layout_of, read_times
from axtui.standard.strptime import read_datetime, read_time

MICROS = pa.timestamp("us")
_DAY = 86_400_000_000
_ANY_DAY = dt.date(1970, 1, 1)
_UTC = pa.timestamp("us", "UTC")
_EPOCH = dt.datetime(1970, 1, 1)
_FIRST, _LAST = (
    (moment - _EPOCH) // dt.timedelta(microseconds=1)
    for moment in (dt.datetime.min, dt.datetime.max)
)
_RULES_ONLY = (dt.datetime(2037, 1, 1) - _EPOCH) // dt.timedelta(microseconds=1)
"""From then on Arrow knows no summer time."""


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


def check_zone(zone: str) -> None:
    """Raises UserError for a time zone that is unknown here."""
    try:
        pc.assume_timezone(pa.array([0], MICROS), zone)
    except pa.ArrowException:
        raise UserError(f"timezone is {zone!r}, which this machine does not know") from None


def to_times(array: pa.Array, how: TimeFormat) -> Typed:
    """Datetimes (with UTC where a zone was given), dates or times."""
    values, bad = _moments(array, how)
    if how.kind == "datetime":
        return _in_zone(values, how.zone, bad)
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


def _in_zone(values: pa.Array, zone: str | None, bad: Bools | None) -> Typed:
    """Times of a zone as UTC. A time the clocks showed twice is the later of the two; one they
    left out is read as if they had gone on as before. Times that are no date in UTC are bad."""
    if zone is None:
        return values, bad
    if zone == "UTC":
        return values.cast(pa.int64()).view(_UTC), bad
    local = pc.fill_null(values.cast(pa.int64()), 0).to_numpy()
    far = local >= _RULES_ONLY
    near = only(values, ~far)
    found = pc.fill_null(_by_table(near, zone).cast(pa.int64()), 0).to_numpy().copy()
    found[far] = _by_rules(local[far], zone)
    there = valid(values)
    outside = there & ((found < _FIRST) | (found > _LAST))
    result = pa.array(found, mask=~there | outside).view(_UTC)
    return result, _either(bad, outside)


def _either(bad: Bools | None, more: Bools) -> Bools | None:
    if not more.any():
        return bad
    return more if bad is None else bad | more


def _by_rules(local: np.ndarray[Any, np.dtype[np.int64]], zone: str) -> Any:
    """UTC of times after those that Arrow's table of a zone has, by the rules the zone ends with."""
    rules = zoneinfo.ZoneInfo(zone)
    distinct, where = np.unique(local, return_inverse=True)
    found = []
    for value in distinct.tolist():
        moment = (_EPOCH + dt.timedelta(microseconds=value)).replace(tzinfo=rules)
        offsets = [moment.replace(fold=fold).utcoffset() or dt.timedelta() for fold in (0, 1)]
        found.append(value - min(offsets) // dt.timedelta(microseconds=1))
    return np.array(found, np.int64)[where]


def _by_table(values: pa.Array, zone: str) -> pa.Array:
    """UTC of times before 2037."""
    local = pc.assume_timezone(values, zone, ambiguous="latest", nonexistent="latest")
    left_out = pc.not_equal(pc.local_timestamp(local), values)
    if pc.any(left_out).as_py():
        before = pc.assume_timezone(values, zone, ambiguous="earliest", nonexistent="earliest")
        gap = pc.add(pc.local_timestamp(before).cast(pa.int64()), 1)  # where on the clock it begins
        late = pc.subtract(values.cast(pa.int64()), gap)
        moved = pc.add(local.cast(pa.int64()), late).cast(local.type)
        local = pc.if_else(left_out, moved, local)
    return local.cast(_UTC)
