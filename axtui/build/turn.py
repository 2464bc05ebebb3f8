"""The turn: of the threads that build in one process, one works at a time, and who waits lets others on.

The slices of a job run in processes of their own, so the coordinator's threads do little but wait:
for events, for another builder, for a disk. One lock around all that is not waiting keeps every rule
of the builder as simple as if there were one thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turn:
    """A lock that its holder may take again, and may lay down for a while."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._depth = 0

    def __enter__(self) -> Turn:
        me = threading.get_ident()
        if self._owner != me:
            self._lock.acquire()
            self._owner = me
        self._depth += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._owner = None
            self._lock.release()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let others have the turn while the block runs; without effect for who does not hold it."""
        if self._owner != threading.get_ident():
            yield
            return
        depth, self._depth = self._depth, 0
        self._owner = None
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
            self._owner, self._depth = threading.get_ident(), depth
