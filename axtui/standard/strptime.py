"""Dates and times from text by a format (see `dateformat`), exact, one value at a time.

Numbers may have leading spaces instead of zeros, and fewer digits than they could have.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from axtui.standard import epochs
from axtui.standard.dateformat import SPACE, Item

_DIGITS = frozenset(b"0123456789")
_MONTHS = (
    b"JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER".split()
)


@dataclass
class Clock:
    """What has been read so far."""

    century: int = -1
    year: int = 70
    month: int = 1
    day: int = 1
    hour: int = 0
    minute: int = 0
    second: int = 0
    fraction: int = 0
    pm: int = -1
    matched: bool = False

    def set_year(self, value: int) -> None:
        """Set year and century."""
        self.century, self.year = divmod(value, 100)

    def whole_year(self) -> int:
        century = (20 if self.year < 69 else 19) if self.century == -1 else self.century
        return century * 100 + self.year

    def whole_hour(self) -> int:
        return self.hour if self.pm == -1 else self.hour % 12 + 12 * self.pm

    def time(self) -> dt.time:
        return dt.time(self.whole_hour(), self.minute, self.second, self.fraction)


@dataclass
class Reading:
    """A value being read, and where in it we are."""

    data: bytes
    comma: bool
    at: int = 0
    clock: Clock = field(default_factory=Clock)
    optional: bool = False

    def peek(self, ahead: int = 0) -> int:
        """The byte at hand, or -1 at the end."""
        where = self.at + ahead
        return self.data[where] if where < len(self.data) else -1

    def run(self, items: tuple[Item, ...]) -> int:
        """Read by the items; how many matched."""
        for count, item in enumerate(items):
            if not _PARSERS[item.code](self, item):
                return count
        return len(items)


def _number(reading: Reading, low: int, high: int, digits: int) -> int | None:
    while digits > 1 and reading.peek() in SPACE:
        reading.at += 1
        digits -= 1
    stop = reading.at
    while stop < len(reading.data) and stop - reading.at < digits and reading.data[stop] in _DIGITS:
        stop += 1
    if stop == reading.at:
        return None
    found = int(reading.data[reading.at : stop])
    if not low <= found <= high:
        return None
    reading.at = stop
    return found


def _field(low: int, high: int, store: Callable[[Clock, int], None]) -> Any:
    def parse(reading: Reading, item: Item) -> bool:
        found = _number(reading, low, high, len(str(high)))
        if found is not None:
            store(reading.clock, found)
        return found is not None

    return parse


def _set(name: str) -> Callable[[Clock, int], None]:
    return lambda clock, value: setattr(clock, name, value)


def _set_hour(clock: Clock, value: int) -> None:
    clock.hour, clock.pm = value, -1


def _month_name(reading: Reading, item: Item) -> bool:
    here = reading.data[reading.at : reading.at + 9].upper()
    for number, name in enumerate(_MONTHS, 1):
        if here.startswith(name[:3]):
            reading.clock.month = number
            reading.at += len(name) if here.startswith(name) else 3
            return True
    return False


def _half(reading: Reading, item: Item) -> bool:
    found = reading.data[reading.at : reading.at + 2].upper()
    if found not in (b"AM", b"PM"):
        return False
    reading.clock.pm = int(found == b"PM")
    if reading.clock.hour > 12:
        reading.clock.hour -= 12
    reading.at += 2
    return True


def _fraction(reading: Reading, item: Item) -> bool:
    most = 6 if item.low == -1 else item.low
    stop = reading.at
    while stop - reading.at < most and stop < len(reading.data) and reading.data[stop] in _DIGITS:
        stop += 1
    if stop == reading.at:
        return False
    reading.clock.fraction = int(reading.data[reading.at : stop][:6].ljust(6, b"0"))
    while stop - reading.at < most and stop < len(reading.data) and reading.data[stop] in SPACE:
        stop += 1
    reading.at = stop
    return True


def _literal(reading: Reading, item: Item) -> bool:
    if reading.peek() != item.literal:
        return False
    reading.at += 1
    return True


def _white(reading: Reading, item: Item) -> bool:
    while reading.peek() in SPACE:
        reading.at += 1
    return True


def _some(wanted: Callable[[int], bool]) -> Any:
    def parse(reading: Reading, item: Item) -> bool:
        low = 1 if item.low == -1 else item.low
        high = low if item.high == -1 else item.high
        count = 0
        while count < high and reading.peek(count) != -1 and wanted(reading.peek(count)):
            count += 1
        if count < low:
            return False
        reading.at += count
        return True

    return parse


def _any_number(reading: Reading, item: Item) -> bool:
    if item.high != -1:
        low, high, digits = item.low, item.high, len(str(item.high))
    elif item.low != -1:
        low, high, digits = 0, 10**item.low - 1, item.low
    else:
        low, high, digits = 0, 9, 1
    return _number(reading, low, high, digits) is not None


def _ignore(reading: Reading, item: Item) -> bool:
    before, optional = replace(reading.clock), reading.optional
    fine = reading.run(item.inner) == len(item.inner)
    reading.clock, reading.optional = before, optional
    return fine


def _maybe(reading: Reading, item: Item) -> bool:
    before, optional, at = replace(reading.clock), reading.optional, reading.at
    if reading.run(item.inner) < item.low:
        reading.clock, reading.optional, reading.at = before, optional, at
    else:
        reading.clock.matched = True
    return True


def _otherwise(reading: Reading, item: Item) -> bool:
    return reading.clock.matched or reading.run(item.inner) == len(item.inner)


def _rest_optional(reading: Reading, item: Item) -> bool:
    reading.optional = True
    return True


_PARSERS: dict[str, Callable[[Reading, Item], bool]] = {
    "": _literal,
    " ": _white,
    "%Y": _field(1, 9999, Clock.set_year),
    "%C": _field(0, 99, _set("century")),
    "%y": _field(0, 99, _set("year")),
    "%m": _field(1, 12, _set("month")),
    "%b": _month_name,
    "%d": _field(1, 31, _set("day")),
    "%H": _field(0, 23, _set_hour),
    "%I": _field(1, 12, _set("hour")),
    "%p": _half,
    "%M": _field(0, 59, _set("minute")),
    "%S": _field(0, 59, _set("second")),
    "%s": epochs.unix,
    "%J": epochs.java,
    "%e": epochs.spreadsheet,
    "%f": _fraction,
    "%%": _some(lambda char: char == ord("%")),
    "% ": _some(lambda char: char in SPACE),
    "%.": _some(lambda char: char not in SPACE),
    "%*": _some(lambda char: True),
    "%#": _any_number,
    "%^": _some(lambda char: char not in _DIGITS),
    "%@": _some(lambda char: char not in SPACE and char not in _DIGITS),
    "%-": _ignore,
    "%/": _rest_optional,
    "%?": _maybe,
    "%:": _otherwise,
}


def _read(data: bytes, items: tuple[Item, ...], trailing: bool, comma: bool) -> Clock:
    reading = Reading(data, comma)
    whole = reading.run(items) == len(items) or reading.optional
    if not whole or (reading.at < len(data) and not trailing):
        raise ValueError(f"{data!r} does not follow the format")
    return reading.clock


def read_datetime(
    data: bytes, items: tuple[Item, ...], trailing: bool = False, comma: bool = False
) -> dt.datetime:
    """The date and time a value says. `trailing`: anything may follow; `comma`: fractions of days
    have a decimal comma. Raises ValueError if it says none."""
    clock = _read(data, items, trailing, comma)
    date = dt.date(clock.whole_year(), clock.month, clock.day)
    return dt.datetime.combine(date, clock.time())


def read_time(
    data: bytes, items: tuple[Item, ...], trailing: bool = False, comma: bool = False
) -> dt.time:
    """The time of day a value says, whatever day it says. Otherwise as `read_datetime`."""
    return _read(data, items, trailing, comma).time()
