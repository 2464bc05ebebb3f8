"""What one small job costs: jobs of each kind built by one script, on axtui and on the Accelerator.

    python -m benchmarks.jobs [--size S|M|L] [--runs N]

What is told is seconds per job from start to end, one job after another. What axtui commits is durable
(`fsync`); kinds of the first three are told without that, too.
"""

from __future__ import annotations

import argparse
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

from benchmarks import project
from benchmarks.project import MEASURED, Told
from benchmarks.row import Row, page, seconds
from benchmarks.setting import Setting, add_options, setting_of

METHODS = {
    "nothing": "options = {'n': 0}\n\n\ndef synthesis():\n    pass\n",
    "slices": (
        "options = {'n': 0}\n\n\ndef analysis(sliceno):\n    pass\n\n\ndef synthesis():\n    pass\n"
    ),
    "rows": """
options = {'n': 0}


def prepare(job):
    dw = job.datasetwriter()
    dw.add('number', 'int64')
    dw.add('text', 'unicode')
    dw.add('raw', 'bytes')
    return dw


def analysis(sliceno, prepare_res):
    for n in range(4):
        n = options.n * 10 - n * sliceno
        prepare_res.write(n, 'text %d' % n, b'%d' % n)


def synthesis():
    pass
""",
}
SLICES = 3
AIMED = {
    "nothing": ("a job that does nothing, synthesis only", "'nothing', n=n"),
    "slices": ("a job that does nothing, with analysis of 3 slices", "'slices', n=n"),
    "rows": ("a job that writes a dataset of 12 rows", "'rows', n=n + 1000"),
}
"""Jobs that are to cost no more than the Accelerator's: in words, and as arguments of `urd.build`."""
STANDARD = {
    "csvexport": ("`csvexport` of 12 rows", "'csvexport', source=source[n]"),
    "csvimport": ("`csvimport` of 12 rows", "'csvimport', filename='%d.csv' % n"),
    "csvimport_zip": ("`csvimport_zip` of 2 members", "'csvimport_zip', filename='%d.zip' % n"),
    "dataset_type": (
        "`dataset_type` of 12 rows",
        "'dataset_type', column2type={'raw': 'int64_10'}, source=source[n]",
    ),
    "dataset_sort": (
        "`dataset_sort` of 12 rows",
        "'dataset_sort', sort_columns='number', source=source[n]",
    ),
    "dataset_hashpart": (
        "`dataset_hashpart` of 12 rows",
        "'dataset_hashpart', hashlabel='number', source=source[n]",
    ),
    "dataset_concat": ("`dataset_concat` of 12 rows", "'dataset_concat', source=source[n]"),
    "dataset_fanout": (
        "`dataset_fanout` of 12 rows",
        "'dataset_fanout', column='text', source=source[n]",
    ),
}
"""Small jobs of the standard methods."""
KINDS = {**AIMED, **STANDARD}


def script() -> str:
    """A build script that makes so many jobs of each kind as COUNT says, and two before of which no time
    is told: what is started once is started then. KINDS are those to make."""
    kinds = ",\n    ".join(
        f"'{kind}': lambda urd, source, n: urd.build({arguments})"
        for kind, (_, arguments) in KINDS.items()
    )
    return f"""{MEASURED}
MADE = {{
    {kinds},
}}


def main(urd):
    count, kinds = int(os.environ['COUNT']), os.environ['KINDS'].split()
    source = [urd.build('rows', n=n) for n in range(count + 2)]
    for kind in kinds:
        for n in (count, count + 1):
            MADE[kind](urd, source, n)
        measured(kind, lambda n: MADE[kind](urd, source, n), count)
"""


def rows_of(setting: Setting) -> list[Row]:
    """The lines of the comparison about small jobs."""
    count = 20 if setting.rows >= 1_000_000 else 8
    durable, left = Told(), Told()
    given = {"COUNT": str(count)}
    for _ in range(setting.runs):
        with tempfile.TemporaryDirectory(dir=setting.folder) as name:
            folder = Path(name)
            _inputs(folder / "inputs", count + 2)
            within = (METHODS, {"small": script()}, folder / "inputs", SLICES)
            hasty = project.ours(project.write(folder / "hasty", *within), durable=False)
            with project.pair(folder, setting, *within) as sides:
                for who, side in sides.items():
                    durable.add(who, side.run("small", {**given, "KINDS": " ".join(KINDS)}))
                left.add("axtui", hasty.run("small", {**given, "KINDS": " ".join(AIMED)}))
    lines = []
    for kind, (words, _) in KINDS.items():
        lines.append(durable.row(words, kind, 1 if kind in AIMED else 0))
        if kind in AIMED:
            quick = left.of("axtui", kind)
            fsync = lines[-1].ours - quick
            if fsync > 0:
                share = f"{seconds(fsync)} of it is `fsync`"
                lines[-1] = replace(lines[-1], note=f"{share}; {lines[-1].note}")
            work = f"... with `durable = false`: {words}"
            lines.append(Row(work, quick, durable.of("ax", kind)))
    return lines


def _inputs(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        lines = "".join(f"{number},text {line},{line / 8}\n" for line in range(12))
        (folder / f"{number}.csv").write_text(f"a,b,c\n{lines}")
        with zipfile.ZipFile(folder / f"{number}.zip", "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("one.csv", f"a,b,c\n{lines}")
            packed.writestr("two.csv", f"a,b,c\n{lines}{lines}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_options(parser)
    print(page(rows_of(setting_of(parser.parse_args()))))


if __name__ == "__main__":
    main()
