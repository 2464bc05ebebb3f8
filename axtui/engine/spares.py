"""Processes that the fork server forked ahead, each of which waits to become one stage.

To fork takes as long as the stage of a small job. Spares are forked while the server has nothing to
do, are used once, and have what a stage forked at that moment would have: when what the server has
loaded changes, they are given up.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from typing import Any

from axtui.engine import wire

_MOST = 8
"""Spares at once: each holds some megabytes."""


class ServerGone(Exception):
    """The fork server has ended, or does not need this spare."""


class Spares:
    """The server's end: process ids of the spares, and a socket to each."""

    def __init__(self) -> None:
        self._waiting: dict[int, socket.socket] = {}
        self._wanted = 0

    def want(self, stages: int) -> None:
        """From now on be ready for so many stages at once."""
        self._wanted = min(stages, _MOST)

    @property
    def wanted(self) -> int:
        """How many are wanted."""
        return self._wanted

    @property
    def lacking(self) -> bool:
        """Whether there are fewer than wanted."""
        return len(self._waiting) < self._wanted

    def add(self, pid: int, sock: socket.socket) -> None:
        """Keep a process that was forked, and waits at the other end of a socket (`wait`)."""
        self._waiting[pid] = sock

    def hand_over(self, message: dict[str, Any], channel: int) -> int | None:
        """Have the spare that waits longest do what a message asks for; its process id. None where there
        is none."""
        while self._waiting:
            pid = next(iter(self._waiting))
            with self._waiting.pop(pid) as sock, contextlib.suppress(OSError):
                os.setpgid(pid, message["group"])  # it does it too: whoever comes first
                wire.send(sock, message, (channel,))
                return pid
        return None

    def gone(self, pid: int) -> bool:
        """A process has ended; whether it was one that still waited. Another takes its place only when
        more are wanted (`want`): what ended this one, such as a lack of memory, would end that, too."""
        sock = self._waiting.pop(pid, None)
        if sock is None:
            return False
        sock.close()
        self._wanted -= 1
        return True

    def give_up(self) -> None:
        """End all that wait, and want no more."""
        self._wanted = 0
        for pid in self._waiting:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self.let_go()

    def let_go(self) -> None:
        """In a child: close what belongs to the server, whose end the spares are to notice."""
        for sock in self._waiting.values():
            sock.close()
        self._waiting.clear()


def wait(sock: socket.socket) -> tuple[dict[str, Any], int]:
    """In a spare: the message that it is handed, and its channel. Raises ServerGone where none will come."""
    reader = wire.Reader(sock)
    with sock:
        while not reader.closed:
            for message in reader.receive():
                return message, reader.take_fd()
    raise ServerGone
