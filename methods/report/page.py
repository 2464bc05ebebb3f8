"""The whole report as one HTML page."""

from __future__ import annotations

from html import escape
from typing import Any

from .age_chart import age_chart, drawn_ages
from .fleet_chart import MOST_PICTURES, by_size, fleet_chart, legend, small_pictures
from .models_chart import enough, models_chart, verdict
from .style import STYLE
from .tables import models_table, sources_table
from .words import count, counted, interval, listing, long_date, percent

Found = dict[str, Any]


def page(found: Found, sources: list[list[Any]], afr_job: str) -> str:
    """The report of `afr.json`. `sources` are pairs of input file and job ids, oldest first."""
    sections = [_models(found)]
    if len(found["fleet"]["days"]) > 1:
        sections.append(_fleet(found))
    if drawn_ages(found["ages"]):
        sections.append(_ages(found))
    sections.append(_numbers(found))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Which drives fail? {_span(found)}</title><style>{STYLE}</style></head><body><main>"
        f"{_head(found)}{''.join(sections)}{_foot(found, sources, afr_job)}</main></body></html>\n"
    )


def _span(found: Found) -> str:
    first, last = _ends(found)
    return first[:4] if first[:4] == last[:4] else f"{first[:4]}\u2013{last[:4]}"


def _ends(found: Found) -> tuple[str, str]:
    days = found["fleet"]["days"]
    return days[0], days[-1]


def _head(found: Found) -> str:
    total = found["total"]
    first, last = _ends(found)
    tiles = (
        ("Drives", count(total["drives"]), counted(len(found["models"]), "model")),
        ("Drive days", count(total["drive_days"]), _rows_words(found)),
        ("Failures", count(total["failures"]), _most_failures(found)),
        (
            "Annual failure rate",
            percent(total["afr"]),
            f"95 % interval {interval(total['low'], total['high'])}",
        ),
    )
    shown = "".join(
        f"<div><dt>{name}</dt><dd>{value}<small>{note}</small></dd></div>"
        for name, value, note in tiles
    )
    return (
        f'<header><p class="kicker">Drive statistics, {long_date(first)} to {long_date(last)}</p>'
        f'<h1>Which drives fail?</h1><p class="lede">{_lede(found)}</p>'
        f'<dl class="tiles">{shown}</dl></header>'
    )


def _most_failures(found: Found) -> str:
    most = max(found["models"], key=lambda row: row["failures"])
    return f"{count(most['failures'])} of them {escape(most['model'])}" if most["failures"] else ""


def _rows_words(found: Found) -> str:
    rows = sum(period["rows"] for period in found["periods"])
    spacings = {period["days_per_row"] for period in found["periods"]}
    if spacings == {1}:
        return "one per row"
    return f"{count(rows)} rows, {listing([str(n) for n in sorted(spacings)])} days each"


def _lede(found: Found) -> str:
    """What the numbers say, in words."""
    total = found["total"]
    drawn = [row for row in found["models"] if enough(row)]
    worse = [row["model"] for row in drawn if verdict(row, total) == "worse"]
    better = [row["model"] for row in drawn if verdict(row, total) == "better"]
    text = f"{counted(total['failures'], 'drive')} of {count(total['drives'])} failed. "
    if worse:
        verb = "fails" if len(worse) == 1 else "fail"
        text += f"{escape(listing(worse[:4]))} clearly {verb} more often than the fleet"
        text += f", and {counted(len(better), 'model')} clearly less often." if better else "."
    else:
        text += "No model differs clearly from the fleet: the intervals are too wide."
    return text


def _section(title: str, words: str, *content: str, class_: str = "whole") -> str:
    return (
        f'<section class="{class_}"><h2>{title}</h2><p class="sub">{words}</p>'
        f"{''.join(content)}</section>"
    )


def _models(found: Found) -> str:
    left_out = sum(not enough(row) for row in found["models"])
    verb = "is" if left_out == 1 else "are"
    note = f" {counted(left_out, 'model')} with less {verb} in the table below." if left_out else ""
    return _section(
        "Annual failure rate by model",
        "The whisker is the 95 % interval: the rates that the counted failures are compatible "
        "with. A bar has a colour only where the whole interval lies above or below the rate of "
        f"all drives. Models with at least ten drive years.{note}",
        '<ul class="legend"><li><i class="worse"></i>fails more often than the fleet</li>'
        '<li><i class="better"></i>less often</li><li><i></i>no clear difference</li></ul>',
        f'<div class="wide">{models_chart(found["models"], found["total"])}</div>',
    )


def _fleet(found: Found) -> str:
    capacities = {row["model"]: row["capacity_bytes"] for row in found["models"]}
    sizes = list(by_size(found["fleet"], capacities))
    whole = _section(
        "The fleet over time",
        "Drives in service by size. Below, the failures of each day in the files.",
        legend(sizes),
        f'<div class="wide">{fleet_chart(found["fleet"], capacities)}</div>',
    )
    several = len(found["models"]) > MOST_PICTURES
    each = _section(
        f"The {MOST_PICTURES} largest models" if several else "Each model",
        "Drives in service, every model on its own scale; the marks below are failures.",
        small_pictures(found["fleet"], found["models"]),
        class_="flows",
    )
    return whole + each


def _ages(found: Found) -> str:
    unknown = sum(row["failures"] for row in found["ages"] if row["from_hours"] is None)
    note = f" {counted(unknown, 'failed drive')} did not tell their age." if unknown else ""
    if unknown == 1:
        note = " One failed drive did not tell its age."
    return _section(
        "Annual failure rate by age",
        "Age is the time under power that the drive itself counts (SMART attribute 9), in steps "
        "of half a year. The numbers below the bars are failures; the dotted line is the rate of "
        f"all drives.{note}",
        f'<div class="wide">{age_chart(found["ages"], found["total"])}</div>',
    )


def _numbers(found: Found) -> str:
    several = len({row["year"] for row in found["years"]}) > 1
    words = "AFR is failures / drive days \u00d7 365 \u00d7 100 %"
    words += "; the columns on the right give it per calendar year." if several else "."
    return _section(
        "All numbers",
        words,
        models_table(found["models"], found["years"], found["total"]),
        class_="numbers",
    )


def _foot(found: Found, sources: list[list[Any]], afr_job: str) -> str:
    sampled = [period for period in found["periods"] if period["days_per_row"] > 1]
    words = (
        "A row of these files stands for a drive on a day. Where files keep only every n-th day, "
        "a row counts as n drive days. Intervals are exact Poisson intervals."
        if sampled
        else "A row of these files is one drive day. Intervals are exact Poisson intervals."
    )
    job = escape(afr_job)
    return (
        f"<footer><h2>Where these numbers come from</h2><p>{words}</p>"
        f"{sources_table(found['periods'], sources)}"
        f"<p>Counted by job <code>{job}</code>. <code>axtui why {job}</code> tells why it was "
        f"built, <code>axtui job {job}</code> shows its options, inputs and timings, and "
        "<code>axtui sql inputs_of_result -p result=afr.html</code> lists the input files with "
        "their digests.</p></footer>"
    )
