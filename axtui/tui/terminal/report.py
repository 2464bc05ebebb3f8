"""What the dashboard's process tells the one that waits for it, through a pipe that outlives it."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass

_DRAWS = b"draws\n"


@dataclass(frozen=True)
class Ended:
    """How the dashboard ended by itself: its exit code, and the error that ended it, if one did.

    `fault` is one of ours; else the error says what the user can do.
    """

    code: int
    error: str = ""
    fault: bool = False
    traceback: str = ""


class Report:
    """The writing end. Telling is never an error: nobody may be left to hear it."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def draws(self) -> None:
        """From here on the terminal is ours, and has to be restored."""
        self._say(_DRAWS)

    def ended(self, ended: Ended) -> None:
        """The terminal has been given back; this is the last that is said."""
        self._say(json.dumps(vars(ended)).encode() + b"\n")

    def _say(self, line: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self._pipe, line)


@dataclass(frozen=True)
class Told:
    """All that was reported: whether it drew, and how it ended (None: it could not say so)."""

    drew: bool
    ended: Ended | None


def read(pipe: int) -> Told:
    """What was reported until now, without waiting: processes that it left may hold the pipe."""
    os.set_blocking(pipe, False)
    data = b""
    with contextlib.suppress(BlockingIOError):
        while more := os.read(pipe, 1 << 16):
            data += more
    lines = data.splitlines(keepends=True)
    ended = None
    if lines and lines[-1].startswith(b"{") and lines[-1].endswith(b"\n"):
        ended = Ended(**json.loads(lines[-1]))
    return Told(_DRAWS in lines, ended)
