"""Who stands where: a place for each drive among those of its model, used again when it is free."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np


def give_places(comes: Sequence[float], goes: Sequence[float]) -> list[int]:
    """A place (from 0) for each of the stays from `comes` to `goes`, which must not be before it.

    Two stays that overlap have different places, a stay that begins takes the lowest place that is
    free, and there are as many places as there are ever stays at once.
    """
    places = [0] * len(comes)
    free: list[int] = []
    leaving: list[tuple[float, int]] = []
    made = 0
    for number in sorted(range(len(comes)), key=lambda number: (comes[number], number)):
        while leaving and leaving[0][0] <= comes[number]:
            heapq.heappush(free, heapq.heappop(leaving)[1])
        if free:
            place = heapq.heappop(free)
        else:
            place = made
            made += 1
        places[number] = place
        heapq.heappush(leaving, (goes[number], place))
    return places


def most_at_once(comes: np.ndarray, goes: np.ndarray) -> int:
    """How many of the stays, none of which is of no length, there are at most at the same time.

    That many places `give_places` gives. A stay that ends when another begins is not beside it.
    """
    moments = np.concatenate([goes, comes])
    steps = np.repeat([-1, 1], [len(goes), len(comes)])
    return int(np.cumsum(steps[np.argsort(moments, kind="stable")]).max(initial=0))
