"""Saves, coalesced: an editor's dance around one file, and a checkout of a hundred, become one batch."""

from __future__ import annotations

ALONE = 0.02
"""Seconds after which one file that was written, and nothing else, is a batch: who does more than that
does it by now."""
QUIET = 0.05
"""Seconds without a further save after which any other batch is complete."""
LONGEST = 0.3
"""Seconds after which it is taken in any case."""


class Saves:
    """Paths that were written, moved or deleted. Time is told, in seconds of whatever clock."""

    def __init__(self, quiet: float = QUIET, longest: float = LONGEST) -> None:
        self._quiet, self._longest = quiet, longest
        self._paths: set[str] = set()
        self._written = False
        self._first = self._last = 0.0

    def note(self, path: str, now: float, written: bool = False) -> bool:
        """Something happened to a file; `written`, if it is there and somebody has written it to its
        end. Whether a batch begins with it."""
        begins = not self._paths
        if begins:
            self._first = now
        self._paths.add(path)
        self._written = written
        self._last = now
        return begins

    @property
    def due(self) -> float | None:
        """When the batch can be taken; None while there is nothing."""
        if not self._paths:
            return None
        alone = self._written and len(self._paths) == 1
        quiet = min(ALONE, self._quiet) if alone else self._quiet
        return min(self._last + quiet, self._first + self._longest)

    def take(self, now: float) -> frozenset[str]:
        """The batch, once it is due; empty before."""
        due = self.due
        if due is None or now < due:
            return frozenset()
        paths, self._paths = frozenset(self._paths), set()
        return paths
