"""The report of the comparison: kept by part, told as one page, shown in the README."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from benchmarks.figures import machine
from benchmarks.row import Row, page, table
from benchmarks.setting import Setting

BEGIN, END = "<!-- speed: made by python -m benchmarks -->", "<!-- end of speed -->"


def keep(
    results: Path, setting: Setting, parts: Mapping[str, str], found: Mapping[str, Sequence[Row]]
) -> None:
    """Keep what was found in `speed.json`, in place of what earlier runs found of these parts."""
    path = results / "speed.json"
    held = json.loads(path.read_text()) if path.exists() else {}
    about = machine() | {
        "Accelerator": "left out" if setting.real is None else _version(setting.real),
        "rows": f"{setting.rows:,}",
        "slices": str(setting.slices),
        "runs of each": str(setting.runs),
        "axtui": version("axtui"),
    }
    for part, rows in found.items():
        held[part] = {"about": about, "rows": [asdict(row) for row in rows]}
    ordered = {part: held[part] for part in parts if part in held}
    path.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


def show(results: Path, parts: Mapping[str, str], readme: Path) -> None:
    """Write `speed.md` from what is kept, and its main lines into the README."""
    held = json.loads((results / "speed.json").read_text())
    text = ["# axtui beside the Accelerator", "", _HOW]
    main: list[Row] = []
    for part, kept in held.items():
        rows = [Row(**row) for row in kept["rows"]]
        main += [row for row in rows if row.aim or row.aim_words]
        about = ", ".join(f"{name} {value}" for name, value in kept["about"].items())
        text += ["", f"## {parts[part]}", "", page(rows), "", f"({about})"]
    (results / "speed.md").write_text("\n".join([*text, ""]), encoding="utf-8")
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    shown = f"{before}{BEGIN}\n\n{table(main)}\n\n{END}{after}"
    readme.write_text(shown, encoding="utf-8")


_HOW = """Both run the same projects in turn, as often as is said below each table; the medians are compared.
Times are from start to end. `raw` is pyarrow or DuckDB alone doing the same steps, with nothing kept of how.
What axtui commits is durable (`fsync`), what the Accelerator commits is not.

Made by `python -m benchmarks --write`."""


def _version(real: Path) -> str:
    found = next((real / "lib").glob("python*/site-packages/accelerator-*.dist-info"), None)
    return found.name.removesuffix(".dist-info").partition("-")[2] if found else "unknown"
