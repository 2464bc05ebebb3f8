"""The text of a value, by its Arrow type: short for a cell, whole for a page or the clipboard."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from axtui import human

if TYPE_CHECKING:
    import pyarrow as pa

TEXT_LIMIT = 1000
"""Letters of a text that a page hands to its cells: none is wider on a screen."""
BYTES_SHOWN = 24
_DECIMALS = 6
_SIGNIFICANT = 6


@dataclass(frozen=True)
class Format:
    """How values of a type are written in a cell, and on which side of it."""

    text: Callable[[Any], str]
    right: bool = False


@dataclass(frozen=True)
class Blob:
    """The beginning of a binary value, and its length in bytes."""

    start: bytes
    size: int


def format_of(kind: pa.DataType, sample: Sequence[Any] = ()) -> Format:
    """How a column of an Arrow type is written; `sample` has some of its values.

    From the sample comes how many decimals a column of floats shows, so that they line up.
    """
    import pyarrow as pa

    types = pa.types
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_boolean(kind):
        return Format(lambda value: "true" if value else "false")
    if types.is_integer(kind):
        return Format(_integer, right=True)
    if types.is_floating(kind):
        decimals = decimals_of(sample)
        return Format(lambda value: floating(value, decimals), right=True)
    if types.is_decimal(kind):
        return Format(_decimal, right=True)
    if types.is_duration(kind):
        return Format(duration, right=True)
    return Format(brief)


def brief(value: Any, limit: int = 200) -> str:
    """Any value in one line of about `limit` letters: text as it is, lists and structs as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, Blob | bytes):
        return binary(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, timedelta):
        return duration(value)
    if isinstance(value, list | tuple | dict):
        return _Brief(limit).write(value)
    return str(value)


def full(value: Any) -> str:
    """The whole value as text, for a page of its own or the clipboard: nothing is cut."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, indent=2, ensure_ascii=False, default=full)
    return str(value)


def moment(value: datetime) -> str:
    """Local date and time to the second: '2026-11-21 08:31:12', and milliseconds if it has any."""
    if value.tzinfo is not None:
        with suppress(OverflowError, ValueError, OSError):  # at the edge of the calendar
            value = value.astimezone()
    text = f"{value.year:04}-{value:%m-%d %H:%M:%S}"
    return f"{text}.{value.microsecond // 1000:03}" if value.microsecond >= 1000 else text


def duration(value: timedelta) -> str:
    """A length of time: '3 ms', '8.2 s', '2:05', '-1:02:05'."""
    total = value.total_seconds()
    return f"-{human.seconds(-total)}" if total < 0 else human.seconds(total)


def binary(value: Blob | bytes) -> str:
    """Bytes as hex digits, the first of them: 'ffd8ffe0… (48 kB)'."""
    blob = Blob(value, len(value)) if isinstance(value, bytes) else value
    if blob.size <= BYTES_SHOWN:
        return blob.start[:BYTES_SHOWN].hex()
    return f"{blob.start[: BYTES_SHOWN // 2].hex()}… ({human.size(blob.size)})"


def decimals_of(sample: Iterable[Any]) -> int:
    """How many decimals a column of floats needs to show the values of a sample: 0 to 6."""
    return max((_decimals(value) for value in sample if isinstance(value, float)), default=1)


def floating(value: float, decimals: int) -> str:
    """A float with separators and decimals; very large and small ones with an exponent."""
    if not math.isfinite(value):
        return str(value)
    if value and not 10.0**-decimals <= abs(value) < 1e15:
        return f"{value:.4g}"
    return f"{value:,.{decimals}f}"


def _decimals(value: float) -> int:
    if not math.isfinite(value) or not 1e-4 <= abs(value) < 1e15:
        return 1
    left = math.floor(math.log10(abs(value))) + 1
    room = max(0, min(_DECIMALS, _SIGNIFICANT - max(left, 0)))
    return max(1, len(f"{value:.{room}f}".partition(".")[2].rstrip("0")))


def _integer(value: Any) -> str:
    return f"{value:,}"


def _decimal(value: Decimal) -> str:
    return f"{value:,}"


class _Brief:
    """Writes a nested value as JSON until its letters are used up."""

    def __init__(self, limit: int) -> None:
        self._left = limit
        self._parts: list[str] = []

    def write(self, value: Any) -> str:
        self._value(value)
        return "".join(self._parts)

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._left -= len(text)

    def _value(self, value: Any) -> None:
        if isinstance(value, dict):
            self._items("{", "}", value.items(), self._pair)
        elif isinstance(value, list | tuple):
            self._items("[", "]", value, self._value)
        elif isinstance(value, str):
            cut = value[: max(0, self._left)]
            self._put(json.dumps(cut, ensure_ascii=False))
        elif value is None or isinstance(value, bool):
            self._put(json.dumps(value))
        else:
            self._put(brief(value))

    def _pair(self, pair: tuple[Any, Any]) -> None:
        self._put(f"{pair[0]}: ")
        self._value(pair[1])

    def _items(
        self, start: str, end: str, values: Iterable[Any], write: Callable[[Any], None]
    ) -> None:
        self._put(start)
        for i, value in enumerate(values):
            if i:
                self._put(", ")
            if self._left <= 0:
                self._put("…")
                break
            write(value)
        self._put(end)
