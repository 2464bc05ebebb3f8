"""Events in portions: many at a time, for each statement costs as much as hundreds of rows, but only so
many as fit into memory. Where they come from does not matter, so small journals share a portion.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.replay import Event

_MOST_EVENTS = 2000
_MOST_BYTES = 32 << 20
_MOST_UNCOMMITTED = 40_000
"""Events: DuckDB holds some 3.5 kB of each. Committed more often the file gets larger."""


class Batch:
    """Collects events and hands them on, a list at a time, when there are enough, and at `flush`."""

    def __init__(self, apply: Callable[[list[Event]], None]) -> None:
        self._apply = apply
        self._held: list[Event] = []
        self._bytes = 0
        self.events = 0

    def add(self, event: Event, size: int) -> None:
        """Take one event more, whose text has `size` bytes."""
        self._held.append(event)
        self._bytes += size
        if len(self._held) >= _MOST_EVENTS or self._bytes >= _MOST_BYTES:
            self.flush()

    def flush(self) -> None:
        """Hand on what is held."""
        if self._held:
            self._apply(self._held)
            self.events += len(self._held)
            self._held, self._bytes = [], 0


def committing(con: Any, apply: Callable[[list[Event]], None]) -> Callable[[list[Event]], None]:
    """`apply`, with what it has written committed now and then: it need not stay in memory, for the file
    is nobody's before it is whole and published."""
    waiting = 0

    def applied(events: list[Event]) -> None:
        nonlocal waiting
        apply(events)
        waiting += len(events)
        if waiting >= _MOST_UNCOMMITTED:
            con.execute("COMMIT")
            con.execute("BEGIN")
            waiting = 0

    return applied
