"""Times of a time zone as UTC: zones that the machine has a table of, and those told by a rule
(`CET-1CEST,M3.5.0,M10.5.0/3`, as the environment variable TZ may have it)."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zoneinfo
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.errors import UserError
from axtui.standard.arrays import Bools, Typed, only, valid

MICROS = pa.timestamp("us")
_UTC = pa.timestamp("us", "UTC")
_EPOCH = dt.datetime(1970, 1, 1)
_FIRST, _LAST = (
    (moment - _EPOCH) // dt.timedelta(microseconds=1)
    for moment in (dt.datetime.min, dt.datetime.max)
)
_RULES_ONLY = (dt.datetime(2037, 1, 1) - _EPOCH) // dt.timedelta(microseconds=1)
"""From then on Arrow knows no summer time."""
_RULE = re.compile(r"(<[A-Za-z0-9+-]{3,}>|[A-Za-z]{3,})[+-]?[0-9]{1,2}")
_TZIF = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 4) + bytes(6) + b"UTC\0"
"""The head of a zone file that holds no more than UTC; a rule may follow two of them."""


def check_zone(zone: str) -> None:
    """Raises UserError for a time zone that is unknown here."""
    if in_table(zone):
        return
    try:
        if _RULE.match(zone):
            _rules(zone)
            return
    except ValueError:
        pass
    raise UserError(f"timezone is {zone!r}, which this machine does not know")


def in_table(zone: str) -> bool:
    """Whether the machine has a table of a zone."""
    try:
        pc.assume_timezone(pa.array([0], MICROS), zone)
    except pa.ArrowException:
        return False
    return True


def _rules(zone: str) -> zoneinfo.ZoneInfo:
    """The zone for Python. Raises ValueError for a rule that is none."""
    if in_table(zone):
        return zoneinfo.ZoneInfo(zone)
    return zoneinfo.ZoneInfo.from_file(io.BytesIO(_TZIF + _TZIF + f"\n{zone}\n".encode()))


def in_zone(values: pa.Array, zone: str | None, bad: Bools | None) -> Typed:
    """Times of a zone as UTC. A time the clocks showed twice is the later of the two; one they
    left out is read as if they had gone on as before. Times that are no date in UTC are bad."""
    if zone is None:
        return values, bad
    if zone == "UTC":
        return values.cast(pa.int64()).view(_UTC), bad
    local = pc.fill_null(values.cast(pa.int64()), 0).to_numpy()
    far = local >= _RULES_ONLY
    if not in_table(zone):
        far |= True
    near = only(values, ~far)
    found = np.zeros(len(local), np.int64)
    if not far.all():
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
    rules = _rules(zone)
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
