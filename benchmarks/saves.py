"""How long it takes from a save to the first thing that is seen of it, and to the job that starts."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

from axtui.build import events
from axtui.build.live import watching
from axtui.workspace import Workspace, open_workspace
from benchmarks.figures import Figure, Section, spread
from benchmarks.startup import AXTUI, PAINTED, acquaint
from benchmarks.terminal import Terminal, TooLateError

HELPER = "tariffs.py"
_FILES = {
    "axtui.toml": 'slices = 2\nwatch = "auto"\n',
    "methods/a_prices.py": (
        "import tariffs\n\n\ndef analysis(sliceno):\n    return tariffs.price(sliceno)\n\n\n"
        "def synthesis(analysis_res):\n    return sum(analysis_res)\n"
    ),
    "methods/a_bills.py": (
        'import tariffs\n\njobs = ("prices",)\n\n\ndef synthesis():\n'
        "    return tariffs.price(jobs.prices.load())\n"
    ),
    "methods/build.py": (
        'def main(urd):\n    prices = urd.build("prices")\n    urd.build("bills", prices=prices)\n'
    ),
}
_ENDED_S = 60.0
_WARM = 3


def measure(root: Path, saves: int) -> Section:
    """Save a helper module of two methods again and again, each time when the build of the save
    before is over, by writing beside it and renaming, as editors do."""
    _write(root)
    starts = _Starts(open_workspace(root))
    seen: list[float] = []
    started: list[float] = []
    missed = 0
    with Terminal([*AXTUI, "--workspace", str(root)], root) as terminal, starts:
        terminal.when(PAINTED)
        terminal.when("never run", 0, 20.0)
        terminal.send("b")  # what was never built is not built by a save
        _warm(root, starts)
        for number in range(saves):
            terminal.quiet(0.3, 2.0)
            since, clock, moment = terminal.length, time.time(), time.perf_counter()
            _save(root, number + 10_000)
            try:
                started.append(starts.after(clock) - clock)
                seen.append(terminal.when(HELPER, since, 5.0) - moment)
            except TooLateError:
                missed += 1
            starts.rest()
    note = f"{missed} of {saves} came to nothing" if missed else ""
    figures = [
        Figure("save to the first change on the screen", spread(seen) if seen else {}, note),
        Figure("save to the start of the first job", spread(started) if started else {}, note),
    ]
    return Section("Saving a helper module of two methods, in a watched workspace", figures)


def _write(root: Path) -> None:
    for name, text in _FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    _save(root, 0)
    acquaint(root)


def _save(root: Path, number: int) -> None:
    path = root / "methods" / HELPER
    beside = path.with_name(f".{HELPER}.new")
    beside.write_text(f"def price(value):\n    return value * 3 + {number}\n")
    beside.replace(path)


def _warm(root: Path, starts: _Starts) -> None:
    """The first builds start what is kept: the builder, its engine. They are not counted. Raises
    TooLateError where no save leads to a build."""
    for number in range(_WARM):
        for again in range(20):  # it does not watch yet
            clock = time.time()
            _save(root, number * 100 + again)
            with contextlib.suppress(TooLateError):
                starts.after(clock, 2.0)
                starts.rest()
                break
        else:
            raise TooLateError("saves lead to no build")


class _Starts:
    """Follows the builds of a workspace: when jobs started, by their own clock."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._changed = threading.Condition()
        self._started: list[float] = []
        self._known: set[str] = set()
        self._running: set[str] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def after(self, moment: float, timeout: float = 10.0) -> float:
        """When the first job after a moment (since 1970) started."""
        with self._changed:
            if not self._changed.wait_for(lambda: any(t > moment for t in self._started), timeout):
                raise TooLateError("no job started")
            return min(at for at in self._started if at > moment)

    def rest(self) -> None:
        """Wait until nothing runs."""
        with self._changed:
            self._changed.wait_for(lambda: not self._running, _ENDED_S)

    def _look(self) -> None:
        while not self._over.wait(0.005):
            for build in watching.running(self._workspace):
                if build.build_job not in self._known:
                    self._known.add(build.build_job)
                    self._running.add(build.build_job)
                    threading.Thread(target=self._follow, args=(build,), daemon=True).start()

    def _follow(self, build: watching.LiveBuild) -> None:
        for told in build.events():
            if isinstance(told.event, events.JobStarted):
                with self._changed:
                    self._started.append(told.at)
                    self._changed.notify_all()
        with self._changed:
            self._running.discard(build.build_job)
            self._changed.notify_all()
