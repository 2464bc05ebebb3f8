"""Watching builds that other processes run, and asking them to stop: the reading side of `live`.

for build in running(workspace):
    build.now()                       # what every slice is doing
    for told in build.events(): ...   # everything that happens, until the build is over
    build.ask_to_stop("dev-12", "ann")
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from axtui.build import events
from axtui.build.live import files as livefiles
from axtui.build.live.files import Told
from axtui.build.live.state import State, from_json
from axtui.data import jobdir
from axtui.errors import AcceleratorError, BuildError
from axtui.workspace import Workspace

_PAUSE = 0.1


@dataclass(frozen=True)
class LiveBuild:
    """A build script that runs in some process. `log` is the file that a run without a terminal
    writes to; `started` in seconds since 1970."""

    folder: Path
    script: str
    build_job: str
    pid: int
    host: str
    user: str
    started: float
    argv: tuple[str, ...]
    log: Path | None

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return livefiles.is_held(self.folder)

    def now(self) -> State:
        """What it is doing, at most half a second old; an empty state once it is over."""
        found = livefiles.read(self.folder / livefiles.NOW)
        known = {"script": self.script, "build_job": self.build_job, "started": self.started}
        return from_json(known | found)

    def events(self, from_start: bool = True) -> Iterator[Told]:
        """Everything that happens in it, as it happens, until it is over: all events of its own
        (see `events`), and Progress a few times a second for slices that got on. The last one is
        ScriptEnded, unless its process was killed.

        With `from_start` it begins with all that has happened; else with what happens from here on.
        """
        try:
            stream = (self.folder / livefiles.EVENTS).open("rb")
        except FileNotFoundError:
            return
        with stream:
            yield from _followed(self, stream, from_start)

    def ask_to_stop(self, jobid: str, who: str) -> None:
        """Ask it to stop a job, or all of it by its own job. Raises BuildError where it cannot be
        asked; a build that is over by now is none of them."""
        try:
            livefiles.write(self.folder / livefiles.STOP / jobid, {"who": who, "at": time.time()})
        except FileNotFoundError:
            return
        except OSError as error:
            raise BuildError(
                f"cannot ask {self.script} ({self.build_job}) to stop: {error.strerror}; it is run "
                f"by {self.user}"
            ) from None
        with contextlib.suppress(OSError):  # one that Ctrl-Z holds could not heed it
            self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End its process at once; what its jobs run goes with it. Raises BuildError where that is
        refused."""
        try:
            self._signal(signal.SIGKILL)
        except OSError as error:
            raise BuildError(
                f"cannot kill process {self.pid} of {self.user}: {error.strerror}"
            ) from None

    def _signal(self, number: signal.Signals) -> None:
        if self.host != socket.gethostname():
            raise OSError(errno.EHOSTUNREACH, f"it runs on {self.host}")
        if self.alive:  # else the process of that id is another one
            os.kill(self.pid, number)


@dataclass(frozen=True)
class DeadBuild:
    """A build whose process was killed; `unfinished` are the jobs it was making: (id, method)."""

    build: LiveBuild
    unfinished: list[tuple[str, str]]

    def clear(self) -> None:
        """Take its folder away: whoever asked has been told."""
        with contextlib.suppress(OSError), livefiles.hold(self.build.folder):
            livefiles.remove(self.build.folder)


def running(workspace: Workspace) -> list[LiveBuild]:
    """All builds that run in a workspace, the oldest first."""
    found = [_build(path) for path in livefiles.folders(workspace) if livefiles.is_held(path)]
    return sorted((build for build in found if build), key=lambda build: build.started)


def dead(workspace: Workspace) -> list[DeadBuild]:
    """Builds that were killed and have not been cleared, the oldest first."""
    found = []
    for path in livefiles.folders(workspace):
        if not livefiles.is_held(path) and (build := _build(path)):
            found.append(DeadBuild(build, _unfinished(workspace, build)))
    return sorted(found, key=lambda one: one.build.started)


def _build(folder: Path) -> LiveBuild | None:
    run = livefiles.read(folder / livefiles.RUN)
    if run.get("format") != livefiles.FORMAT:
        return None
    return LiveBuild(
        folder=folder,
        script=run["script"],
        build_job=run["build_job"],
        pid=run["pid"],
        host=run["host"],
        user=run["user"],
        started=run["started"],
        argv=tuple(run["argv"]),
        log=Path(run["log"]) if run["log"] else None,
    )


def _unfinished(workspace: Workspace, build: LiveBuild) -> list[tuple[str, str]]:
    """The jobs that a dead build had begun and that did not come to exist."""
    begun: dict[str, str] = {}
    with contextlib.suppress(OSError), (build.folder / livefiles.EVENTS).open("rb") as stream:
        for told in map(livefiles.event_of, stream):
            match told.event if told else None:
                case events.JobStarted(jobid=jobid, method=method):
                    begun[jobid] = method
                case events.JobFinished(jobid=jobid) | events.JobFailed(jobid=jobid):
                    begun.pop(jobid, None)
    return [(jobid, method) for jobid, method in begun.items() if _is_lost(workspace, jobid)]


def _is_lost(workspace: Workspace, jobid: str) -> bool:
    with contextlib.suppress(AcceleratorError, KeyError):
        return jobdir.state(workspace.context().job_path(jobid)) == "lost"
    return False


def _followed(build: LiveBuild, stream: IO[bytes], from_start: bool) -> Iterator[Told]:
    rest, over = b"", set[str]()
    seen: dict[tuple[str, str, int | None], tuple[int, list[str]]] = {}
    if not from_start:
        rest = stream.read().rpartition(b"\n")[2]
    while True:
        alive = build.alive  # asked first: what it wrote before it went is all there then
        *lines, rest = (rest + stream.read()).split(b"\n")
        for line in lines:
            told = livefiles.event_of(line)
            if told is not None:
                yield told
                if isinstance(told.event, (events.JobFinished, events.JobFailed)):
                    over.add(told.event.jobid)
                if isinstance(told.event, events.ScriptEnded):
                    return
        if not alive:
            return
        state = build.now()
        state.jobs = [job for job in state.jobs if job.jobid not in over]  # it may lag behind
        yield from _progress(state, seen)
        time.sleep(_PAUSE)


def _progress(
    state: State, seen: dict[tuple[str, str, int | None], tuple[int, list[str]]]
) -> Iterator[Told]:
    """Progress of the slices that got on since it was asked last."""
    for job in state.jobs:
        for task in job.tasks:
            source, found = (job.jobid, task.stage, task.sliceno), (task.rows, task.status)
            if task.state != "running" or seen.get(source, (0, [])) == found:
                continue
            seen[source] = found
            tail = next((line for line in reversed(task.tail) if line), "")
            yield Told(
                time.time(),
                events.Progress(*source, task.rows, task.total, tuple(task.status), tail),
            )
