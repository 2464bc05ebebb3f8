"""One builder per key: a lock that the kernel frees when its holder dies, so nobody has to clean up."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from axtui.data.disk import explained
from axtui.errors import BuildError

_WAIT = 0.05


class KeyLocks:
    """Locks by key, shared by all processes of a workspace and all threads of this one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, int] = {}
        self._wanted: dict[int, str] = {}

    @contextlib.contextmanager
    def hold(
        self,
        key: str,
        what: str,
        waiting: Callable[[int], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> Iterator[bool]:
        """Hold the lock of a key; yields whether another builder held it before.

        `waiting` is called once with the id of that builder's process, `pause` with the seconds to
        wait before the next try; it may raise. Raises BuildError for a job that needs itself: where
        this thread holds the lock already, or the thread that does waits for one of ours.
        """
        me = threading.get_ident()
        self._refuse_circle(key, what)
        path = self._folder / key.partition(":")[2]
        with explained("lock", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._wanted[me] = key
            try:
                fd, waited = self._take(path, waiting, self._checked(pause, key, what))
            finally:
                del self._wanted[me]
        try:
            os.pwrite(fd, str(os.getpid()).encode(), 0)
            self._held[key] = me
            yield waited
        finally:
            self._held.pop(key, None)
            with contextlib.suppress(OSError):
                path.unlink()  # still held: whoever waits on it finds the name gone and asks anew
            os.close(fd)

    def _refuse_circle(self, key: str, what: str) -> None:
        """Follow who holds the lock, what that thread waits for, who holds that, and so on."""
        holder = self._held.get(key)
        while holder is not None:
            if holder == threading.get_ident():
                raise BuildError(
                    f"{what} is built inside itself with the same options; that cannot end"
                )
            holder = self._held.get(self._wanted.get(holder, ""))

    def _checked(
        self, pause: Callable[[float], None], key: str, what: str
    ) -> Callable[[float], None]:
        def checked(seconds: float) -> None:
            self._refuse_circle(key, what)
            pause(seconds)

        return checked

    def _take(
        self, path: Path, waiting: Callable[[int], None], pause: Callable[[float], None]
    ) -> tuple[int, bool]:
        """An open, locked file that is still the one of that name."""
        waited = False
        while True:
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            locked = _try_lock(fd)
            if locked and _is_named(fd, path):
                return fd, waited
            holder = _holder(fd)
            os.close(fd)
            if locked:
                continue
            if not waited:
                waited = True
                waiting(holder)
            pause(_WAIT)


def _try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


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
