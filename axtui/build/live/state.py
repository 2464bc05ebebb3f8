"""What a build is doing right now: the state of its jobs and their slices, and figures about them.

Plain dataclasses of JSON values, folded from events by `follower`: the same state is drawn by the
process that builds and, through a file, by any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

TAIL_LINES = 3
_SURE_SHARE = 0.05
_SURE_SECONDS = 1.0
"""From these on, the share that is done says how long the rest takes."""
_Kind = TypeVar("_Kind")


@dataclass(repr=False)
class Task:
    """One stage, or one slice of the analysis.

    `state` is waiting (for a slot), running or done; `started` in seconds since 1970, `wall` in
    seconds once it is done, `total` the rows that are expected (None: unknown), `rate` in rows per
    second (None: too little to say), `status` the open `status()` texts, outermost first (the first
    is the stage itself), `status_at` the moment they became so, `status_since` the moment from which
    each of them was open, `tail` the last lines it printed.
    """

    stage: str
    sliceno: int | None
    state: str = "waiting"
    started: float | None = None
    wall: float | None = None
    rows: int = 0
    total: int | None = None
    rate: float | None = None
    status: list[str] = field(default_factory=list)
    status_at: float | None = None
    status_since: list[float] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)

    @property
    def fraction(self) -> float | None:
        """How much of it is done, 0 to 1; None where that is unknown."""
        if self.state == "done":
            return 1.0
        if self.state == "waiting":
            return 0.0
        return min(1.0, self.rows / self.total) if self.total else None


@dataclass(repr=False)
class Job:
    """A job that is being made. `parent` is the job that asked for it, `stages` those it runs in
    order, `stage` the present one, `tasks` those of that stage, `stages_done` the seconds that each
    stage before it took, `rows_before` the rows of the busiest of those, `rate` the rows per second
    of all tasks together (None: too little to say)."""

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
    rows_before: int = 0
    rate: float | None = None

    @property
    def next_stage(self) -> str | None:
        """The stage after the present one."""
        following = self.stages[self.stages.index(self.stage) + 1 :] if self.stage else self.stages
        return following[0] if following else None

    @property
    def stage_rows(self) -> int:
        """The rows of the present stage."""
        return sum(task.rows for task in self.tasks)

    @property
    def rows(self) -> int:
        """The rows of the busiest stage so far: later stages read the same rows again."""
        return max(self.rows_before, self.stage_rows)

    @property
    def done(self) -> int:
        """How many tasks of the present stage are done."""
        return sum(task.state == "done" for task in self.tasks)

    @property
    def fraction(self) -> float | None:
        """How much of the present stage is done, 0 to 1; None where that is unknown."""
        fractions = [task.fraction for task in self.tasks]
        known = [fraction for fraction in fractions if fraction is not None]
        return sum(known) / len(known) if fractions and len(known) == len(fractions) else None

    @property
    def status(self) -> str:
        """The innermost `status()` text of the task that spoke last."""
        speaking = [task for task in self.tasks if task.state == "running" and task.status]
        return max(speaking, key=lambda task: task.status_at or 0.0).status[-1] if speaking else ""

    def left(self, now: float) -> float | None:
        """Seconds that remain: by history where there is one, else by the share that is done; None
        where neither says."""
        elapsed = now - self.started
        if self.expected is not None:
            return self.expected - elapsed if self.expected > elapsed else None
        fraction = self.fraction
        if fraction is None or fraction < _SURE_SHARE or elapsed < _SURE_SECONDS:
            return None
        return elapsed * (1 - fraction) / fraction if self.stage == self.stages[-1] else None

    def task(self, stage: str, sliceno: int | None) -> Task | None:
        """A task of the present stage."""
        for task in self.tasks:
            if (task.stage, task.sliceno) == (stage, sliceno):
                return task
        return None


@dataclass(repr=False)
class Waiting:
    """A job that another process (`pid`) builds, for which this build waits since a moment."""

    method: str
    pid: int
    since: float


@dataclass(repr=False)
class State:
    """A build: the jobs it makes now, those it waits for, and counts of what is over. `started` is
    the moment its script began (None: it has not), `tail` what the script itself printed last."""

    script: str = ""
    build_job: str = ""
    started: float | None = None
    built: int = 0
    reused: int = 0
    failed: int = 0
    jobs: list[Job] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)

    @property
    def idle(self) -> bool:
        """Whether the script itself is at work: no job runs, and none is waited for."""
        return not self.jobs and not self.waiting

    def job(self, jobid: str) -> Job | None:
        """A job that is being made."""
        return next((job for job in self.jobs if job.jobid == jobid), None)

    def tree(self, jobid: str | None = None) -> Iterator[tuple[int, Job]]:
        """(depth, job) of all jobs, or of one and what is below it: each is followed by those that
        it asked for. One whose parent is over stands at the top."""
        below: dict[str | None, list[Job]] = {job.jobid: [] for job in self.jobs}
        top: list[Job] = []
        for job in self.jobs:
            below.get(job.parent, top).append(job)
        if jobid is not None:
            top = [job for job in self.jobs if job.jobid == jobid]
        for job in top:
            yield from _branch(job, 0, below)


def _branch(job: Job, depth: int, below: dict[str | None, list[Job]]) -> Iterator[tuple[int, Job]]:
    yield depth, job
    for subjob in below.pop(job.jobid, ()):
        yield from _branch(subjob, depth + 1, below)


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
