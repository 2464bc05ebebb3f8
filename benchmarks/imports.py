"""The import of drive statistics: unzipped, parsed, typed, cleaned, three times partitioned and sorted.

    python -m benchmarks.imports [--size S|M|L] [--runs N] [--slices N] [--ours]

The build script does what projects written for the Accelerator do. Both run it in turn, and so does a
program of pyarrow and DuckDB alone (benchmarks/raw.py).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import drives, project
from benchmarks.cost import Cost, middle, run
from benchmarks.project import Run
from benchmarks.row import Row, page
from benchmarks.setting import Setting, add_options, setting_of

_METHODS = {
    "cleaned": """
datasets = ('source', 'previous')


def prepare(job):
    writer = job.datasetwriter(parent=datasets.source, previous=datasets.previous)
    writer.add('cleanmodel', 'ascii')
    return writer


def analysis(sliceno, prepare_res):
    for model in datasets.source.iterate(sliceno, 'model'):
        prepare_res.write(model.replace('  ', ' ').replace(' ', '_'))
""",
    "daily": """
from collections import Counter, defaultdict

datasets = ('source',)


def analysis(sliceno):
    days, failures, serials = Counter(), Counter(), defaultdict(set)
    columns = ('cleanmodel', 'serial_number', 'failure')
    for model, serial, failure in datasets.source.iterate_chain(sliceno, columns, hashlabel='cleanmodel'):
        serials[model].add(serial)
        days[model] += 1
        if failure:
            failures[model] += 1
    return days, failures, {model: len(found) for model, found in serials.items()}


def synthesis(analysis_res):
    return tuple(analysis_res.merge_auto())
""",
}
_SCRIPT = """
import os
import time

KNOWN = {
    'capacity_bytes': 'int64_10', 'date': 'date:%Y-%m-%d', 'failure': 'strbool', 'model': 'ascii',
    'serial_number': 'ascii',
}
KEPT = ('date', 'cleanmodel', 'serial_number', 'failure')


def main(urd):
    took = {}

    def build(method, **arguments):
        began = time.monotonic()
        job = urd.build(method, **arguments)
        took[method] = took.get(method, 0) + time.monotonic() - began
        return job

    imported = typed = clean = None
    cleaned = []
    for name in os.environ['ZIPS'].split():
        if 'COLUMNS' in os.environ:  # they are typed as they are imported
            how = typing(os.environ['COLUMNS'].split())
            typed = build('csvimport_zip', filename=name, chaining='by_filename', previous=typed, **how)
        else:
            imported = build('csvimport_zip', filename=name, chaining='by_filename', previous=imported)
            how = typing(imported.dataset().columns)
            typed = build('dataset_type', source=imported, previous=typed, **how)
        whole = build('dataset_concat', source=typed) if os.environ['MEMBERS'] != '1' else typed
        clean = build('cleaned', source=whole, previous=clean)
        cleaned.append(clean)
    for label in ('serial_number', 'date', 'cleanmodel'):
        kept = parted = ordered = None
        for job in cleaned:
            kept = build('dataset_filter_columns', keep_columns=KEPT, source=job, previous=kept)
            parted = build('dataset_hashpart', hashlabel=label, source=kept, previous=parted)
            ordered = build('dataset_sort', sort_columns='date', source=parted, previous=ordered)
    build('daily', source=ordered)
    for name in took:
        print('TOLD', name, took[name])
    print('TOLD rows', sum(sum(dataset.lines) for dataset in ordered.dataset().chain()))


def typing(columns):
    types = {name: KNOWN.get(name) or number(name) for name in columns}
    return dict(column2type=types, defaults={name: None for name in types if name not in KNOWN})


def number(name):
    return 'int32_10' if 'normalized' in name else 'int64_10'
"""


def measure(
    setting: Setting, rows: int, files: int, members: int, runs: int, *, one_pass: bool = False
) -> tuple[dict[str, list[Run]], dict[str, int]]:
    """Run the import of `rows` rows on each side in turn, `runs` times. Returns the runs of each side
    (`axtui`, `ax` where there is one, `raw`), and the bytes on disk. With `one_pass` axtui types the
    columns as it imports them, which nobody else can."""
    folder, slices = setting.folder, setting.slices
    zips = drives.zips(folder / "inputs", rows, files, members)
    environ = {"ZIPS": " ".join(path.name for path in zips), "MEMBERS": str(members)}
    if one_pass:
        environ["COLUMNS"] = " ".join(drives.COLUMNS)
        setting = replace(setting, real=None)
    found: dict[str, list[Run]] = {}
    disk: dict[str, int] = {}
    for _ in range(runs):
        with (
            tempfile.TemporaryDirectory(dir=folder) as scratch,
            project.pair(
                Path(scratch), setting, _METHODS, {"import": _SCRIPT}, folder / "inputs"
            ) as sides,
        ):
            for who, side in sides.items():
                done = side.run("import", environ)
                if done.told["rows"] != rows // files // members * files * members:
                    raise SystemExit(f"{who} imported {done.told['rows']:.0f} rows of {rows}")
                found.setdefault(who, []).append(done)
                disk[who] = side.disk()
                print(f"{who}: {done.cost}", file=sys.stderr)
            if not one_pass:
                found.setdefault("raw", []).append(_raw(Path(scratch), zips, slices))
    return found, disk


def _raw(scratch: Path, zips: Sequence[Path], slices: int) -> Run:
    out = scratch / "raw"
    out.mkdir()
    command = [sys.executable, "-m", "benchmarks.raw", str(out), str(slices), str(slices)]
    cost, text = run([*command, *map(str, zips)], scratch, {"PYTHONPATH": str(Path.cwd())})
    return Run(cost, project.told(text))


def rows_of(setting: Setting) -> list[Row]:
    """The lines of the comparison about the import."""
    found, disk = measure(setting, setting.rows, 4, 1, setting.runs)
    whole = _row(f"`import` of {setting.rows:,} rows of 129 columns", found, 5)
    lines = [whole, *_later(whole), *_steps(found)]
    if "ax" in disk:
        kept = [disk[who] / 1e6 for who in ("axtui", "ax")]
        lines.append(Row("bytes on disk for the import", kept[0], kept[1], aim=2, unit="MB"))
    lines += _one_pass(setting, found, disk)
    days = 182 if setting.rows >= 1_000_000 else 26
    small, _ = measure(setting, setting.rows // 10, 1, days, 1)
    lines.append(_row(f"the same, {setting.rows // 10:,} rows in a zip of {days} days", small, 50))
    return lines


def _one_pass(setting: Setting, others: dict[str, list[Run]], disk: dict[str, int]) -> list[Row]:
    """The lines of the import whose build script types as it imports, beside what the others took."""
    found, kept = measure(setting, setting.rows, 4, 1, setting.runs, one_pass=True)
    work = "... where `csvimport_zip` types (`column2type`)"
    lines = [_row(work, {**others, **found}, 5)]
    if "ax" in disk:
        ours, theirs = kept["axtui"] / 1e6, disk["ax"] / 1e6
        lines.append(Row("... its bytes on disk", ours, theirs, aim=2, unit="MB"))
    return lines


def _row(work: str, found: dict[str, list[Run]], aim: float) -> Row:
    cost = {who: middle([run.cost for run in runs]) for who, runs in found.items()}
    none = Cost(0, 0)
    peaks = ", ".join(f"{who} {one.peak / 1e6:.0f} MB" for who, one in cost.items())
    used = ", ".join(f"{who} {one.cpu:.1f} s" for who, one in cost.items())
    return Row(
        work,
        cost["axtui"].wall,
        cost.get("ax", none).wall,
        cost["raw"].wall,
        aim,
        note=f"of processors: {used}; memory: {peaks}",
    )


def _later(whole: Row) -> list[Row]:
    """The line of the import once more for each of its other aims."""
    beside = Row("... beside raw", whole.ours, raw=whole.raw, raw_aim=1.3)
    return [beside, Row("... the later aim", whole.ours, whole.theirs, aim=10)]


def _steps(found: dict[str, list[Run]]) -> list[Row]:
    """A line for each method of the import."""
    names = [name for name in found["axtui"][0].told if name != "rows"]
    took = {
        who: {name: middle([Cost(run.told[name], 0) for run in runs]).wall for name in names}
        for who, runs in found.items()
        if who != "raw"
    }
    return [
        Row(f"... of it `{name}`", took["axtui"][name], took.get("ax", {}).get(name, 0.0))
        for name in names
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_options(parser)
    print(page(rows_of(setting_of(parser.parse_args()))))


if __name__ == "__main__":
    main()
