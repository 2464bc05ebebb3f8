"""Naming the cause of a process's end: exit code, signal, or the kernel's out-of-memory killer."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path

_COUNTERS = (Path("/sys/fs/cgroup/memory.events"), Path("/proc/vmstat"))


def _oom_kills() -> int:
    """How often the kernel's out-of-memory killer struck here so far (0 where it cannot be asked)."""
    total = 0
    for path in _COUNTERS:
        with contextlib.suppress(OSError, ValueError):
            for line in path.read_text().splitlines():
                name, _, value = line.partition(" ")
                if name == "oom_kill":
                    total += int(value)
    return total


class OomWatch:
    """Tells whether the out-of-memory killer struck since the last time it was asked."""

    def __init__(self) -> None:
        self._before = _oom_kills()

    def happened(self) -> bool:
        """True once for each time the counter has grown."""
        now = _oom_kills()
        grown, self._before = now > self._before, now
        return grown


def name_death(code: int, oom: bool) -> tuple[str, str]:
    """(kind, words) for an exit code as `os.waitstatus_to_exitcode` gives it."""
    if code < 0:
        if oom and -code == signal.SIGKILL:
            return "oom", "was killed because the machine ran out of memory"
        return "signal", f"was killed by {_signal_name(-code)}"
    if code == 0:
        return "exit", "ended (os._exit(0)) before its stage was done"
    return "exit", f"exited with code {code}"


def _signal_name(number: int) -> str:
    names = {
        signal.SIGSEGV: "a segmentation fault (SIGSEGV)",
        signal.SIGKILL: "SIGKILL (by someone, or for want of memory)",
    }
    with contextlib.suppress(ValueError):
        known = signal.Signals(number)
        return names.get(known, known.name)
    return f"signal {number}"
