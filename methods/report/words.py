"""Numbers, sizes and dates as text, alike in the console table and in the report."""

from __future__ import annotations

from datetime import date

_MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]


def count(number: int) -> str:
    """1234567 as 1,234,567."""
    return f"{number:,}"


def counted(number: int, noun: str) -> str:
    """A number with its noun in the right form."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def percent(value: float) -> str:
    """A rate in percent with the digits that mean something."""
    if value == 0:
        return "0 %"
    if value >= 1000:
        return f"{value:,.0f} %"
    if value >= 100:
        return f"{value:.0f} %"
    return f"{value:.1f} %" if value >= 10 else f"{value:.2f} %"


def interval(low: float, high: float) -> str:
    """Two ends of an interval, in percent."""
    return f"{percent(low).removesuffix(' %')}\u2009\u2013\u2009{percent(high)}"


def terabytes(capacity: int | None) -> str:
    """A capacity as it is sold."""
    return "?" if not capacity else f"{round(capacity / 1e12, 1):g} TB"


def long_date(text: str) -> str:
    """2013-04-10 as 10 April 2013."""
    day = date.fromisoformat(text)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def listing(items: list[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
