"""The coordinator's end of the fork server: starts it, asks it for processes, hears what it says."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from typing import Any

from axtui.engine import wire
from axtui.engine.stageenv import SET_BY_ENGINE
from axtui.errors import ServerError


class ServerLink:
    """One fork server and the socket to it, while there is one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._sock: socket.socket | None = None
        self._reader: wire.Reader | None = None
        self._ready = False
        self._last = 0

    @property
    def pid(self) -> int | None:
        """Its process id."""
        return None if self._process is None else self._process.pid

    @property
    def closed(self) -> bool:
        """Whether nothing more will be heard of it."""
        return self._reader is None or self._reader.closed

    def start(self) -> socket.socket:
        """Have it begin to load what it needs, if it has not; the socket to it."""
        if self._sock is not None:
            return self._sock
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "axtui.engine.start", str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(
                command,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
                env={**os.environ, **SET_BY_ENGINE},
                cwd="/",
            )
        self._sock, self._reader = ours, wire.Reader(ours)
        return ours

    def become_ready(self) -> socket.socket | None:
        """Wait until it can fork; the socket to it if it has just become so. Raises ServerError if it
        cannot."""
        sock = self.start()
        if self._ready:
            return None
        assert self._process is not None and self._reader is not None
        try:
            told = self._reader.wait()
        except EOFError:
            errors = self._process.stderr
            said = errors.read().decode("utf-8", "replace") if errors else ""
            raise ServerError(f"the fork server did not start: {said.strip()[-2000:]}") from None
        if told["threads"] > 1:
            raise ServerError(
                f"the fork server has {told['threads']} threads after its imports and cannot fork safely"
            )
        self._ready = True
        return sock

    def tell(self, message: dict[str, Any], theirs: socket.socket) -> int:
        """Ask for a process, which is handed one end of its channel; the number under which its pid will be
        told. Raises OSError where the server is gone."""
        assert self._sock is not None
        self._last += 1
        with theirs:
            wire.send(self._sock, message | {"id": self._last}, (theirs.fileno(),))
        return self._last

    def receive(self) -> list[dict[str, Any]]:
        """What it says, waiting for something; `closed` is set at its end."""
        return [] if self._reader is None else self._reader.receive()

    def gone(self) -> ServerError:
        """What to raise when it has ended unasked."""
        code = self._process.wait(5) if self._process else None
        return ServerError(f"the fork server ended (exit code {code}); run again")

    def end(self) -> None:
        """End it; all that it forked ends with it."""
        if self._process is not None and self._sock is not None:
            with contextlib.suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)  # wakes a thread that reads from it
            self._sock.close()
            if not self._ready:  # it would load all before it looks
                self._process.kill()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = self._sock = self._reader = None
        self._ready = False
