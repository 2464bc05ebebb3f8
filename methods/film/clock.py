"""Days and frames. Between the opening and the ending, days go by evenly.

Files need not hold every day, nor every year. A gap between two days is passed as if it were no
longer than a few ordinary ones, so that a missing year does not stop the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

# A gap counts as no more than this many ordinary distances between two days.
LONGEST_GAP = 3


@dataclass(frozen=True)
class Clock:
    """Which day it is in which frame.

    days: day numbers (`date.toordinal`), oldest first.
    frames: the frame in which each of them is reached.
    """

    days: np.ndarray
    frames: np.ndarray

    @classmethod
    def over(cls, days: Sequence[date], first_frame: float, last_frame: float) -> Clock:
        """A clock that runs through `days` (oldest first, at least one) between two frames."""
        numbers = np.array([day.toordinal() for day in days], float)
        gaps = np.diff(numbers)
        if not len(gaps):
            return cls(numbers, np.array([first_frame], float))
        gaps = np.minimum(gaps, LONGEST_GAP * np.median(gaps))
        passed = np.concatenate([[0], np.cumsum(gaps)]) / gaps.sum()
        return cls(numbers, first_frame + passed * (last_frame - first_frame))

    def frame(self, day: np.ndarray) -> np.ndarray:
        """The frame (with fractions) in which each day number is reached."""
        return np.interp(day, self.days, self.frames)

    def day(self, frame: float) -> float:
        """The day number, with the time of day as fraction, that a frame shows."""
        return float(np.interp(frame, self.frames, self.days))

    def date(self, frame: float) -> date:
        """The date that a frame shows."""
        return date(1, 1, 1) + timedelta(days=int(self.day(frame) + 1e-6) - 1)

    def before(self, day: np.ndarray) -> np.ndarray:
        """The day of the files that comes before each of these; the first for the first."""
        return self.days[np.maximum(np.searchsorted(self.days, day) - 1, 0)]

    def after(self, day: np.ndarray) -> np.ndarray:
        """The day of the files that comes after each of these; the last for the last."""
        found = np.searchsorted(self.days, day, side="right")
        return self.days[np.minimum(found, len(self.days) - 1)]


def spread(groups: np.ndarray) -> np.ndarray:
    """Fractions above 0 and up to 1, evenly spread over the members of each group, in order.

    What happened between two days of the files did not happen at once.
    """
    order = np.argsort(groups, kind="stable")
    _, starts, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    rank = np.arange(len(groups)) - np.repeat(starts, sizes)
    result = np.empty(len(groups))
    result[order] = (rank + 1) / np.repeat(sizes, sizes)
    return result
