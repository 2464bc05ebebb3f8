"""Failure rates by age: the bathtub."""

from __future__ import annotations

from typing import Any

from .models_chart import enough
from .svg import Scale, element, line, picture, round_steps, text, tip
from .words import counted, interval, percent

_WIDTH, _HEIGHT = 960, 286
_LEFT, _RIGHT, _TOP, _FLOOR = 60, 952, 14, 222
_HOURS_PER_YEAR = 8760

Row = dict[str, Any]


def drawn_ages(ages: list[Row]) -> list[Row]:
    """The age groups that hold enough drive days to be drawn."""
    return [row for row in ages if row["from_hours"] is not None and enough(row)]


def age_chart(ages: list[Row], fleet: Row) -> str:
    """A bar per age group, with whiskers and the number of failures it rests on."""
    rows = drawn_ages(ages)
    bars = max(row["afr"] for row in rows)
    steps = round_steps(max(min(max(row["high"] for row in rows), 1.6 * bars), 0.5), 5)
    scale = Scale(0, steps[-1], _FLOOR, _TOP)
    hours = Scale(rows[0]["from_hours"], rows[-1]["to_hours"], _LEFT, _RIGHT)
    parts = []
    for step in steps:
        parts.append(line(_LEFT, scale(step), _RIGHT, scale(step), "grid"))
        parts.append(text(_LEFT - 8, scale(step) + 4, f"{step:g} %", class_="tick end"))
    for row in rows:
        parts += _bar(row, scale, hours)
    mean = scale(fleet["afr"])
    parts.append(line(_LEFT, mean, _RIGHT, mean, "mean"))
    last = int(rows[-1]["to_hours"] / _HOURS_PER_YEAR)
    for year in range(last + 1):
        x = hours(year * _HOURS_PER_YEAR)
        if _LEFT <= x <= _RIGHT:
            parts.append(line(x, _FLOOR, x, _FLOOR + 5, "axis"))
            label = "new" if year == 0 else f"{year} year{'' if year == 1 else 's'}"
            parts.append(text(x, _HEIGHT - 10, label, class_=_anchor(x)))
    parts.append(line(_LEFT, _FLOOR, _RIGHT, _FLOOR, "axis"))
    spoken = "; ".join(
        f"{row['from_hours'] / _HOURS_PER_YEAR:g} years {percent(row['afr'])}" for row in rows
    )
    return picture(_WIDTH, _HEIGHT, "Annual failure rate by age", f"From age: {spoken}.", *parts)


def _bar(row: Row, scale: Scale, hours: Scale) -> list[str]:
    left, right = hours(row["from_hours"]), hours(row["to_hours"])
    middle, top = (left + right) / 2, scale(row["afr"])
    high, low = scale(min(row["high"], scale.high)), scale(row["low"])
    words = (
        f"{row['from_hours']:,} to {row['to_hours']:,} hours: {percent(row['afr'])} a year (95 % "
        f"interval {interval(row['low'], row['high'])}), {counted(row['failures'], 'failure')} "
        f"in {counted(row['drive_days'], 'drive day')}"
    )
    return [
        element(
            "g",
            tip(words),
            element(
                "rect",
                x=left + 3,
                y=top,
                width=right - left - 6,
                height=max(_FLOOR - top, 0.01),
                rx=2,
                class_="age",
            ),
            line(middle, low, middle, high, "whisker"),
            line(middle - 5, low, middle + 5, low, "whisker"),
            line(middle - 5, high, middle + 5, high, "whisker")
            if row["high"] <= scale.high
            else element(
                "path", d=f"M{middle - 5:.1f},{high + 6:.1f}l5,-6l5,6", class_="whisker open"
            ),
            text(middle, _FLOOR + 20, str(row["failures"]), class_="note middle"),
        )
    ]


def _anchor(x: float) -> str:
    return "tick" if x < _LEFT + 20 else "tick end" if x > _RIGHT - 20 else "tick middle"
