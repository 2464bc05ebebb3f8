"""How sure one can be of a failure rate: exact Poisson intervals, without scipy.

Failures of drives are rare and independent enough to be counted as a Poisson variable. If `n` were
seen, the expected number lies between the two values that would give `n` or more, and `n` or
fewer, with a chance of 2.5 % each (the interval of Garwood, 1936).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

DAYS_PER_YEAR = 365


@dataclass(frozen=True)
class Rate:
    """An annual failure rate in percent and the ends of its 95 % interval."""

    afr: float
    low: float
    high: float


def annual_rate(failures: int, drive_days: int) -> Rate:
    """The annual failure rate of `failures` in `drive_days` (more than 0)."""
    low, high = interval(failures)
    scale = DAYS_PER_YEAR * 100 / drive_days
    return Rate(failures * scale, low * scale, high * scale)


def interval(count: int, level: float = 0.95) -> tuple[float, float]:
    """The expected numbers of events that are compatible with having seen `count`."""
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else _mean_with(count, tail)
    return low, _mean_with(count + 1, 1 - tail)


def _mean_with(count: int, chance: float) -> float:
    """The Poisson mean for which `count` or more events have the given chance."""
    low, high = 0.0, count + 10 * math.sqrt(count) + 20
    while high - low > 1e-10 * high:
        middle = (low + high) / 2
        if _chance_of_at_least(count, middle) < chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _chance_of_at_least(count: int, mean: float) -> float:
    """The chance of `count` or more events: the regularised lower incomplete gamma function."""
    if mean <= 0:
        return 0.0
    front = math.exp(count * math.log(mean) - mean - math.lgamma(count))
    if mean < count + 1:
        return front * _series(count, mean)
    return 1 - front * _fraction(count, mean)


def _series(count: int, mean: float) -> float:
    """The power series of the lower function, which is quick while `mean` is small."""
    term = total = 1 / count
    step = count
    while term > total * 1e-15:
        step += 1
        term *= mean / step
        total += term
    return total


def _fraction(count: int, mean: float) -> float:
    """The continued fraction of the upper function (by Lentz), quick while `mean` is large."""
    tiny = 1e-300
    b = mean + 1 - count
    c = 1 / tiny
    d = 1 / b
    value = d
    for step in range(1, 10_000):
        a = step * (count - step)
        b += 2
        d = 1 / ((a * d + b) or tiny)
        c = (b + a / c) or tiny
        change = c * d
        value *= change
        if abs(change - 1) < 1e-14:
            break
    return value
