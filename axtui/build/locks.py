"""One builder per key: a lock that the kernel frees when its holder dies, so nobody has to clean up."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from axtui.data.disk import explained
from axtui.errors import BuildError

_WAIT = 0.05


class KeyLocks:
    """Locks by key, shared by all processes of a workspace."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: set[str] = set()

    @contextlib.contextmanager
    def hold(self, key: str, what: str, waiting: Callable[[int], None]) -> Iterator[bool]:
        """Hold the lock of a key; yields whether another process held it before.

        `waiting` is called once with that process's id. Raises BuildError where this process holds it
        already: a job that needs itself.
        """
        if key in self._held:
            raise BuildError(
                f"{what} is built inside itself with the same options; that cannot end"
            )
        path = self._folder / key.partition(":")[2]
        with explained("lock", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            fd, waited = self._take(path, waiting)
        try:
            os.pwrite(fd, str(os.getpid()).encode(), 0)
            self._held.add(key)
            yield waited
        finally:
            self._held.discard(key)
            with contextlib.suppress(OSError):
                path.unlink()  # still held: whoever waits on it finds the name gone and asks anew
            os.close(fd)

    def _take(self, path: Path, waiting: Callable[[int], None]) -> tuple[int, bool]:
        """An open, locked file that is still the one of that name."""
        waited = False
        while True:
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_named(fd, path):
                    return fd, waited
            except BlockingIOError:
                if not waited:
                    waited = True
                    waiting(_holder(fd))
                time.sleep(_WAIT)
            except BaseException:
                os.close(fd)
                raise
            os.close(fd)


def _is_named(fd: int, path: Path) -> bool:
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    ours = os.fstat(fd)
    return (named.st_dev, named.st_ino) == (ours.st_dev, ours.st_ino)


def _holder(fd: int) -> int:
    try:
        return int(os.pread(fd, 32, 0) or b"0")
    except ValueError:
        return 0
