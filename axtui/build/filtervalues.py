"""Values of a filter as people write them: amounts, sizes, durations and moments."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from axtui.errors import UserError

WANTED = {
    "rows": "a number, such as rows>1000 or rows>1M",
    "slices": "a number, such as slices=8",
    "number": "a number, such as number>100",
    "size": "a size, such as size>10MB",
    "memory": "a size, such as memory>1GB",
    "time": "a duration, such as time>5s, time>2m or time>1:30",
    "cpu": "a duration, such as cpu>5s, cpu>2m or cpu>1:30",
    "since": "a moment, such as since:2h, since:today or since:2026-03-01",
    "until": "a moment, such as until:2h, until:yesterday or until:2026-03-01",
    "option": "a name, or a name and a value: option:limit, option:limit=5, option:model=ST*",
}
"""What the fields want that take more than text."""

_AMOUNT = re.compile(r"(?P<number>\d+(?:[._]\d+)*|\.\d+)(?P<unit>[A-Za-zµ]*)")
_COUNTS = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9}
_SIZES = {"": 1.0, "b": 1.0, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9}
_SIZES |= {"t": 1e12, "tb": 1e12}
_SECONDS = {"ms": 0.001, "": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_SECONDS |= {"d": 86400.0, "w": 604800.0}
_CLOCK = re.compile(r"(?:(\d{1,5}):)?(\d{1,5}):(\d{1,2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


class FilterError(UserError):
    """A filter that cannot be understood; it says which part, and what could stand there."""


def count(field: str, text: str) -> float:
    """1000 of '1000', '1k' or '1_000'."""
    return _amount(field, text, _COUNTS)


def size(field: str, text: str) -> float:
    """Bytes of '10MB', '1.5g' or '512'."""
    return _amount(field, text, _SIZES)


def seconds(field: str, text: str) -> float:
    """Seconds of '5s', '2m', '1.5h', '300ms' or '1:30'."""
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        hours, minutes, rest = (int(part or 0) for part in clock.groups())
        return float(hours * 3600 + minutes * 60 + rest)
    return _amount(field, text, _SECONDS)


def moment(field: str, text: str, now: datetime) -> datetime:
    """A moment: so long before `now` ('2h', '3d'), 'now', 'today', 'yesterday', a time of today, or a
    date with or without a time. `now` has a zone, and what is written is meant in it."""
    text = text.replace('"', "").strip().lower()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    named = {"now": now, "today": midnight, "yesterday": midnight - timedelta(days=1)}
    if text in named:
        return named[text]
    try:
        clock = _TIME.fullmatch(text)
        if clock is not None:
            hour, minute, second = (int(part or 0) for part in clock.groups())
            return midnight.replace(hour=hour, minute=minute, second=second)
        if re.match(r"\d{4}-", text):
            found = datetime.fromisoformat(text.upper())
            return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)
        return now - timedelta(seconds=_amount(field, text, _SECONDS))
    except (ValueError, OverflowError):
        raise FilterError(f"{text!r} is no moment: {field} wants {WANTED[field]}") from None


def _amount(field: str, text: str, units: dict[str, float]) -> float:
    found = _AMOUNT.fullmatch(text.replace('"', "").replace(",", ""))
    wanted = WANTED.get(field, f"a number, such as {field}>5")
    if found is None or found["unit"].lower() not in units:
        raise FilterError(f"{text!r} does not fit: {field} wants {wanted}")
    try:
        number = float(found["number"])
    except (ValueError, OverflowError):
        raise FilterError(f"{text!r} does not fit: {field} wants {wanted}") from None
    return number * units[found["unit"].lower()]
