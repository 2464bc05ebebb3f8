"""Which running jobs were asked to stop, and by whom: told from any thread, heeded by who runs them."""

from __future__ import annotations

import threading

from axtui.errors import BuildError

FROM_KEYBOARD = "it was stopped from the keyboard"


class Stopped(KeyboardInterrupt):
    """Raised to stop all that runs, as Ctrl-C does, where it was something else: `why` says what."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Retired(BuildError):
    """Raised in a build script that was told to end, where it would go on to something new."""


def reason(error: KeyboardInterrupt) -> str:
    """Why everything stops, as it stands in the records of what was stopped."""
    return error.why if isinstance(error, Stopped) else FROM_KEYBOARD


class Stops:
    """A job stops when it, or a job above it (its build script's too), was asked to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._above: dict[str, str | None] = {}
        self._asked: dict[str, str] = {}

    def begin(self, jobid: str, above: str | None) -> None:
        """A job begins to run, for the job `above` it."""
        with self._lock:
            self._above[jobid] = above
            self._asked.pop(jobid, None)

    def end(self, jobid: str) -> None:
        """It is over."""
        with self._lock:
            self._above.pop(jobid, None)
            self._asked.pop(jobid, None)

    def ask(self, jobid: str, why: str) -> bool:
        """Ask a running job to stop; False where no such job runs here."""
        with self._lock:
            if jobid not in self._above:
                return False
            self._asked.setdefault(jobid, why)
            return True

    def why(self, jobid: str | None) -> str | None:
        """Why a job has to stop; None if it may go on."""
        with self._lock:
            while jobid is not None:
                if jobid in self._asked:
                    return self._asked[jobid]
                jobid = self._above.get(jobid)
        return None
