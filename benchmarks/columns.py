"""Whole datasets sorted, hashed, summed, exported and searched: axtui, the Accelerator, and raw libraries.

    python -m benchmarks.columns [--size S|M|L] [--runs N] [--ours]

A script writes rows of three columns (int64, float64, ascii), and then has each of the standard methods
work on them. DuckDB and pyarrow do the same to the Parquet files that axtui wrote (`rawcolumns`).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks import grep, project, rawcolumns
from benchmarks.cost import Cost, middle, run
from benchmarks.project import MEASURED, Side, Told
from benchmarks.row import Row, page
from benchmarks.setting import Setting, add_options, setting_of

WORK = {
    "sort": ("`dataset_sort` by the int64", "'dataset_sort', sort_columns=['number']"),
    "sorttext": ("`dataset_sort` by the text", "'dataset_sort', sort_columns=['text']"),
    "hashpart": ("`dataset_hashpart` on the int64", "'dataset_hashpart', hashlabel='number'"),
    "hashtext": ("`dataset_hashpart` on the text", "'dataset_hashpart', hashlabel='text'"),
    "checksum": ("`dataset_checksum`", "'dataset_checksum'"),
    "export": ("`csvexport`", "'csvexport', filename='all.csv'"),
}
"""What is done: in words, and as arguments of `urd.build`."""
SEARCHES = (
    ("a rare text", ["-F", "item 77777"]),
    ("all rows", [""]),
)
AIM = 10

_METHOD = """
import random

options = {'rows': 0}


def prepare(job):
    writer = job.datasetwriter()
    for name, kind in (('number', 'int64'), ('value', 'float64'), ('text', 'ascii')):
        writer.add(name, kind)
    return writer


def analysis(sliceno, prepare_res, slices):
    write = prepare_res.write
    draw = random.Random(sliceno * 1000)
    for _ in range(options.rows // slices):
        number = draw.getrandbits(40) - (1 << 39)
        write(number, number / 1024, 'item %d' % (number % 1_000_000))


def synthesis():
    pass
"""
_SCRIPT = (
    MEASURED
    + """
def main(urd):
    source = urd.build('rows', rows=int(os.environ['ROWS']))
    small = urd.build('rows', rows=100)
    print('TOLD job', source.rpartition('-')[2])
"""
    + "".join(
        f"    urd.build({call}, source=small)\n"
        f"    measured('{name}', lambda _: urd.build({call}, source=source))\n"
        for name, (_, call) in WORK.items()
    )
)


def rows_of(setting: Setting) -> list[Row]:
    """The lines of the comparison about whole datasets, of three times as many rows as the setting says."""
    rows = 3 * setting.rows
    told, raw = Told(), dict[str, list[Cost]]()
    searches: list[Row] = []
    for turn in range(setting.runs):
        with (
            tempfile.TemporaryDirectory(dir=setting.folder) as name,
            project.pair(Path(name), setting, {"rows": _METHOD}, {"columns": _SCRIPT}) as sides,
        ):
            for who, side in sides.items():
                told.add(who, side.run("columns", {"ROWS": str(rows)}))
            datasets = {who: f"dev-{runs[-1].told['job']:.0f}" for who, runs in told.runs.items()}
            for work, cost in _raw(sides["axtui"], datasets["axtui"], Path(name)).items():
                raw.setdefault(work, []).append(cost)
            if turn == setting.runs - 1:
                searches = grep.searched(sides, datasets, SEARCHES, setting.runs, AIM)
    lines = []
    for work, (words, _) in WORK.items():
        alone = middle(raw[work])
        line = told.row(f"{words}, {rows:,} rows of 3 columns", work, AIM, alone.wall)
        lines.append(replace(line, note=f"{line.note}, raw {alone.cpu:.2f} s"))
    return lines + [replace(line, work=f"{line.work}, {rows:,} rows") for line in searches]


def _raw(side: Side, dataset: str, folder: Path) -> dict[str, Cost]:
    """What the libraries alone take, by work; a process for each, its start included."""
    files = sorted(next(side.root.glob(f"workdir/**/{dataset}/DS/default")).glob("*.parquet"))
    found = {}
    for work in WORK:
        command = [sys.executable, "-m", rawcolumns.__name__, work, str(folder), *map(str, files)]
        found[work], _ = run(command, folder, {"PYTHONPATH": str(Path.cwd())})
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_options(parser)
    print(page(rows_of(setting_of(parser.parse_args()))))


if __name__ == "__main__":
    main()
