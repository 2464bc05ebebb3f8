"""Running one allocated job: its stages in order, what they wrote published, its end recorded."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from axtui.build import events
from axtui.build.mailroom import Mailroom
from axtui.build.stops import Stops
from axtui.build.tail import Tails
from axtui.data import jobdir, writer
from axtui.engine.notes import note_earlier
from axtui.engine.protocol import (
    Ended,
    Event,
    Outcome,
    Report,
    Request,
    Started,
    Task,
    Work,
)
from axtui.engine.stage import FILES_BEFORE
from axtui.errors import AcceleratorError, JobError, OptionError, UserError

_POLL = 0.1
Answer = Callable[[Task, str, Mapping[str, Any]], dict[str, Any]]


@dataclass
class Ran:
    """What the stages of a job left behind in memory: outcomes in order, and their merged records."""

    outcomes: list[tuple[Task, Outcome]] = field(default_factory=list)
    exectime: dict[str, Any] = field(default_factory=dict)

    @property
    def records(self) -> list[Mapping[str, Any]]:
        """What each stage that ended well noted."""
        return [outcome.record for _, outcome in self.outcomes]

    def stages(self) -> list[dict[str, Any]]:
        """Timings per stage and slice, as the completion record holds them."""
        return [
            {
                "stage": task.stage,
                "sliceno": task.sliceno,
                "started": outcome.started,
                "ended": outcome.ended,
                "wall_s": outcome.wall,
                "cpu_s": outcome.cpu,
                "peak_rss": outcome.peak_rss,
                **{f"{what}_s": round(spent, 6) for what, spent in outcome.spent.items()},
                "outcome": outcome.kind,
                **({} if outcome.hot is None else {"hot": list(outcome.hot)}),
            }
            for task, outcome in self.outcomes
        ]


class StageFailed(Exception):
    """A stage did not end well; carries the one that failed first."""

    def __init__(self, task: Task, outcome: Outcome) -> None:
        super().__init__(task, outcome)
        self.task, self.outcome = task, outcome
        self.ran: Ran | None = None


class Runner:
    """Runs jobs on an engine. Jobs may nest: a stage can wait for a subjob that this runs, too."""

    def __init__(
        self,
        mail: Mailroom,
        observe: events.Observer,
        answer: Answer,
        stops: Stops,
    ) -> None:
        self._mail, self._observe, self._answer = mail, observe, answer
        self._stops = stops

    def run(self, work: Work, stages: tuple[str, ...], slices: int) -> Ran:
        """Run a job's stages. Raises StageFailed with the first failure; all else is stopped then."""
        ran = Ran()
        self._mail.open(work.jobid)
        with self._mail.engine() as engine:
            engine.open(work)
        try:
            for stage in stages:
                began = time.monotonic()
                outcomes = self._stage(work, stage, slices, ran)
                self._publish(work, outcomes, ran)
                ran.exectime[stage] = time.monotonic() - began
                if stage == "analysis":
                    ran.exectime["per_slice"] = [outcome.wall for _, outcome in outcomes]
                if self._finished(outcomes):
                    break
            return ran
        except BaseException as error:
            self._cancel(work.jobid)
            self._drain(work.jobid, ran)
            if isinstance(error, StageFailed):
                error.ran = ran
            raise
        finally:
            with self._mail.engine() as engine:
                engine.close(work.jobid)
            self._mail.close(work.jobid)

    # -- one stage

    def _stage(self, work: Work, stage: str, slices: int, ran: Ran) -> list[tuple[Task, Outcome]]:
        numbers = range(slices) if stage == "analysis" else [None]
        tasks = [Task(work.jobid, stage, number) for number in numbers]
        with self._mail.engine() as engine:
            for task in tasks:
                engine.submit(task)
        return self._wait(work, tasks, ran)

    def _wait(self, work: Work, tasks: list[Task], ran: Ran) -> list[tuple[Task, Outcome]]:
        waiting = set(tasks)
        failed: StageFailed | None = None
        tails = Tails(work.path / jobdir.TMP / "attempt", self._observe)
        for event in self._events(work.jobid, tails):
            if isinstance(event, Ended):
                waiting.discard(event.task)
                tails.finish(event.task)
                ran.outcomes.append((event.task, event.outcome))
                self._tell_end(event)
                if not event.outcome.ok and failed is None:
                    failed = StageFailed(event.task, self._explained(work, event.outcome))
                    self._cancel(work.jobid)
            elif isinstance(event, Started):
                tails.add(event.task)
                self._observe(events.StageStarted(work.jobid, event.task.stage, event.task.sliceno))
            elif isinstance(event, Report):
                self._tell_progress(event, tails)
            else:
                reply = self._serve(event)
                if not self._stops.why(work.jobid):  # else it will not live to read it
                    with self._mail.engine() as engine:
                        engine.answer(event.task, reply)
            if not waiting:
                break
        if failed is not None:
            raise failed
        order = {task: number for number, task in enumerate(tasks)}
        mine = [item for item in ran.outcomes if item[0] in order]
        return sorted(mine, key=lambda item: order[item[0]])

    def _events(self, jobid: str, tails: Tails) -> Iterator[Event]:
        """Events of one job, as they come; a job that was asked to stop is stopped."""
        stopping = False
        while True:
            if not stopping and self._stops.why(jobid):
                stopping = True
                self._cancel(jobid)
            yield from self._mail.take(jobid, _POLL)
            tails.read()

    def _cancel(self, jobid: str) -> None:
        with self._mail.engine() as engine:
            engine.cancel(jobid)

    def _explained(self, work: Work, outcome: Outcome) -> Outcome:
        """Who asked for it, where a task was stopped because someone did."""
        why = self._stops.why(work.jobid)
        return replace(outcome, message=why) if why and outcome.kind == "cancelled" else outcome

    def _drain(self, jobid: str, ran: Ran) -> None:
        """After a cancel: take the ends of what was still running, for the record."""
        told = {task for task, _ in ran.outcomes}
        with contextlib.suppress(AcceleratorError):
            for found in self._mail.rest(jobid, seconds=5):
                for event in found:
                    if isinstance(event, Ended) and event.task not in told:
                        ran.outcomes.append((event.task, event.outcome))

    def _serve(self, event: Request) -> dict[str, Any]:
        try:
            return self._answer(event.task, event.op, event.body)
        except JobError as error:
            return {"error": {"job": error.job, "method": error.method, "status": error.status}}
        except AcceleratorError as error:
            return {"error": {"message": str(error), "refused": isinstance(error, OptionError)}}

    def _publish(self, work: Work, outcomes: list[tuple[Task, Outcome]], ran: Ran) -> None:
        for task, _ in outcomes:
            attempt = work.path / jobdir.TMP / "attempt" / task.label
            try:
                jobdir.publish(attempt, work.path, who(task))
            except UserError as error:
                raise StageFailed(task, Outcome("exception", str(error))) from None
        if noted := merge_files(ran.records):
            note_earlier(work.path / FILES_BEFORE, noted)
        try:
            writer.finish_pending(work.path, final=False)  # the next stage can read them
        except UserError as error:
            raise StageFailed(outcomes[0][0], Outcome("exception", str(error))) from None

    def _finished(self, outcomes: list[tuple[Task, Outcome]]) -> bool:
        early = [bool(outcome.record.get("finished")) for _, outcome in outcomes]
        if any(early) and not all(early):
            task, _ = outcomes[early.index(False)]
            raise StageFailed(
                task,
                Outcome("exception", "finish_early() was called in some slices but not in all"),
            )
        return any(early)

    # -- telling

    def _tell_end(self, event: Ended) -> None:
        task, outcome = event.task, event.outcome
        self._observe(
            events.StageEnded(
                task.jobid, task.stage, task.sliceno, outcome.wall, outcome.cpu, outcome.peak_rss
            )
        )

    def _tell_progress(self, event: Report, tails: Tails) -> None:
        task = event.task
        self._observe(
            events.Progress(
                task.jobid,
                task.stage,
                task.sliceno,
                event.rows,
                None,
                event.status,
                tails.last(task),
            )
        )


def merge_files(records: Iterable[Mapping[str, Any]]) -> dict[str, bool]:
    """Files noted by all stages; True where temporary."""
    found: dict[str, bool] = {}
    for record in records:
        found |= record["files"]
    return found


def who(task: Task) -> str:
    """A task in words."""
    return task.stage if task.sliceno is None else f"slice {task.sliceno}"


def keep_output(path: Path) -> None:
    """Bring the prints of stages that did not end well to where those of finished ones are."""
    for attempt in sorted((path / jobdir.TMP / "attempt").glob("*/" + jobdir.OUTPUT)):
        target = path / jobdir.OUTPUT
        target.mkdir(exist_ok=True)
        for file in attempt.iterdir():
            if file.stat().st_size and not (target / file.name).exists():
                file.replace(target / file.name)


def add_output(path: Path, task: Task, text: str) -> None:
    """Put an error at the end of what its stage printed."""
    output = path / jobdir.OUTPUT / task.label
    output.parent.mkdir(exist_ok=True)
    with output.open("a", encoding="utf-8", errors="backslashreplace") as stream:
        stream.write(f"{text}\n")


def failure_record(
    path: Path, ran: Ran, task: Task | None, outcome: Outcome, started: float
) -> dict[str, Any]:
    """The `failed.json` of a job."""
    return {
        "format": jobdir.FAILED_FORMAT,
        "jobid": path.name,
        "started": started,
        "ended": time.time(),
        "kind": outcome.kind,
        "stage": task.stage if task else None,
        "sliceno": task.sliceno if task else None,
        "message": outcome.message,
        "traceback": outcome.traceback,
        "status": list(outcome.status),
        "stages": ran.stages(),
    }
