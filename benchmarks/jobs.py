"""What one small job costs: jobs of each kind built on axtui and on the real Accelerator, as ratios.

    AXTUI_REAL_ACCELERATOR=/path/to/environment python -m benchmarks.jobs --write

One project, which both run: a script builds so many jobs of a kind and tells how long it took and how
much time of processors all processes below this one took meanwhile. Both do so in turn, and the
median run of each is compared. The results are written to benchmarks/results/jobs.md.
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
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accelerator import serving

_METHODS = {
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
KINDS = {
    "nothing": ("that does nothing, synthesis only", "'nothing', n=n"),
    "slices": ("that does nothing, analysis of 3 slices", "'slices', n=n"),
    "rows": ("that writes a dataset of 12 rows", "'rows', n=n + 1000"),
    "csvexport": ("csvexport of 12 rows", "'csvexport', source=source[n]"),
    "csvimport": ("csvimport of 12 rows", "'csvimport', filename='%d.csv' % n"),
    "csvimport_zip": ("csvimport_zip of 2 members", "'csvimport_zip', filename='%d.zip' % n"),
    "dataset_type": (
        "dataset_type of 12 rows",
        "'dataset_type', column2type={'raw': 'int64_10'}, source=source[n]",
    ),
    "dataset_sort": (
        "dataset_sort of 12 rows",
        "'dataset_sort', sort_columns='number', source=source[n]",
    ),
    "dataset_hashpart": (
        "dataset_hashpart of 12 rows",
        "'dataset_hashpart', hashlabel='number', source=source[n]",
    ),
    "dataset_concat": ("dataset_concat of 12 rows", "'dataset_concat', source=source[n]"),
    "dataset_fanout": (
        "dataset_fanout of 12 rows",
        "'dataset_fanout', column='text', source=source[n]",
    ),
    "again": ("that exists: a look-up", "'nothing', n=-1"),
}
"""What is built: in words, and as arguments of `urd.build`."""

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
    root, total = os.environ['JOBS_ROOT'], 0
    for name in times:
        above = parents[name]
        while above != root and above in parents:
            above = parents[above]
        total += times[name] * (above == root)
    return total / os.sysconf('SC_CLK_TCK')


def main(urd):
    count = int(os.environ['JOBS_COUNT'])
    if {sources}:
        source = [urd.build('rows', n=n) for n in range(count + 2)]
    for n in (count, count + 1):
        urd.build({arguments})
    cpu, wall = used(), time.monotonic()
    for n in range(count):
        urd.build({arguments})
    wall, cpu = time.monotonic() - wall, used() - cpu
    with open(os.environ['JOBS_TOLD'], 'w') as file:
        json.dump([wall / count, cpu / count], file)
"""
_CONF = """slices: 3
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


@dataclass(frozen=True)
class Cost:
    """What a job took: seconds of wall time and of processors."""

    wall: float
    cpu: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=20, help="so many of each kind")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=KINDS, action="append", help="measure these kinds")
    parser.add_argument("--ours", action="store_true", help="leave the Accelerator out")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/jobs.md")
    given = parser.parse_args()
    real = os.environ.get("AXTUI_REAL_ACCELERATOR")
    if not real and not given.ours:
        parser.error("AXTUI_REAL_ACCELERATOR must name an environment with the Accelerator")
    costs: dict[str, dict[str, list[Cost]]] = {}
    for _ in range(given.runs):
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder), "axtui", None, given, costs)
            if not given.ours:
                _measure(Path(folder), "ax", Path(str(real)), given, costs)
    text = _report(given, costs)
    print(text)
    if given.write:
        Path(__file__).with_name("results").joinpath("jobs.md").write_text(text)


def _measure(
    folder: Path,
    who: str,
    real: Path | None,
    given: argparse.Namespace,
    costs: dict[str, dict[str, list[Cost]]],
) -> None:
    """Run the script of each kind once, in a project of its own."""
    root = _project(folder / who, given.jobs)
    environ = {
        **os.environ,
        "JOBS_ROOT": str(os.getpid()),
        "JOBS_COUNT": str(given.jobs),
        "JOBS_TOLD": str(root / "told"),
    }
    with _commands(root, real) as command:
        for kind in given.only or KINDS:
            subprocess.run(
                [*command, "run", kind], check=True, capture_output=True, cwd=root, env=environ
            )
            cost = Cost(*json.loads((root / "told").read_text()))
            costs.setdefault(kind, {}).setdefault(who, []).append(cost)
            print(f"{kind}, {who}: {_told(cost.wall)}, {_told(cost.cpu)} of CPU", file=sys.stderr)


def _project(root: Path, count: int) -> Path:
    """Methods, scripts and inputs."""
    package = root / "dev"
    for name in ("dev", "workdir", "results", "inputs", ".socket.dir"):
        (root / name).mkdir(mode=0o750, parents=True)
    (package / "__init__.py").touch()
    (package / "methods.conf").write_text("".join(f"{name}\n" for name in _METHODS))
    for name, source in _METHODS.items():
        (package / f"a_{name}.py").write_text(source.lstrip())
    for kind, (_, arguments) in KINDS.items():
        script = _SCRIPT.format(arguments=arguments, sources="source[n]" in arguments)
        (package / f"build_{kind}.py").write_text(script.lstrip())
    for number in range(count + 2):
        lines = "".join(f"{number},text {line},{line / 8}\n" for line in range(12))
        (root / "inputs" / f"{number}.csv").write_text(f"a,b,c\n{lines}")
        with zipfile.ZipFile(
            root / "inputs" / f"{number}.zip", "w", zipfile.ZIP_DEFLATED
        ) as packed:
            packed.writestr("one.csv", f"a,b,c\n{lines}")
            packed.writestr("two.csv", f"a,b,c\n{lines}{lines}")
    (root / "accelerator.conf").write_text(_CONF.format(root=root))
    return root


@contextmanager
def _commands(root: Path, real: Path | None) -> Iterator[list[str]]:
    """How to run a script: by axtui, or by the Accelerator with its server running meanwhile."""
    config = ["--config", str(root / "accelerator.conf")]
    if real is None:
        yield [str(Path(sys.executable).with_name("axtui")), *config]
        return
    ax = [str(real / "bin" / "ax"), *config]
    with serving(ax, root):
        yield ax


def _told(seconds: float) -> str:
    return f"{seconds * 1000:.1f}" if seconds >= 0.01 else f"{seconds * 1000:.2f}"


def _report(given: argparse.Namespace, costs: dict[str, dict[str, list[Cost]]]) -> str:
    lines = [
        "# What a small job costs, beside the Accelerator",
        "",
        f"{given.jobs} jobs of each kind by one script, one after another, on {os.cpu_count()} cores "
        f"({platform.machine()}), Python {platform.python_version()}, 3 slices; the median of "
        f"{given.runs} runs of each, in turn. Milliseconds per job, of processors (all processes of it) "
        "and from start to end. What axtui commits is durable (`fsync`); what the Accelerator does is not.",
        "",
        "| a job | axtui, CPU | ax, CPU | ratio | axtui, wall | ax, wall | ratio |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind, found in costs.items():
        cells = [KINDS[kind][0]]
        for what in ("cpu", "wall"):
            one, other = (_median(found.get(who, []), what) for who in ("axtui", "ax"))
            ratio = f"{one / other:.2f}" if other else ""
            cells += [_told(one), _told(other) if other else "", ratio]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", "Made by `python -m benchmarks.jobs --write`.", ""])


def _median(costs: list[Cost], what: str) -> float:
    return statistics.median(getattr(cost, what) for cost in costs) if costs else 0.0


if __name__ == "__main__":
    main()
