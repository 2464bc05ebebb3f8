"""Whole datasets sorted, hashed, summed and exported: axtui beside the Accelerator and raw libraries.

    AXTUI_REAL_ACCELERATOR=/path/to/environment python -m benchmarks.columns --write

One project, which both run: a script writes three million rows of three columns (int64, float64,
ascii) in two slices, and then has each of the standard methods work on them. DuckDB and pyarrow do
the same to the Parquet files that axtui wrote. All do so in turn; the medians are written to
benchmarks/results/columns.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks import rawcolumns
from benchmarks.accelerator import serving

WORK = {
    "sort": ("dataset_sort by the int64", "'dataset_sort', sort_columns=['number']"),
    "sorttext": ("dataset_sort by the text", "'dataset_sort', sort_columns=['text']"),
    "hashpart": ("dataset_hashpart on the int64", "'dataset_hashpart', hashlabel='number'"),
    "hashtext": ("dataset_hashpart on the text", "'dataset_hashpart', hashlabel='text'"),
    "checksum": ("dataset_checksum", "'dataset_checksum'"),
    "export": ("csvexport", "'csvexport', filename='all.csv'"),
}
"""What is done: in words, and as arguments of `urd.build`."""

_METHOD = """
import random

options = {'rows': 0, 'salt': 0}


def prepare(job):
    writer = job.datasetwriter()
    for name, kind in (('number', 'int64'), ('value', 'float64'), ('text', 'ascii')):
        writer.add(name, kind)
    return writer


def analysis(sliceno, prepare_res, slices):
    write = prepare_res.write
    draw = random.Random(sliceno * 1000 + options.salt)
    for _ in range(options.rows // slices):
        number = draw.getrandbits(40) - (1 << 39)
        write(number, number / 1024, 'item %d' % (number % 1_000_000))
"""

_SCRIPT = """
import json
import os
import time


def used():
    \"\"\"Seconds of processors that all processes below one took.\"\"\"
    times, parents = {{}}, {{}}
    for name in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % name) as file:
                found = file.read().rpartition(')')[2].split()
        except OSError:
            continue
        parents[name] = found[1]
        times[name] = sum(map(int, found[11:15]))
    root, total = os.environ['COLUMNS_ROOT'], 0
    for name in times:
        above = parents[name]
        while above != root and above in parents:
            above = parents[above]
        total += times[name] * (above == root)
    return total / os.sysconf('SC_CLK_TCK')


def main(urd):
    rows, salt = json.loads(os.environ['COLUMNS_ASKED'])
    small = urd.build('rows', rows=100, salt=salt)
    source = urd.build('rows', rows=rows, salt=salt)
    told = {{}}
    for name in os.environ['COLUMNS_WORK'].split():
        work = {{{work}}}[name]
        work(small)
        cpu, wall = used(), time.monotonic()
        job = work(source)
        told[name] = [time.monotonic() - wall, used() - cpu]
    with open(os.environ['COLUMNS_TOLD'], 'w') as file:
        json.dump([told, source], file)
"""
_CONF = """slices: 2
workdirs:
\tdev {root}/workdir
target workdir: dev
method packages:
\tdev
\taccelerator.standard_methods
listen: {root}/.socket.dir/server
result directory: {root}/results
input directory: {root}/inputs
urd: local
"""
Costs = dict[str, dict[str, list[tuple[float, float]]]]
"""{what: {who: [seconds from start to end, and of processors]}}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=3_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=WORK, action="append", help="measure this work")
    parser.add_argument("--ours", action="store_true", help="leave the Accelerator out")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/columns.md")
    given = parser.parse_args()
    real = os.environ.get("AXTUI_REAL_ACCELERATOR")
    if not real and not given.ours:
        parser.error("AXTUI_REAL_ACCELERATOR must name an environment with the Accelerator")
    costs: Costs = {name: {} for name in given.only or WORK}
    with tempfile.TemporaryDirectory() as folder:
        for run in range(given.runs):
            source = _axtui(_project(Path(folder) / f"axtui{run}"), given.rows, costs)
            if not given.ours:
                _accelerator(
                    _project(Path(folder) / f"ax{run}"), Path(str(real)), given.rows, costs
                )
            _raw(sorted(source.glob("*.parquet")), Path(folder), costs)
    text = _report(given, costs)
    print(text)
    if given.write:
        Path(__file__).with_name("results").joinpath("columns.md").write_text(text)


def _project(root: Path) -> Path:
    package = root / "dev"
    for name in ("dev", "workdir", "results", "inputs", ".socket.dir"):
        (root / name).mkdir(mode=0o750, parents=True)
    (package / "__init__.py").touch()
    (package / "methods.conf").write_text("rows\n")
    (package / "a_rows.py").write_text(_METHOD.lstrip())
    work = ", ".join(
        f"'{name}': lambda source: urd.build({call}, source=source)"
        for name, (_, call) in WORK.items()
    )
    (package / "build_columns.py").write_text(_SCRIPT.format(work=work).lstrip())
    (root / "accelerator.conf").write_text(_CONF.format(root=root))
    return root


def _axtui(root: Path, rows: int, costs: Costs) -> Path:
    """Run the script by axtui; the folder of the dataset that it worked on."""
    program = str(Path(sys.executable).with_name("axtui"))
    source = _run([program, "--config", str(root / "accelerator.conf")], root, rows, costs, "axtui")
    return next(root.glob(f"workdir/**/{source}/DS/default"))


def _accelerator(root: Path, real: Path, rows: int, costs: Costs) -> None:
    ax = [str(real / "bin" / "ax"), "--config", str(root / "accelerator.conf")]
    with serving(ax, root):
        _run(ax, root, rows, costs, "ax")


def _run(command: Sequence[str], root: Path, rows: int, costs: Costs, who: str) -> str:
    environ = {
        **os.environ,
        "COLUMNS_ROOT": str(os.getpid()),
        "COLUMNS_ASKED": json.dumps([rows, 1]),
        "COLUMNS_WORK": " ".join(costs),
        "COLUMNS_TOLD": str(root / "told"),
    }
    subprocess.run(
        [*command, "run", "columns"], check=True, capture_output=True, cwd=root, env=environ
    )
    told, source = json.loads((root / "told").read_text())
    for name, (wall, cpu) in told.items():
        _tell(costs, name, who, wall, cpu)
    return str(source)


def _raw(files: Sequence[Path], folder: Path, costs: Costs) -> None:
    for name in costs:
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        command = [sys.executable, "-m", rawcolumns.__name__, name, str(folder), *map(str, files)]
        subprocess.run(command, check=True)
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        _tell(costs, name, "raw", wall, cpu)


def _tell(costs: Costs, name: str, who: str, wall: float, cpu: float) -> None:
    costs[name].setdefault(who, []).append((wall, cpu))
    print(f"{name}, {who}: {wall:.2f} s, {cpu:.2f} s of CPU", file=sys.stderr)


def _report(given: argparse.Namespace, costs: Costs) -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("pyarrow", "duckdb", "numpy"))
    lines = [
        "# Whole datasets, beside the Accelerator and beside DuckDB and pyarrow alone",
        "",
        f"{given.rows:,} rows of three columns (int64, float64, ascii) in 2 slices, on "
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"{libraries}; the median of {given.runs} runs of each, in turn. Seconds of processors (all "
        "processes of it) and from start to end. What axtui commits is durable (`fsync`) and has a "
        'digest; what the others leave is not and has none. "raw" sorts by pyarrow, a process per '
        "slice, and does the rest by one DuckDB query with a thread per core; its hash is DuckDB's own. "
        "The figures of raw hold the start of Python and its imports.",
        "",
        "| work | axtui, CPU | ax, CPU | ax / axtui | raw, CPU | axtui, wall | ax, wall "
        "| ax / axtui | raw, wall |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, found in costs.items():
        cells = [WORK[name][0]]
        for side in (1, 0):
            ours, theirs, raw = (
                _median(found.get(who, []), side) for who in ("axtui", "ax", "raw")
            )
            cells += [f"{ours:.2f}", f"{theirs:.2f}" if theirs else ""]
            cells += [f"{theirs / ours:.1f}" if theirs else "", f"{raw:.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", "Made by `python -m benchmarks.columns --write`.", ""])


def _median(costs: Sequence[tuple[float, float]], side: int) -> float:
    return statistics.median(cost[side] for cost in costs) if costs else 0.0


if __name__ == "__main__":
    main()
