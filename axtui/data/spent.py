"""Where the time of a stage goes: what it spends on reading, on writing and on waiting.

What is left is the user's own code. Code of ours that reads, writes or waits says so around a piece of work
that is worth a clock (a row group, a file, never a row).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

What = Literal["read", "write", "wait"]
WHAT: tuple[What, ...] = ("read", "write", "wait")


class Spent:
    """Seconds that one thread (the one that made this) spent on what.

    Work within other work counts for the inner one only: writing that has to read first is told as both,
    each with its own share. Other threads work beside it, so their time is not counted.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[What, float] = dict.fromkeys(WHAT, 0.0)
        self._clock = clock
        self._thread = threading.get_ident()
        self._open: list[What] = []
        self._since = 0.0

    @contextmanager
    def on(self, what: What) -> Iterator[None]:
        """The block is spent on this. It must not be left open while a generator rests."""
        if threading.get_ident() != self._thread:
            yield
            return
        self._turn()
        self._open.append(what)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def _turn(self) -> None:
        """What passed since the last turn belongs to what was innermost until now."""
        now = self._clock()
        if self._open:
            self.seconds[self._open[-1]] += now - self._since
        self._since = now
