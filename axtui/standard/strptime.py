"""Dates and times from text by a format, as `dataset_type` writes formats; exact, one value at a time.

Numbers may have leading spaces instead of zeros, and fewer digits than they could have. A space in
the format is any amount of white space, also none. Codes:

    %Y year  %C century  %y year of century  %m month  %b English month name (3 letters or whole)
    %d day  %H hour  %I hour of 12  %p AM/PM  %M minute  %S second
    %s seconds since 1970  %J milliseconds since 1970  %e days as in a spreadsheet (%0e, %1e, %2e:
    epoch 1899-12-30; 1900 a leap year, the default; 1904)  %f fraction of a second (%3f: 3 digits)
    %% a percent sign   % white space   %. not white space   %* anything   %# a digit
    %^ not a digit   %@ neither digit nor white space   (%3. three of them, %1,4. one to four)
    %3# a number of up to three digits, %1,31# a number from 1 to 31
    %- parse what follows, but do not use it (%2-: two items)
    %/ everything after this is optional   %? the next item is optional (%2?, %1,3?)
    %: the next item only if the last %? did not match
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from axtui.errors import UserError

_SPACE = frozenset(b"\t\n\v\f\r ")
_DIGITS = frozenset(b"0123456789")
_MONTHS = (
    b"JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER".split()
)
_EPOCH = dt.datetime(1970, 1, 1)
_INTEGER = re.compile(rb"[+-]?[0-9]+")
_FRACTION = re.compile(rb"[0-9]*(?:[eE][+-]?[0-9]+)?")
_NESTING = "?:-"
_FAR_DAYS = 365 << 31


@dataclass(frozen=True)
class Item:
    """One item of a format: a code or a literal (code ''), its counts (-1: not given), and the items
    it rules over."""

    code: str
    low: int = -1
    high: int = -1
    literal: int = 0
    inner: tuple[Item, ...] = ()


def parse_format(text: str) -> tuple[Item, ...]:
    """The items of a format. Raises UserError for one that is wrong."""
    data = text.encode()
    found, at = [], 0
    while at < len(data):
        item, at = _item(data, at, text)
        found.append(item)
    return tuple(found)


def _item(data: bytes, at: int, text: str) -> tuple[Item, int]:
    if at >= len(data):
        raise UserError(f"date format {text!r} ends where something should follow")
    char = data[at]
    if char in _SPACE:
        return Item(" ", literal=char), at + 1
    if char != ord("%"):
        return Item("", literal=char), at + 1
    given = re.compile(rb"([0-9]{1,9})?(?:(?<=[0-9]),([0-9]{1,9}))?").match(data, at + 1)
    assert given is not None
    low, high = (-1 if part is None else int(part) for part in given.groups())
    at = given.end()
    code = chr(data[at]) if at < len(data) else ""
    _check(text, code, low, high)
    if code not in _NESTING:
        return Item(f"%{code}", low, high), at + 1
    count = 1 if low == -1 else (max(low, high) if code == "?" else low)
    inner, at = [], at + 1
    for _ in range(count):
        item, at = _item(data, at, text)
        inner.append(item)
    return Item(f"%{code}", 1 if low == -1 else low, high, inner=tuple(inner)), at


def _check(text: str, code: str, low: int, high: int) -> None:
    wrong = not code or f"%{code}" not in _PARSERS
    wrong |= high != -1 and (high < low or high == 0)
    wrong |= code in _NESTING and code != "" and low == 0
    wrong |= code == ":" and high != -1
    wrong |= code in "f#" and code != "" and low == 0 and high == -1
    wrong |= code == "#" and high == -1 and low > 9
    if wrong:
        raise UserError(f"date format {text!r} has a wrong code near %{code}")


@dataclass
class _Clock:
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

    def whole_year(self) -> int:
        century = (20 if self.year < 69 else 19) if self.century == -1 else self.century
        return century * 100 + self.year

    def whole_hour(self) -> int:
        return self.hour if self.pm == -1 else self.hour % 12 + 12 * self.pm

    def time(self) -> dt.time:
        return dt.time(self.whole_hour(), self.minute, self.second, self.fraction)


@dataclass
class _Reading:
    """A value being read, and where in it we are."""

    data: bytes
    comma: bool
    at: int = 0
    clock: _Clock = field(default_factory=_Clock)
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


def _number(reading: _Reading, low: int, high: int, digits: int) -> int | None:
    while digits > 1 and reading.peek() in _SPACE:
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


def _field(low: int, high: int, store: Callable[[_Clock, int], None]) -> Any:
    def parse(reading: _Reading, item: Item) -> bool:
        found = _number(reading, low, high, len(str(high)))
        if found is not None:
            store(reading.clock, found)
        return found is not None

    return parse


def _set(name: str) -> Callable[[_Clock, int], None]:
    return lambda clock, value: setattr(clock, name, value)


def _set_year(clock: _Clock, value: int) -> None:
    clock.century, clock.year = divmod(value, 100)


def _set_hour(clock: _Clock, value: int) -> None:
    clock.hour, clock.pm = value, -1


def _month_name(reading: _Reading, item: Item) -> bool:
    here = reading.data[reading.at : reading.at + 9].upper()
    for number, name in enumerate(_MONTHS, 1):
        if here.startswith(name[:3]):
            reading.clock.month = number
            reading.at += len(name) if here.startswith(name) else 3
            return True
    return False


def _half(reading: _Reading, item: Item) -> bool:
    found = reading.data[reading.at : reading.at + 2].upper()
    if found not in (b"AM", b"PM"):
        return False
    reading.clock.pm = int(found == b"PM")
    if reading.clock.hour > 12:
        reading.clock.hour -= 12
    reading.at += 2
    return True


def _moment(reading: _Reading, days: int, seconds: int) -> bool:
    """Set everything but the fraction to a time after 1970-01-01."""
    if not -_FAR_DAYS < days < _FAR_DAYS:
        return False
    days, seconds = days + seconds // 86_400, seconds % 86_400
    clock = reading.clock
    try:
        found = _EPOCH + dt.timedelta(days)
        clock.month, clock.day = found.month, found.day
        _set_year(clock, found.year)
    except OverflowError:  # no date, but a time of day it has
        _set_year(clock, 0)
    clock.hour, clock.minute, clock.second = seconds // 3600, seconds // 60 % 60, seconds % 60
    clock.pm = -1
    return True


def _integer(reading: _Reading) -> int | None:
    found = _INTEGER.match(reading.data, reading.at)
    if found is None:
        return None
    value = int(found.group())
    if not -(1 << 63) <= value < 1 << 63:
        return None
    reading.at = found.end()
    return value


def _unix(reading: _Reading, item: Item) -> bool:
    found = _integer(reading)
    return found is not None and _moment(reading, *divmod(found, 86_400))


def _java(reading: _Reading, item: Item) -> bool:
    found = _integer(reading)
    if found is None or not _moment(reading, *divmod(found // 1000, 86_400)):
        return False
    reading.clock.fraction = found % 1000 * 1000
    return True


def _spreadsheet(reading: _Reading, item: Item) -> bool:
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


def _day_part(reading: _Reading, negative: bool) -> int:
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


def _fraction(reading: _Reading, item: Item) -> bool:
    most = 6 if item.low == -1 else item.low
    stop = reading.at
    while stop - reading.at < most and stop < len(reading.data) and reading.data[stop] in _DIGITS:
        stop += 1
    if stop == reading.at:
        return False
    reading.clock.fraction = int(reading.data[reading.at : stop][:6].ljust(6, b"0"))
    while stop - reading.at < most and stop < len(reading.data) and reading.data[stop] in _SPACE:
        stop += 1
    reading.at = stop
    return True


def _literal(reading: _Reading, item: Item) -> bool:
    if reading.peek() != item.literal:
        return False
    reading.at += 1
    return True


def _white(reading: _Reading, item: Item) -> bool:
    while reading.peek() in _SPACE:
        reading.at += 1
    return True


def _some(wanted: Callable[[int], bool]) -> Any:
    def parse(reading: _Reading, item: Item) -> bool:
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


def _any_number(reading: _Reading, item: Item) -> bool:
    if item.high != -1:
        low, high, digits = item.low, item.high, len(str(item.high))
    elif item.low != -1:
        low, high, digits = 0, 10**item.low - 1, item.low
    else:
        low, high, digits = 0, 9, 1
    return _number(reading, low, high, digits) is not None


def _ignore(reading: _Reading, item: Item) -> bool:
    before, optional = replace(reading.clock), reading.optional
    fine = reading.run(item.inner) == len(item.inner)
    reading.clock, reading.optional = before, optional
    return fine


def _maybe(reading: _Reading, item: Item) -> bool:
    before, optional, at = replace(reading.clock), reading.optional, reading.at
    if reading.run(item.inner) < item.low:
        reading.clock, reading.optional, reading.at = before, optional, at
        reading.clock.matched = False
    else:
        reading.clock.matched = True
    return True


def _otherwise(reading: _Reading, item: Item) -> bool:
    return reading.clock.matched or reading.run(item.inner) == len(item.inner)


def _rest_optional(reading: _Reading, item: Item) -> bool:
    reading.optional = True
    return True


_PARSERS: dict[str, Callable[[_Reading, Item], bool]] = {
    "": _literal,
    " ": _white,
    "%Y": _field(1, 9999, _set_year),
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
    "%s": _unix,
    "%J": _java,
    "%e": _spreadsheet,
    "%f": _fraction,
    "%%": _some(lambda char: char == ord("%")),
    "% ": _some(lambda char: char in _SPACE),
    "%.": _some(lambda char: char not in _SPACE),
    "%*": _some(lambda char: True),
    "%#": _any_number,
    "%^": _some(lambda char: char not in _DIGITS),
    "%@": _some(lambda char: char not in _SPACE and char not in _DIGITS),
    "%-": _ignore,
    "%/": _rest_optional,
    "%?": _maybe,
    "%:": _otherwise,
}


def _read(data: bytes, items: tuple[Item, ...], trailing: bool, comma: bool) -> _Clock:
    reading = _Reading(data, comma)
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
