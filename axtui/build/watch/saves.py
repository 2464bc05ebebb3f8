"""Saves, coalesced: an editor's dance around one file, and a checkout of a hundred, become one batch."""

from __future__ import annotations

QUIET = 0.05
"""Seconds without a further save after which a batch is complete."""
LONGEST = 0.3
"""Seconds after which it is taken in any case."""


class Saves:
    """Paths that were written, moved or deleted. Time is told, in seconds of whatever clock."""

    def __init__(self, quiet: float = QUIET, longest: float = LONGEST) -> None:
        self._quiet, self._longest = quiet, longest
        self._paths: set[str] = set()
        self._first = self._last = 0.0

    def note(self, path: str, now: float) -> None:
        """Something happened to a file."""
        if not self._paths:
            self._first = now
        self._paths.add(path)
        self._last = now

    @property
    def due(self) -> float | None:
        """When the batch can be taken; None while there is nothing."""
        if not self._paths:
            return None
        return min(self._last + self._quiet, self._first + self._longest)

    def take(self, now: float) -> frozenset[str]:
        """The batch, once it is due; empty before."""
        due = self.due
        if due is None or now < due:
            return frozenset()
        paths, self._paths = frozenset(self._paths), set()
        return paths
