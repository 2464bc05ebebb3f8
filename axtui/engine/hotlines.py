"""Which lines of the user's code the processor spends its time on.

Every few milliseconds of processor time a timer interrupts the process, and the time since it did so last
is put down to the line of the user's code that it finds running, or waiting for what it called. A line that
calls into C for long gets all of that time. Only the main thread is seen. It costs a percent or two.
"""

from __future__ import annotations

import signal
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from operator import itemgetter
from types import FrameType, TracebackType
from typing import Any, NamedTuple

INTERVAL = 0.005
MOST = 40
"""So many lines are kept."""


class Place(NamedTuple):
    """A line of the user's code, and what it was in: `called` is the innermost function below it, '' where
    the line itself ran."""

    file: str
    line: int
    function: str
    called: str


class HotLines:
    """Samples the main thread while the block runs. `is_user` tells the user's source files.

    Where a program has a use of its own for this timer, nothing is sampled.
    """

    def __init__(
        self, is_user: Callable[[str], bool], clock: Callable[[], float] = time.process_time
    ) -> None:
        self._is_user, self._clock = is_user, clock
        self._known: dict[str, bool] = {}
        self._seconds: defaultdict[Place, float] = defaultdict(float)
        self._last = 0.0
        self._samples = False

    def __enter__(self) -> HotLines:
        with suppress(ValueError, OSError):  # another thread than the main one; no such timer
            if signal.getsignal(signal.SIGPROF) is signal.SIG_DFL:
                signal.signal(signal.SIGPROF, self._tick)
                signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
                self._samples = True
        self._last = self._clock()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._samples:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, signal.SIG_IGN)  # one may be on its way
            self._samples = False

    def _tick(self, signum: int, frame: FrameType | None) -> None:
        now = self._clock()
        self.took(now - self._last, frame)
        self._last = now

    def took(self, seconds: float, frame: FrameType | None) -> None:
        """Put so many seconds down to the line of the user's code that is on the stack of `frame`."""
        innermost = frame
        while frame is not None:
            code = frame.f_code
            if self._users(code.co_filename):
                called = "" if frame is innermost or innermost is None else _name(innermost)
                line = frame.f_lineno or code.co_firstlineno
                place = Place(code.co_filename, line, code.co_qualname, called)
                self._seconds[place] += seconds
                return
            frame = frame.f_back

    def _users(self, file: str) -> bool:
        known = self._known.get(file)
        if known is None:
            known = self._known[file] = self._is_user(file)
        return known

    def lines(self) -> list[dict[str, Any]]:
        """The lines that took longest, that first: file, line, function, called, and seconds."""
        return [
            {**place._asdict(), "seconds": round(seconds, 6)}
            for place, seconds in sorted(self._seconds.items(), key=itemgetter(1), reverse=True)[
                :MOST
            ]
        ]


def _name(frame: FrameType) -> str:
    module = frame.f_globals.get("__name__", "")
    return f"{module}.{frame.f_code.co_qualname}"
