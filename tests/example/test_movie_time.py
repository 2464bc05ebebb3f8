"""When drives come and go: on the days of the files all is as the files say, between them it flows."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.film.clock import LONGEST_GAP, Clock, spread
from methods.film.plan import Lives, Span, events

FIRST = date(2021, 5, 1)
SPAN = (60.0, 900.0)


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[date], Lives]:
    """Days of files, with gaps, and drives that are seen from one of them to another."""
    gaps = draw(st.lists(st.integers(1, 40), min_size=1, max_size=12))
    days = [FIRST + timedelta(days=sum(gaps[:number])) for number in range(len(gaps) + 1)]
    count = draw(st.integers(1, 40))
    some_day = st.integers(0, len(days) - 1)
    pairs = [sorted((draw(some_day), draw(some_day))) for _ in range(count)]
    numbers = np.array([day.toordinal() for day in days], float)
    first, last = (numbers[[pair[at] for pair in pairs]] for at in (0, 1))
    model = np.array([draw(st.integers(0, 3)) for _ in range(count)])
    failed = np.array([draw(st.booleans()) for _ in range(count)])
    names = [f"m{number}" for number in range(4)]
    return days, Lives(names, model, first, last, first, failed, np.ones(count, int))


@given(stories())
def test_on_a_day_of_the_files_all_is_as_the_files_say(story: tuple[list[date], Lives]) -> None:
    days, lives = story
    clock = Clock.over(days, *SPAN)
    comes, goes = events(lives, clock)
    for day, frame in zip(clock.days, clock.frames, strict=True):
        came = comes <= frame + 1e-6
        assert (came == (lives.first_day <= day)).all()
        failed = lives.failed & (goes <= frame + 1e-6)
        assert (failed == (lives.failed & (lives.last_day <= day))).all()
        gone = ~lives.failed & (goes <= frame + 1e-6)
        assert (gone == (~lives.failed & (lives.last_day < day))).all()
    assert (comes <= goes).all()


@given(stories())
def test_who_stays_to_the_end_stays(story: tuple[list[date], Lives]) -> None:
    days, lives = story
    _, goes = events(lives, Clock.over(days, *SPAN))
    assert (np.isinf(goes) == (~lives.failed & (lives.last_day == lives.last_day.max()))).all() or (
        lives.last_day.max() < days[-1].toordinal()
    )


@given(st.lists(st.integers(0, 4), min_size=1, max_size=50))
def test_events_of_an_interval_are_spread_evenly(groups: list[int]) -> None:
    shares = spread(np.array(groups))
    for group in set(groups):
        of_group = shares[np.array(groups) == group]
        assert of_group == pytest.approx(np.arange(1, len(of_group) + 1) / len(of_group))


def test_days_and_frames_are_each_others_reverse() -> None:
    days = [FIRST + timedelta(days=14 * number) for number in range(10)]
    clock = Clock.over(days, *SPAN)
    assert (clock.frames[0], clock.frames[-1]) == SPAN
    for day in days:
        assert clock.date(float(clock.frame(np.array(float(day.toordinal()))))) == day
    assert clock.date(0) == days[0]
    assert clock.date(2000) == days[-1]


def test_a_missing_year_does_not_stop_the_picture() -> None:
    days = [FIRST + timedelta(days=number) for number in [*range(10), *range(400, 410)]]
    clock = Clock.over(days, *SPAN)
    steps = np.diff(clock.frames)
    assert steps[9] == pytest.approx(LONGEST_GAP * steps[0])


def test_files_of_one_day_are_a_movie_too() -> None:
    clock = Clock.over([FIRST], *SPAN)
    assert clock.date(0) == clock.date(900) == FIRST


@pytest.mark.parametrize("seconds", [1, 3, 32])
def test_most_of_a_movie_is_the_passing_of_days(seconds: float) -> None:
    span = Span.of(seconds, 30)
    assert span.frames == 30 * seconds
    assert 0 < span.first < span.last < span.frames
    assert span.last - span.first >= span.frames * 0.6
