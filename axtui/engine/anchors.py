"""Anchors: each leads the process group of a job, and takes the group along when its job is over.

They are forked from a process that was itself forked from the fork server before that loaded anything: to
fork a process costs time with the memory that it has, and an anchor needs none.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
from typing import NoReturn

from axtui.engine.parent import die_with_parent

_PID = struct.Struct("<i")


class Anchors:
    """The fork server's end: asks the small process for anchors."""

    def __init__(self) -> None:
        self._sock, theirs = socket.socketpair()
        if os.fork() == 0:
            self._sock.close()
            _Nursery(theirs).run()
        theirs.close()

    def fork(self, channel: int) -> int:
        """An anchor that holds out until `channel`, which is closed here, is at its end; its process
        id, which is that of a new process group. Raises OSError where the small process is gone."""
        socket.send_fds(self._sock, [b"!"], [channel])
        os.close(channel)
        told = self._sock.recv(_PID.size, socket.MSG_WAITALL)
        if len(told) < _PID.size:
            raise BrokenPipeError("the process that anchors are forked from has ended")
        return int(_PID.unpack(told)[0])

    def close(self) -> None:
        """Let go of the small process. Where nobody else holds on to it, it ends, and all groups."""
        self._sock.close()


class _Nursery:
    """The small process."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._anchors: set[int] = set()

    def run(self) -> NoReturn:
        """Fork anchors until the fork server is gone; then end all groups that there still are."""
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGCHLD, lambda *_: self._reap())
            while self._serve():
                pass
        finally:
            # none is reaped from here on: those that are killed would leave while all are gone through
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
            for pid in self._anchors:
                kill_group(pid)
            os._exit(0)

    def _serve(self) -> bool:
        """Answer one request; False at the end of the stream."""
        asked, channels, _, _ = socket.recv_fds(self._sock, 1, 1)
        if not asked:
            return False
        # none is reaped before it is known: its number could be another's later
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
        pid = os.fork()
        if pid == 0:
            self._sock.close()
            _anchor(channels[0])
        with contextlib.suppress(OSError):  # the anchor does it too: whoever comes first
            os.setpgid(pid, pid)
        self._anchors.add(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        os.close(channels[0])
        self._sock.sendall(_PID.pack(pid))
        return True

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                self._anchors.discard(pid)


def _anchor(channel: int) -> NoReturn:
    """What an anchor does: wait for its channel to close, and kill its group with itself."""
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        die_with_parent()
        while os.read(channel, 1024):
            pass
        os.killpg(0, signal.SIGKILL)
    finally:
        os._exit(70)


def kill_group(pid: int) -> None:
    """End a process group, if there is still something of it."""
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
