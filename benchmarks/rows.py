"""Rows as Python objects, read and written: nanoseconds per value on axtui and on the real Accelerator.

    AXTUI_REAL_ACCELERATOR=/path/to/environment python -m benchmarks.rows --write

The same methods make, read and write the same rows on both, in turn. What is compared is processor time:
of the loop in `analysis` when reading, of all processes of the job when writing. The results are written
to benchmarks/results/rows.md.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.accelerator import serving
from benchmarks.rowproject import project

TYPES = {
    "ascii, 60 different": "model",
    "ascii, all different": "serial",
    "unicode, 5,000 different": "words",
    "bytes, all different": "raw",
    "date": "day",
    "datetime": "moment",
    "time": "clock",
    "int64 below 100": "small",
    "int64, mostly 0": "zero",
    "int64, wide": "int",
    "int32": "int32",
    "number, ints": "number",
    "number, ints and floats": "mixed",
    "float64": "float",
    "float32": "float32",
    "bool": "flag",
    "ascii, a tenth None": "model_none",
    "date, a tenth None": "day_none",
    "int64, a tenth None": "int_none",
    "float64, a tenth None": "float_none",
    "bool, a tenth None": "flag_none",
}
MIXES = {
    "3 columns: two strings, a flag": ["model", "serial", "flag"],
    "3 columns: string, date, small int": ["model", "day", "small"],
    "4 columns: strings, date, float": ["model", "serial", "day", "float"],
    "8 columns: of all kinds": [
        "model", "serial", "day", "moment", "int", "small", "float", "flag",
    ],
    "8 columns: numbers": [
        "int", "small", "float", "int32", "number", "zero", "float32", "flag",
    ],
}  # fmt: skip
_THREE = MIXES["3 columns: string, date, small int"]
FORMS: dict[str, tuple[list[str], str, dict[str, Any]]] = {
    "hashlabel=": (_THREE, "hashed", {}),
    "iterate_chain of two": (_THREE, "chain", {}),
    "range= of a tenth, int": (_THREE, "plain", {"range": {"small": [0, 10]}}),
}
WRITES = (
    "the loop alone",
    "write",
    "write, bound",
    "write_list",
    "write_dict",
    "split_write",
    "hashcheck",
    "hash discard",
    "batch",
)
SLICES = 2
Costs = dict[str, dict[str, list[float]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=300_000, help="rows that are read, per slice")
    parser.add_argument("--write-rows", type=int, default=3_000_000, help="rows that are written")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=("read", "write"), help="measure one half")
    parser.add_argument("--how", choices=WRITES, action="append", help="measure these writes")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/rows.md")
    given = parser.parse_args()
    real = os.environ.get("AXTUI_REAL_ACCELERATOR")
    if not real:
        parser.error("AXTUI_REAL_ACCELERATOR must name an environment with the Accelerator")
    reads: Costs = {}
    writes: Costs = {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        commands = {
            "axtui": stack.enter_context(_commands(Path(folder, "axtui"), None)),
            "ax": stack.enter_context(_commands(Path(folder, "ax"), Path(real))),
        }
        if given.only != "write":
            _measure_reads(Path(folder), commands, given, reads)
        if given.only != "read":
            _measure_writes(Path(folder), commands, given, writes)
    text = _report(given, reads, writes)
    print(text)
    if given.write:
        Path(__file__).with_name("results").joinpath("rows.md").write_text(text)


def cases(rows: int) -> dict[str, tuple[str | list[str], str, dict[str, Any]]]:
    """{what is read: (columns, how, keywords)}."""
    found: dict[str, tuple[str | list[str], str, dict[str, Any]]] = {}
    found |= {label: (name, "plain", {}) for label, name in TYPES.items()}
    found |= {label: (names, "plain", {}) for label, names in MIXES.items()}
    return found | FORMS


@contextmanager
def _commands(root: Path, real: Path | None) -> Iterator[list[str]]:
    """How to run a script of the project: by axtui, or by the Accelerator with its server running."""
    config = ["--config", str(project(root, SLICES))]
    if real is None:
        yield [str(Path(sys.executable).with_name("axtui")), *config]
        return
    ax = [str(real / "bin" / "ax"), *config]
    with serving(ax, root):
        yield ax


def _run(folder: Path, command: list[str], script: str, **environ: Any) -> Any:
    """What a script of the project told."""
    told = folder / "told"
    told.unlink(missing_ok=True)
    known = {"TOLD": told, "ROOT_PROCESS": os.getpid(), **environ}
    done = subprocess.run(
        [*command, "run", script],
        capture_output=True,
        text=True,
        env=os.environ | {name: str(value) for name, value in known.items()},
    )
    if done.returncode:
        raise SystemExit(f"{script} failed:\n{done.stdout}\n{done.stderr}")
    return json.loads(told.read_text()) if told.exists() else None


def _measure_reads(
    folder: Path, commands: dict[str, list[str]], given: argparse.Namespace, costs: Costs
) -> None:
    wanted = cases(given.rows)
    for command in commands.values():
        _run(folder, command, "made", ROWS=given.rows)
    for turn in range(given.runs):
        for who, command in commands.items():
            took = _run(
                folder,
                command,
                "read",
                ROWS=given.rows,
                CASES=json.dumps(wanted),
                TURN=turn,
                PASSES=2,
            )
            for label, (columns, how, _) in wanted.items():
                values = (1 if isinstance(columns, str) else len(columns)) * given.rows * SLICES
                values *= 2 if how == "chain" else 1
                costs.setdefault(label, {}).setdefault(who, []).append(took[label] / values)
            print(f"read, turn {turn + 1}, {who}", file=sys.stderr)


def _measure_writes(
    folder: Path, commands: dict[str, list[str]], given: argparse.Namespace, costs: Costs
) -> None:
    for how in given.how or WRITES:
        for turn in range(given.runs):
            for who, command in commands.items():
                if how == "batch" and who == "ax":
                    continue
                rows = given.write_rows
                wall, cpu = _run(folder, command, "written", HOW=how, ROWS=rows, TURN=turn)
                costs.setdefault(how, {}).setdefault(who, []).append(cpu)
                print(f"{how}, {who}: {cpu:.2f} s of CPU, {wall:.2f} s", file=sys.stderr)


def _report(given: argparse.Namespace, reads: Costs, writes: Costs) -> str:
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("axtui", "pyarrow", "numpy")
    )
    lines = [
        "# Rows as Python objects, beside the Accelerator",
        "",
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, {versions}, "
        f"{SLICES} slices. Processor time, the median of {given.runs} runs of each, in turn; more than 1 "
        "in the last column is faster than the Accelerator.",
    ]
    if reads:
        lines += [
            "",
            f"## Read: a loop over {given.rows:,} rows per slice, in nanoseconds per value",
            "",
            *_table("rows of", reads, 1),
        ]
    if writes:
        lines += [
            "",
            f"## Written: {given.write_rows:,} rows of an int64, an ascii and a float64, in seconds per job",
            "",
            *_table("by", writes, 2),
            "",
            "By batch is compared with the Accelerator's `write`, as it has no such form.",
        ]
    return "\n".join([*lines, "", "Made by `python -m benchmarks.rows --write`.", ""])


def _table(head: str, costs: Costs, digits: int) -> Iterator[str]:
    yield f"| {head} | axtui | ax | times as fast |"
    yield "| --- | ---: | ---: | ---: |"
    for label, found in costs.items():
        ours = statistics.median(found["axtui"])
        theirs = found.get("ax") or costs.get("write", {}).get("ax")
        if theirs:
            other = statistics.median(theirs)
            yield f"| {label} | {ours:.{digits}f} | {other:.{digits}f} | {other / ours:.2f} |"
        else:
            yield f"| {label} | {ours:.{digits}f} | | |"


if __name__ == "__main__":
    main()
