"""How wide columns are: what a sample of the values asks for, made to fit the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 3
"""No column gets narrower: a letter, an ellipsis and room to see that it is one."""


@dataclass(frozen=True)
class Wish:
    """What a column asks for, in cells: its widest value, and the bounds it was given."""

    natural: int
    least: int
    most: int
    firm: bool = False
    """The width is set (by the screen, or by hand): it neither shrinks nor grows."""


def shared(wishes: Sequence[Wish], room: int) -> list[int]:
    """Widths for columns that have `room` cells in all, gaps not counted.

    Each gets what it asks for, up to its most. Where that is too much, those that may shrink do,
    the widest first; where room is left, those that were cut short grow, the narrowest first.
    """
    widths = [w.natural if w.firm else min(w.natural, w.most) for w in wishes]
    spare = room - sum(widths)
    while spare < 0:
        able = [i for i, w in enumerate(wishes) if not w.firm and widths[i] > w.least]
        if not able:
            break
        widths[max(able, key=lambda i: widths[i])] -= 1
        spare += 1
    while spare > 0:
        able = [i for i, w in enumerate(wishes) if not w.firm and widths[i] < w.natural]
        if not able:
            break
        widths[min(able, key=lambda i: widths[i])] += 1
        spare -= 1
    return widths
