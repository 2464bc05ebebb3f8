"""How long it takes until the dashboard is seen, beside what takes the least."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from axtui.tui.remembered import Remembered
from benchmarks.figures import Figure, Section, spread
from benchmarks.terminal import Terminal

AXTUI = [sys.executable, "-m", "axtui"]
PAINTED = "Dash"
"""What the dashboard shows in its first picture, at any width."""
_BARE = Path(__file__).with_name("bare.py")


def acquaint(root: Path) -> None:
    """As if the dashboard had been opened here before: it does not offer its tour."""
    folder = root / ".axtui"
    folder.mkdir(parents=True, exist_ok=True)
    remembered = Remembered(folder)
    remembered.set("app", "toured", True)
    remembered.save()


def measure(workspaces: dict[str, Path], runs: int) -> Section:
    """From exec to the first picture, each kind of program in turn, so that a change of the
    machine's load meets all of them; one run of each before is not counted."""
    kinds: dict[str, Callable[[], float]] = {
        "python -c pass": _nothing,
        "a Textual app of one label": lambda: _painted([sys.executable, str(_BARE)], "bare label"),
    }
    for name, root in workspaces.items():
        argv = [*AXTUI, "--workspace", str(root)]
        kinds[f"axtui, {name}"] = lambda argv=argv: _painted(argv, PAINTED)  # type: ignore[misc]
    times: dict[str, list[float]] = {name: [] for name in kinds}
    for run in range(runs + 1):
        for name, once in kinds.items():
            seconds = once()
            if run:
                times[name].append(seconds)
    figures = [Figure(name, spread(found)) for name, found in times.items()]
    return Section("Start: from exec to the first picture, 120x40", figures)


def _nothing() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began


def _painted(argv: list[str], said: str) -> float:
    with Terminal(argv, Path.cwd()) as terminal:
        return terminal.when(said) - terminal.began
