"""Searching a million rows: `axtui grep` and the real Accelerator's `ax grep`, in turn, as ratios.

    python -m benchmarks.grep PYTHON_OF_THE_ACCELERATOR

The same rows (of the same seeds, in as many slices) are written by both; then each search is run by
both in turn, and the fastest runs are compared. Output goes to a file, whose sorted lines must be the
same. The results are written to benchmarks/results/grep.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.accelerator import serving

_METHOD = """
import datetime
import random

options = dict(rows=0)


def prepare(job):
    dw = job.datasetwriter()
    for name, kind in (
        ("capacity", "int64"), ("date", "date"), ("model", "unicode"), ("serial", "ascii"),
        ("temperature", "float64"),
    ):
        dw.add(name, kind)
    return dw


def analysis(sliceno, prepare_res, slices):
    rand = random.Random(sliceno)
    first = datetime.date(2020, 1, 1)
    models = ["ST4000DM000", "ST12000NM0007", "HGST HMS5C4040", "TOSHIBA MG07", "WDC WD60"]
    for number in range(options.rows // slices):
        prepare_res.write(
            rand.randrange(10**12),
            first + datetime.timedelta(number * 700 // (options.rows // slices)),
            rand.choice(models),
            "Z%08X" % rand.getrandbits(32),
            rand.randrange(200, 600) / 10,
        )


def synthesis():
    pass
"""
_SCRIPT = 'def main(urd):\n    urd.build("rows", rows={rows})\n'
SEARCHES = (
    ("a rare text, all columns", ["-F", "ABCDE"]),
    ("a rare text, its column shown", ["-F", "-g", "serial", "ABCDE"]),
    ("a regular expression", ["-g", "serial", "^ZA[0-9]B.*F$"]),
    ("what RE2 cannot do", ["-g", "serial", r"(A)\1(?!B)\d{3}"]),
    ("without case", ["-i", "abcde"]),
    ("a word of one in five rows", ["TOSHIBA"]),
    ("a range of numbers", ["-N", "-g", "temperature", "59.5:60"]),
    ("the number of a row", ["-N", "-g", "capacity", "<1000000"]),
    ("each model once", ["-u", "model", ""]),
    ("the first ten", ["-m", "10", "ST4"]),
    ("all rows", [""]),
    ("all rows as JSON", ["-f", "json", ""]),
    ("with three rows around", ["-C", "3", "-O", "ABCDE"]),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("python", type=Path, help="the Python of an environment with accelerator")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--slices", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/grep.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours = _ours(Path(folder, "ours"), given.rows, given.slices)
        theirs = _theirs(Path(folder, "theirs"), given.python, given.rows, given.slices)
        text = _report(
            given, [_compare(Path(folder), ours, theirs, given.runs, *each) for each in SEARCHES]
        )
    print(text)
    if given.write:
        Path(__file__).with_name("results").joinpath("grep.md").write_text(text)


def _project(root: Path, package: str, rows: int) -> None:
    folder = root / package
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a_rows.py").write_text(_METHOD)
    (folder / "build.py").write_text(_SCRIPT.format(rows=rows))


def _ours(root: Path, rows: int, slices: int) -> list[str]:
    """A workspace with the rows; how to search it."""
    _project(root, "methods", rows)
    (root / "axtui.toml").write_text(f'slices = {slices}\n[workdirs]\ndev = "workdir"\n')
    axtui = [str(Path(sys.executable).with_name("axtui")), "--workspace", str(root)]
    subprocess.run([*axtui, "run"], check=True, capture_output=True)
    return [*axtui, "grep"]


def _theirs(root: Path, python: Path, rows: int, slices: int) -> list[str]:
    """The same in the Accelerator."""
    _project(root, "dev", rows)
    (root / "dev" / "__init__.py").touch()
    (root / "dev" / "methods.conf").write_text("rows\n")
    for name in ("workdir", "results", "inputs", ".socket.dir"):
        (root / name).mkdir(mode=0o750)
    (root / "accelerator.conf").write_text(
        f"slices: {slices}\nworkdirs:\n\tdev {root}/workdir\ntarget workdir: dev\n"
        f"method packages:\n\tdev\nlisten: {root}/.socket.dir/server\n"
        f"result directory: {root}/results\ninput directory: {root}/inputs\n"
        "urd: local\n"
    )
    ax = [str(python.with_name("ax")), "--config", str(root / "accelerator.conf")]
    with serving(ax, root):
        subprocess.run([*ax, "run"], check=True, capture_output=True, cwd=root)
    return [*ax, "grep"]


def _compare(
    folder: Path, ours: list[str], theirs: list[str], runs: int, what: str, words: list[str]
) -> tuple[str, str, int, float, float]:
    """(what, the words, lines found, seconds of ours, of theirs)."""
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(runs):
        for name, command, dataset in (("ours", ours, "rows"), ("theirs", theirs, "dev-1")):
            with (folder / name / "out").open("wb") as out:
                start = time.monotonic()
                # the Accelerator fails where it was told to stop early; its lines are compared below
                subprocess.run([*command, *words, dataset], check="-m" not in words, stdout=out)
                times[name].append(time.monotonic() - start)
    one, other = (sorted((folder / name / "out").read_bytes().splitlines()) for name in times)
    unordered = "-m" in words or "-u" in words
    if len(one) != len(other) or (one != other and not unordered):
        raise SystemExit(f"{what}: {len(one)} lines, and the Accelerator has {len(other)}")
    best = {name: min(found) for name, found in times.items()}
    print(f"{what}: {best['ours']:.2f} s, {best['theirs']:.2f} s", file=sys.stderr)
    return what, " ".join(words) or "''", len(one), best["ours"], best["theirs"]


def _report(given: argparse.Namespace, found: list[tuple[str, str, int, float, float]]) -> str:
    lines = [
        "# axtui grep, beside ax grep",
        "",
        f"{given.rows:,} rows of five columns in {given.slices} slices, on {os.cpu_count()} cores "
        f"({platform.machine()}), Python {platform.python_version()}; the fastest of {given.runs} run(s) of "
        "each, in turn, in seconds from start to end of the program.",
        "",
        "| search | options | lines | axtui | ax | times faster |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for what, words, count, one, other in found:
        escaped = json.dumps(words, ensure_ascii=False)[1:-1].replace("|", "\\|")
        lines.append(
            f"| {what} | `{escaped}` | {count:,} | {one:.2f} | {other:.2f} | {other / one:.1f} |"
        )
    return "\n".join([*lines, "", "Made by `python -m benchmarks.grep`.", ""])


if __name__ == "__main__":
    main()
