"""How far a search is, for who asks while it runs."""

from __future__ import annotations

import time
from collections.abc import Callable

from axtui import human
from axtui.build.grep.run import Progress

_TWICE = 2.0
"""Asking again within so many seconds tells of each slice."""
_BEHIND = 0.1


def news(progress: Progress) -> Callable[[], str]:
    """What says how far it is now: in all, and asked twice also of each slice."""
    last = -_TWICE

    def tell() -> str:
        nonlocal last
        now = time.monotonic()
        each, last = now < last + _TWICE, now
        return "\n".join([*(_slices(progress) if each else ()), _summary(progress)])

    return tell


def _slices(progress: Progress) -> list[str]:
    slices = sorted({sliceno for task in progress.tasks for sliceno in task.slices})
    if any(len(task.slices) > 1 for task in progress.tasks):
        return []  # all at once
    lines = []
    for sliceno in slices:
        done, all_ = progress.of_slice(sliceno)
        words = "done" if done >= all_ else f"{_share(done, all_)} of {human.plural(all_, 'row')}"
        lines.append(f"{sliceno:>9}: {words}")
    return lines


def _summary(progress: Progress) -> str:
    all_ = progress.lines
    done = sum(map(progress.of, range(len(progress.tasks))))
    where = ", ".join(part.dataset.quoted for part in progress.now)
    text = f"{_share(done, all_)} of {human.plural(all_, 'row')}"
    return f"{text}, in {where}" if where else text


def _share(done: int, all_: int) -> str:
    return f"{100 * done // all_ if all_ else 100}%"
