"""Rows as Python objects, read and written by the same methods on axtui and on the Accelerator.

    python -m benchmarks.rows [--size S|M|L] [--runs N]

Reading is told in processor time per value, of the loop in `analysis` alone; writing in seconds from start
to end of the job.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import project
from benchmarks.project import Side, Told
from benchmarks.row import Row, page
from benchmarks.rowproject import METHODS, SCRIPTS
from benchmarks.setting import Setting, add_options, setting_of

TYPES = {
    "ascii, 60 different": ("model", 2),
    "ascii, all different": ("serial", 2),
    "unicode, 5,000 different": ("words", 2),
    "bytes, all different": ("raw", 0),
    "date": ("day", 1),
    "datetime": ("moment", 1),
    "time": ("clock", 0),
    "int64 below 100": ("small", 1),
    "int64, mostly 0": ("zero", 1),
    "int64, wide": ("int", 1),
    "int32": ("int32", 1),
    "number, ints": ("number", 0),
    "number, ints and floats": ("mixed", 0),
    "float64": ("float", 1),
    "float32": ("float32", 1),
    "bool": ("flag", 1),
    "ascii, a tenth None": ("model_none", 0),
    "date, a tenth None": ("day_none", 0),
    "int64, a tenth None": ("int_none", 0),
    "float64, a tenth None": ("float_none", 0),
    "bool, a tenth None": ("flag_none", 0),
}
"""Columns of one type, and how many times as fast as the Accelerator reading is to be (0: as it comes)."""
MIXES = {
    "3 columns: two strings, a flag": (["model", "serial", "flag"], 2),
    "3 columns: string, date, small int": (["model", "day", "small"], 2),
    "4 columns: strings, date, float": (["model", "serial", "day", "float"], 1.6),
    "8 columns: of all kinds": (
        ["model", "serial", "day", "moment", "int", "small", "float", "flag"], 1,
    ),
    "8 columns: numbers": (
        ["int", "small", "float", "int32", "number", "zero", "float32", "flag"], 0,
    ),
}  # fmt: skip
_THREE = MIXES["3 columns: string, date, small int"][0]
FORMS: dict[str, tuple[list[str], str, dict[str, Any]]] = {
    "hashlabel=": (_THREE, "hashed", {}),
    "iterate_chain of two": (_THREE, "chain", {}),
    "range= of a tenth, int": (_THREE, "plain", {"range": {"small": [0, 10]}}),
}
OTHERS = ("write_list", "write_dict", "split_write", "hashcheck", "hash discard")
"""Other forms of writing, each with a third of the rows."""
_CREATION = (
    "creating the object is the same work for both; what is more is unpacking a Parquet page before"
)
_CREATED = ("int", "float", "bool", "datetime")
PASSES = 2


def rows_of(setting: Setting) -> list[Row]:
    """The lines of the comparison about rows."""
    with (
        tempfile.TemporaryDirectory(dir=setting.folder) as folder,
        project.pair(Path(folder), setting, METHODS, SCRIPTS) as sides,
    ):
        return [*_reads(sides, setting), *_writes(sides, setting)]


def _reads(sides: dict[str, Side], setting: Setting) -> list[Row]:
    rows = max(3 * setting.rows // 10, 100_000)
    alone: Mapping[str, tuple[str | list[str], float]] = {**TYPES, **MIXES}
    cases: dict[str, tuple[str | list[str], str, dict[str, Any]]] = {
        label: (columns, "plain", {}) for label, (columns, _) in alone.items()
    }
    cases.update(FORMS)
    environ = {
        "ROWS": str(rows),
        "PASSES": str(PASSES),
        "CASES": json.dumps(list(cases.values())),
    }
    told = Told()
    for side in sides.values():
        side.run("made", environ)
    for turn in range(setting.runs):
        for who, side in sides.items():
            told.add(who, side.run("read", {**environ, "TURN": str(turn)}))
    lines = []
    for place, (label, (columns, how, _)) in enumerate(cases.items()):
        values = (1 if isinstance(columns, str) else len(columns)) * rows * setting.slices
        values *= 2 if how == "chain" else 1
        one, other = (told.of(who, f"read.{place}") / values for who in ("axtui", "ax"))
        note = _CREATION if label.startswith(_CREATED) and one > other > 0 else ""
        aim = alone[label][1] if label in alone else 0
        lines.append(Row(f"a value read, {label}", one, other, aim=aim, note=note))
    return lines


def _writes(sides: dict[str, Side], setting: Setting) -> list[Row]:
    rows = 3 * setting.rows
    told = Told()
    for turn in range(setting.runs):
        for who, side in sides.items():
            for how in ("write", *OTHERS, *(["batch"] if who == "axtui" else [])):
                count = setting.rows if how in OTHERS else rows
                environ = {"HOW": how, "ROWS": str(count), "TURN": str(turn)}
                told.add(who, side.run("written", environ))
    lines = [
        told.row(f"`DatasetWriter.write`, {rows:,} rows of 3 columns", "write", 3),
        Row(
            "the same by batch (the Accelerator: by `write`)",
            told.of("axtui", "batch"),
            told.of("ax", "write"),
            aim=20,
        ),
    ]
    return lines + [told.row(f"{how}, {setting.rows:,} rows", _name(how)) for how in OTHERS]


def _name(how: str) -> str:
    return how.replace(" ", "_")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_options(parser)
    print(page(rows_of(setting_of(parser.parse_args()))))


if __name__ == "__main__":
    main()
