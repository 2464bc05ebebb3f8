"""A terminal for tests: a program leads a session on it, and all that it is sent is kept."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60.0
ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"
OFF = (LEAVE, "\x1b[?25h", "\x1b[?1003l", "\x1b[?1004l", "\x1b[?2004l", "\x1b[?7h", "\x1b[<u")
"""What a terminal must have been sent so that it is as before."""


class Pseudo:
    """A program on a terminal of 120 x 36."""

    def __init__(self, program: Sequence[str], cwd: Path, **environ: str) -> None:
        unset = {"NO_COLOR", "COLUMNS", "LINES", "TERM", "AXTUI_DEBUG", "AXTUI_BROWSER"}
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        size = struct.pack("HHHH", 36, 120, 0, 0)
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, size)
        self.before = self.settings()
        self.pid = os.fork()
        if self.pid == 0:
            with contextlib.suppress(BaseException):
                os.login_tty(slave)
                os.chdir(cwd)
                kept |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
                os.execve(program[0], list(program), kept | environ)
            os._exit(70)
        os.close(slave)
        self.text = ""

    def settings(self) -> list[Any]:
        """How the terminal is set, as `stty` shows it."""
        return termios.tcgetattr(self.master)

    def read(self) -> str:
        """All that was sent until now."""
        while select.select([self.master], [], [], 0.02)[0]:
            try:
                data = os.read(self.master, 1 << 16)
            except OSError:
                break
            if not data:
                break
            self.text += data.decode("utf-8", "replace")
        return self.text

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def until(self, said: str, after: int = 0) -> int:
        """Wait for a text behind a position; the position behind it."""
        until(lambda: said in self.read()[after:], f"{said!r}", lambda: self.text[-2000:])
        return self.text.index(said, after) + len(said)

    def wait(self) -> int:
        """Its exit code."""
        found: list[int] = []

        def over() -> bool:
            self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            found.extend([os.waitstatus_to_exitcode(status)] if pid else [])
            return bool(pid)

        until(over, "its end", lambda: self.text[-2000:])
        self.read()
        return found[0]

    def dashboard(self) -> int:
        """The process that shows the dashboard: the child of the one that waits for it."""
        return only_child(self.pid)

    def hang_up(self) -> None:
        """Close the terminal, as closing a window does."""
        os.close(self.master)
        self.master = -1

    def is_as_before(self) -> bool:
        """Whether the terminal has its settings back, and every mode was taken back last."""
        return self.settings() == self.before and all(
            self.text.rfind(off) > self.text.rfind(ENTER) for off in OFF
        )

    def end(self) -> None:
        """Leave nothing running."""
        with contextlib.suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.master >= 0:
            os.close(self.master)


def only_child(pid: int) -> int:
    """The one child of a process."""
    done = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True)
    pairs = [line.split() for line in done.stdout.splitlines()]
    (child,) = [int(one) for one, parent in pairs if int(parent) == pid]
    return child


def lives(pid: int) -> bool:
    """Whether a process runs."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(done.stdout.strip()) and not done.stdout.startswith("Z")


def until(condition: Callable[[], object], what: str, shown: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"waited for {what}; there is: {shown()}"
        time.sleep(0.01)


def tiny(log: Path) -> list[str]:
    """The command of the smallest app."""
    return [sys.executable, "-m", "tests.tui.terminal.tiny", str(log)]
