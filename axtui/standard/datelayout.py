"""Dates and times by numpy, for formats whose parts all have a fixed width (as %Y-%m-%d %H:%M:%S)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from axtui.standard.arrays import Bools, byte_view
from axtui.standard.dateformat import Item

Numbers = dict[str, np.ndarray[Any, np.dtype[np.int64]]]
_WIDTHS = {"%Y": 4, "%C": 2, "%y": 2, "%m": 2, "%d": 2, "%H": 2, "%M": 2, "%S": 2}
_RANGES = {
    "%Y": (1, 9999),
    "%m": (1, 12),
    "%d": (1, 31),
    "%H": (0, 23),
    "%M": (0, 59),
    "%S": (0, 59),
}


@dataclass(frozen=True)
class Layout:
    """Where each number and each literal byte stands."""

    width: int
    numbers: tuple[tuple[str, int, int], ...]
    literals: tuple[tuple[int, int], ...]


def layout_of(items: tuple[Item, ...]) -> Layout | None:
    """The layout of a format, if it has one."""
    numbers, literals, at = [], [], 0
    for item in items:
        if item.code in ("", " "):
            literals.append((at, item.literal))
            at += 1
            continue
        width = _WIDTHS.get(item.code)
        if item.code == "%f":
            width = 6 if item.low == -1 else item.low
        if width is None or not 1 <= width <= 9:
            return None
        numbers.append((item.code, at, width))
        at += width
    return Layout(at, tuple(numbers), tuple(literals)) if numbers else None


def read_times(
    array: pa.Array, layout: Layout, trailing: bool, any_day: bool = False
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], Bools]:
    """Microseconds since 1970 of the values that follow the layout to the letter, and which do.

    A value left out may still follow the format, in a looser way. `any_day`: only the time of day is
    asked for, so the day need not exist.
    """
    starts, lengths, data = byte_view(array)
    fits = lengths >= layout.width if trailing else lengths == layout.width
    rows = np.flatnonzero(fits)
    text = data[starts[rows][:, None] + np.arange(layout.width)]
    good = np.ones(len(rows), bool)
    for at, byte in layout.literals:
        good &= text[:, at] == byte
    found: Numbers = {}
    for code, at, width in layout.numbers:
        digits = text[:, at : at + width].astype(np.int64) - ord("0")
        good &= ((digits >= 0) & (digits <= 9)).all(axis=1)
        value = digits @ (10 ** np.arange(width - 1, -1, -1, dtype=np.int64))
        if code == "%f":
            value = value * 10 ** (6 - width) if width <= 6 else value // 10 ** (width - 6)
        elif code in _RANGES:
            low, high = _RANGES[code]
            good &= (value >= low) & (value <= high)
        found |= {"%C": value // 100, "%y": value % 100} if code == "%Y" else {code: value}
    micros, real = _moments(found, good)
    if not any_day:
        good &= real
    times = np.zeros(len(array), np.int64)
    times[rows] = micros
    fits[rows] = good
    return times, fits


def _moments(found: Numbers, good: Bools) -> tuple[np.ndarray[Any, np.dtype[np.int64]], Bools]:
    """Microseconds since 1970 of the numbers read, and which of them are real days."""
    nothing = np.zeros(len(good), np.int64)
    short = found.get("%y", nothing + 70)
    century = found.get("%C", np.where(short < 69, 20, 19))
    years = np.where(good, century * 100 + short, 1970)
    months = np.where(good, found.get("%m", nothing + 1), 1)
    days = np.where(good, found.get("%d", nothing + 1), 1)
    month_index = (years - 1970) * 12 + months - 1
    first = month_index.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (month_index + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    real = (days <= after - first) & (years >= 1) & (years <= 9999)
    hours, minutes, seconds, micros = (
        np.where(good, found.get(code, nothing), 0) for code in ("%H", "%M", "%S", "%f")
    )
    clock = (hours * 60 + minutes) * 60 + seconds
    return ((first + days - 1) * 86_400 + clock) * 1_000_000 + micros, real
