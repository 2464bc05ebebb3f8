"""Dates from text by the Accelerator's formats: `strptime` and `strptime_i` of `dsutil`."""

from __future__ import annotations

import datetime as dt
from typing import Any

_NONE: Any = object()


def strptime(value: str | bytes, fmt: str, default: Any = _NONE) -> Any:
    """The date and time that a text says; `default` where it says none, else ValueError.

    `fmt` is one of `dataset_type`'s date formats. A format without a date means 1970-01-01.
    """
    found, rest = _read(value, fmt)
    if found is not None and not rest:
        return found
    if default is not _NONE:
        return default
    raise ValueError(f"{value!r} does not follow the format {fmt!r}")


def strptime_i(value: str | bytes, fmt: str, default: Any = _NONE) -> tuple[Any, bytes]:
    """As `strptime`, but anything may follow: (date and time, what is left of the text)."""
    found, rest = _read(value, fmt)
    if found is not None:
        return found, rest
    if default is not _NONE:
        return default, rest
    raise ValueError(f"{value!r} does not begin as the format {fmt!r} says")


def _read(value: str | bytes, fmt: str) -> tuple[dt.datetime | None, bytes]:
    """What was read, None if that was no date, and what is left of the text."""
    from axtui.standard.dateformat import parse_format
    from axtui.standard.strptime import Reading

    reading = Reading(value.encode() if isinstance(value, str) else value, comma=False)
    items = parse_format(fmt)
    found = None
    if reading.run(items) == len(items) or reading.optional:
        clock = reading.clock
        try:
            date = dt.date(clock.whole_year(), clock.month, clock.day)
            found = dt.datetime.combine(date, clock.time())
        except ValueError:
            found = None
    return found, reading.data[reading.at :]
