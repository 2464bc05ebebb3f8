"""Progress on a terminal: running jobs at the foot, everything that is over scrolls above."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

import click

from axtui import human
from axtui.build import events
from axtui.build.live.follower import Follower
from axtui.build.live.state import Job
from axtui.cli import colour, escapes

if TYPE_CHECKING:
    from rich.console import Console

    from axtui.cli.region import Region

_FRAME = 1 / 8


class LiveProgress:
    """An observer that draws. Rich is imported, and the region made, with the first job built."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.time) -> None:
        self._stream = stream
        self._follower, self._clock = Follower(), clock
        self._lock = threading.Lock()
        self._above = ""
        self._partial: dict[tuple[str, str, int | None], str] = {}
        self._region: Region | None = None
        self._console: Console | None = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, event: events.Event) -> None:
        """Take in one event; the next frame shows it."""
        with self._lock:
            job = self._follower.state.job(getattr(event, "jobid", ""))
            self._follower.apply(event, self._clock())
            self._tell(event, job)
            if isinstance(event, (events.JobStarted, events.JobWaiting)):
                self._start()
            if self._region is None:
                self._flush_above()
            elif isinstance(event, events.ScriptEnded):
                self._region.draw([], self._taken_above())

    def say(self, text: str) -> None:
        """Write lines above the region."""
        text = text if colour.asked_for() is not False else click.unstyle(text)
        with self._lock:
            self._above += f"{text.rstrip()}\n"
            if self._region is None:
                self._flush_above()

    def close(self) -> None:
        """Leave the terminal clean; what was still to be told is told."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        with self._lock:
            for source in list(self._partial):
                self._end_partial(source)
            if self._region is not None:
                self._region.draw([], self._taken_above())
                self._region.close()
                self._region = None
            self._flush_above()

    def _start(self) -> None:
        if self._region is not None or self._stopped.is_set():
            return
        from rich.console import Console

        from axtui.cli.region import Region

        plain = colour.asked_for() is False or None
        self._console = Console(file=self._stream, highlight=False, no_color=plain)
        self._region = Region(self._stream, self._console)
        self._thread = threading.Thread(target=self._frames, name="progress", daemon=True)
        self._thread.start()

    def _frames(self) -> None:
        from axtui.cli.progress_draw import build_lines

        while not self._stopped.wait(_FRAME):
            with self._lock:
                if self._region is None:
                    return
                if self._follower.state.idle and not self._above:
                    continue
                now = time.time()
                width, height = self._region.size()
                lines = build_lines(self._follower.state_at(now), width - 1, height - 1, now)
                self._region.draw(lines, self._taken_above())

    def _tell(self, event: events.Event, job: Job | None) -> None:
        """What an event leaves standing above the region."""
        match event:
            case events.Output():
                self._output(event)
            case events.JobFinished():
                self._end_partials_of(event.jobid)
                self._above += self._finished(event, job)
            case events.JobFailed():
                self._end_partials_of(event.jobid)
                self._above += self._styled(
                    ("✗ ", "red"), (event.method, "bold red"), (f" {event.jobid}", "cyan"),
                    (" was cancelled" if event.cancelled else " failed", "red"),
                )  # fmt: skip
                self._above += f"{event.text.rstrip()}\n"
            case events.Warned():
                self._above += self._styled(("warning: ", "yellow"), (event.text, ""))
            case events.ScriptEnded():
                for source in list(self._partial):
                    self._end_partial(source)

    def _finished(self, event: events.JobFinished, job: Job | None) -> str:
        if job is None:
            return self._styled(("✓ ", "green"), (event.jobid, "cyan"))
        rows = job.rows if event.rows is None else event.rows
        facts = [human.plural(rows, "row")] if rows else []
        facts.append(human.seconds(event.wall))
        return self._styled(
            ("  " * job.depth + "✓ ", "green"),
            (job.method, "bold"),
            (f" {job.jobid}", "cyan"),
            (f"  {'  '.join(facts)}", ""),
            (f"  {job.reason}", "dim"),
        )

    def _output(self, event: events.Output) -> None:
        """Whole lines go above; the rest of a line waits for its end."""
        source = (event.jobid, event.stage, event.sliceno)
        text = self._partial.pop(source, "") + event.text
        *whole, rest = text.split("\n")
        for line in whole:
            self._above += self._line(source, line)
        if rest:
            self._partial[source] = rest

    def _end_partials_of(self, jobid: str) -> None:
        for source in [source for source in self._partial if source[0] == jobid]:
            self._end_partial(source)

    def _end_partial(self, source: tuple[str, str, int | None]) -> None:
        self._above += self._line(source, self._partial.pop(source))

    def _line(self, source: tuple[str, str, int | None], line: str) -> str:
        """A line of the user's, its colours kept, but nothing that moves the cursor."""
        line = escapes.coloured(escapes.last_written(line))
        ending = "\x1b[0m\n" if "\x1b" in line else "\n"
        return self._origin(source) + line + ending

    def _origin(self, source: tuple[str, str, int | None]) -> str:
        """Which job said it; nothing for the build script itself."""
        jobid, stage, sliceno = source
        if jobid == self._follower.state.build_job:
            return ""
        where = stage if sliceno is None else f"{stage} {sliceno}"
        return self._styled((f"{jobid} {where} │ ", "dim"), end="")

    def _styled(self, *pieces: tuple[str, str], end: str = "\n") -> str:
        if self._console is None:
            return "".join(text for text, _ in pieces) + end
        from rich.text import Text

        with self._console.capture() as captured:
            self._console.print(Text.assemble(*pieces), end=end, soft_wrap=True)
        return captured.get()

    def _taken_above(self) -> str:
        text, self._above = self._above, ""
        return text

    def _flush_above(self) -> None:
        text = self._taken_above()
        if text:
            try:
                self._stream.write(text)
                self._stream.flush()
            except (OSError, io.UnsupportedOperation):
                return
