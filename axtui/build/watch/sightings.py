"""What the watched files are now: their stat facts, to notice what nobody told of, and their digests."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from axtui.build.watch.scope import Scope
from axtui.data import digest
from axtui.engine.source import ENDINGS, code_digest

_SETTLED = 0.2
"""Seconds that a file must have been left alone before a look at its times alone reports it: else it
may be half written, and whoever writes it is heard when it is done."""
_TOO_BIG = 1 << 30
"""Bytes from which on a file with another size or time counts as changed without being read."""

Fact = tuple[int, int, int, int]
_NOTHING: Fact = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bytes:
    """What a file holds now: digests of its bytes, and of what Python or SQL makes of them; both None where
    it is not there. `unread` is set for one that is too big to be read at each save."""

    raw: str | None
    code: str | None
    unread: bool = False

    def is_as(self, raw: str | None, code: str | None) -> bool:
        """Whether a record of a file with these digests still holds."""
        if self.unread:
            return False
        return self.raw == raw or (self.code is not None and self.code == code)


def bytes_of(path: str) -> Bytes:
    """What a file holds at this moment."""
    try:
        if os.stat(path).st_size > _TOO_BIG:  # noqa: PTH116
            return Bytes(None, None, unread=True)
        if not path.endswith(ENDINGS):
            return Bytes(digest.of_file(path), None)
        data = Path(path).read_bytes()
    except OSError:
        return Bytes(None, None)
    return Bytes(digest.of_bytes(data), code_digest(data, path))


class Sightings:
    """The stat facts of all files of a scope as they were last seen."""

    def __init__(self, scope: Scope) -> None:
        self._facts = {path: fact for path in scope.files() if (fact := _fact(path)) is not None}
        self.seconds = 0.0

    def knows(self, path: str) -> bool:
        """Whether a file was there when it was last looked at."""
        return path in self._facts

    def changed_at(self, path: str) -> float:
        """When a file was last changed, moved here, or touched; 0 where it is not there."""
        return self._facts.get(path, _NOTHING)[3] / 1e9

    def see(self, path: str) -> None:
        """A save of this file was heard: take in what it is now."""
        fact = _fact(path)
        if fact is None:
            self._facts.pop(path, None)
        else:
            self._facts[path] = fact

    def look(self, scope: Scope, now: float | None = None) -> set[str]:
        """Look at all files: those that are other than before, new, or gone. `seconds` is what it
        took."""
        began = time.monotonic()
        at = time.time() if now is None else now
        found: set[str] = set()
        there: set[str] = set()
        for path in scope.files():
            fact = _fact(path)
            if fact is None:
                continue
            there.add(path)
            if fact != self._facts.get(path) and not 0 <= at - fact[2] / 1e9 < _SETTLED:
                found.add(path)
        found.update(self._facts.keys() - there)
        self.seconds = time.monotonic() - began
        return found


def _fact(path: str) -> Fact | None:
    try:
        held = os.stat(path)  # noqa: PTH116 - for thousands of files
    except OSError:
        return None
    return held.st_ino, held.st_size, held.st_mtime_ns, held.st_ctime_ns
