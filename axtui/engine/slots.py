"""The machine-wide limit of stages at work: a slot is a locked file, freed by the kernel at death.

All axtui processes of a user share the slots of a machine, whatever workspace they work in. Who waits
stands in a queue, so that a build with many short stages does not keep another from its turn.
"""

from __future__ import annotations

import fcntl
import os
import random
import stat
import tempfile
import time
from pathlib import Path

from axtui.errors import ServerError

_FIRST_WAIT, _LONGEST_WAIT = 0.001, 0.01


def default_folder() -> Path:
    """Where the slot files of this user are, on this machine."""
    return Path(tempfile.gettempdir()) / f"axtui-{os.getuid()}"


def ready_folder(folder: Path) -> Path:
    """Create the folder of slot files; refuses one that another user could have put there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ServerError(f"{folder} is not a folder of yours; remove it or set TMPDIR")
    return folder


class Slot:
    """The right to work. Held from `acquire` to `release`, or to the end of the process."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder, self._limit = folder, max(1, limit)
        self._fd: int | None = None

    def try_acquire(self) -> bool:
        """Take a free slot if there is one."""
        order = list(range(self._limit))
        random.Random(os.getpid() ^ time.monotonic_ns()).shuffle(order)
        for number in order:
            fd = os.open(
                self._folder / f"slot-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(fd)
                continue
            self._fd = fd
            return True
        return False

    def acquire(self) -> None:
        """Wait for a slot: first for the turn to look for one, which the kernel gives in order."""
        turn = os.open(
            self._folder / f"turn-{self._limit}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
        try:
            fcntl.flock(turn, fcntl.LOCK_EX)
            wait = _FIRST_WAIT
            while not self.try_acquire():
                time.sleep(wait)
                wait = min(wait * 1.5, _LONGEST_WAIT)
        finally:
            os.close(turn)

    def release(self) -> None:
        """Give the slot back (no effect where none is held), also if a forked child has it open."""
        if self._fd is not None:
            fcntl.flock(self._fd, fcntl.LOCK_UN)
            os.close(self._fd)
            self._fd = None
