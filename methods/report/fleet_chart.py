"""The fleet over time: a stacked area by drive size, and a small picture of each model."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from html import escape
from typing import Any

from .svg import Scale, Timeline, area, element, line, picture, round_steps, text, tip
from .words import counted, terabytes

_WIDTH, _HEIGHT = 960, 372
_LEFT, _RIGHT = 60, 952
_TOP, _FLOOR = 14, 258  # of the area
_FAIL_TOP, _FAIL_FLOOR = 282, 338  # of the failures below it

MOST_PICTURES = 24

Fleet = dict[str, Any]


def by_size(fleet: Fleet, capacities: dict[str, int | None]) -> dict[str, list[int]]:
    """Drive counts per day for each size, smallest size first."""
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * len(fleet["days"]))
    for model, counts in fleet["drives"].items():
        size = capacities.get(model)
        row = sums[round((size or 0) / 1e11), terabytes(size)]
        row[:] = [a + b for a, b in zip(row, counts, strict=True)]
    return {name: sums[key] for key in sorted(sums) for name in [key[1]]}


def size_fill(number: int, of: int) -> str:
    """The colour of the size with this number: from small to large."""
    share = round(100 * number / max(of - 1, 1))
    return f"color-mix(in oklab, var(--small), var(--large) {share}%)"


def legend(sizes: list[str]) -> str:
    """The sizes and their colours."""
    items = "".join(
        f'<li><i style="background:{size_fill(number, len(sizes))}"></i>{escape(name)}</li>'
        for number, name in enumerate(sizes)
    )
    return f'<ul class="legend">{items}<li><i class="fails"></i>failures</li></ul>'


def fleet_chart(fleet: Fleet, capacities: dict[str, int | None]) -> str:
    """Drives in service by size, and the failures of each day below."""
    days = [date.fromisoformat(day) for day in fleet["days"]]
    sizes = by_size(fleet, capacities)
    failures = [sum(counts) for counts in zip(*fleet["failures"].values(), strict=True)]
    total = [sum(counts) for counts in zip(*sizes.values(), strict=True)]
    when = Timeline(days, _LEFT, _RIGHT)
    steps = round_steps(max(total), 5)
    scale = Scale(0, steps[-1], _FLOOR, _TOP)
    parts = [_level(scale(step), f"{step:,.0f}") for step in steps]
    below = [0] * len(days)
    for number, (name, counts) in enumerate(sizes.items()):
        above = [a + b for a, b in zip(below, counts, strict=True)]
        shape = area(_points(when, scale, above), _points(when, scale, below))
        title = tip(f"{name}: {counts[0]:,} drives at first, {counts[-1]:,} at last")
        fill = f"fill:{size_fill(number, len(sizes))}"
        parts.append(element("path", title, d=shape, style=fill, class_="layer"))
        below = above
    parts += [line(x, _TOP, x, _FAIL_FLOOR, "year") for x, _ in when.marks()[:-1]]
    parts += _failures(when, failures)
    parts += [text(x, _HEIGHT - 12, name, class_=_anchor(x)) for x, name in when.marks()]
    return picture(
        _WIDTH,
        _HEIGHT,
        "Drives in service by size, and failures",
        f"{total[0]:,} drives on {days[0]}, at most {max(total):,}, {total[-1]:,} on {days[-1]}.",
        *parts,
    )


def _failures(when: Timeline, failures: list[int]) -> list[str]:
    """A bar per day with failures, on a scale of its own."""
    most = max([*failures, 1])
    scale = Scale(0, most, _FAIL_FLOOR, _FAIL_TOP)
    width = max(1.0, min(6.0, (_RIGHT - _LEFT) / len(failures) * 0.6))
    parts = [
        text(_LEFT - 8, _FAIL_TOP + 5, str(most), class_="tick end"),
        line(_LEFT, _FAIL_FLOOR, _RIGHT, _FAIL_FLOOR, "axis"),
    ]
    for day, number in zip(when.days, failures, strict=True):
        if number:
            top = scale(number)
            parts.append(
                element(
                    "rect",
                    tip(f"{day}: {counted(number, 'failure')}"),
                    x=when.x(day) - width / 2,
                    y=top,
                    width=width,
                    height=_FAIL_FLOOR - top,
                    class_="fails",
                )
            )
    return parts


def _level(y: float, label: str) -> str:
    return line(_LEFT, y, _RIGHT, y, "grid") + text(_LEFT - 8, y + 4, label, class_="tick end")


def _anchor(x: float) -> str:
    """Labels at the edges lean inwards."""
    return "tick" if x < _LEFT + 20 else "tick end" if x > _RIGHT - 20 else "tick middle"


def _points(when: Timeline, scale: Scale, values: list[int]) -> list[tuple[float, float]]:
    return [(when.x(day), scale(value)) for day, value in zip(when.days, values, strict=True)]


def small_pictures(fleet: Fleet, models: list[dict[str, Any]]) -> str:
    """One small area for each of the largest models, each on its own scale."""
    days = [date.fromisoformat(day) for day in fleet["days"]]
    order = sorted(models, key=lambda row: -max(fleet["drives"][row["model"]]))[:MOST_PICTURES]
    figures = []
    for row in order:
        counts = fleet["drives"][row["model"]]
        failures = fleet["failures"][row["model"]]
        name = escape(row["model"])
        words = f"{max(counts):,} at most, {counted(row['failures'], 'failure')}"
        figures.append(
            f"<figure><figcaption><b>{name}</b><span>{words}</span></figcaption>"
            f"{_small(days, counts, failures, row['model'], words)}</figure>"
        )
    return f'<div class="small">{"".join(figures)}</div>'


def _small(days: list[date], counts: list[int], failures: list[int], name: str, words: str) -> str:
    width, floor = 220, 64
    when = Timeline(days, 0, width)
    scale = Scale(0, max(counts), floor, 4)
    parts = [line(x, 4, x, floor, "year") for x, _ in when.marks() if 4 < x < width - 4]
    for begin, end in _spells(counts):
        upper = [(when.x(days[n]), scale(counts[n])) for n in range(begin, end + 1)]
        lower = [(x, float(floor)) for x, _ in upper]
        parts.append(element("path", d=area(upper, lower), class_="flow"))
        path = "M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in upper)
        parts.append(element("path", d=path, class_="edge"))
    parts.append(line(0, floor, width, floor, "axis"))
    for day, number in zip(days, failures, strict=True):
        if number:
            top = floor + 5
            parts.append(
                element(
                    "rect",
                    x=when.x(day) - 0.9,
                    y=top,
                    width=1.8,
                    height=min(3 + 3 * number, 15),
                    class_="fails",
                )
            )
    short = days[0].year == days[-1].year
    first, last = (f"{day:%m-%d}" if short else str(day.year) for day in (days[0], days[-1]))
    parts.append(text(0, 98, first, class_="tick"))
    parts.append(text(width, 98, last, class_="tick end"))
    return picture(width, 100, f"{name}: drives over time", words, *parts)


def _spells(counts: list[int]) -> list[tuple[int, int]]:
    """First and last index of each stretch of days with drives, a day wider where it can be."""
    spells: list[tuple[int, int]] = []
    for number, value in enumerate(counts):
        if value and spells and spells[-1][1] >= number - 1:
            spells[-1] = (spells[-1][0], min(number + 1, len(counts) - 1))
        elif value:
            spells.append((max(number - 1, 0), min(number + 1, len(counts) - 1)))
    return spells
