"""Telling other processes about a build while it runs, and doing what they ask: the writing side.

`broadcast` wraps the observer of a session for the time of a build script. What others read is for
looking at: trouble with it (a full disk, a folder that cannot be written) is told once, and stops
nothing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from axtui import __version__
from axtui.build import events
from axtui.build.live import files as livefiles
from axtui.build.live.follower import Follower

if TYPE_CHECKING:
    from axtui.build.session import Session

_TICK = 0.1
_FLUSH = 0.25
_WAITING = 64 * 1024
"""Bytes of events about re-used jobs that wait for the next tick, at most."""
_MOST_OUTPUT = 256 * 1024
"""Bytes of output of one job that go into the events; all of it is in the job's own files."""


@contextlib.contextmanager
def broadcast(session: Session, log: Path | None = None) -> Iterator[None]:
    """While the block runs a build script, others can watch and stop it. `log` is the file that a
    run without a terminal writes to."""
    told = Broadcast(session, log)
    with session.also_told(told):
        try:
            yield
        except KeyboardInterrupt as stopped:
            told.end(getattr(stopped, "exit_code", 130), "it was stopped")
            raise
        except BaseException as error:
            told.end(1, str(error))
            raise
        finally:
            told.close()


class Broadcast:
    """An observer of one build script that keeps the folder others look at; see `livefiles`."""

    def __init__(self, session: Session, log: Path | None) -> None:
        self._session, self._log = session, log
        self._lock = threading.Lock()
        self._follower = Follower()
        self._folder: Path | None = None
        self._held: IO[bytes] | None = None
        self._events: IO[bytes] | None = None
        self._printed: Counter[str] = Counter()
        self._changed = self._ended = False
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._trouble: OSError | None = None

    def __call__(self, event: events.Event) -> None:
        """Take in one event."""
        with self._lock:
            try:
                self._take(event)
            except OSError as error:
                self._give_up(error)
        self._warn()

    def end(self, exit_code: int, error: str) -> None:
        """The script did not come to its own end."""
        if not self._ended and self._folder is not None:
            self(events.ScriptEnded(self._follower.state.script, exit_code, error))

    def close(self) -> None:
        """It is over: nothing is left but what readers have open."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        with self._lock:
            self._leave()
        self._warn()

    # -- writing

    def _take(self, event: events.Event) -> None:
        now = time.time()
        self._follower.apply(event, now)
        self._changed = True
        if isinstance(event, events.ScriptStarted):
            self._begin(event, now)
        if isinstance(event, events.ScriptEnded):
            self._ended = True
        if self._events is not None and not isinstance(event, events.Progress):
            cut = self._bounded(event) if isinstance(event, events.Output) else event
            if cut is not None:
                self._events.write(livefiles.event_line(cut, now))
                # there may be thousands of re-used jobs in a second: these wait (`_show_waiting`)
                if not isinstance(cut, events.JobReused):
                    self._events.flush()

    def _begin(self, event: events.ScriptStarted, now: float) -> None:
        session = self._session
        run = {
            "script": event.script,
            "build_job": event.build_job,
            "pid": event.pid,
            "argv": sys.argv,
            "host": os.uname().nodename,
            "user": session.config.user,
            "started": now,
            "version": __version__,
            "log": str(self._log) if self._log else None,
        }
        self._folder, self._held = livefiles.begin(session.workspace, event.build_job, run)
        self._events = (self._folder / livefiles.EVENTS).open("ab", buffering=_WAITING)
        self._thread = threading.Thread(target=self._attend, name="axtui-live", daemon=True)
        self._thread.start()

    def _bounded(self, event: events.Output) -> events.Output | None:
        """The output up to where a job has printed too much; there it says where the rest is."""
        before = self._printed[event.jobid]
        self._printed[event.jobid] += len(event.text)
        if before > _MOST_OUTPUT:
            return None
        if self._printed[event.jobid] <= _MOST_OUTPUT:
            return event
        rest = f"\n[it prints a lot: axtui job {event.jobid} -O shows all of it]\n"
        return replace(event, text=event.text[: _MOST_OUTPUT - before] + rest)

    def _give_up(self, error: OSError) -> None:
        """Go on without being watched."""
        self._trouble = error
        self._over.set()
        self._leave()

    def _leave(self) -> None:
        if self._events is not None:
            with contextlib.suppress(OSError):  # what waits may not fit on a disk that is full
                self._events.close()
        if self._folder is not None:
            livefiles.remove(self._folder)
        if self._held is not None:
            self._held.close()
        self._folder = self._held = self._events = None

    def _warn(self) -> None:
        """Tell of trouble, once; outside the lock, since we are among those who are told."""
        trouble, self._trouble = self._trouble, None
        if trouble is not None:
            why = trouble.strerror or str(trouble)
            self._session.observe(
                events.Warned(f"this build cannot be watched by others: {why} ({trouble.filename})")
            )

    # -- the thread

    def _attend(self) -> None:
        """Write what every slice is doing a few times a second, and heed requests to stop."""
        heeded: set[str] = set()
        written = 0.0
        while not self._over.wait(_TICK):
            try:
                self._show_waiting()
                if self._changed and time.monotonic() - written >= _FLUSH:
                    written = time.monotonic()
                    self._write_now()
                self._heed(heeded)
            except OSError as error:
                with self._lock:
                    self._give_up(error)
                self._warn()

    def _show_waiting(self) -> None:
        """Write the events that wait to be written together."""
        with self._lock:
            if self._events is not None:
                self._events.flush()

    def _write_now(self) -> None:
        with self._lock:
            if self._folder is not None:
                state = self._follower.state_at(time.time())
                self._changed = any(job.rate is not None for job in state.jobs)  # it will be stale
                livefiles.write(self._folder / livefiles.NOW, state)

    def _heed(self, heeded: set[str]) -> None:
        folder = self._folder
        if folder is None:
            return
        for path in sorted((folder / livefiles.STOP).iterdir()):
            if path.name in heeded or path.name.startswith("."):
                continue
            heeded.add(path.name)
            who = livefiles.read(path).get("who", "someone")
            self._stop(path.name, f"it was stopped by {who}")

    def _stop(self, jobid: str, why: str) -> None:
        """Stop a job; or the whole script, as Ctrl-C does."""
        self._session.stop(jobid, why)
        if jobid == self._follower.state.build_job:
            _interrupt()


def _interrupt() -> None:
    """Raise in the main thread what Ctrl-C raises; SIGTERM's where Ctrl-C is switched off, as it is
    for programs that a shell script starts in the background."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if callable(signal.getsignal(number)):
            main = threading.main_thread().ident
            if main is not None:
                signal.pthread_kill(main, number)
            return
    os.kill(os.getpid(), signal.SIGTERM)
