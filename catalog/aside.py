"""A catalog of one's own: a copy, brought up to date beside the workspace, which is only read.

For readers that must not write into a workspace, or cannot. What is copied is one moment: journals
first, then the catalog, again if somebody folded in between. The copy is a folder like `.axtui`; fold
it and read it like one.
"""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

from catalog.errors import CatalogError
from catalog.layout import database_path, journal_folder, journal_paths
from catalog.store import copy

_TRIES = 5

_Stat = tuple[int, int, int]
_State = tuple[_Stat | None, tuple[tuple[str, int], ...]]


class Aside:
    """The copy of the catalog of `source` (a workspace's `.axtui`), in a folder that is removed with
    this object. Safe to use from several threads."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self._holder = tempfile.TemporaryDirectory(
            prefix="axtui-catalog-", ignore_cleanup_errors=True
        )
        self._taken: _State | None = None
        self._lock = threading.Lock()
        self.folder = Path(self._holder.name)
        journal_folder(self.folder).mkdir()

    def take(self) -> bool:
        """Copy what `source` holds now; False where nothing has changed since the last time.

        Raises CatalogError where it cannot be read, or there is no room for a copy.
        """
        with self._lock:
            try:
                now = _state(self._source)
                if now == self._taken:
                    return False
                self._taken = None
                for _ in range(_TRIES):
                    self._copy(now)
                    again = _state(self._source)
                    if again[0] == now[0]:
                        break
                    now = again
                self._taken = now
                return True
            except OSError as error:
                raise CatalogError(
                    f"cannot copy the catalog in {self._source} to {self.folder}: {error.strerror}"
                ) from error

    def _copy(self, now: _State) -> None:
        for path in journal_paths(self.folder):
            path.unlink()
        for name, size in now[1]:
            _copy_lines(journal_folder(self._source) / name, journal_folder(self.folder), size)
        target = database_path(self.folder)
        if now[0] is None:
            target.unlink(missing_ok=True)
            return
        scratch = self.folder / "copying"
        copy(database_path(self._source), scratch)
        scratch.chmod(0o600)
        scratch.replace(target)


def _state(folder: Path) -> _State:
    """What tells that something was folded or told: the catalog's file, and how long journals are."""
    try:
        found = database_path(folder).stat()
        catalog = (found.st_ino, found.st_mtime_ns, found.st_size)
    except FileNotFoundError:
        catalog = None
    journals = []
    for path in journal_paths(folder):
        try:
            journals.append((path.name, path.stat().st_size))
        except FileNotFoundError:
            continue  # folded, and gone with its writer
    return catalog, tuple(journals)


def _copy_lines(path: Path, target: Path, size: int) -> None:
    """Copy the whole lines of a journal: its last one may be just being written."""
    try:
        with path.open("rb") as stream:
            data = stream.read(size)
    except FileNotFoundError:
        return
    (target / path.name).write_bytes(data[: data.rfind(b"\n") + 1])
