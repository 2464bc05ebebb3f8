"""Annual failure rates by model: bars with the whiskers of their intervals."""

from __future__ import annotations

from typing import Any

from .svg import Scale, element, line, picture, round_steps, text, tip
from .words import counted, interval, percent, terabytes

ENOUGH_DRIVE_DAYS = 3650  # ten drive years: below that a rate says next to nothing

_WIDTH, _ROW, _TOP, _BOTTOM = 960, 34, 34, 30
_LEFT, _RIGHT = 268, 742

Row = dict[str, Any]


def enough(row: Row) -> bool:
    """Whether a rate rests on enough drive days to be drawn."""
    return bool(row["drive_days"] >= ENOUGH_DRIVE_DAYS)


def verdict(row: Row, fleet: Row) -> str:
    """How a model stands to the fleet: only where its whole interval lies on one side."""
    if row["low"] > fleet["afr"]:
        return "worse"
    return "better" if row["high"] < fleet["afr"] else "same"


def models_chart(models: list[Row], fleet: Row) -> str:
    """The bars of the models with enough drive days, highest rate first."""
    rows = [row for row in models if enough(row)]
    steps = round_steps(_widest(rows), 6)
    scale = Scale(0, steps[-1], _LEFT, _RIGHT)
    height = _TOP + _ROW * len(rows) + _BOTTOM
    floor = height - _BOTTOM + 4
    parts = []
    for step in steps:
        parts.append(line(scale(step), _TOP - 6, scale(step), floor, "grid"))
        parts.append(text(scale(step), _TOP - 14, f"{step:g} %", class_="tick middle"))
    for number, row in enumerate(rows):
        parts.append(_bar(row, fleet, scale, _TOP + _ROW * number))
    mean = scale(fleet["afr"])
    parts.append(line(mean, _TOP - 6, mean, floor + 4, "mean"))
    parts.append(
        text(mean, floor + 20, f"all drives {percent(fleet['afr'])}", class_="note middle")
    )
    worst = ", ".join(f"{row['model']} {percent(row['afr'])}" for row in rows)
    return picture(
        _WIDTH, height, "Annual failure rate by model", f"Highest first: {worst}.", *parts
    )


def _widest(rows: list[Row]) -> float:
    """How far the axis goes. Whiskers much longer than the longest bar are cut."""
    bars = max((row["afr"] for row in rows), default=1)
    whiskers = max((row["high"] for row in rows), default=1)
    return max(min(whiskers, 1.5 * bars), 0.5)


def _bar(row: Row, fleet: Row, scale: Scale, top: float) -> str:
    """One model: its name, bar, whisker and numbers."""
    middle = top + _ROW / 2
    low, high = scale(row["low"]), scale(min(row["high"], scale.high))
    cut = row["high"] > scale.high
    words = (
        f"{row['model']}: {percent(row['afr'])} a year (95 % interval "
        f"{interval(row['low'], row['high'])}), {counted(row['failures'], 'failure')} in "
        f"{counted(row['drive_days'], 'drive day')}"
    )
    whisker = [
        line(low, middle, high, middle, "whisker"),
        line(low, middle - 5, low, middle + 5, "whisker"),
    ]
    if cut:
        arrow = f"M{high - 6:.1f},{middle - 5:.1f}l6,5l-6,5"
        whisker.append(element("path", d=arrow, class_="whisker open"))
    else:
        whisker.append(line(high, middle - 5, high, middle + 5, "whisker"))
    return element(
        "g",
        tip(words),
        element("rect", x=0, y=top, width=_WIDTH, height=_ROW, class_="hit"),
        text(0, middle + 5, row["model"], class_="name"),
        text(_LEFT - 14, middle + 5, terabytes(row["capacity_bytes"]), class_="note end"),
        element(
            "rect",
            x=_LEFT,
            y=middle - 9,
            width=max(scale(row["afr"]) - _LEFT, 0.01),
            height=18,
            rx=2,
            class_=verdict(row, fleet),
        ),
        *whisker,
        text(822, middle + 5, percent(row["afr"]), class_="value end"),
        text(_WIDTH, middle + 5, counted(row["failures"], "failure"), class_="note end"),
    )
