"""Bars, cells and sparklines made of characters."""

from __future__ import annotations

from collections.abc import Sequence

from axtui.build.live.state import Task
from axtui.tui.dashboard.line import Piece

_EIGHTHS = "▏▎▍▌▋▊▉"
_LEVELS = "▁▂▃▄▅▆▇█"
_PLAIN_LEVELS = "_.-:=+*#"
_STEPS_A_SECOND = 4
_SMALLEST_BAR, _LARGEST_BAR = 2, 8
"""Cells of the bar of a slice where all slices stand in one line."""


def bar(fraction: float | None, width: int, now: float, unicode: bool = True) -> list[Piece]:
    """How much is done, in exactly `width` cells; where that is unknown (None) a mark moves to and
    fro, as long as time goes on."""
    if width <= 0:
        return []
    if fraction is None:
        return _moving(width, now, unicode)
    fraction = min(1.0, max(0.0, fraction))
    tone = "success" if fraction >= 1 else "primary"
    if not unicode:
        full = int(fraction * width)
        return _kept(("#" * full, tone), ("." * (width - full), "faint"))
    whole, part = divmod(int(fraction * width * 8), 8)
    done = "█" * whole + (_EIGHTHS[part - 1] if part else "")
    return _kept((done, tone), ("░" * (width - len(done)), "faint"))


def _moving(width: int, now: float, unicode: bool) -> list[Piece]:
    size = max(1, min(3, width // 3))
    way = width - size
    step = int(now * _STEPS_A_SECOND) % (2 * way) if way else 0
    at = min(step, 2 * way - step)
    empty, full = ("─", "━") if unicode else ("-", "=")
    return _kept(
        (empty * at, "faint"), (full * size, "primary"), (empty * (width - size - at), "faint")
    )


def cells(tasks: Sequence[Task], width: int, now: float, unicode: bool = True) -> list[Piece]:
    """The slices of a stage in `width` cells: a small bar each, where there is less room a cell
    each, where there is too little the share of all that is done."""
    if len(tasks) > width:
        known = [task.fraction or 0.0 for task in tasks]
        return bar(sum(known) / len(known), width, now, unicode)
    each = width // max(1, len(tasks))
    made: list[Piece] = []
    for task in tasks:
        if each > _SMALLEST_BAR:
            size = min(_LARGEST_BAR, each - 1)
            made += [*bar(task.fraction, size, now, unicode), (" ", "")]
        else:
            made.append(_cell(task, unicode))
    used = sum(len(text) for text, _ in made)
    return _kept(*_merged(made), (" " * (width - used), ""))


def _cell(task: Task, unicode: bool) -> Piece:
    if task.state == "waiting":
        return "·" if unicode else ".", "muted"
    if task.state == "done":
        return "█" if unicode else "#", "success"
    fraction = task.fraction
    if fraction is None:
        return "▒" if unicode else "~", "primary"
    return level(fraction, unicode), "primary"


def level(fraction: float, unicode: bool = True) -> str:
    """One character for a share between 0 and 1."""
    levels = _LEVELS if unicode else _PLAIN_LEVELS
    return levels[min(len(levels) - 1, max(0, int(fraction * len(levels))))]


def sparkline(shares: Sequence[float], width: int, each: int, unicode: bool = True) -> str:
    """Shares between 0 and 1, one a second, the newest at the right; a cell is the mean of `each` of
    them, counted from the first, so that cells do not change while they move on."""
    if width <= 0:
        return ""
    groups = [shares[at : at + each] for at in range(0, len(shares), each)]
    shown = [level(sum(group) / len(group), unicode) for group in groups[-width:]]
    return "".join(shown).rjust(width)


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for text, tone in pieces:
        if found and found[-1][1] == tone:
            found[-1] = (found[-1][0] + text, tone)
        else:
            found.append((text, tone))
    return found


def _kept(*pieces: Piece) -> list[Piece]:
    return [piece for piece in pieces if piece[0]]
