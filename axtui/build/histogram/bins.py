"""Ranges of equal width that numbers fall in, chosen so that their limits read well."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

_COUNTS = (20, 21, 19, 22, 18, 23, 17, 24, 16, 25, 15, 14, 13)
"""How many ranges, those that are liked best first."""
Number = int | float


def number_text(number: Number) -> str:
    """A number for people: 12_345.6."""
    return f"{number:_.6g}" if isinstance(number, float) else f"{number:_}"


@dataclass(frozen=True)
class Bins:
    """`count` ranges from `low` to `high`; `whole`: all values are whole numbers."""

    low: Number
    high: Number
    count: int
    whole: bool

    @property
    def step(self) -> float:
        """How wide a range is."""
        return (self.high - self.low) / self.count

    @property
    def uneven(self) -> bool:
        """Whether some ranges hold more whole numbers than others."""
        return self.whole and (self.high - self.low + 1) / self.count != math.ceil(self.step)

    def number(self, value: Number) -> float:
        """The number of the range of a value; that of `high` is `count`."""
        return (value - self.low) // self.step

    def numbers(self, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """The same for an array."""
        found: np.ndarray[Any, Any] = np.floor_divide(values - self.low, self.step)
        return found

    def names(self) -> list[str]:
        """What each range is called: its limits, or the whole numbers in it."""
        return [self._name(index) for index in range(self.count)]

    def _name(self, index: int) -> str:
        start = self.step * index + self.low
        stop = self.step * (index + 1) + self.low
        if not self.whole:
            return f"{number_text(start)} - {number_text(stop)}"
        first, last = math.ceil(start), math.floor(stop)
        if stop == last and index < self.count - 1:
            last -= 1
        if first == last:
            return number_text(first)
        return f"{number_text(first)} - {number_text(last)}"


def make_bins(low: Number, high: Number, whole: bool, most: int | None) -> Bins:
    """`most` ranges, or about 20: of whole numbers so that each holds as many, else of a width that is
    written shortly."""
    count = most or _liked(low, high, whole)
    if whole and high - low < count:
        count = int(high - low + 1)
    return Bins(low, high, count, whole)


def _liked(low: Number, high: Number, whole: bool) -> int:
    width = high - low + whole
    if not whole:
        return min(_COUNTS, key=lambda count: len(str(width / count)))
    return next((count for count in _COUNTS if width % count == 0), _COUNTS[0])
