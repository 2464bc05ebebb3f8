"""The tables of the report: every number that is drawn, and where it comes from."""

from __future__ import annotations

from html import escape
from typing import Any

from .models_chart import enough
from .words import count, counted, interval, percent, terabytes

Row = dict[str, Any]


def models_table(models: list[Row], years: list[Row], fleet: Row) -> str:
    """All models; with a column per year where there is more than one."""
    shown = sorted({row["year"] for row in years})
    shown = shown if len(shown) > 1 else []
    by_key = {(row["model"], row["year"]): row for row in years}
    top = max([row["afr"] for row in years if enough(row)], default=1) or 1
    heads = "".join(f'<th scope="col">{year}</th>' for year in shown)
    body = []
    for row in sorted(models, key=lambda row: not enough(row)):
        cells = "".join(_year_cell(by_key.get((row["model"], year)), top) for year in shown)
        body.append(f"<tr{'' if enough(row) else ' class=few'}>{_cells(row)}{cells}</tr>")
    blank = "<td></td>" * len(shown)
    foot = _cells({**fleet, "model": "All models", "capacity_bytes": None}).replace("?", "")
    return (
        '<div class="wide"><table><caption>Rates in grey rest on fewer than ten drive years.'
        "</caption><thead><tr>"
        '<th scope="col">Model</th><th scope="col">Size</th><th scope="col">Drives</th>'
        '<th scope="col">Drive days</th><th scope="col">Failures</th><th scope="col">AFR</th>'
        f'<th scope="col">95 % interval</th>{heads}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody><tfoot><tr>{foot}{blank}</tr></tfoot></table></div>"
    )


def _cells(row: Row) -> str:
    cells = (
        terabytes(row["capacity_bytes"]),
        count(row["drives"]),
        count(row["drive_days"]),
        count(row["failures"]),
        percent(row["afr"]),
        interval(row["low"], row["high"]),
    )
    name = f'<th scope="row">{escape(row["model"])}</th>'
    return name + "".join(f"<td>{cell}</td>" for cell in cells)


def _year_cell(row: Row | None, top: float) -> str:
    """The rate of a model in a year; the stronger the tint the higher it is."""
    if row is None:
        return '<td class="few">\u2013</td>'
    words = f"{counted(row['failures'], 'failure')} in {counted(row['drive_days'], 'drive day')}"
    if not enough(row):
        return f'<td class="few" title="{words}">{percent(row["afr"])}</td>'
    heat = round(70 * min(row["afr"] / top, 1))
    return f'<td class="heat" style="--heat:{heat}%" title="{words}">{percent(row["afr"])}</td>'


def sources_table(periods: list[Row], sources: list[list[Any]]) -> str:
    """The input files, what they hold, and the jobs that each went through."""
    body = []
    for number, period in enumerate(periods):
        name, jobs = sources[number] if number < len(sources) else ("", [])
        days = f"{period['first']} to {period['last']}"
        trail = " \u2192 ".join(f"<code>{escape(job)}</code>" for job in jobs)
        body.append(
            f'<tr><th scope="row">{escape(name)}</th><td class="words whole">{days}</td>'
            f"<td>{count(period['days'])}</td><td>{count(period['rows'])}</td>"
            f'<td class="words">{trail}</td></tr>'
        )
    return (
        '<div class="wide"><table><thead><tr><th scope="col">Input file</th>'
        '<th scope="col" class="words">Days</th><th scope="col">Files</th>'
        '<th scope="col">Rows</th><th scope="col" class="words">Jobs</th></tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )
