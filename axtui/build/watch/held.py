"""What the watched files held when they were last looked at, and so what a save really changed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from axtui.build.inputs import InputDigests
from axtui.build.watch.judge import Change
from axtui.build.watch.known import Known
from axtui.build.watch.scope import Scope
from axtui.build.watch.sightings import Bytes, Sightings, bytes_of
from axtui.errors import UserError

_SMALL = 1 << 20
_MOST_SMALL = 5000


class Held:
    """Digests of files. Those of small files and of all that jobs depend on are known from the
    start, those of others from their first save on."""

    def __init__(self, scope: Scope, known: Known, inputs: InputDigests) -> None:
        self._scope, self._known = scope, known
        self._inputs = inputs
        self._bytes: dict[str, Bytes] = {}
        self.sightings = Sightings(scope)
        for number, path in enumerate(scope.files()):
            if number < _MOST_SMALL and _size(path) < _SMALL:
                self._bytes[path] = bytes_of(path)

    def learn(self, inputs: InputDigests) -> list[Change]:
        """Runs have told of more files that they depend on: those of them that are not as recorded."""
        self._inputs = inputs
        found = []
        for path in list(self._known.paths):
            if path in self._bytes or path.endswith("/") or os.path.isdir(path):  # noqa: PTH112
                continue
            now = self._bytes[path] = self._digest(path)
            self.sightings.see(path)
            if self._known.differs(path, now):
                found.append(Change(path, now))
        return found

    def missed(self) -> list[Change]:
        """All files that are not as they are recorded, and those that came since the scripts ran:
        what changed while nobody watched."""
        found = [
            Change(path, now) for path, now in self._bytes.items() if self._known.differs(path, now)
        ]
        ran = min((one.last.started for one in self._known.scripts.values()), default=None)
        recorded = set(self._known.paths)
        for path in self._scope.files():
            if ran is not None and path not in recorded and self.sightings.changed_at(path) > ran:
                found.append(Change(path, self._bytes.get(path) or bytes_of(path), came=True))
        return found

    def changes(self, paths: Iterable[str]) -> list[Change]:
        """Those of these files that hold something else than when they were last looked at."""
        found = []
        for path in sorted(paths):
            was_there = self.sightings.knows(path)
            self.sightings.see(path)
            before, now = self._bytes.get(path), bytes_of(path)
            self._bytes[path] = now
            came = was_there != self.sightings.knows(path)
            if not was_there and not came and path not in self._known.paths:
                continue  # an editor's droppings: it came and went
            if before is None and not came:
                if self._known.holds(path, now):
                    continue
            elif before == now and not now.unread:
                continue
            found.append(Change(path, now, came))
        return found

    def _digest(self, path: str) -> Bytes:
        if not self._scope.in_inputs(path) or path.endswith(".py"):
            return bytes_of(path)
        try:
            return Bytes(self._inputs.digest(Path(path)), None)
        except UserError:
            return Bytes(None, None)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except OSError:
        return _SMALL
