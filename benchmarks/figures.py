"""Figures of a measurement, and tables of them."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

_LIBRARIES = ("textual", "duckdb", "pyarrow", "watchdog")


@dataclass
class Figure:
    """One line of the results: what was measured, its figures by name, and a note."""

    what: str
    values: dict[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass
class Section:
    """Some figures that belong together."""

    title: str
    figures: list[Figure] = field(default_factory=list)


def spread(seconds: Sequence[float]) -> dict[str, str]:
    """Best, median, p95 and worst of some durations, in milliseconds."""
    ordered = sorted(seconds)
    high = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    found = {"best": ordered[0], "median": median(ordered), "p95": high, "worst": ordered[-1]}
    return {"n": str(len(ordered))} | {name: ms(value) for name, value in found.items()}


def ms(seconds: float) -> str:
    """Milliseconds, with as many digits as are worth telling."""
    value = seconds * 1000
    return f"{value:.1f} ms" if value < 10 else f"{value:,.0f} ms"


def machine() -> dict[str, str]:
    """The machine and the versions that were measured."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    found = {"processor": f"{os.cpu_count()} x {model}", "load before": load}
    found |= {"system": platform.system(), "Python": sys.version.split()[0]}
    return found | {name: version(name) for name in _LIBRARIES}


def markdown(title: str, about: Mapping[str, str], sections: Sequence[Section]) -> str:
    """All of it as a page."""
    parts = [f"# {title}", ", ".join(f"{name} {value}" for name, value in about.items())]
    for section in sections:
        parts.append(f"## {section.title}")
        parts.append(_table(section.figures))
    return "\n\n".join(parts) + "\n"


def _table(figures: Sequence[Figure]) -> str:
    names = list(dict.fromkeys(name for figure in figures for name in figure.values))
    rows = [["", *names, ""], ["---"] * (len(names) + 2)]
    for figure in figures:
        rows.append([figure.what, *(figure.values.get(name, "") for name in names), figure.note])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def save(path: Path, title: str, about: Mapping[str, str], sections: Sequence[Section]) -> None:
    """Write the page, and the same as JSON beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(markdown(title, about, sections), encoding="utf-8")
    held: dict[str, Any] = {"about": dict(about), "sections": [asdict(one) for one in sections]}
    path.with_suffix(".json").write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")
