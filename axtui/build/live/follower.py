"""The events of a build, folded into its state: the one place that knows what each of them changes."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import replace

from axtui.build import events
from axtui.build.live.state import TAIL_LINES, Job, State, Task, Waiting

_RATE_WINDOW = 5.0
_SHORTEST_RATE = 0.5
_LONGEST_LINE = 1000
_Source = tuple[str, str, str | int | None]
_Seen = deque[tuple[float, int]]
_WHOLE_STAGE = "all"


class Follower:
    """Folds events, in their order, into `state`. One thread may ask while another tells."""

    def __init__(self) -> None:
        self.state = State()
        self._lock = threading.Lock()
        self._seen: dict[_Source, _Seen] = {}

    def state_at(self, moment: float) -> State:
        """`state`, its rates those of the last seconds before a moment (since 1970): slices that tell
        nothing any more have none."""
        with self._lock:
            for job in self.state.jobs:
                self._rates(job, moment)
            return self.state

    def snapshot(self, moment: float) -> State:
        """A copy of the state at a moment, which nobody changes any more."""
        state = self.state_at(moment)
        with self._lock:
            return replace(
                state,
                jobs=[replace(job, tasks=[replace(t) for t in job.tasks]) for job in state.jobs],
                waiting=list(state.waiting),
                tail=list(state.tail),
            )

    def apply(self, event: events.Event, at: float) -> None:
        """Take in one event, which happened at a moment (seconds since 1970)."""
        with self._lock:
            self._apply(event, at)

    def _apply(self, event: events.Event, at: float) -> None:
        state = self.state
        match event:
            case events.ScriptStarted():
                self.state = State(event.script, event.build_job, at)
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
                state.failed += not event.cancelled
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
                task.status_since = []
            case events.Progress() if task.state != "done":
                self._progress(task, event, at)

    def _progress(self, task: Task, event: events.Progress, at: float) -> None:
        task.state, task.started = "running", task.started or at
        task.rows, task.total = max(task.rows, event.rows), event.total
        task.rate = self._rate((event.jobid, event.stage, event.sliceno), at, task.rows)
        if list(event.status) != task.status:
            task.status_since = _since(task, event.status, at)
            task.status, task.status_at = list(event.status), at

    def _rates(self, job: Job, at: float) -> None:
        for task in job.tasks:
            if task.state == "running":
                task.rate = self._rate((job.jobid, task.stage, task.sliceno), at, task.rows)
        if job.stage is not None:
            job.rate = self._rate((job.jobid, job.stage, _WHOLE_STAGE), at, job.stage_rows)

    def _rate(self, source: _Source, at: float, rows: int) -> float | None:
        """Rows per second over the last few seconds."""
        seen = self._seen.setdefault(source, deque())
        seen.append((at, rows))
        while at - seen[0][0] > _RATE_WINDOW:
            seen.popleft()
        then, before = seen[0]
        if at - then > _SHORTEST_RATE and rows > before:
            return (rows - before) / (at - then)
        return None


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
    job.rows_before, job.rate = job.rows, None
    numbers: list[int | None] = list(range(job.slices)) if stage == "analysis" else [None]
    job.stage, job.tasks = stage, [Task(stage, number) for number in numbers]


def _since(task: Task, status: tuple[str, ...], at: float) -> list[float]:
    """From when on each status text is open: those that were before, up to the first other one,
    keep their moment."""
    kept = 0
    for before, now in zip(task.status, status, strict=False):
        if before != now:
            break
        kept += 1
    return [*task.status_since[:kept], *([at] * (len(status) - kept))]


def _tail(lines: list[str], text: str) -> list[str]:
    """The last lines after some more text; the last of them is '' after a line's end, so that what
    comes then begins a new one."""
    held = "\n".join(lines) + text
    kept = held.split("\n")[-TAIL_LINES - 1 :]
    kept = [line.rsplit("\r", 1)[-1] if not line.endswith("\r") else line for line in kept]
    if kept[-1]:
        kept = kept[-TAIL_LINES:]
    return [line[-_LONGEST_LINE:] for line in kept]
