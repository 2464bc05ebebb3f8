"""The turn: of the threads that build in one process, one works at a time, and who waits lets others on.

The slices of a job run in processes of their own, so the coordinator's threads do little but wait:
for events, for another builder, for a disk. One lock around all that is not waiting keeps every rule
of the builder as simple as if there were one thread.
"""

from __future__ import annotations

from _thread import RLock
from collections.abc import Iterator
from contextlib import contextmanager


class Turn(RLock):  # type: ignore[misc]
    """A lock that its holder may take again, and may lay down for a while.

    Ctrl-C may come at any moment. What takes and gives back is the interpreter's own lock, in one
    step that a signal cannot split; the names with an underscore are those by which
    `threading.Condition` does the same.
    """

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let others have the turn while the block runs; without effect for who does not hold it."""
        if not self._is_owned():  # type: ignore[attr-defined]
            yield
            return
        held = self._release_save()  # type: ignore[attr-defined]
        try:
            yield
        finally:
            self._acquire_restore(held)  # type: ignore[attr-defined]
