"""The events of an engine, sorted by job, for threads that each run one; and the engine's one door.

An engine is used by one thread at a time. Whoever holds the turn may call it; who waits for events
polls it with the turn laid down, and is woken when the holder of the turn wants in.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from axtui.build.turn import Turn
from axtui.engine.protocol import Engine, Event


class Mailroom:
    """An inbox per running job."""

    def __init__(self, engine: Engine, turn: Turn) -> None:
        self._engine, self._turn = engine, turn
        self._using = threading.Lock()
        self._sorted = threading.Condition()
        self._polling = False
        self._inboxes: dict[str, list[Event]] = {}

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """The engine, for the block alone. To be asked for by the holder of the turn."""
        if not self._using.acquire(blocking=False):
            self._engine.wake()
            self._using.acquire()
        try:
            yield self._engine
        finally:
            self._using.release()

    def open(self, jobid: str) -> None:
        """Keep events of a job from here on."""
        self._inboxes[jobid] = []

    def close(self, jobid: str) -> None:
        """Events of this job are of no use to anyone any more."""
        self._inboxes.pop(jobid, None)

    def take(self, jobid: str, timeout: float) -> list[Event]:
        """Events of a job, waiting for some at most `timeout` seconds, with the turn laid down."""
        if not self._inboxes[jobid]:
            with self._turn.paused():
                self._wait(jobid, timeout)
        with self._sorted:
            found, self._inboxes[jobid] = self._inboxes[jobid], []
        return found

    def _wait(self, jobid: str, timeout: float) -> None:
        with self._sorted:
            if self._polling:  # another thread listens for all
                self._sorted.wait_for(
                    lambda: self._inboxes[jobid] or not self._polling, timeout=timeout
                )
                return
            self._polling = True
        found: list[Event] = []
        try:
            with self._using:
                found = self._engine.poll(timeout)
        finally:
            with self._sorted:
                self._polling = False
                self._sort_in(found)
                self._sorted.notify_all()

    def _sort_in(self, found: list[Event]) -> None:
        for event in found:
            inbox = self._inboxes.get(event.task.jobid)
            if inbox is not None:
                inbox.append(event)

    def rest(self, jobid: str, seconds: float) -> Iterator[list[Event]]:
        """What still comes in of a job that was cancelled, until nothing does any more."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.take(jobid, 0.02)
            if not found:
                return
            yield found
