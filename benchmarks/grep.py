"""Searching a dataset: `axtui grep` and the real Accelerator's `ax grep`.

    python -m benchmarks.grep [--size S|M|L] [--runs N]

The same rows are written by both; then each search is run by both in turn. Output goes to a file, whose
sorted lines must be the same.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import project
from benchmarks.cost import Cost, middle, run
from benchmarks.project import Side
from benchmarks.row import Row, page
from benchmarks.setting import Setting, add_options, setting_of

Search = tuple[str, Sequence[str]]
"""A search in words, and its words on the command line."""
METHOD = """
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
SCRIPT = """
import os


def main(urd):
    job = urd.build("drives", rows=int(os.environ["ROWS"]))
    print("TOLD job", job.rpartition("-")[2])
"""
SEARCHES: Sequence[Search] = (
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


def searched(
    sides: Mapping[str, Side],
    datasets: Mapping[str, str],
    searches: Sequence[Search],
    runs: int,
    aim: float = 0.0,
) -> list[Row]:
    """A line for each search of a dataset that each side has. Exits where they find other lines."""
    return [_searched(sides, datasets, what, words, runs, aim) for what, words in searches]


def _searched(
    sides: Mapping[str, Side],
    datasets: Mapping[str, str],
    what: str,
    words: Sequence[str],
    runs: int,
    aim: float,
) -> Row:
    costs: dict[str, list[Cost]] = {who: [] for who in sides}
    lines: dict[str, list[str]] = {}
    # the Accelerator fails where it was told to stop early
    stops = "-m" in words
    for _ in range(runs):
        for who, side in sides.items():
            command = [*side.command, "grep", *words, datasets[who]]
            cost, text = run(command, side.root, {}, may_fail=stops)
            costs[who].append(cost)
            lines[who] = sorted(text.splitlines())
    one, other = lines["axtui"], lines.get("ax", lines["axtui"])
    unordered = stops or "-u" in words
    if len(one) != len(other) or (one != other and not unordered):
        raise SystemExit(f"{what}: {len(one)} lines, and the Accelerator has {len(other)}")
    mid = {who: middle(found) for who, found in costs.items()}
    used = ", ".join(f"{who} {its.cpu:.2f} s" for who, its in mid.items())
    return Row(
        f"`grep`, {what}",
        mid["axtui"].wall,
        mid["ax"].wall if "ax" in mid else 0.0,
        aim=aim,
        note=f"{len(one):,} lines; of processors: {used}",
    )


def rows_of(setting: Setting) -> list[Row]:
    """A line for each of many searches in rows of five columns."""
    with (
        tempfile.TemporaryDirectory(dir=setting.folder) as folder,
        project.pair(Path(folder), setting, {"drives": METHOD}, {"import": SCRIPT}) as sides,
    ):
        made = {who: side.run("import", {"ROWS": str(setting.rows)}) for who, side in sides.items()}
        datasets = {who: f"dev-{run.told['job']:.0f}" for who, run in made.items()}
        return searched(sides, datasets, SEARCHES, setting.runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_options(parser)
    setting = setting_of(parser.parse_args())
    print(page(rows_of(setting)))


if __name__ == "__main__":
    main()
