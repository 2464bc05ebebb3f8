"""Exact Poisson intervals, against published values and against their own definition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.poisson import annual_rate, interval


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904),
     (100, 81.3640, 121.6268)],
)  # fmt: skip
def test_published_values(count: int, low: float, high: float):
    assert interval(count) == pytest.approx((low, high), abs=1e-4)


def chance_of_at_most(count: int, mean: float) -> float:
    logs = [number * math.log(mean) - mean - math.lgamma(number + 1) for number in range(count + 1)]
    return math.fsum(map(math.exp, logs))


@given(st.integers(1, 3000), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_ends_leave_equal_tails(count: int, level: float):
    low, high = interval(count, level)
    tail = (1 - level) / 2
    assert low < count < high
    assert chance_of_at_most(count, high) == pytest.approx(tail, rel=1e-6)
    assert 1 - chance_of_at_most(count - 1, low) == pytest.approx(tail, rel=1e-6)


def test_many_failures_are_no_trouble():
    low, high = interval(100_000)
    assert (low, high) == pytest.approx((100_000 - 1.96 * 316.2, 100_000 + 1.96 * 316.2), rel=1e-4)


def test_a_rate_is_per_year_and_in_percent():
    rate = annual_rate(2, 730)
    assert rate.afr == pytest.approx(100)
    assert rate.low < 100 < rate.high
