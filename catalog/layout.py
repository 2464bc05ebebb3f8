"""Where the catalog's files lie in a workspace's `.axtui` folder, and when journals are live."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from catalog.errors import CatalogError

JOURNAL_SUFFIX = ".journal"
UNBORN_SUFFIX = ".journal-new"  # a writer is about to lock it and give it its name
_POLL_S = 0.02


def database_path(folder: Path) -> Path:
    """The catalog's database file."""
    return folder / "catalog.duckdb"


def lock_path(folder: Path) -> Path:
    """The file whose flock the one folding process holds."""
    return folder / "catalog.lock"


def journal_folder(folder: Path) -> Path:
    """The folder with one journal per writing process."""
    return folder / "journal"


def journal_paths(folder: Path) -> list[Path]:
    """All journals, by name; [] if there are none yet."""
    try:
        entries = sorted(os.scandir(journal_folder(folder)), key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    return [Path(entry.path) for entry in entries if entry.name.endswith(JOURNAL_SUFFIX)]


@contextlib.contextmanager
def exclusive(folder: Path, wait: float | None) -> Iterator[bool]:
    """Hold the fold lock: yields True with it, False if another process kept it all of `wait`.

    `wait` is in seconds; 0 tries once, None waits as long as it takes. A lock dies with its
    process, so a stale one cannot exist. Raises CatalogError if the lock file cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(lock_path(folder), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise CatalogError(f"cannot lock the catalog in {folder}: {error.strerror}") from error
    deadline = None if wait is None else time.monotonic() + wait
    try:
        while not try_flock(handle, fcntl.LOCK_EX):
            if deadline is not None and time.monotonic() >= deadline:
                yield False
                return
            time.sleep(_POLL_S)
        yield True
    finally:
        os.close(handle)


def try_flock(handle: int, kind: int) -> bool:
    """Take a flock of `kind` on an open file if it is free now."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
