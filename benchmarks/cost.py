"""What a command takes: time from start to end, time of processors, and memory at its peak."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.processes import memory

_LOOK = 0.2
"""Seconds between two looks at the memory."""


@dataclass(frozen=True)
class Cost:
    """Seconds from start to end, seconds of processors of all processes, and the most bytes of memory
    that all of them held at a time (0 where the system does not tell)."""

    wall: float
    cpu: float
    peak: int = 0


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(
        median(cost.wall for cost in costs),
        median(cost.cpu for cost in costs),
        int(median(cost.peak for cost in costs)),
    )


def run(
    command: Sequence[str],
    folder: Path,
    environ: Mapping[str, str],
    look_at: int | None = None,
    may_fail: bool = False,
) -> tuple[Cost, str]:
    """Run a command to its end in `folder`; its cost and what it printed.

    Processor time is that of the command and of all it waited for. Memory is that of the command and of
    all below it, and of the process `look_at` and all below that. Exits where the command fails, unless it
    `may_fail`.
    """
    output = folder / "output"
    with output.open("wb") as out:
        began = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environ}, stdout=out, stderr=out
        )
        with Peak(lambda: memory(process.pid) + (memory(look_at) if look_at else 0)) as peak:
            _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    text = output.read_text(errors="replace")
    if process.returncode and not may_fail:
        raise SystemExit(f"{' '.join(command)} failed:\n{text[-2000:]}")
    return Cost(wall, used.ru_utime + used.ru_stime, peak.most), text


class Peak:
    """The largest of what a function returns, asked again and again while the block runs."""

    def __init__(self, look: Callable[[], int]) -> None:
        self.most = 0
        self._look = look
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK):
            self.most = max(self.most, self._look())
