"""What any engine does: run the stages of jobs somewhere, and tell what happened.

The order of stages, re-use and commit are decided above; an engine only runs. `local` runs on this
machine; one conformance test suite holds for all engines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

STAGES = ("prepare", "analysis", "synthesis")


@dataclass(frozen=True)
class Work:
    """A job as an engine needs to know it.

    `spec` is JSON-able and goes to each stage process as it is (see `stage.run`). `timeout` is in
    seconds for the whole job, 0 for none; `concurrency` the number of slices of it at once.
    """

    jobid: str
    path: Path
    spec: Mapping[str, Any]
    timeout: float = 0.0
    concurrency: int = 0


@dataclass(frozen=True)
class Task:
    """One stage of a job, or one slice of its analysis."""

    jobid: str
    stage: str
    sliceno: int | None = None

    @property
    def label(self) -> str:
        """'prepare', 'synthesis', or the slice number: the name of its output and attempt folder."""
        return self.stage if self.sliceno is None else str(self.sliceno)


@dataclass(frozen=True)
class Started:
    """The task has its slot and runs."""

    task: Task
    at: float


@dataclass(frozen=True)
class Report:
    """What a task is doing now: rows so far, and its open `status()` texts, outermost first."""

    task: Task
    rows: int
    status: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """A task asks for something (`op` 'build': a subjob) and waits until `engine.answer`."""

    task: Task
    op: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How a task ended.

    `kind`: ok, exception, exit, signal, oom, timeout, cancelled or lost. Times in seconds, `peak_rss`
    in bytes, `spent` the seconds of `wall` that went on reading, writing and waiting (see `data.spent`).
    `hot` are the lines that took longest, None if it was not asked to look (see `hotlines`);
    `record` is what the stage noted for re-use and commit (see `stage.run`).
    """

    kind: str
    message: str = ""
    traceback: str = ""
    status: tuple[str, ...] = ()
    started: float = 0.0
    ended: float = 0.0
    wall: float = 0.0
    cpu: float = 0.0
    peak_rss: int = 0
    spent: Mapping[str, float] = field(default_factory=dict)
    hot: Sequence[Mapping[str, Any]] | None = None
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the task did what it should."""
        return self.kind == "ok"


@dataclass(frozen=True)
class Ended:
    """The task is over and its process gone."""

    task: Task
    outcome: Outcome


Event = Started | Report | Request | Ended


class Answering(Protocol):
    """A process that will answer, see `Engine.answered`."""

    def over(self, timeout: float) -> bool:
        """Whether it has ended, waiting at most `timeout` seconds. To be asked by any thread, while
        others use the engine."""


class Engine(Protocol):
    """Runs stages. All calls return at once but `poll`. It is used by one thread at a
    time; `wake` alone may come from any."""

    def warm(self) -> None:
        """Begin to start what takes time to start, before it is needed."""

    def open(self, work: Work) -> None:
        """Make a job ready for tasks: everything that its processes share."""

    def submit(self, task: Task) -> None:
        """Run a task as soon as there is room."""

    def poll(self, timeout: float) -> list[Event]:
        """Events since the last call, waiting at most `timeout` seconds for the first."""

    def wake(self) -> None:
        """Have a `poll` that another thread waits in return soon."""

    def answer(self, task: Task, reply: Mapping[str, Any]) -> None:
        """Answer the `Request` a task waits for: {"value": ...} or {"error": ...}."""

    def cancel(self, jobid: str, kind: str = "cancelled") -> None:
        """Stop all processes of a job at once; its tasks end with `kind`."""

    def close(self, jobid: str) -> None:
        """The job is over: nothing of it is left running."""

    def describe(self, spec: Mapping[str, Any]) -> Answering:
        """Begin to import a method apart from everything, to learn what it declares: {"ok":
        description, "recorded": ...} or {"error": text, ...}."""

    def chore(self, function: str, arguments: Mapping[str, Any]) -> Answering:
        """Begin to call a function, as "module:name", in a process that has the libraries loaded:
        {"ok": what it returns} or {"error": text}. Arguments and what is returned are JSON-able."""

    def answered(self, answering: Answering) -> Mapping[str, Any]:
        """What was answered. What is not over is ended: {"error": text}."""

    def shutdown(self) -> None:
        """End the engine and everything it runs."""
