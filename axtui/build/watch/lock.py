"""One watcher per workspace rebuilds: the lock that it holds, and what it says of itself."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import time
from typing import IO, Any

import orjson

from axtui.workspace import Workspace

_NAME = "watch.lock"


class WatchLock:
    """The lock of one workspace, held until `release` or the end of the process."""

    def __init__(self, workspace: Workspace) -> None:
        self._path = workspace.dot_axtui / _NAME
        self._user = workspace.config.user
        self._stream: IO[bytes] | None = None

    @property
    def held(self) -> bool:
        """Whether this watcher holds it."""
        return self._stream is not None

    def take(self) -> bool:
        """Whether this watcher holds it from now on. Raises OSError where it cannot be written."""
        if self._stream is not None:
            return True
        self._path.parent.mkdir(exist_ok=True)
        stream = self._path.open("a+b")
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.close()
            return False
        except OSError:
            stream.close()
            raise
        me = {
            "pid": os.getpid(),
            "user": self._user,
            "host": socket.gethostname(),
            "since": time.time(),
        }
        stream.truncate(0)
        stream.write(orjson.dumps(me))
        stream.flush()
        self._stream = stream
        return True

    def holder(self) -> dict[str, Any]:
        """What whoever holds it says of itself: pid, user, host, since."""
        found: dict[str, Any] = {"pid": 0, "user": "someone", "host": "", "since": 0.0}
        with contextlib.suppress(OSError, orjson.JSONDecodeError, TypeError):
            found |= orjson.loads(self._path.read_bytes())
        return found

    def release(self) -> None:
        """Let another watcher have it."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None


class NoLock:
    """In place of the lock, for who does not go on watching: others may."""

    held = True

    def take(self) -> bool:
        """It is as good as held."""
        return True

    def holder(self) -> dict[str, Any]:
        """Nobody."""
        return {"pid": 0, "user": "someone", "host": "", "since": 0.0}

    def release(self) -> None:
        """Nothing was taken."""


def watched_by(workspace: Workspace) -> dict[str, Any] | None:
    """What the watcher that rebuilds this workspace says of itself (see `WatchLock.holder`); None if
    there is none. It writes nothing."""
    try:
        with (workspace.dot_axtui / _NAME).open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return WatchLock(workspace).holder()
    except OSError:
        return None
    return None
