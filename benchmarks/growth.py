"""How the import grows: ten times the rows, and more slices; time and memory.

    python -m benchmarks.growth [--size S|M|L] [--rows N]

With `--rows 50000000` it measures the import of so many rows alone.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

from benchmarks.imports import measure
from benchmarks.row import Row, page
from benchmarks.setting import Setting, add_options, setting_of

SLICES = (1, 2, 4, 8)


def rows_of(setting: Setting) -> list[Row]:
    """The lines of the comparison about growth; each is run once."""
    lines = [
        row_of(replace(setting, slices=slices), setting.rows)
        for slices in sorted({*SLICES, setting.slices})
    ]
    return [*lines, row_of(setting, 10 * setting.rows)]


def row_of(setting: Setting, rows: int) -> Row:
    """The line of so many rows, in the slices that the setting says."""
    found, _ = measure(setting, rows, 4, 1, 1)
    costs = {who: runs[0].cost for who, runs in found.items()}
    peaks = ", ".join(f"{who} {cost.peak / 1e6:,.0f} MB" for who, cost in costs.items())
    return Row(
        f"`import` of {rows:,} rows in {setting.slices} slice{'s' * (setting.slices > 1)}",
        costs["axtui"].wall,
        costs["ax"].wall if "ax" in costs else 0.0,
        costs["raw"].wall,
        note=f"memory of all processes at most: {peaks}",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_options(parser)
    parser.add_argument("--rows", type=int, help="measure the import of so many rows alone")
    given = parser.parse_args()
    setting = setting_of(given)
    print(page([row_of(setting, given.rows)] if given.rows else rows_of(setting)))


if __name__ == "__main__":
    main()
