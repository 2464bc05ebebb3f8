"""What finding costs: a run that re-uses all, a look-up, and what 100,000 jobs change.

    python -m benchmarks.lookup [--size S|M|L] [--runs N] [--folder FOLDER]

The same script of look-ups runs on axtui and on the Accelerator in turn. Then what shows or weighs all jobs
is measured in a workspace of 100 jobs and in one of many (kept below the folder), in turn, too.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks import manyjobs, project
from benchmarks.cost import Cost, middle, run
from benchmarks.row import Row, page, seconds
from benchmarks.setting import Setting, add_options, setting_of
from benchmarks.startup import acquaint
from benchmarks.terminal import Terminal

LOOKUPS = 1000
"""So many look-ups in the script of which one is told; a fifth of it in runs of size S."""
FEW, SOME, MANY = 100, 2_000, 100_000
"""Jobs of the workspaces: few, and many (in runs of size S: some). A short script re-uses few."""
_ALL_FEW = {"LOOKUPS": str(FEW)}
_AXTUI = str(Path(sys.executable).with_name("axtui"))
_COMMANDS = {
    f"`axtui run` that re-uses {FEW} jobs": ("run", "again", "--quiet"),
    "`axtui sql` that counts jobs": ("sql", "SELECT count(*) FROM jobs"),
    "`axtui job`, the newest": ("job",),
    "`axtui gc --dry-run`": ("gc", "--dry-run"),
}
_REASONS = {
    "`axtui job`, the newest": "it lists the folder of the workdir, 0.2 s of it",
    "`axtui gc --dry-run`": "it asks every job whether its records are as it read them",
    "the dashboard's list": "it begins with the list of all jobs",
}


def rows_of(setting: Setting) -> list[Row]:
    """The lines of the comparison about what exists already."""
    lines = _beside(setting)
    count = MANY if setting.rows >= 1_000_000 else SOME
    with tempfile.TemporaryDirectory(dir=setting.folder) as name:
        few = manyjobs.make(Path(name).resolve() / "few", FEW).root
        return lines + growth(few, _many(setting.folder, count), count, setting.runs)


def _many(folder: Path, count: int) -> Path:
    """The workspace of many jobs: made once, and then kept. It is made where it stays, as jobs and the
    catalog name their folders; a file tells that it was made to its end."""
    root = folder.resolve() / f"jobs_{count}"
    made = root / "made"
    if not made.exists():
        print(f"making {count:,} jobs in {root}", file=sys.stderr)
        shutil.rmtree(root, ignore_errors=True)
        manyjobs.make(root, count)
        made.touch()
    return root


def _beside(setting: Setting) -> list[Row]:
    """A whole run that re-uses all, and look-ups, beside the Accelerator's where there is one."""
    methods, scripts = {"nothing": manyjobs.METHOD}, {"again": manyjobs.SCRIPT}
    whole: dict[str, list[Cost]] = {}
    one: dict[str, list[float]] = {}
    used: dict[str, list[float]] = {}
    with (
        tempfile.TemporaryDirectory(dir=setting.folder) as name,
        project.pair(Path(name), setting, methods, scripts) as sides,
    ):
        lookups = LOOKUPS if setting.rows >= 1_000_000 else LOOKUPS // 5
        many = {"LOOKUPS": str(lookups)}
        for side in sides.values():
            side.run("again", many)  # makes the jobs
        for _ in range(setting.runs):
            for who, side in sides.items():
                short, long = side.run("again", _ALL_FEW).cost, side.run("again", many)
                whole.setdefault(who, []).append(short)
                one.setdefault(who, []).append(long.told["wall"])
                cpu = (long.cost.cpu - short.cpu) / (lookups - FEW)  # a server's, too
                used.setdefault(who, []).append(cpu)
    cost = {who: middle(found) for who, found in whole.items()}
    mid = {who: median(found) for who, found in one.items()}
    cpus = ", ".join(f"{who} {one.cpu:.2f} s" for who, one in cost.items())
    each = ", ".join(f"{who} {seconds(max(median(found), 0.0))}" for who, found in used.items())
    return [
        Row(
            f"a whole `run` that re-uses {FEW} jobs",
            cost["axtui"].wall,
            cost["ax"].wall if "ax" in cost else 0.0,
            limit=0.3,
            note=f"of processors: {cpus}; the start of Python is in it",
        ),
        Row(
            "a look-up of a job that exists",
            mid["axtui"],
            mid.get("ax", 0.0),
            limit=0.0002,
            note=f"of processors: {each}",
        ),
        Row(
            f"{LOOKUPS:,} look-ups in a script",
            LOOKUPS * mid["axtui"],
            LOOKUPS * mid.get("ax", 0.0),
            limit=0.3,
        ),
    ]


def growth(few: Path, many: Path, count: int, runs: int) -> list[Row]:
    """What a few commands and the dashboard take in each of two workspaces: a line each, in which that of
    few jobs stands in the place of the Accelerator."""
    roots = (few, many)
    lines = []
    for work, words in _COMMANDS.items():
        costs: dict[Path, list[Cost]] = {root: [] for root in roots}
        for turn in range(runs + 1):  # the first is not counted
            for root in roots:
                cost, _ = run([_AXTUI, "--workspace", str(root), *words], root, _ALL_FEW)
                costs[root] += [cost] if turn else []
        lines.append(_grown(work, middle(costs[few]), middle(costs[many]), count))
    seen: dict[Path, list[float]] = {root: [] for root in roots}
    for root in roots:
        acquaint(root)
    for turn in range(runs + 1):
        for root in roots:
            wall = _list_seen(root)
            seen[root] += [wall] if turn else []
    small, large = (Cost(median(seen[root]), 0.0) for root in roots)
    return [*lines, _grown("the dashboard's list", small, large, count)]


def _grown(work: str, few: Cost, many: Cost, count: int) -> Row:
    used = f"of processors {many.cpu:.2f} s, {few.cpu:.2f} s with {FEW}" if many.cpu else ""
    slower = many.wall > 2 * few.wall
    notes = [note for note in (_REASONS.get(work) if slower else "", used) if note]
    return Row(
        f"{work}, {count:,} jobs; beside it {FEW} jobs",
        many.wall,
        few.wall,
        aim=0.5,
        aim_words=f"twice that of {FEW}",
        note="; ".join(notes),
    )


def _list_seen(root: Path) -> float:
    """Seconds from exec until the dashboard shows its list of jobs."""
    with Terminal([_AXTUI, "--workspace", str(root), "job", "--tui"], root) as terminal:
        return terminal.when("nothing") - terminal.began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_options(parser)
    print(page(rows_of(setting_of(parser.parse_args()))))


if __name__ == "__main__":
    main()
