"""What finding costs: a run that re-uses all, a look-up, and both where there are 100,000 jobs.

    AXTUI_REAL_ACCELERATOR=/path/to/environment python -m benchmarks.lookup --write

The same script of look-ups runs on axtui and on the Accelerator in turn, and medians are compared. Then
what shows or weighs all jobs is measured in a workspace of 100 jobs and in one of 100,000, in turn, too.
The results are written to benchmarks/results/lookup.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from axtui import __version__
from benchmarks import manyjobs, project
from benchmarks.cost import Cost, middle, run
from benchmarks.peer import VERSION, installed
from benchmarks.row import Row, seconds, table
from benchmarks.startup import acquaint
from benchmarks.terminal import Terminal

LOOKUPS = 1000
"""So many look-ups in the script of which one is told."""
_FEW = 12
_AXTUI = str(Path(sys.executable).with_name("axtui"))
_COMMANDS = {
    "`axtui run`, 12 look-ups": ("run", "again", "--quiet"),
    "`axtui sql` that counts jobs": ("sql", "SELECT count(*) FROM jobs"),
    "`axtui job`, the newest": ("job",),
    "`axtui gc --dry-run`": ("gc", "--dry-run"),
}
DASHBOARD = "dashboard, until its list of jobs is seen"


@dataclass(frozen=True)
class Grown:
    """What a command took with few jobs and with many: its time from start to end, and of processors
    (0 where that was not measured)."""

    work: str
    few: Cost
    many: Cost


def rows(folder: Path, real: Path | None, runs: int) -> list[Row]:
    """A whole run that re-uses all, and one look-up, beside the Accelerator's where there is one."""
    sources = {"nothing": manyjobs.METHOD}, {"again": manyjobs.SCRIPT}
    ours = project.ours(project.write(folder / "axtui", *sources, folder, 3))
    if real is None:
        found = _measured({"axtui": ours}, runs)
    else:
        with project.theirs(project.write(folder / "ax", *sources, folder, 3), real) as theirs:
            found = _measured({"axtui": ours, "ax": theirs}, runs)
    lines = []
    for work, aim in (("a whole `run` that re-uses 12 jobs", "0.3 s"), ("a look-up", "0.2 ms")):
        for what in ("from start to end", "processors"):
            times = found[work, what]
            peer = median(times["ax"]) if "ax" in times else 0.0
            lines.append(Row(f"{work}, {what}", median(times["axtui"]), peer, aim_words=aim))
    return lines


def _measured(
    sides: Mapping[str, project.Side], runs: int
) -> dict[tuple[str, str], dict[str, list[float]]]:
    many, few = {"LOOKUPS": str(LOOKUPS)}, {"LOOKUPS": str(_FEW)}
    found: dict[tuple[str, str], dict[str, list[float]]] = {}

    def add(work: str, who: str, wall: float, cpu: float) -> None:
        for what, value in (("from start to end", wall), ("processors", cpu)):
            found.setdefault((work, what), {}).setdefault(who, []).append(value)

    for side in sides.values():
        side.run("again", many)  # makes the jobs
    for _ in range(runs):
        for who, side in sides.items():
            whole = side.run("again", few).cost
            add("a whole `run` that re-uses 12 jobs", who, whole.wall, whole.cpu)
            all_ = side.run("again", many)
            cpu = (all_.cost.cpu - whole.cpu) / (LOOKUPS - _FEW)  # a server's, too
            add("a look-up", who, all_.told["wall"], cpu)
    return found


def growth(few: Path, many: Path, runs: int) -> list[Grown]:
    """What a few commands and the dashboard take in each of two workspaces."""
    found = []
    for work, words in _COMMANDS.items():
        costs: dict[Path, list[Cost]] = {few: [], many: []}
        for turn in range(runs + 1):
            for root in costs:
                cost, _ = run([_AXTUI, "--workspace", str(root), *words], root, {})
                if turn:
                    costs[root].append(cost)
        found.append(Grown(work, middle(costs[few]), middle(costs[many])))
    seen: dict[Path, list[float]] = {few: [], many: []}
    for root in seen:
        acquaint(root)
    for turn in range(runs + 1):
        for root, times in seen.items():
            wall = _list_seen(root)
            if turn:
                times.append(wall)
    found.append(Grown(DASHBOARD, Cost(median(seen[few]), 0.0), Cost(median(seen[many]), 0.0)))
    return found


def _list_seen(root: Path) -> float:
    """Seconds from exec until the dashboard shows its list of jobs."""
    with Terminal([_AXTUI, "--workspace", str(root), "job", "--tui"], root) as terminal:
        return terminal.when("nothing") - terminal.began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=100_000, help="so many where there are many")
    parser.add_argument("--many", type=Path, help="a workspace of `benchmarks.manyjobs` to use")
    parser.add_argument("--ours", action="store_true", help="leave the Accelerator out")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/lookup.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        real = None if given.ours else installed(Path.home() / ".cache" / "axtui-benchmarks")
        lines = rows(folder, real, given.runs)
        few = manyjobs.make(folder / "few", 100).root
        many = given.many or manyjobs.make(folder / "many", given.jobs).root
        grown = growth(few, many.resolve(), given.runs)
    text = report(lines, grown, given.runs, given.jobs)
    print(text)
    if given.write:
        Path(__file__).with_name("results").joinpath("lookup.md").write_text(text)


def report(lines: Sequence[Row], grown: Iterable[Grown], runs: int, jobs: int) -> str:
    """Both tables, with the machine."""
    told = [
        "# What finding a job costs",
        "",
        f"axtui {__version__}, the Accelerator {VERSION}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores ({platform.machine()}), {os.getloadavg()[0]:.1f} other processes at "
        f"work when it ended; medians of {runs} runs in turn.",
        "",
        table(lines),
        "",
        f"| with so many jobs in the workdir | 100 | {jobs:,} | times | 100, CPU | {jobs:,}, CPU | times |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in grown:
        cells = [one.work]
        for before, after in ((one.few.wall, one.many.wall), (one.few.cpu, one.many.cpu)):
            times = f"{after / before:.1f}" if before else ""
            cells += [seconds(before), seconds(after), times]
        told.append(f"| {' | '.join(cells)} |")
    return "\n".join([*told, "", "Made by `python -m benchmarks.lookup --write`.", ""])


if __name__ == "__main__":
    main()
