"""What a build is doing right now: its events folded into the state of its jobs and their slices.

Plain dataclasses of JSON values: the same state is drawn by the process that builds and, through a
file, by any other.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from axtui.build import events

TAIL_LINES = 3
_RATE_WINDOW = 5.0
_LONGEST_LINE = 1000
_Kind = TypeVar("_Kind")


@dataclass
class Task:
    """One stage, or one slice of the analysis.

    `state` is waiting (for a slot), running or done; `started` in seconds since 1970, `wall` in
    seconds once it is done, `rate` in rows per second (None: too little to say), `status` the open
    `status()` texts, outermost first (the first is the stage itself), `tail` the last lines it printed.
    """

    stage: str
    sliceno: int | None
    state: str = "waiting"
    started: float | None = None
    wall: float | None = None
    rows: int = 0
    rate: float | None = None
    status: list[str] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)


@dataclass
class Job:
    """A job that is being made. `parent` is the job that asked for it, `stages` those it runs in
    order, `stage` the present one, `tasks` those of that stage, `stages_done` the seconds that each
    stage before it took."""

    jobid: str
    method: str
    name: str
    reason: str
    parent: str | None
    depth: int
    slices: int
    stages: list[str]
    expected: float | None
    started: float
    stage: str | None = None
    tasks: list[Task] = field(default_factory=list)
    stages_done: dict[str, float] = field(default_factory=dict)

    @property
    def next_stage(self) -> str | None:
        """The stage after the present one."""
        following = self.stages[self.stages.index(self.stage) + 1 :] if self.stage else self.stages
        return following[0] if following else None

    def task(self, stage: str, sliceno: int | None) -> Task | None:
        """A task of the present stage."""
        for task in self.tasks:
            if (task.stage, task.sliceno) == (stage, sliceno):
                return task
        return None


@dataclass
class Waiting:
    """A job that another process (`pid`) builds, for which this build waits since a moment."""

    method: str
    pid: int
    since: float


@dataclass
class State:
    """A build: the jobs it makes now, those it waits for, and counts of what is over. `tail` is what
    the build script itself printed last."""

    script: str = ""
    build_job: str = ""
    built: int = 0
    reused: int = 0
    failed: int = 0
    jobs: list[Job] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)

    def job(self, jobid: str) -> Job | None:
        """A job that is being made."""
        return next((job for job in self.jobs if job.jobid == jobid), None)

    def below(self, parent: str) -> list[Job]:
        """The jobs that a job (or the build script's own) asked for."""
        return [job for job in self.jobs if (job.parent or self.build_job) == parent]


def from_json(found: dict[str, Any]) -> State:
    """A state as it was written; keys that this version does not know are left out."""
    state = _known(State, {**found, "jobs": [], "waiting": []})
    for job in found.get("jobs", ()):
        tasks = [_known(Task, task) for task in job.get("tasks", ())]
        state.jobs.append(_known(Job, {**job, "tasks": tasks}))
    state.waiting = [_known(Waiting, waiting) for waiting in found.get("waiting", ())]
    return state


def _known(kind: type[_Kind], found: dict[str, Any]) -> _Kind:
    names = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in found.items() if name in names})


class Follower:
    """Folds events, in their order, into `state`."""

    def __init__(self) -> None:
        self.state = State()
        self._seen: dict[tuple[str, str, int | None], deque[tuple[float, int]]] = {}

    def apply(self, event: events.Event, at: float) -> None:
        """Take in one event, which happened at a moment (seconds since 1970)."""
        state = self.state
        match event:
            case events.ScriptStarted():
                self.state = State(event.script, event.build_job)
            case events.JobReused():
                state.reused += 1
                self._wait_is_over(event.method)
            case events.JobStarted():
                self._wait_is_over(event.method)
                state.jobs.append(_new_job(event, at))
            case events.JobWaiting():
                state.waiting.append(Waiting(event.method, event.pid, at))
            case events.JobFinished():
                state.built += 1
                self._forget(event.jobid)
            case events.JobFailed():
                state.failed += 1
                self._forget(event.jobid)
            case events.Output():
                self._output(event)
            case events.StageStarted() | events.StageEnded() | events.Progress():
                self._task_event(event, at)
            case events.ScriptEnded():
                state.jobs.clear()
                state.waiting.clear()

    def _wait_is_over(self, method: str) -> None:
        """What another process built was re-used, or we make it ourselves."""
        for waiting in self.state.waiting:
            if waiting.method == method:
                self.state.waiting.remove(waiting)
                return

    def _forget(self, jobid: str) -> None:
        self.state.jobs = [job for job in self.state.jobs if job.jobid != jobid]
        self._seen = {source: seen for source, seen in self._seen.items() if source[0] != jobid}

    def _output(self, event: events.Output) -> None:
        if event.jobid == self.state.build_job:
            self.state.tail = _tail(self.state.tail, event.text)
            return
        job = self.state.job(event.jobid)
        task = job.task(event.stage, event.sliceno) if job else None
        if task is not None:
            task.tail = _tail(task.tail, event.text)

    def _task_event(
        self, event: events.StageStarted | events.StageEnded | events.Progress, at: float
    ) -> None:
        job = self.state.job(event.jobid)
        if job is None:
            return
        if event.stage != job.stage:
            _begin_stage(job, event.stage, at)
        task = job.task(event.stage, event.sliceno)
        if task is None:
            task = Task(event.stage, event.sliceno)
            job.tasks.append(task)
        match event:
            case events.StageStarted():
                task.state, task.started = "running", at
            case events.StageEnded():
                task.state, task.wall, task.rate, task.status = "done", event.wall, None, []
            case events.Progress() if task.state != "done":
                task.state, task.started = "running", task.started or at
                task.rows, task.status = max(task.rows, event.rows), list(event.status)
                source = (event.jobid, event.stage, event.sliceno)
                task.rate = _rate(self._seen.setdefault(source, deque()), at, task.rows)


def _new_job(event: events.JobStarted, at: float) -> Job:
    return Job(
        jobid=event.jobid,
        method=event.method,
        name=event.name,
        reason=event.reason,
        parent=event.parent,
        depth=event.depth,
        slices=event.slices,
        stages=list(event.stages),
        expected=event.expected,
        started=at,
    )


def _begin_stage(job: Job, stage: str, at: float) -> None:
    """All slices of a stage are there from its begin; those that have no slot yet wait."""
    if job.stage is not None:
        began = [task.started for task in job.tasks if task.started]
        job.stages_done[job.stage] = at - min(began, default=at)
    numbers: list[int | None] = list(range(job.slices)) if stage == "analysis" else [None]
    job.stage, job.tasks = stage, [Task(stage, number) for number in numbers]


def _rate(seen: deque[tuple[float, int]], at: float, rows: int) -> float | None:
    """Rows per second over the last few seconds."""
    seen.append((at, rows))
    while at - seen[0][0] > _RATE_WINDOW:
        seen.popleft()
    then, before = seen[0]
    return (rows - before) / (at - then) if at - then > 0.5 and rows > before else None


def _tail(lines: list[str], text: str) -> list[str]:
    """The last lines after some more text; the last of them is '' after a line's end, so that what
    comes then begins a new one."""
    held = "\n".join(lines) + text
    kept = held.split("\n")[-TAIL_LINES - 1 :]
    kept = [line.rsplit("\r", 1)[-1] if not line.endswith("\r") else line for line in kept]
    if kept[-1]:
        kept = kept[-TAIL_LINES:]
    return [line[-_LONGEST_LINE:] for line in kept]
