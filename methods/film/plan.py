"""From stories to a plan: when each drive comes and goes, in frames."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from .clock import Clock, spread

OPENING_SECONDS = 2.4
ENDING_SECONDS = 3.5
# How long a place is still taken when its drive has failed, or was removed.
FAILING_SECONDS = 1.5
REMOVING_SECONDS = 0.7


@dataclass(frozen=True)
class Span:
    """The frames of the movie: how many a second, in all, and between which the days go by."""

    fps: int
    frames: int
    first: float
    last: float

    @classmethod
    def of(cls, seconds: float, fps: int) -> Span:
        """The frames of a movie of that length; opening and ending have at most a third of it."""
        frames = max(round(seconds * fps), 2)
        opening = min(OPENING_SECONDS, seconds / 6) * fps
        ending = min(ENDING_SECONDS, seconds / 6) * fps
        return cls(fps, frames, opening, frames - 1 - ending)


@dataclass(frozen=True)
class Lives:
    """The drives, one value per life: what is known, in the order of model and serial number.

    Days are day numbers (`date.toordinal`); `model` is the number of a name in `names`. A drive
    that never told its capacity has that of its model, one without a clock is new when it comes.
    """

    names: list[str]
    model: np.ndarray
    first_day: np.ndarray
    last_day: np.ndarray
    born: np.ndarray
    failed: np.ndarray
    capacity: np.ndarray

    @classmethod
    def from_table(cls, stories: Any) -> Lives:
        """The lives of an Arrow table with the columns of `drive_stories`."""
        coded = stories["model"].combine_chunks().dictionary_encode()
        model = coded.indices.to_numpy()
        known = stories["capacity_bytes"].fill_null(0).to_numpy()
        of_model = np.zeros(len(coded.dictionary), np.int64)
        np.maximum.at(of_model, model, known)
        first = _day_numbers(stories["first_day"])
        born = _day_numbers(stories["born"].combine_chunks().fill_null(date(1970, 1, 1)))
        return cls(
            names=coded.dictionary.to_pylist(),
            model=model,
            first_day=first,
            last_day=_day_numbers(stories["last_day"]),
            born=np.where(stories["born"].is_null().to_numpy(), first, born),
            failed=stories["failed"].to_numpy(),
            capacity=np.where(known > 0, known, of_model[model]),
        )


def _day_numbers(days: Any) -> np.ndarray:
    """Arrow dates, which count from 1970, as the day numbers of Python."""
    return days.cast("int32").to_numpy() + float(date(1970, 1, 1).toordinal())


def events(lives: Lives, clock: Clock) -> tuple[np.ndarray, np.ndarray]:
    """The frames in which drives come and go; a drive that stays goes at infinity.

    What happened between two days of the files is spread over the time between them, so that in
    the frame that shows a day of the files all is as the files say.
    """
    before = clock.before(lives.first_day)
    share = _turns(lives.first_day, lives.model)
    comes = clock.frame(before + (lives.first_day - before) * share)

    goes = np.full(len(comes), np.inf)
    for gone, start, stop in (
        (lives.failed, clock.before(lives.last_day), lives.last_day),
        (
            ~lives.failed & (lives.last_day < clock.days[-1]),
            lives.last_day,
            clock.after(lives.last_day),
        ),
    ):
        share = _turns(lives.last_day[gone], lives.model[gone])
        goes[gone] = clock.frame(start[gone] + (stop[gone] - start[gone]) * share)
    return np.minimum(comes, goes), goes


def _turns(day: np.ndarray, model: np.ndarray) -> np.ndarray:
    """Fractions of the time before each day, such that the models take turns."""
    within_model = spread(day * (model.max(initial=0) + 1) + model)
    order = np.argsort(within_model, kind="stable")
    shares = np.empty(len(day))
    shares[order] = spread(day[order])
    return shares
