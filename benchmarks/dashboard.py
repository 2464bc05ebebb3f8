"""Measures the dashboard: `python -m benchmarks.dashboard`. See README.md."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import load, saves, startup
from benchmarks.figures import Figure, Section, machine, markdown, save
from benchmarks.makecatalog import make
from benchmarks.terminal import TooLateError

_TITLE = "The dashboard, measured"
_RESULTS = Path(__file__).with_name("results") / "dashboard.md"


def main() -> None:
    """Measure what was asked for, print it, and write it beside this file."""
    asked = _arguments()
    about, sections = machine(), list[Section]()
    with tempfile.TemporaryDirectory(prefix="axtui-bench-") as name:
        folder = Path(name).resolve()
        small, big = make(folder / "small", 40).root, make(folder / "big", asked.jobs).root
        for root in (small, big):
            startup.acquaint(root)
        parts: dict[str, Callable[[], Section]] = {
            "start": lambda: startup.measure(
                {"40 jobs": small, f"{asked.jobs:,} jobs": big}, asked.runs
            ),
            "saves": lambda: saves.measure(folder / "saves", asked.saves),
            "load": lambda: load.processor(big, (100, 1000), asked.seconds),
            "keys": lambda: load.keys(big, 100, 100, asked.rows),
            "jobs": lambda: load.jobs(big, asked.jobs, 5),
            "rows": lambda: load.rows(big, asked.rows),
        }
        for part in asked.only or parts:
            began = time.monotonic()
            try:
                sections.append(parts[part]())
            except TooLateError as error:
                sections.append(Section(part, [Figure("not measured", note=str(error))]))
            print(f"{part}: measured in {time.monotonic() - began:.0f} s", flush=True)
    print("\n" + markdown(_TITLE, about, sections))
    if not asked.only:
        save(_RESULTS, _TITLE, about, sections)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboard", description=__doc__)
    parts = ["start", "saves", "load", "keys", "jobs", "rows"]
    parser.add_argument("--only", action="append", choices=parts, help="measure but this; all")
    parser.add_argument("--jobs", type=int, default=100_000, help="jobs in the catalog")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of a result")
    parser.add_argument("--runs", type=int, default=15, help="starts of each kind")
    parser.add_argument("--saves", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10.0, help="to measure load for")
    return parser.parse_args()


if __name__ == "__main__":
    main()
