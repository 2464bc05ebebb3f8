"""A queue from any number of forked processes to one, without locks or threads."""

from __future__ import annotations

import os
import pickle
import select
import socket
import struct
from queue import Empty
from time import monotonic
from typing import Any

__all__ = ["LockFreeQueue", "QueueClosedError"]

_HEAD = struct.Struct("<?I")
"""Of each packet: whether the message ends with it, and the process it is from."""
_PART = 16384


class QueueClosedError(Exception):
    """Nobody reads any more."""


class LockFreeQueue:
    """Make it, fork, and call `make_reader` in the one process that gets and `make_writer` in those that
    put. A writer that dies in the middle of a message harms no other."""

    def __init__(self) -> None:
        pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._reader: socket.socket | None
        self._writer: socket.socket | None
        self._reader, self._writer = pair
        self._parts: dict[int, list[bytes]] = {}
        self._local: list[Any] = []

    def make_writer(self) -> None:
        """From now on this process puts."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def make_reader(self) -> None:
        """From now on this process gets."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def close(self) -> None:
        """Neither get nor put any more."""
        self.make_writer()
        self.make_reader()

    def get(self, block: bool = True, timeout: float = 0) -> Any:
        """The next message; with `block` and no `timeout` (seconds) wait for it as long as it takes.
        Raises queue.Empty where there is none, or no writer is left."""
        assert self._writer is None, "call make_reader first"
        if self._local:
            return self._local.pop(0)
        ready = select.poll()
        if self._reader is not None:
            ready.register(self._reader, select.POLLIN)
        until = monotonic() + timeout if block and timeout else None
        while self._reader is not None:
            wait = None if block else 0.0
            if until is not None:
                wait = max(0.0, until - monotonic()) * 1000
            if not ready.poll(wait):
                break
            packet = self._reader.recv(_HEAD.size + _PART)
            if not packet:
                break
            ends, pid = _HEAD.unpack_from(packet)
            self._parts.setdefault(pid, []).append(packet[_HEAD.size :])
            if ends:
                return pickle.loads(b"".join(self._parts.pop(pid)))
        raise Empty

    def put_local(self, msg: Any) -> None:
        """A message of the reader to itself, which comes first."""
        self._local.append(msg)

    def put(self, msg: Any) -> None:
        """Send a message; waits while the reader is behind. Raises QueueClosedError."""
        assert self._reader is None, "call make_writer first"
        data = pickle.dumps(msg, pickle.HIGHEST_PROTOCOL)
        for start in range(0, len(data), _PART):
            self._send(start + _PART >= len(data), os.getpid(), data[start : start + _PART], 0)

    def _send(self, ends: bool, sender: int, part: bytes, flags: int) -> None:
        if self._writer is None:
            raise QueueClosedError
        try:
            self._writer.send(_HEAD.pack(ends, sender) + part, flags)
        except (BrokenPipeError, ConnectionResetError):
            self.close()
            raise QueueClosedError from None

    def try_notify(self) -> bool:
        """Send None if there is room for it now; whether it was sent. A signal handler may do it."""
        try:
            self._send(True, 0, pickle.dumps(None), socket.MSG_DONTWAIT)  # no process is number 0
        except (BlockingIOError, QueueClosedError):
            return False
        return True
