"""A moment of a running build, held still: the dashboard shows it as if it ran."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from axtui.build import events
from axtui.build.live.files import Told
from axtui.build.live.watching import DeadBuild, LiveBuild
from axtui.build.watch import told
from axtui.tui.dashboard.machine import Sample, Use
from axtui.tui.live import Followed, LiveBuilds, _Following
from axtui.workspace import Workspace
from tests.tui.frozen import HOST, NOW, PID

BUILD_JOB = "dev-18"
WHY = "source methods/units.py: +1 -1 lines"


@dataclass(frozen=True)
class StillBuild(LiveBuild):
    """A build of which all is known that happens."""

    happens: tuple[Told, ...] = ()

    def events(self, from_start: bool = True) -> Iterator[Told]:
        yield from self.happens


class StillBuilds(LiveBuilds):
    """Builds of which nothing new is told; `still` are those that run."""

    def __init__(
        self, workspace: Workspace, changed: Callable[[], None], still: Sequence[StillBuild] = ()
    ) -> None:
        super().__init__(workspace, changed)
        self._still = [_Following(build, _nothing, lambda _: None) for build in still]
        for following in self._still:
            following._follow()

    def start(self) -> None:
        self._changed()

    def now(self, moment: float | None = None) -> list[Followed]:
        return [following.snapshot(NOW) for following in self._still]

    @property
    def died(self) -> list[DeadBuild]:
        return []


def _nothing() -> None:
    pass


def build(workspace: Workspace) -> StillBuild:
    """A build in the middle: two days re-used, one job of three slices with a subjob below it."""
    return StillBuild(
        folder=workspace.dot_axtui / "live" / BUILD_JOB,
        script="build",
        build_job=BUILD_JOB,
        pid=PID,
        host=HOST,
        user="ann",
        started=NOW - 42,
        argv=("axtui", "run", "build"),
        log=None,
        happens=tuple(_happens()),
    )


def _happens() -> Iterator[Told]:
    yield Told(NOW - 42, events.ScriptStarted("build", BUILD_JOB, PID))
    for number in ("dev-2", "dev-5"):
        yield Told(NOW - 41, events.JobReused(number, "readings", "readings"))
    yield Told(NOW - 40, _started("dev-19", "readings", ["prepare", "analysis"], 8.0))
    yield Told(NOW - 32, events.JobFinished("dev-19", 8.1, 240))
    yield Told(NOW - 30, _started("dev-20", "warmest", ["analysis", "synthesis"], 48.0))
    for sliceno in range(3):
        yield Told(NOW - 29, events.StageStarted("dev-20", "analysis", sliceno))
        yield Told(NOW - 20, events.StageEnded("dev-20", "analysis", sliceno, 9.0, 8.5, 90 << 20))
    yield Told(NOW - 20, events.StageStarted("dev-20", "synthesis", None))
    yield Told(NOW - 19, _started("dev-21", "normals", ["analysis", "synthesis"], 25.0, "dev-20"))
    yield Told(NOW - 18, events.StageStarted("dev-21", "analysis", 0))
    yield Told(NOW - 18, events.StageStarted("dev-21", "analysis", 1))
    yield Told(NOW - 10, events.Output("dev-21", "analysis", 0, "Arlanda\nKiruna\n"))
    for second in range(4, 0, -1):
        done = (18 - second) * 1000
        for sliceno, rows in enumerate((done, done // 2)):
            progress = ("analysis", sliceno, rows, 20_000, ("analysis", "summing"), "Kiruna")
            yield Told(NOW - second, events.Progress("dev-21", *progress))


def _started(
    jobid: str, method: str, stages: list[str], expected: float, parent: str | None = None
) -> events.JobStarted:
    depth = 0 if parent is None else 1
    return events.JobStarted(jobid, method, method, WHY, stages, 3, expected, depth, parent)


def samples() -> Iterator[Sample]:
    """What the machine used in the last minute."""
    for second in range(60):
        busy = (second % 20) / 20
        builds = {BUILD_JOB: Use(busy * 3, (200 + second) << 20, 4)}
        yield Sample(4, busy, (3 << 30) + (second << 24), 8 << 30, builds)


def saves() -> Iterator[told.WatchEvent]:
    """What the watcher has told before and about that build."""
    yield told.Watching(NOW - 600, ("build", "forecast"), ("methods", "inputs"))
    yield told.Saved(NOW - 44, ("methods/units.py",))
    affected = tuple(
        told.AffectedJob(jobid, method, "units.py changed", wall)
        for jobid, method, wall in (("dev-11", "warmest", 15.4), ("dev-12", "normals", 5.6))
    )
    page = (told.AffectedJob("dev-13", "page", "takes warmest", 3.5),)
    plan = told.ScriptPlan(
        "build", "auto", "units.py changed", affected, page, ("dev-2", "dev-5", "dev-6")
    )
    yield told.Prediction(NOW - 44, ("methods/units.py",), (plan,))
    yield told.RunStarted(NOW - 42, "build", BUILD_JOB, PID, "units.py changed")
