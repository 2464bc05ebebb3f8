"""How the import grows: ten times the rows, and more slices; time and memory.

    python -m benchmarks.growth [--size S|M|L]

With `--size L` it goes from 10 million rows to 100 million.
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
        _row(f"`import` of {rows:,} rows", setting, rows)
        for rows in (setting.rows, 10 * setting.rows)
    ]
    return lines + [
        _row(
            f"`import` of {setting.rows:,} rows in {slices} slices", replace(setting, slices=slices)
        )
        for slices in SLICES
    ]


def _row(work: str, setting: Setting, rows: int = 0) -> Row:
    found, _ = measure(setting, rows or setting.rows, 4, 1, 1)
    costs = {who: runs[0].cost for who, runs in found.items()}
    peaks = ", ".join(f"{who} {cost.peak / 1e6:,.0f} MB" for who, cost in costs.items())
    return Row(
        work,
        costs["axtui"].wall,
        costs["ax"].wall if "ax" in costs else 0.0,
        costs["raw"].wall,
        note=f"memory of all processes at most: {peaks}",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_options(parser)
    print(page(rows_of(setting_of(parser.parse_args()))))


if __name__ == "__main__":
    main()
