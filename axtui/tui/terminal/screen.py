"""The descriptor that the dashboard draws on, which nobody else has.

What C code, a library or a child process writes to standard output or standard error would appear
in the midst of the screen. So the terminal is kept under a number of its own, which children do not
inherit, and 1 and 2 lead to the log.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path

_LOG_LIMIT = 1_000_000


class _Drawing(io.TextIOWrapper):
    """Text for the terminal. Nothing is an error: a terminal that was closed takes nothing, and the
    dashboard ends by the signal that says so, not by a thread of its own that hangs."""

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            super().flush()


class Screen:
    """Standard output as a place to draw, and a log in its place.

    From `take` on Python's own `sys.__stdout__` and `sys.__stderr__` are what is drawn on (there
    Textual and others look for a terminal and its size).
    """

    def __init__(self, log: Path | None) -> None:
        self._normal = os.dup(1), os.dup(2)
        self._log = _open(log)
        self._drawing = _Drawing(os.fdopen(os.dup(1), "wb"), "utf-8", errors="replace")

    @property
    def descriptor(self) -> int:
        """What is drawn on."""
        return self._drawing.fileno()

    def take(self) -> None:
        """From here on 1 and 2 lead to the log."""
        sys.stdout.flush()
        sys.stderr.flush()
        sys.__stdout__ = sys.__stderr__ = self._drawing  # type: ignore[misc]
        self._lead(self._log, self._log)

    def give_back(self) -> None:
        """1 and 2 are the terminal again, as for a program that is run from the dashboard."""
        self._lead(*self._normal)

    def note(self, text: str) -> None:
        """Write into the log."""
        with contextlib.suppress(OSError):
            os.write(self._log, text.encode("utf-8", "replace"))

    @property
    def log(self) -> int:
        """The descriptor of the log."""
        return self._log

    def forget(self) -> None:
        """Nothing reaches the terminal any more, nor is it read: it belongs to somebody else."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, self.descriptor, *self._normal):
            os.dup2(nowhere, descriptor)

    def _lead(self, out: int, err: int) -> None:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os.dup2(out, 1)
        os.dup2(err, 2)


def _open(log: Path | None) -> int:
    """The log, to be added to; nowhere, if there is none or it cannot be written."""
    with contextlib.suppress(OSError):
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            if log.exists() and log.stat().st_size > _LOG_LIMIT:
                log.replace(log.with_name(log.name + ".1"))
            return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    return os.open(os.devnull, os.O_WRONLY)
