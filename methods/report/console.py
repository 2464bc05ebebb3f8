"""The rates as aligned text for the terminal."""

from __future__ import annotations

from typing import Any

from .models_chart import enough
from .words import count, counted, interval, percent, terabytes

Row = dict[str, Any]


def console_table(found: dict[str, Any]) -> str:
    """The tables of `afr.json`: a line per model, then the years where there are several."""
    many = [row for row in found["models"] if enough(row)]
    few = [row for row in found["models"] if not enough(row)]
    total = _cells({**found["total"], "model": "All models", "capacity_bytes": None})
    lines = [["Model", "Size", "Drives", "Drive days", "Failures", "AFR", "95 % interval"]]
    lines += [_cells(row) for row in many + few]
    lines.append([total[0], "", *total[2:]])
    text = _aligned(lines, breaks={1, 1 + len(many), len(lines) - 1})
    return f"{_title(found)}\n\n{text}{_by_year(found['years'], many)}"


def _by_year(rows: list[Row], models: list[Row]) -> str:
    """The rates of each year, for the models with enough drive days; nothing for a single year."""
    years = sorted({row["year"] for row in rows})
    if len(years) < 2 or not models:
        return ""
    rates = {(row["model"], row["year"]): percent(row["afr"]) for row in rows}
    lines = [["By year"] + [str(year) for year in years]]
    for row in models:
        lines.append([row["model"]] + [rates.get((row["model"], year), "") for year in years])
    return f"\n\n{_aligned(lines, breaks={1})}"


def _title(found: dict[str, Any]) -> str:
    days = found["fleet"]["days"]
    title = f"Annual failure rates, {days[0]} to {days[-1]} ({counted(len(days), 'day')}"
    spacing = sorted({period["days_per_row"] for period in found["periods"]} - {1})
    if spacing:
        every = " or ".join(str(n) for n in spacing)
        return title + f", one kept of {every}: a row counts as {every} drive days)"
    return title + ")"


def _cells(row: Row) -> list[str]:
    return [
        row["model"],
        terabytes(row["capacity_bytes"]),
        count(row["drives"]),
        count(row["drive_days"]),
        count(row["failures"]),
        percent(row["afr"]),
        interval(row["low"], row["high"]).replace("\u2009\u2013\u2009", " - "),
    ]


def _aligned(lines: list[list[str]], breaks: set[int]) -> str:
    """Columns side by side, numbers to the right, a rule before the lines numbered in `breaks`."""
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    shown = []
    for number, cells in enumerate(lines):
        if number in breaks:
            shown.append("  ".join("-" * width for width in widths))
        padded = [
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        shown.append("  ".join(padded).rstrip())
    return "\n".join(shown)
