"""Timestamps of urd entries: their forms, their order, and how look-ups name them.

A timestamp is one or more parts joined by `+`. A part is a whole number (`7`) or a point in time of
any precision from the month (`2024-05`) to the microsecond (`2024-05-06T07:08:09.000010`). Numbers
come before times; of two that begin alike the one with more parts, or more precision, comes later.
No calendar is asked: a project may count its days up to `2024-02-31`, or call a whole year `2024-00`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from axtui.errors import UrdError, UrdUsageError

SortKey = tuple[tuple[int, int | str], ...]
"""What timestamps are ordered by."""

_TIME = re.compile(r"\d{4}-\d\d(?:-\d\d(?:[T ]\d\d(?::\d\d(?::\d\d(?:\.\d{1,6})?)?)?)?)?")
_NUMBER = re.compile(r"\d{1,300}")
OPERATORS = ("<=", ">=", "<", ">")
WORDS = ("latest", "first")


def normal(timestamp: Any) -> str:
    """The one way to write a timestamp: from an int, text, date, datetime or a list of those.

    Raises UrdError saying what is wrong with it.
    """
    if isinstance(timestamp, (tuple, list)) and timestamp:
        return "+".join(normal(part) for part in timestamp)
    if isinstance(timestamp, bool):
        raise _bad(timestamp)
    if isinstance(timestamp, int) and 0 <= timestamp < 10**300:
        return str(int(timestamp))
    if isinstance(timestamp, datetime.datetime) and timestamp.tzinfo is not None:
        raise UrdUsageError(
            f"the timestamp {timestamp} has a time zone; urd timestamps have none, "
            "convert it to the zone you mean and take .replace(tzinfo=None)"
        )
    if isinstance(timestamp, datetime.date):
        return timestamp.isoformat()
    if isinstance(timestamp, str) and timestamp:
        return "+".join(_normal_part(part) for part in timestamp.split("+"))
    raise _bad(timestamp)


def _normal_part(part: str) -> str:
    if _NUMBER.fullmatch(part) and part.isascii():
        return part.lstrip("0") or "0"
    if not _TIME.fullmatch(part) or not part.isascii():
        raise _bad(part)
    return part.replace(" ", "T")


def _bad(timestamp: Any) -> UrdError:
    return UrdUsageError(
        f"{timestamp!r} is not a timestamp: use a whole number from 0, text as '2024-05', "
        "'2024-05-06' or '2024-05-06T07:08:09', a date, a datetime, or several of these in a list"
    )


@lru_cache(maxsize=65536)
def sort_key(timestamp: str) -> SortKey:
    """What a timestamp in its normal form is ordered by."""
    return tuple(
        (0, int(part)) if _NUMBER.fullmatch(part) else (1, part) for part in timestamp.split("+")
    )


def last_key(timestamp: str) -> SortKey:
    """How far `<=` goes: with a date in it, to all that begins so (all of May in '2024-05')."""
    key = sort_key(timestamp)
    if "-" not in timestamp:
        return key
    kind, value = key[-1]
    if kind == 1:
        return (*key[:-1], (1, f"{value}\uffff"))
    return (*key, (2, ""))


def lookup(timestamp: Any) -> tuple[str, str]:
    """(how, which) of a look-up: ('latest', ''), ('first', ''), ('<=', '2024-05'), ('', '7').

    The operator stands before the text, or first in a tuple. Raises UrdError.
    """
    if isinstance(timestamp, str):
        if timestamp in WORDS:
            return timestamp, ""
        how = next((sign for sign in OPERATORS if timestamp.startswith(sign)), "")
        return how, normal(timestamp[len(how) :])
    if isinstance(timestamp, (tuple, list)) and timestamp and timestamp[0] in OPERATORS:
        return timestamp[0], normal(list(timestamp[1:]))
    return "", normal(timestamp)


def ordered(timestamps: Iterable[str]) -> list[str]:
    """Timestamps from first to latest."""
    return sorted(timestamps, key=sort_key)
