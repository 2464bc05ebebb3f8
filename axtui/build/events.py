"""What a running build tells whoever watches it: one small immutable object per thing that happens.

A `Session` is given one *observer*, a function of one event. Observers are called on the
coordinator's threads, one event at a time; they must return quickly and must not raise.
"""

from __future__ import annotations

from collections.abc import Callable

from axtui.valueobject import value_object


@value_object
class Event:
    """Base of all events."""


@value_object
class ScriptStarted(Event):
    """A build script begins to run, in process `pid`, as the job `build_job`."""

    script: str
    build_job: str
    pid: int


@value_object
class JobReused(Event):
    """A build found a finished job with the same key; `name` is its name in the joblist."""

    jobid: str
    method: str
    name: str


@value_object
class JobStarted(Event):
    """A job is made.

    `reason` is one line of why, `stages` those it will run in order, `expected` the wall time
    in seconds that history suggests (None: no history), `depth` is 0 for jobs of the script and one
    more for each level of subjob, `parent` the job that asked for it (None: the script).
    """

    jobid: str
    method: str
    name: str
    reason: str
    stages: list[str]
    slices: int
    expected: float | None
    depth: int
    parent: str | None = None


@value_object
class StageStarted(Event):
    """A stage begins; `sliceno` is None outside analysis."""

    jobid: str
    stage: str
    sliceno: int | None


@value_object
class Progress(Event):
    """How far one stage or slice is.

    `rows` counts from the start of the stage, `total` is how many are expected (None: unknown),
    `status` holds the open `status()` texts from the outermost to the innermost, `tail` is the last
    line of output.
    """

    jobid: str
    stage: str
    sliceno: int | None
    rows: int
    total: int | None
    status: tuple[str, ...]
    tail: str


@value_object
class Output(Event):
    """User code printed `text` (any number of lines, perhaps an unfinished last one)."""

    jobid: str
    stage: str
    sliceno: int | None
    text: str


@value_object
class StageEnded(Event):
    """A stage or slice is over: seconds of wall and CPU time, peak resident memory in bytes."""

    jobid: str
    stage: str
    sliceno: int | None
    wall: float
    cpu: float
    peak_rss: int


@value_object
class JobFinished(Event):
    """A job is complete and committed; `rows` are those of the datasets it made (None: it made none)."""

    jobid: str
    wall: float
    rows: int | None = None


STATUS_HEAD = "Status when the exception occurred:"
"""The line of `JobFailed.text` below which the `status()` texts stand that were open."""


@value_object
class JobFailed(Event):
    """A job failed; `text` says why, with the traceback of the user's code. `cancelled` ones were
    stopped by somebody, or by a newer save: it is no fault of theirs."""

    jobid: str
    method: str
    text: str
    cancelled: bool = False


@value_object
class JobWaiting(Event):
    """Another process (`pid`) is building the same job; this build waits for it."""

    method: str
    jobid: str
    pid: int


@value_object
class Warned(Event):
    """Something the user should know that stops nothing."""

    text: str


@value_object
class ScriptEnded(Event):
    """The build script is over; `exit_code` 0 means all went well, else `error` says what did not."""

    script: str
    exit_code: int
    error: str = ""


Observer = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The observer that shows nothing."""
