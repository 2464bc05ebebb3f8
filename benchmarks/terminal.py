"""A program in a pseudo terminal: keys go in, and every byte that comes out has its moment."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_UNSET = ("NO_COLOR", "COLUMNS", "LINES", "TMUX", "AXTUI_BROWSER")
_PATIENCE_S = 60.0


class TooLateError(Exception):
    """What was waited for did not come."""


class Terminal:
    """Starts `argv` at once in a terminal of `size` (columns, lines). Moments are those of
    `time.perf_counter`; `began` is that before the program was started."""

    def __init__(
        self,
        argv: Sequence[str],
        cwd: Path,
        size: tuple[int, int] = (120, 40),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in _UNSET}
        kept |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        kept |= environ or {}
        self._chunks: list[tuple[float, int]] = []
        self._data = bytearray()
        self._came = threading.Condition()
        self.began = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            with contextlib.suppress(BaseException):
                os.chdir(cwd)
                os.execvpe(argv[0], list(argv), kept)
            os._exit(70)
        columns, lines = size
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def length(self) -> int:
        """How many bytes have come so far: where to look on from."""
        return len(self._data)

    def send(self, keys: str | bytes) -> float:
        """Send keys; the moment before."""
        moment = time.perf_counter()
        os.write(self._fd, keys.encode() if isinstance(keys, str) else keys)
        return moment

    def when(self, said: str, since: int = 0, timeout: float = _PATIENCE_S) -> float:
        """The moment when bytes had come, after the first `since`, that hold `said`.

        Raises TooLateError after `timeout` seconds, or when the program has ended without them.
        """
        wanted, limit = said.encode(), time.perf_counter() + timeout
        looked = since
        with self._came:
            while True:
                at = self._data.find(wanted, looked)
                if at >= 0:
                    return self._moment_of(at + len(wanted))
                looked = max(since, len(self._data) - len(wanted))
                left = limit - time.perf_counter()
                if left <= 0 or not self._reader.is_alive():
                    raise TooLateError(f"{said!r} did not come")
                self._came.wait(min(left, 0.5))

    def first_byte(self, since: int, timeout: float = _PATIENCE_S) -> float:
        """The moment of the first byte after the first `since`."""
        limit = time.perf_counter() + timeout
        with self._came:
            while len(self._data) <= since:
                if not self._came.wait(max(0.0, limit - time.perf_counter())):
                    raise TooLateError("nothing came")
            return self._moment_of(since + 1)

    def quiet(self, seconds: float = 0.5, timeout: float = _PATIENCE_S) -> float:
        """Wait until nothing has come for some seconds; the moment of the last byte. A screen that
        shows a clock is never quiet: after `timeout` it is let be."""
        limit = time.perf_counter() + timeout
        while time.perf_counter() < limit:
            last = self._chunks[-1][0] if self._chunks else self.began
            if time.perf_counter() - last > seconds:
                break
            time.sleep(seconds / 5)
        return self._chunks[-1][0] if self._chunks else self.began

    def text(self) -> str:
        """All that came."""
        return self._data.decode("utf-8", "replace")

    def close(self) -> None:
        """End the program: kindly, then not."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(OSError):
                os.kill(self.pid, number)
            limit = time.perf_counter() + 5.0
            while time.perf_counter() < limit:
                with contextlib.suppress(ChildProcessError):
                    if os.waitpid(self.pid, os.WNOHANG)[0] == 0:
                        time.sleep(0.005)
                        continue
                break
            else:
                continue
            break
        self._reader.join(2.0)
        with contextlib.suppress(OSError):
            os.close(self._fd)

    def _read(self) -> None:
        while True:
            try:
                if not select.select([self._fd], [], [], 1.0)[0]:
                    continue
                data = os.read(self._fd, 1 << 16)
            except OSError:
                data = b""
            moment = time.perf_counter()
            with self._came:
                if data:
                    self._data += data
                    self._chunks.append((moment, len(self._data)))
                self._came.notify_all()
            if not data:
                return

    def _moment_of(self, length: int) -> float:
        """When so many bytes had come."""
        for moment, reached in reversed(self._chunks):
            if reached < length:
                break
            found = moment
        return found
