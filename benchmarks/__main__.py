"""axtui beside the Accelerator: all of it with one command.

    python -m benchmarks [--size S|M|L] [--only PART ...] [--write]

Installs the Accelerator into an environment of its own, makes the inputs, runs both in turn, and prints
tables of medians and ratios. With `--write` they are kept in benchmarks/results/speed.md, and the README
shows them.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

from benchmarks import report
from benchmarks.row import Row, page
from benchmarks.setting import Setting, add_options, setting_of

PARTS = {
    "imports": "The import",
    "columns": "Whole datasets",
    "rows": "Rows as Python objects",
    "afr": "Failure rates",
    "jobs": "Small jobs",
    "lookup": "What exists already",
    "growth": "Growth",
}
"""Each is a module with `rows_of(setting)`, and a title."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_options(parser)
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part")
    parser.add_argument(
        "--write", action="store_true", help="keep the results, show them in README"
    )
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers and folders go, too
    setting = setting_of(given)
    found: dict[str, list[Row]] = {}
    for part in given.only or PARTS:
        print(f"{PARTS[part]} ...", file=sys.stderr)
        measure = cast(
            "Callable[[Setting], list[Row]]", import_module(f"benchmarks.{part}").rows_of
        )
        found[part] = measure(setting)
        print(f"\n## {PARTS[part]}\n\n{page(found[part])}", flush=True)
        if given.write:
            results = Path(__file__).parent / "results"
            report.keep(results, setting, PARTS, {part: found[part]})
            report.show(results, PARTS, Path("README.md"))


if __name__ == "__main__":
    main()
