"""How much memory importing, typing, partitioning and sorting take, by how many rows there are.

    python -m benchmarks.memory --write

A CSV file of eight columns is made of so many rows, some 230 bytes each, and imported, typed, hashed on
one column and sorted by two, in two slices and with a limit of memory far below the size of the file.
What counts is the peak that the kernel tells of each process (resident memory). The results are written
to benchmarks/results/memory.md.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import duckdb

_SCRIPT = """
def main(urd):
    found = urd.build("csvimport", filename="rows.csv")
    types = {"id": "int64_10", "day": "date:%Y-%m-%d", "a": "number", "b": "float64", "c": "int32_10"}
    found = urd.build("dataset_type", source=found, column2type=types)
    found = urd.build("dataset_hashpart", source=found, hashlabel="serial")
    found = urd.build("dataset_sort", source=found, sort_columns=["day", "note"])
    assert sum(found.dataset().lines) == ROWS
"""
_ROWS = """
    SELECT i AS id, date '2013-04-10' + (hash(i) % 4000)::int AS day,
        'serial-' || md5((hash(i) % 400000)::varchar) AS serial, 'model ' || hash(i) % 90 AS model,
        (hash(i + 7) % 1000000)::int AS a, (hash(i + 9) % 1000000000) / 1024 AS b,
        (hash(i + 5) % 1000)::int AS c, sha256(i::varchar) || sha256((i + 1)::varchar) AS note
    FROM range({rows}) r(i)
"""
_DEFAULT_ROWS = (1_000_000, 10_000_000)
_LIMIT = "400 MB"
_SLICES = 2


@dataclass(frozen=True)
class Peak:
    """A job: its method, and in MB the peak of its biggest process and of all that ran at once."""

    method: str
    biggest: float
    together: float
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, action="append", help="measure so many rows")
    parser.add_argument("--memory", default=_LIMIT, help="`memory` in [engine]")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/memory.md")
    given = parser.parse_args()
    lines = [
        "# Memory, by the number of rows",
        "",
        f"csvimport, dataset_type, dataset_hashpart and dataset_sort of a CSV file of eight columns, "
        f'{_SLICES} slices at once, `memory = "{given.memory}"`: half of it for each. '
        f"{platform.machine()}, Python {platform.python_version()}, pyarrow {version('pyarrow')}, "
        f"duckdb {version('duckdb')}. Resident memory in MB, of which some 75 are Python and its "
        "libraries, shared by all processes.",
        "",
        "| rows | CSV file, MB | job | biggest process | all at once | seconds |",
        "| ---: | ---: | --- | ---: | ---: | ---: |",
    ]
    for rows in given.rows or _DEFAULT_ROWS:
        with tempfile.TemporaryDirectory() as folder:
            size, peaks = _measure(Path(folder), rows, given.memory)
        for peak in peaks:
            cells = [f"{rows:,}", f"{size / 1e6:,.0f}", peak.method, f"{peak.biggest:.0f}"]
            lines.append(
                f"| {' | '.join([*cells, f'{peak.together:.0f}', f'{peak.seconds:.1f}'])} |"
            )
            print(lines[-1], file=sys.stderr)
    text = "\n".join([*lines, "", "Made by `python -m benchmarks.memory --write`.", ""])
    print(text)
    if given.write:
        Path(__file__).with_name("results").joinpath("memory.md").write_text(text)


def _measure(root: Path, rows: int, memory: str) -> tuple[int, list[Peak]]:
    """(bytes of the file, the peak of each job)."""
    for name in ("methods", "inputs"):
        (root / name).mkdir()
    (root / "methods" / "build.py").write_text(_SCRIPT.replace("ROWS", str(rows)).lstrip())
    (root / "axtui.toml").write_text(
        f'slices = {_SLICES}\n[engine]\nslots = {_SLICES}\nmemory = "{memory}"\n'
    )
    file = root / "inputs" / "rows.csv"
    duckdb.sql(f"COPY ({_ROWS.format(rows=rows)}) TO '{file}' (FORMAT csv, HEADER)")
    program = str(Path(sys.executable).with_name("axtui"))
    done = subprocess.run([program, "run"], cwd=root, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    jobs = sorted((root / "workdirs" / "dev").glob("dev-*"), key=lambda job: int(job.name[4:]))
    found = [peak for job in jobs for peak in _peaks(job)]
    return file.stat().st_size, found


def _peaks(job: Path) -> list[Peak]:
    method = json.loads((job / "setup.json").read_text())["method"]
    stages = json.loads((job / "post.json").read_text())["stages"]
    if method.startswith("build"):
        return []
    by_stage: dict[str, list[float]] = {}
    for stage in stages:
        by_stage.setdefault(stage["stage"], []).append(stage["peak_rss"] / 1e6)
    biggest = max(max(peaks) for peaks in by_stage.values())
    seconds = sum(
        max(stage["wall_s"] for stage in stages if stage["stage"] == name) for name in by_stage
    )
    return [Peak(method, biggest, max(map(sum, by_stage.values())), seconds)]


if __name__ == "__main__":
    main()
