"""The one thing user code reaches without being handed it: the workspace and the running job.

The Accelerator's API (`Job("dev-12")`, `Dataset(...)`, `status(...)`) takes no workspace argument, so
each process holds one active `Context`. It is set once when a process starts its work; threads of
user code see it too, which is why it is not a context variable. What reads several workspaces in one
process (a notebook) puts another one before it with `within`, for its own thread only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from axtui.data.spent import Spent, What
from axtui.errors import NoSuchWorkdirError, ServerError
from axtui.valueobject import value_object

Text = str | Callable[[], str]
"""A status: as it is, or as it is found when someone looks."""


class StatusSink(Protocol):
    """Where `status()` contexts and row counts of the running stage go."""

    def push(self, text: Text) -> int:
        """A new innermost status; returns its handle."""

    def update(self, handle: int, text: Text) -> None:
        """New text for a status that is still open."""

    def pop(self, handle: int, left: bool = False) -> None:
        """The status has ended; `left`: before its time, as by an exception."""

    def rows(self, count: int, written: bool = False) -> None:
        """`count` more rows have been read, or written, by this stage."""

    def stack(self) -> list[str]:
        """The open statuses, outermost first; and those that were left since the last one began."""


class SilentStatus:
    """A sink for processes that show nothing."""

    def push(self, text: Text) -> int:
        return 0

    def update(self, handle: int, text: Text) -> None:
        pass

    def pop(self, handle: int, left: bool = False) -> None:
        pass

    def rows(self, count: int, written: bool = False) -> None:
        pass

    def stack(self) -> list[str]:
        return []


@value_object
class Place:
    """Where a running stage reads and writes.

    `job_path` is the job; `attempt` is where this stage writes: the same folder but in analysis, where
    each slice has one of its own. `sliceno` is None outside analysis.
    """

    jobid: str
    job_path: Path
    attempt: Path
    stage: str
    sliceno: int | None

    def find(self, name: str) -> Path:
        """An existing file of the running job: written by this stage, else published earlier."""
        own = self.attempt / name
        return own if own.exists() else self.job_path / name

    def found(self, name: str) -> Path:
        """The path of a file of the running job, as it can be told to others: it stays right when the
        stage is over. What a slice has only in its own folder gets a link in the job until then."""
        own, final = self.attempt / name, self.job_path / name
        if own == final or not own.exists():
            return final
        if not final.exists():
            final.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                final.symlink_to(own)
        return final if final.exists() and final.samefile(own) else own

    def name_of(self, path: str | os.PathLike[str]) -> str | None:
        """What a file is called within the job; None for a path that leads elsewhere."""
        text = os.path.normpath(os.fspath(path))
        for folder in (self.attempt, self.job_path):
            if text.startswith(f"{folder}{os.sep}"):
                return text[len(str(folder)) + 1 :]
        outside = text.startswith((os.sep, os.pardir + os.sep)) or text in (os.curdir, os.pardir)
        return None if outside else text


@dataclass(eq=False, repr=False)
class Context:
    """Everything the data layer may know of the process it runs in.

    `note(kind, **facts)` records what decides re-use (inputs read) and what was read (columns);
    `request(op, body)` asks the coordinator to do something (build a subjob) and waits for its answer.
    `memory` is what a process of a job should keep within, in bytes. `given` holds what the running code
    may ask for as an argument, by name; `project` is where it lives (config_filename,
    project_directory, user_cwd: where the command was given); `is_noted` tells whether a file of the
    running job is registered, or temporary. `spent` counts what reading, writing and waiting take.
    """

    workdirs: Mapping[str, Path]
    slices: int
    input_directory: Path
    result_directory: Path
    place: Place | None = None
    memory: int = 1 << 30
    status: StatusSink = field(default_factory=SilentStatus)
    accelerator: str = ""
    note: Callable[..., None] = lambda kind, **facts: None
    request: Callable[[str, dict[str, Any]], Any] | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    project: Mapping[str, str] = field(default_factory=dict)
    is_noted: Callable[[str], bool] = lambda name: False
    spent: Spent = field(default_factory=Spent)

    def job_path(self, jobid: str) -> Path:
        """The directory of a job id. Raises NoSuchWorkdirError if its workdir is unknown."""
        workdir, _, _ = jobid.rpartition("-")
        try:
            return self.workdirs[workdir] / jobid
        except KeyError:
            known = ", ".join(sorted(self.workdirs)) or "none"
            raise NoSuchWorkdirError(
                f"no workdir named {workdir!r} for job {jobid!r} (known: {known})"
            ) from None


_active: Context | None = None
_nearer: ContextVar[Context | None] = ContextVar("axtui_context", default=None)


def active() -> Context:
    """The context of this process, or the one that this thread is `within`. Raises ServerError where
    no workspace was opened."""
    found = _nearer.get() or _active
    if found is None:
        raise ServerError("no workspace is open in this process")
    return found


def status_sink() -> StatusSink:
    """Where statuses go; nowhere, where no workspace was opened."""
    found = _nearer.get() or _active
    return SilentStatus() if found is None else found.status


def note(kind: str, **facts: Any) -> None:
    """Record what decides re-use; nowhere, where no workspace was opened."""
    found = _nearer.get() or _active
    if found is not None:
        found.note(kind, **facts)


def spending(what: What) -> AbstractContextManager[None]:
    """The block is spent on reading, writing or waiting; nobody counts where no workspace was opened."""
    found = _nearer.get() or _active
    return nullcontext() if found is None else found.spent.on(what)


def spent() -> dict[str, float]:
    """Seconds this process has spent on what so far; nothing where no workspace was opened."""
    return (
        {} if _active is None else {str(what): each for what, each in _active.spent.seconds.items()}
    )


def activate(context: Context | None) -> None:
    """Make `context` the one of this process (None: none)."""
    global _active
    _active = context


@contextmanager
def use(context: Context) -> Iterator[Context]:
    """Activate a context for a block and put the former one back."""
    former = _active
    activate(context)
    try:
        yield context
    finally:
        activate(former)


@contextmanager
def within(context: Context) -> Iterator[Context]:
    """Let this thread (or asynchronous task) alone use `context` for a block."""
    token = _nearer.set(context)
    try:
        yield context
    finally:
        _nearer.reset(token)


def running() -> Place | None:
    """Where the job of this process reads and writes; None where none runs."""
    return None if _active is None else _active.place
