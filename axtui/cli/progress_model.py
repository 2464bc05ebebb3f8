"""What a progress display knows: the events of a build, folded into the state of its jobs."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from axtui.build import events

_RATE_WINDOW = 5.0


@dataclass
class TaskView:
    """One stage, or one slice of the analysis."""

    state: str = "waiting"  # waiting, running, done
    rows: int = 0
    total: int | None = None
    status: tuple[str, ...] = ()
    touched: float = 0.0

    @property
    def fraction(self) -> float | None:
        """How much of it is done, 0 to 1; None where that is unknown."""
        if self.state == "done":
            return 1.0
        if self.state == "waiting":
            return 0.0
        return min(1.0, self.rows / self.total) if self.total else None


@dataclass
class JobView:
    """A job that is being made."""

    jobid: str
    method: str
    name: str
    reason: str
    depth: int
    slices: int
    expected: float | None
    started: float
    stages: list[str]
    stage: str = ""
    tasks: dict[int | None, TaskView] = field(default_factory=dict)
    rows_before: int = 0
    waiting_for: int | None = None
    _seen: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def rows(self) -> int:
        """The rows of the busiest stage so far: later stages read the same rows again."""
        return max(self.rows_before, sum(task.rows for task in self.tasks.values()))

    @property
    def fraction(self) -> float | None:
        """How much of the present stage is done; None where that is unknown."""
        fractions = [task.fraction for task in self.tasks.values()]
        known = [fraction for fraction in fractions if fraction is not None]
        return sum(known) / len(known) if fractions and len(known) == len(fractions) else None

    @property
    def done(self) -> int:
        """How many slices of the present stage are done."""
        return sum(task.state == "done" for task in self.tasks.values())

    @property
    def status(self) -> str:
        """The innermost `status()` text of the task that spoke last."""
        speaking = [task for task in self.tasks.values() if task.state == "running" and task.status]
        return max(speaking, key=lambda task: task.touched).status[-1] if speaking else ""

    def begin(self, stage: str, sliceno: int | None) -> None:
        """A stage or slice begins to run."""
        if stage != self.stage:
            self.rows_before = self.rows
            self.stage = stage
            self.tasks = {number: TaskView() for number in self._numbers(stage)}
            self._seen.clear()
        self.tasks.setdefault(sliceno, TaskView()).state = "running"

    def _numbers(self, stage: str) -> list[int | None]:
        return list(range(self.slices)) if stage == "analysis" else [None]

    def rate(self, now: float) -> float | None:
        """Rows per second over the last few seconds; None while there is too little to say."""
        rows = sum(task.rows for task in self.tasks.values())
        self._seen.append((now, rows))
        while now - self._seen[0][0] > _RATE_WINDOW:
            self._seen.popleft()
        then, before = self._seen[0]
        return (rows - before) / (now - then) if now - then > 0.5 and rows > before else None

    def left(self, now: float) -> float | None:
        """Seconds that remain: by history where there is one, else by the share that is done."""
        elapsed = now - self.started
        if self.expected is not None:
            return self.expected - elapsed if self.expected > elapsed else None
        fraction = self.fraction
        if fraction is None or fraction < 0.05 or elapsed < 1 or self.stage != self.stages[-1]:
            return None
        return elapsed * (1 - fraction) / fraction


@dataclass
class BuildView:
    """A build: what runs, and counts of what is over."""

    script: str = ""
    build_job: str = ""
    started: float = 0.0
    running: dict[str, JobView] = field(default_factory=dict)
    built: int = 0
    reused: int = 0
    clock: Callable[[], float] = time.monotonic

    def apply(self, event: events.Event) -> None:
        """Take in one event."""
        match event:
            case events.ScriptStarted():
                self.script, self.build_job = event.script, event.build_job
                self.started = self.clock()
                self.running.clear()
                self.built = self.reused = 0
            case events.JobReused():
                self.reused += 1
                self._wait_is_over(event.method)
            case events.JobStarted():
                self._wait_is_over(event.method)
                self.running[event.jobid] = self._new_job(event)
            case events.JobWaiting():
                waiting = JobView(event.jobid, event.method, "", "", 0, 0, None, self.clock(), [])
                waiting.waiting_for = event.pid
                self.running[f"waiting for {event.method}"] = waiting
            case events.StageStarted() | events.Progress() | events.StageEnded():
                self._apply_to_task(event)
            case events.JobFinished():
                self.running.pop(event.jobid, None)
                self.built += 1
            case events.JobFailed():
                self.running.pop(event.jobid, None)
            case events.ScriptEnded():
                self.running.clear()

    def _wait_is_over(self, method: str) -> None:
        """The job of another process that we waited for was re-used, or we make it ourselves."""
        self.running.pop(f"waiting for {method}", None)

    def _new_job(self, event: events.JobStarted) -> JobView:
        return JobView(
            jobid=event.jobid,
            method=event.method,
            name=event.name,
            reason=event.reason,
            depth=event.depth,
            slices=event.slices,
            expected=event.expected,
            started=self.clock(),
            stages=list(event.stages),
        )

    def _apply_to_task(
        self, event: events.StageStarted | events.Progress | events.StageEnded
    ) -> None:
        job = self.running.get(event.jobid)
        if job is None:
            return
        if isinstance(event, events.StageStarted) or event.stage != job.stage:
            job.begin(event.stage, event.sliceno)
        task = job.tasks.setdefault(event.sliceno, TaskView())
        if isinstance(event, events.StageEnded):
            task.state, task.status = "done", ()
        elif isinstance(event, events.Progress):
            task.state = "running" if task.state != "done" else "done"
            task.rows, task.total = max(task.rows, event.rows), event.total
            if event.status != task.status:
                task.status, task.touched = event.status, self.clock()
