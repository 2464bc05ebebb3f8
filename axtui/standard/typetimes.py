"""Typing kernels for datetime, date and time by a format."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.types import TYPES
from axtui.errors import UserError
from axtui.standard.arrays import (
    Typed,
    as_text,
    content,
    empty,
    finish,
    offsets_of,
    only,
    valid,
    without,
)
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
    iso: int = 0
    """The length of the values where Arrow reads the format, too; else 0."""


_YEAR_1 = (dt.date(1, 1, 1) - _ANY_DAY).days * _DAY
_ISO = {"%Y-%m-%d": 10, "%Y-%m-%d %H:%M:%S": 19}


def time_format(
    kind: str, text: str, trailing: bool, zone: str | None = None, comma: bool = False
) -> TimeFormat:
    """The format that a type name asks for. Raises UserError if it is wrong."""
    if not text:
        raise UserError(f"type {kind} needs a format, as in {kind}:%Y-%m-%d")
    items = parse_format(text)
    iso = _ISO.get(text, 0) if kind != "time" else 0
    return TimeFormat(kind, items, layout_of(items), trailing, zone, comma, iso)


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
    known = _by_arrow(array, how)
    if known is not None:
        return finish(kind, array, known, ~empty(array), convert)
    micros, done = read_times(array, how.layout, how.trailing, how.kind == "time")
    done &= array.is_valid().to_numpy(zero_copy_only=False)
    fast = only(pa.array(micros).view(MICROS), done)
    return finish(kind, array, fast, done, convert)


def _by_arrow(array: pa.Array, how: TimeFormat) -> pa.Array | None:
    """The datetimes of values that are all as long as ISO writes them (or empty: then null), read by
    Arrow, which takes a tenth of the time; None where one of them is anything else."""
    nothing = empty(array)
    offsets = offsets_of(array)
    data = content(array)
    if not how.iso or not np.isin(np.diff(offsets), (0, how.iso)).all() or not len(data):
        return None
    if how.iso > 10 and (data.reshape(-1, how.iso)[:, 10] != ord(" ")).any():
        return None
    try:
        text = without(array, nothing) if nothing.any() else array
        found = as_text(text).cast(MICROS)
    except pa.ArrowInvalid:
        return None
    least = pc.min(found.view(pa.int64())).as_py()
    return found if least is None or least >= _YEAR_1 else None
