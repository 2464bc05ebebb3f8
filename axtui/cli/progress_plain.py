"""Progress where there is no terminal: a line when a job is built or fails, nothing that moves."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from axtui import human
from axtui.build import events
from axtui.build.live.follower import Follower
from axtui.build.live.state import Job
from axtui.cli import colour, escapes

_HEARTBEAT = 30.0


class PlainProgress:
    """An observer that writes lines.

    What the build script prints goes to `out` as it is, so that it can be piped; all else to `err`:
    lines of our own, and what jobs print, named by job; escape codes only where
    colours are wanted. With `quiet` only failures and warnings and the build script's own words
    remain.
    """

    def __init__(
        self,
        out: TextIO | None = None,
        err: TextIO | None = None,
        quiet: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._quiet = quiet
        wanted = colour.asked_for()
        coloured = self._err.isatty() if wanted is None else wanted
        self._cleaned = escapes.coloured if coloured else escapes.bare
        self._follower, self._clock = Follower(), clock
        self._partial: dict[tuple[str, str, int | None], str] = {}
        self._last_sign = time.monotonic()

    def __call__(self, event: events.Event) -> None:
        """Write what the event has to say."""
        job = self._follower.state.job(getattr(event, "jobid", ""))
        self._follower.apply(event, self._clock())
        match event:
            case events.Output() if event.jobid == self._follower.state.build_job:
                self._out.write(event.text)
                self._out.flush()
            case events.Output():
                self._job_output(event)
            case events.JobFinished():
                self._end_output(event.jobid)
                self._say(self._finished(event, job))
            case events.JobFailed():
                self._end_output(event.jobid)
                word = "cancelled" if event.cancelled else "failed"
                failed = f"{word}: {event.method} {event.jobid}\n{event.text.rstrip()}"
                self._say(failed, always=True)
            case events.JobWaiting():
                who = f"process {event.pid}"
                self._say(f"waiting: {event.method} {event.jobid} is being built by {who}")
            case events.Warned():
                self._say(f"warning: {event.text}", always=True)
            case events.Progress() if job is not None:
                self._heartbeat(job)

    def say(self, text: str) -> None:
        """Write lines that were asked for, also with `quiet`."""
        self._say(text.rstrip(), always=True)

    def close(self) -> None:
        """Write what was left of unfinished lines."""
        for jobid in {source[0] for source in self._partial}:
            self._end_output(jobid)

    def _finished(self, event: events.JobFinished, job: Job | None) -> str:
        if job is None:
            return f"built: {event.jobid}"
        count = job.rows if event.rows is None else event.rows
        rows = f"{human.plural(count, 'row')}, " if count else ""
        reason = f" ({job.reason})" if job.reason else ""
        indent = "  " * job.depth
        wall = human.seconds(event.wall)
        return f"{indent}built: {job.method} {job.jobid}, {rows}{wall}{reason}"

    def _heartbeat(self, job: Job) -> None:
        """A sign of life now and then, for logs that are watched while a long job runs."""
        now = time.monotonic()
        if now - self._last_sign < _HEARTBEAT:
            return
        rows = f", {human.plural(job.rows, 'row')}" if job.rows else ""
        elapsed = human.clock(time.time() - job.started)
        self._say(f"running: {job.method} {job.jobid}, {job.stage}{rows}, {elapsed}")

    def _job_output(self, event: events.Output) -> None:
        if self._quiet:
            return
        source = (event.jobid, event.stage, event.sliceno)
        *whole, rest = (self._partial.pop(source, "") + event.text).split("\n")
        for line in whole:
            self._say(f"{_origin(source)} | {escapes.last_written(line)}")
        if rest:
            self._partial[source] = rest

    def _end_output(self, jobid: str) -> None:
        for source in [source for source in self._partial if source[0] == jobid]:
            self._say(f"{_origin(source)} | {self._partial.pop(source)}")

    def _say(self, line: str, always: bool = False) -> None:
        self._last_sign = time.monotonic()
        if always or not self._quiet:
            self._err.write(f"{self._cleaned(line)}\n")
            self._err.flush()


def _origin(source: tuple[str, str, int | None]) -> str:
    jobid, stage, sliceno = source
    return f"{jobid} {stage}" if sliceno is None else f"{jobid} {stage} {sliceno}"
