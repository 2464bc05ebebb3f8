"""Builds that were never run: what the first screen is shown, made by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from axtui.build import events
from axtui.build.live.files import Told
from axtui.build.live.state import Job, State, Task, Waiting
from axtui.build.live.watching import LiveBuild
from axtui.tui.live import Followed
from tests.tui.frozen import NOW as NOW


@dataclass(frozen=True)
class AskedBuild(LiveBuild):
    """A build that notes who asked it to stop what."""

    asked: list[tuple[str, str]] = field(default_factory=list)

    def ask_to_stop(self, jobid: str, who: str) -> None:
        self.asked.append((jobid, who))


def build(script: str = "import", build_job: str = "dev-90", **changed: object) -> AskedBuild:
    facts = {
        "folder": Path("/nowhere"),
        "script": script,
        "build_job": build_job,
        "pid": 1,
        "host": "oak",
        "user": "ann",
        "started": NOW - 42,
        "argv": ("axtui", "run"),
        "log": None,
    }
    return AskedBuild(**(facts | changed))  # type: ignore[arg-type]


def slices(number: int, rows: int = 500, total: int | None = 1000) -> list[Task]:
    return [
        Task("analysis", at, "running", NOW - 10, None, rows, total, 50.0, ["analysis"])
        for at in range(number)
    ]


def job(
    jobid: str = "dev-91",
    method: str = "clean",
    tasks: list[Task] | None = None,
    parent: str | None = None,
    expected: float | None = None,
    stage: str | None = "analysis",
) -> Job:
    tasks = slices(2) if tasks is None else tasks
    return Job(
        jobid=jobid,
        method=method,
        name=method,
        reason="cleaning.py changed",
        parent=parent,
        depth=0 if parent is None else 1,
        slices=max(1, len(tasks)),
        stages=["prepare", "analysis", "synthesis"],
        expected=expected,
        started=NOW - 20,
        stage=stage,
        tasks=tasks,
    )


def followed(
    *jobs: Job, script: str = "import", build_job: str = "dev-90", waiting: tuple[Waiting, ...] = ()
) -> Followed:
    state = State(script, build_job, NOW - 42, 3, 14, 0, list(jobs), list(waiting))
    made = build(script, build_job)
    return Followed(
        build=made,
        state=state,
        reused=[("dev-1", "zones")],
        finished=[("dev-89", "type", 1.5)],
        happened=[
            Told(NOW - 42, events.ScriptStarted(script, build_job, 1)),
            Told(NOW - 30, events.JobStarted("dev-89", "type", "", "", [], 1, None, 0)),
            Told(NOW - 28, events.JobFinished("dev-89", 1.5, 1200)),
        ],
    )


def failed(one: Followed, text: str = "Traceback\n  x\nValueError: bad date") -> Followed:
    """The same build with a job that failed."""
    one.failures.append(("dev-92", "join", text))
    one.happened.append(Told(NOW - 5, events.JobFailed("dev-92", "join", text)))
    return one


def over(one: Followed, code: int = 0, error: str = "") -> Followed:
    """The same build when it is over."""
    one.state.jobs, one.state.waiting = [], []
    one.ended, one.ended_at = events.ScriptEnded(one.build.script, code, error), NOW - 1
    one.happened.append(Told(NOW - 1, one.ended))
    return one
