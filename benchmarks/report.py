"""The report of the comparison: kept by part, told as one page, shown in the README."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.figures import machine
from benchmarks.row import Row, page, table
from benchmarks.setting import Setting

BEGIN, END = "<!-- speed: made by python -m benchmarks -->", "<!-- end of speed -->"

Kept = dict[str, dict[str, Any]]
"""By part: `about` (the machine and what was asked for) and `rows` (the fields of each Row)."""


def keep(
    results: Path, setting: Setting, parts: Mapping[str, str], found: Mapping[str, Sequence[Row]]
) -> None:
    """Keep what was found in `speed.json`, in place of what earlier runs found of these parts."""
    results.mkdir(exist_ok=True)
    known = held(results)
    about = machine() | {
        "Accelerator": "left out" if setting.real is None else _version(setting.real),
        "rows": f"{setting.rows:,}",
        "slices": str(setting.slices),
        "runs of each": str(setting.runs),
        "axtui": version("axtui"),
    }
    for part, rows in found.items():
        known[part] = {"about": about, "rows": [asdict(row) for row in rows]}
    ordered = {part: known[part] for part in parts if part in known}
    (results / "speed.json").write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


def show(results: Path, parts: Mapping[str, str], readme: Path) -> None:
    """Write `speed.md` from what is kept, and its main lines into the README."""
    found = held(results)
    (results / "speed.md").write_text(whole(found, parts), encoding="utf-8")
    text = readme.read_text(encoding="utf-8")
    readme.write_text(placed(text, main_lines(found)), encoding="utf-8")


def held(results: Path) -> Kept:
    """What is kept, by part."""
    path = results / "speed.json"
    found: Kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def whole(found: Kept, parts: Mapping[str, str]) -> str:
    """The page of all lines, with the machine that each part was measured on."""
    text = ["# axtui beside the Accelerator", "", _HOW]
    for part, kept in found.items():
        about = ", ".join(f"{name} {value}" for name, value in kept["about"].items())
        text += ["", f"## {parts[part]}", "", page(_rows(kept)), "", f"({about})"]
    return "\n".join([*text, ""])


def main_lines(found: Kept) -> str:
    """A table of the lines that have an aim; '' where nothing is kept."""
    lines = [row for kept in found.values() for row in _rows(kept) if row.aimed]
    return table(lines) if lines else ""


def placed(text: str, shown: str) -> str:
    """A page with a table in place of what stood between its two marks. Exits where it has none."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"there is no place for the table: {BEGIN} ... {END}")
    return f"{before}{begin}\n\n{shown}\n\n{end}{after}"


def _rows(kept: Mapping[str, Any]) -> list[Row]:
    return [Row(**row) for row in kept["rows"]]


_HOW = """Both run the same projects in turn, as often as is said below each table; the medians are compared.
Times are from start to end. `raw` is pyarrow or DuckDB alone doing the same steps, with nothing kept of how.
What axtui commits is durable (`fsync`), what the Accelerator commits is not.

Made by `python -m benchmarks --write`."""


def _version(real: Path) -> str:
    found = next((real / "lib").glob("python*/site-packages/accelerator-*.dist-info"), None)
    return found.name.removesuffix(".dist-info").partition("-")[2] if found else "unknown"
