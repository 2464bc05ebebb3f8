"""Times that are a number counted from some epoch: the codes %s, %J and %e of date formats."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING

from axtui.standard.dateformat import Item

if TYPE_CHECKING:
    from axtui.standard.strptime import Reading

_EPOCH = dt.datetime(1970, 1, 1)
_INTEGER = re.compile(rb"[+-]?[0-9]+")
_FRACTION = re.compile(rb"[0-9]*(?:[eE][+-]?[0-9]+)?")
_FAR_DAYS = 365 << 31


def _moment(reading: Reading, days: int, seconds: int) -> bool:
    """Set everything but the fraction to a time after 1970-01-01."""
    if not -_FAR_DAYS < days < _FAR_DAYS:
        return False
    days, seconds = days + seconds // 86_400, seconds % 86_400
    clock = reading.clock
    try:
        found = _EPOCH + dt.timedelta(days)
        clock.month, clock.day = found.month, found.day
        clock.set_year(found.year)
    except OverflowError:  # no date, but a time of day it has
        clock.set_year(0)
    clock.hour, clock.minute, clock.second = seconds // 3600, seconds // 60 % 60, seconds % 60
    clock.pm = -1
    return True


def _integer(reading: Reading) -> int | None:
    found = _INTEGER.match(reading.data, reading.at)
    if found is None:
        return None
    value = int(found.group())
    if not -(1 << 63) <= value < 1 << 63:
        return None
    reading.at = found.end()
    return value


def unix(reading: Reading, item: Item) -> bool:
    """Seconds since 1970."""
    found = _integer(reading)
    return found is not None and _moment(reading, *divmod(found, 86_400))


def java(reading: Reading, item: Item) -> bool:
    """Milliseconds since 1970."""
    found = _integer(reading)
    if found is None or not _moment(reading, *divmod(found // 1000, 86_400)):
        return False
    reading.clock.fraction = found % 1000 * 1000
    return True


def spreadsheet(reading: Reading, item: Item) -> bool:
    """Days as spreadsheets count them; the flags say from when."""
    flags = 1 if item.low == -1 else item.low
    negative = reading.peek() == ord("-")
    days = _integer(reading)
    if days is None:
        return False
    if days > 0xF0000000:  # Gnumeric writes some negative dates with 2**32 added
        days -= 1 << 32
        negative = False
        if days >= 0:
            return False
    if flags & 2:
        days += 1462
    if flags & 1 and days < 61:
        days += 1
    seconds = _day_part(reading, negative)
    if not -693_593 <= days <= 2_958_465 or (seconds < 0 and days == -693_593):
        return False
    return _moment(reading, days - 25_569, seconds)


def _day_part(reading: Reading, negative: bool) -> int:
    """The seconds that a fraction of a day stands for."""
    if reading.peek() != ord("," if reading.comma else "."):
        return 0
    found = _FRACTION.match(reading.data, reading.at + 1)
    assert found is not None
    text = found.group()
    if not text[:1].isdigit():
        return 0
    reading.at = found.end()
    seconds = math.floor(min(float(b"0." + text) * 86_400, 86_399.0) + 0.5)
    return -min(seconds, 86_399) if negative else min(seconds, 86_399)
