"""What a stage tells while it runs: its open statuses and row count, sent a few times a second."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

from axtui.data.context import Text
from axtui.engine import wire

_PERIOD = 0.1


class Reporter:
    """The status sink of a stage process. User threads may use it at the same time."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._sending = threading.Lock()
        self._open: dict[int, Text] = {}
        self._left: list[str] = []
        self._next = 0
        self._read = self._written = 0
        self._told: dict[str, Any] = {}
        self._dirty = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="axtui-report", daemon=True)

    def start(self) -> None:
        """Begin sending."""
        self._thread.start()

    def stop(self) -> None:
        """Send what is left and end the thread."""
        self._stopped.set()
        self._dirty.set()
        if self._thread.is_alive():
            self._thread.join()
        self._send_state()

    def push(self, text: Text) -> int:
        self._left = []
        self._next += 1
        self._open[self._next] = text
        self._dirty.set()
        return self._next

    def update(self, handle: int, text: Text) -> None:
        if handle in self._open:
            self._open[handle] = text
            self._dirty.set()

    def pop(self, handle: int, left: bool = False) -> None:
        if not left:
            self._left = []
        elif not self._left:  # the innermost is left first
            self._left = self.stack()
        self._open.pop(handle, None)
        self._dirty.set()

    def rows(self, count: int, written: bool = False) -> None:
        if written:
            self._written += count
        else:
            self._read += count
        self._dirty.set()

    def stack(self) -> list[str]:
        return self._left or self._texts()

    def _texts(self) -> list[str]:
        return [text if isinstance(text, str) else text() for text in list(self._open.values())]

    def send(self, message: dict[str, Any]) -> None:
        """A message of another kind, whole and in order."""
        with self._sending:
            wire.send(self._sock, message)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._dirty.wait()
            self._dirty.clear()
            self._send_state()
            self._stopped.wait(_PERIOD)

    def _send_state(self) -> None:
        """Tell how things are, if they are not as told last."""
        state = {"t": "report", "rows": max(self._read, self._written), "status": self._texts()}
        if state != self._told:
            self._told = state
            with contextlib.suppress(OSError):  # the coordinator is gone: this process will be, too
                self.send(state)
