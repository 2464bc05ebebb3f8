"""Annual failure rates in every form that a method can have, on axtui and on the real Accelerator.

    python -m benchmarks.afr --write

The same drive days on both: a loop over rows (the same source on both), and on axtui Arrow batches, a
DuckDB query for each slice, and a method in SQL. Both sides run in turn; the median run of each form is
compared. The results are written to benchmarks/results/afr.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from benchmarks.accelerator import serving
from benchmarks.peer import VERSION, installed

FORMS = {
    "loop": "a loop over rows",
    "batches": "Arrow batches",
    "duckdb": "DuckDB for each slice",
    "sql": "a method in SQL",
    "sqlslices": "a method in SQL, per slice",
}
MODELS, FAILING = 60, 9973
_MERGE = """
def synthesis(job, analysis_res):
    table = analysis_res.merge_auto().group_by("model").aggregate([("days", "sum"), ("failures", "sum")])
    job.save({model: failures / days * 36500 for model, days, failures in zip(*table.to_pydict().values())})
"""
_METHODS = {
    "a_loop.py": """
from collections import Counter

datasets = ("source",)
options = {"again": 0}


def analysis(sliceno):
    rows, failures = Counter(), Counter()
    for model, failed in datasets.source.iterate_chain(sliceno, ("model", "failure")):
        rows[model] += 1
        failures[model] += failed
    return rows, failures


def synthesis(job, analysis_res):
    rows, failures = analysis_res.merge_auto()
    job.save({model: failures[model] / rows[model] * 36500 for model in rows})
""",
    "a_batches.py": """
import pyarrow as pa
import pyarrow.compute as pc

datasets = ("source",)
options = {"again": 0}


def analysis(sliceno):
    sums = [
        pa.table([batch["model"], pc.cast(batch["failure"], "int64")], names=["model", "failed"])
        .group_by("model", use_threads=False)
        .aggregate([([], "count_all"), ("failed", "sum")])
        for batch in datasets.source.chain().batches(sliceno, ("model", "failure"), 1 << 20)
    ]
    return pa.concat_tables(sums).rename_columns(["model", "days", "failures"])

"""
    + _MERGE,
    "a_duckdb.py": '''
datasets = ("source",)
options = {"again": 0}

COUNT = """SELECT model, count(*) AS days, count(*) FILTER (failure) AS failures FROM this GROUP BY model"""


def analysis(sliceno):
    return datasets.source.chain().query(sliceno, COUNT).read_all()

'''
    + _MERGE,
    "sql.sql": """
-- dataset: source chain
-- option: again int = 0
SELECT model, count(*) FILTER (failure) / count(*) * 36500 AS afr FROM source GROUP BY model
""",
    "sqlslices.sql": """
-- per: slice
-- dataset: source chain by model
-- option: again int = 0
SELECT model, count(*) FILTER (failure) / count(*) * 36500 AS afr FROM source GROUP BY model
""",
    "a_rows.py": f"""
options = {{"rows": 0}}


def prepare(job):
    columns = {{"failure": "bool", "hours": "int64", "model": "ascii"}}
    return job.datasetwriter(columns=columns, hashlabel="model")


def analysis(sliceno, slices, prepare_res):
    prepare_res.enable_hash_discard()
    write = prepare_res.write
    for n in range(options.rows):
        write(n % {FAILING} == 0, n // 7, "MODEL %d" % (n * 7919 % {MODELS}))


def synthesis():
    pass
""",
}
_ARROW_ROWS = f"""
options = {{"rows": 0}}


def synthesis(job):
    import numpy as np
    import pyarrow as pa

    columns = {{"failure": "bool", "hours": "int64", "model": "ascii"}}
    writer = job.datasetwriter(columns=columns, hashlabel="model")
    for first in range(0, options.rows, 1 << 20):
        n = np.arange(first, min(options.rows, first + (1 << 20)))
        models = np.char.add("MODEL ", (n * 7919 % {MODELS}).astype(str))
        batch = {{"failure": n % {FAILING} == 0, "hours": n // 7, "model": pa.array(models)}}
        writer.write_batch_split(pa.table(batch))
"""
_SCRIPT = """
import json
import os
import sys
import time


def used():
    \"\"\"Seconds of processors that all processes below one took.\"\"\"
    times, parents = {}, {}
    for name in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % name) as file:
                found = file.read().rpartition(')')[2].split()
        except OSError:
            continue
        parents[name] = found[1]
        times[name] = sum(map(int, found[11:15]))
    root, total = os.environ['AFR_ROOT'], 0
    for name in times:
        above = parents[name]
        while above != root and above in parents:
            above = parents[above]
        total += times[name] * (above == root)
    return total / os.sysconf('SC_CLK_TCK')


def main(urd):
    again = int(os.environ['AFR_AGAIN'])
    source = urd.build('rows', rows=int(os.environ['AFR_ROWS']))
    urd.build('loop', again=-1 - again, source=source)  # what is started once is started
    told, found = {}, {}
    for form in os.environ['AFR_FORMS'].split():
        cpu, wall = used(), time.monotonic()
        job = urd.build(form, again=again, source=source)
        told[form] = time.monotonic() - wall, used() - cpu
        if form.startswith('sql'):
            found[form] = dict(job.dataset().iterate(None, ('model', 'afr')))
        else:
            found[form] = job.load()
    assert all(one == found['loop'] for one in found.values()), found
    with open(os.environ['AFR_TOLD'], 'w') as file:
        json.dump(told, file)
"""
_CONF = """slices: {slices}
workdirs:
\tdev {root}/workdir
target workdir: dev
method packages:
\tdev auto-discover
listen: {root}/.socket.dir/server
result directory: {root}/results
input directory: {root}/inputs
urd: local
"""
Costs = dict[tuple[int, str], list[tuple[float, float]]]
"""Seconds from start to end, and of processors, by rows and form."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--slices", type=int, default=2)
    parser.add_argument("--ours", action="store_true", help="leave the Accelerator out")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/afr.md")
    given = parser.parse_args()
    real = None if given.ours else installed(Path.home() / ".cache" / "axtui-benchmarks")
    costs: Costs = {}
    with tempfile.TemporaryDirectory() as folder:
        ours = _project(Path(folder, "axtui"), given.slices, FORMS)
        theirs = _project(Path(folder, "ax"), given.slices, ["loop"]) if real else None
        for rows in given.rows:
            for again in range(given.runs):
                _run(ours, None, rows, again, list(FORMS), costs)
                if theirs is not None:
                    _run(theirs, real, rows, again, ["loop"], costs)
    text = _report(given, costs)
    print(text)
    if given.write:
        Path(__file__).with_name("results").joinpath("afr.md").write_text(text)


def _project(root: Path, slices: int, forms: list[str] | dict[str, str]) -> Path:
    package = root / "dev"
    for name in ("dev", "workdir", "results", "inputs", ".socket.dir"):
        (root / name).mkdir(mode=0o750, parents=True)
    (package / "__init__.py").touch()
    (package / "methods.conf").write_text("rows\nloop\n")
    for name, source in _METHODS.items():
        if name == "a_rows.py" or any(name in (f"a_{form}.py", f"{form}.sql") for form in forms):
            (package / name).write_text(source.lstrip())
    if len(forms) > 1:  # by batch it is quicker made
        (package / "a_rows.py").write_text(_ARROW_ROWS.lstrip())
    (package / "build_afr.py").write_text(_SCRIPT.lstrip())
    (root / "accelerator.conf").write_text(_CONF.format(root=root, slices=slices))
    return root


def _run(
    root: Path, real: Path | None, rows: int, again: int, forms: list[str], costs: Costs
) -> None:
    who = "axtui" if real is None else "ax"
    told = root / "told"
    environ = {
        **os.environ,
        "AFR_ROOT": str(os.getpid()),
        "AFR_ROWS": str(rows),
        "AFR_AGAIN": str(again),
        "AFR_FORMS": " ".join(forms),
        "AFR_TOLD": str(told),
    }
    with _command(root, real) as command:
        done = subprocess.run(
            [*command, "run", "afr"], capture_output=True, text=True, cwd=root, env=environ
        )
    if done.returncode:
        raise SystemExit(f"{who} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    for form, (wall, cpu) in json.loads(told.read_text()).items():
        costs.setdefault((rows, f"{who} {form}"), []).append((wall, cpu))
        print(f"{rows:,} rows, {who} {form}: {wall:.2f} s, {cpu:.2f} s of CPU", file=sys.stderr)


@contextmanager
def _command(root: Path, real: Path | None) -> Iterator[list[str]]:
    config = ["--config", str(root / "accelerator.conf")]
    if real is None:
        yield [sys.executable, "-m", "axtui", *config]
        return
    ax = [str(real / "bin" / "ax"), *config]
    with serving(ax, root):
        yield ax


def _report(given: argparse.Namespace, costs: Costs) -> str:
    lines = [
        "# Annual failure rates, a method in several forms",
        "",
        f"Failure rates by model of as many drive days, {given.slices} slices, on {os.cpu_count()} cores "
        f"({platform.machine()}), Python {platform.python_version()}, DuckDB {version('duckdb')}, pyarrow "
        f"{version('pyarrow')}, the Accelerator {VERSION}; the median of {given.runs} runs, in turn. Each "
        "is the whole job: processes started, rows read and counted, the result written and committed. "
        "Ratios are to the loop of axtui, by CPU and by time from start to end.",
        "",
    ]
    for rows in given.rows:
        lines += [
            f"## {rows:,} rows",
            "",
            "| form | CPU, s | start to end, s | CPU, times the loop | time, times the loop |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        base = _median(costs[rows, "axtui loop"])
        for (of, name), found in costs.items():
            if of != rows:
                continue
            wall, cpu = _median(found)
            who, form = name.split()
            times = f"{base[1] / cpu:.1f} | {base[0] / wall:.1f}"
            words = f"{who}: {FORMS[form]}"
            lines.append(f"| {words} | {cpu:.2f} | {wall:.2f} | {times} |")
        lines.append("")
    return "\n".join([*lines, "Made by `python -m benchmarks.afr --write`.", ""])


def _median(found: list[tuple[float, float]]) -> tuple[float, float]:
    return (
        statistics.median(wall for wall, _ in found),
        statistics.median(cpu for _, cpu in found),
    )


if __name__ == "__main__":
    main()
