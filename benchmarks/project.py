"""One project that both run: methods and scripts, as axtui and as the Accelerator see them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.accelerator import serving
from benchmarks.cost import Cost, run
from benchmarks.processes import cpu_seconds
from benchmarks.row import Row, seconds
from benchmarks.setting import Setting

_CONF = """slices: {slices}
workdirs:
\tdev {root}/workdir
target workdir: dev
method packages:
\tdev auto-discover
\taccelerator.standard_methods
listen: {root}/.socket.dir/server
result directory: {root}/results
input directory: {inputs}
urd: local
"""
_NATIVE = """slices = {slices}
durable = false
methods = ["dev"]
inputs = "{inputs}"
[workdirs]
dev = "workdir"
"""
_TOLD = re.compile(r"^TOLD (\S+) ([-\d.e]+)$", re.MULTILINE)
MEASURED = """
import os
import time


def used():
    \"\"\"Seconds of processors that all processes below the benchmark took.\"\"\"
    times, parents = {}, {}
    for name in filter(str.isdigit, os.listdir('/proc') if os.path.exists('/proc') else ()):
        try:
            with open('/proc/%s/stat' % name) as file:
                found = file.read().rpartition(')')[2].split()
        except OSError:
            continue
        parents[name] = found[1]
        times[name] = sum(map(int, found[11:15]))
    root, total = os.environ['BENCHMARK'], 0
    for name in times:
        above = parents[name]
        while above != root and above in parents:
            above = parents[above]
        total += times[name] * (above == root)
    return total / os.sysconf('SC_CLK_TCK')


def measured(name, work, times=1):
    \"\"\"Do some work so many times; tells what one took from start to end, and of processors.\"\"\"
    cpu, wall = used(), time.monotonic()
    for number in range(times):
        found = work(number)
    print('TOLD', name, (time.monotonic() - wall) / times)
    print('TOLD', name + '.cpu', (used() - cpu) / times, flush=True)
    return found


"""
"""What scripts that measure pieces of their work begin with."""


@dataclass
class Run:
    """What a run of a script took, and the numbers it told (a line `TOLD name number` each)."""

    cost: Cost
    told: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Side:
    """One of the two systems, with a project of its own below `root`."""

    root: Path
    command: tuple[str, ...]
    server: int | None = None

    def run(self, script: str, environ: Mapping[str, str] | None = None) -> Run:
        """Run a build script to its end."""
        before = cpu_seconds(self.server) if self.server else 0.0
        told_of = {"BENCHMARK": str(os.getpid()), **(environ or {})}
        cost, text = run([*self.command, "run", script], self.root, told_of, self.server)
        if self.server:
            cost = Cost(cost.wall, cost.cpu + cpu_seconds(self.server) - before, cost.peak)
        return Run(cost, told(text))

    def disk(self) -> int:
        """Bytes that the files of the workdir take on the disk."""
        files = (self.root / "workdir").rglob("*")
        return sum(path.lstat().st_blocks * 512 for path in files if path.is_file())


@dataclass
class Told:
    """What runs of each side (`axtui`, `ax`) told; `of` is the median of a number."""

    runs: dict[str, list[Run]] = field(default_factory=dict)

    def add(self, who: str, run: Run) -> None:
        """One more run of a side."""
        self.runs.setdefault(who, []).append(run)
        print(f"{who}: {run.cost.wall:.1f} s, {run.cost.cpu:.1f} s of processors", file=sys.stderr)

    def of(self, who: str, name: str) -> float:
        """The median of a number that a side told; 0 where it did not."""
        found = [run.told[name] for run in self.runs.get(who, ()) if name in run.told]
        return median(found) if found else 0.0

    def row(self, work: str, name: str, aim: float = 0.0, raw: float = 0.0, note: str = "") -> Row:
        """The line of what was told by a name, with what it took of processors in its note."""
        costs = [(who, self.of(who, f"{name}.cpu")) for who in self.runs]
        used = ", ".join(f"{who} {seconds(cost)}" for who, cost in costs if cost)
        notes = [*([note] if note else []), *([f"of processors: {used}"] if used else [])]
        one, other = self.of("axtui", name), self.of("ax", name)
        return Row(work, one, other, raw, aim, note="; ".join(notes))


def told(text: str) -> dict[str, float]:
    """The numbers that a program told, by name."""
    return {name: float(number) for name, number in _TOLD.findall(text)}


def write(
    root: Path, methods: Mapping[str, str], scripts: Mapping[str, str], inputs: Path, slices: int
) -> Path:
    """Write a project: sources of methods (in SQL where their name ends so) and of scripts by name.
    Returns its folder."""
    package = root / "dev"
    for name in ("dev", "workdir", "results", ".socket.dir"):
        (root / name).mkdir(mode=0o750, parents=True)
    (package / "__init__.py").touch()
    for name, source in methods.items():
        file = name if name.endswith(".sql") else f"a_{name}.py"
        (package / file).write_text(source.lstrip())
    for name, source in scripts.items():
        (package / f"build_{name}.py").write_text(source.lstrip())
    (root / "accelerator.conf").write_text(
        _CONF.format(root=root.resolve(), inputs=inputs.resolve(), slices=slices)
    )
    (root / "axtui.toml").write_text(_NATIVE.format(inputs=inputs.resolve(), slices=slices))
    return root


@contextmanager
def pair(
    folder: Path,
    setting: Setting,
    methods: Mapping[str, str],
    scripts: Mapping[str, str],
    inputs: Path | None = None,
    slices: int | None = None,
    of_ours: Mapping[str, str] | None = None,
) -> Iterator[dict[str, Side]]:
    """A project for each below `folder`: `axtui`, and `ax` where the Accelerator is not left out, its
    server running meanwhile. `of_ours` are methods that only axtui has, or has otherwise."""
    given = inputs or folder, slices or setting.slices
    with ExitStack() as stack:
        all_ = {**methods, **(of_ours or {})}
        sides = {"axtui": ours(write(folder / "axtui", all_, scripts, *given))}
        if setting.real:
            root = write(folder / "ax", methods, scripts, *given)
            sides["ax"] = stack.enter_context(theirs(root, setting.real))
        yield sides


def ours(root: Path, durable: bool = True) -> Side:
    """axtui, as it is installed beside the Python that runs this; what is not `durable` is committed
    without fsync."""
    axtui = str(Path(sys.executable).with_name("axtui"))
    return Side(
        root, (axtui, "--config", str(root / ("accelerator.conf" if durable else "axtui.toml")))
    )


@contextmanager
def theirs(root: Path, real: Path) -> Iterator[Side]:
    """The Accelerator of the environment `real`, its server running meanwhile."""
    command = (str(real / "bin" / "ax"), "--config", str(root / "accelerator.conf"))
    with serving(command, root) as server:
        yield Side(root, command, server)
