"""Messages between axtui's processes: length-prefixed JSON over a socket, with file descriptors."""

from __future__ import annotations

import os
import select
import socket
import struct
from typing import Any

import orjson

_HEAD = struct.Struct("<I")
_READ = 1 << 16
_MAX_FDS = 4
_WAKE_MS = 200


def encode(message: Any) -> bytes:
    """One message as it goes over the wire."""
    body = orjson.dumps(message, option=orjson.OPT_NON_STR_KEYS)
    return _HEAD.pack(len(body)) + body


def send(sock: socket.socket, message: Any, fds: tuple[int, ...] = ()) -> None:
    """Send a message, `fds` with its first byte. Raises OSError if the other end is gone."""
    data = encode(message)
    if fds:
        sent = socket.send_fds(sock, [data], list(fds))
        data = data[sent:]
    if data:
        sock.sendall(data)


class Reader:
    """Takes messages out of a socket, however they were cut on the way."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = bytearray()
        self._fds: list[int] = []
        self._dry = False
        self.closed = False

    def receive(self) -> list[Any]:
        """Messages that are complete after one read; sets `closed` at the end of the stream."""
        try:
            data, fds, _, _ = socket.recv_fds(self._sock, _READ, _MAX_FDS)
        except (BlockingIOError, InterruptedError):
            self._dry = True
            return []
        except OSError:  # reset, or closed by another thread: nothing more will come
            data, fds = b"", []
        self._fds += fds
        if not data:
            self.closed = True
            return []
        self._buffer += data
        return list(self._complete())

    def _complete(self) -> Any:
        while len(self._buffer) >= _HEAD.size:
            (length,) = _HEAD.unpack_from(self._buffer)
            end = _HEAD.size + length
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[_HEAD.size : end])
            del self._buffer[:end]
            yield orjson.loads(body)

    def wait(self) -> Any:
        """The next message, blocking. Raises EOFError at the end of the stream.

        It wakes now and then: a signal that comes just before a system call begins does not
        interrupt it, and its Python handler (Ctrl-C) would wait as long as the call.
        """
        ready = select.poll()
        ready.register(self._sock, select.POLLIN)
        while not self.closed:
            if not ready.poll(_WAKE_MS):
                continue
            for message in self.receive():
                return message
        raise EOFError

    def rest(self) -> list[Any]:
        """Messages of a sender that is gone: all it sent. Its end of the stream is not waited for, as
        a process that it forked may hold it open."""
        self._sock.setblocking(False)
        found: list[Any] = []
        self._dry = False
        while not (self.closed or self._dry):
            found += self.receive()
        self.closed = True
        return found

    def take_fd(self) -> int:
        """The oldest descriptor that came along and was not taken yet."""
        return self._fds.pop(0)

    def drop_fds(self) -> None:
        """Close descriptors nobody took."""
        while self._fds:
            os.close(self._fds.pop())
