"""What the machine and the builds use: sampled once a second on a thread, shown as sparklines."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from axtui import human
from axtui.tui.dashboard.bars import bar, sparkline
from axtui.tui.dashboard.columns import Room
from axtui.tui.dashboard.line import Line, Piece, line, padded, plain, width_of

_EVERY = 1.0
_KEPT = 600
"""Samples that are kept: ten minutes of them."""
_NAME = 6
_A_CELL = 3
"""Seconds that one cell of a sparkline stands for."""


@dataclass(frozen=True)
class Use:
    """What the processes of one build use: cores (2.0 is two of them, busy), resident bytes, and how
    many processes there are. Memory that they share is counted for each."""

    cores: float
    memory: int
    processes: int


@dataclass(frozen=True)
class Sample:
    """The machine at one moment: its cores, the share of them that was busy in the last second, its
    memory in bytes, and what builds use, by the job of the build."""

    cores: int
    busy: float
    used: int
    total: int
    builds: Mapping[str, Use]


class Sampler:
    """Takes a sample a second and calls `sampled` with it, on a thread."""

    def __init__(self, sampled: Callable[[Sample], object], every: float = _EVERY) -> None:
        self._sampled, self._every = sampled, every
        self._pids: dict[str, int] = {}
        self._over = threading.Event()
        self._spent: dict[int, tuple[float, float]] = {}
        self._at = time.monotonic()

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="axtui-machine", daemon=True).start()

    def close(self) -> None:
        """Take no more samples."""
        self._over.set()

    def watch(self, pids: Mapping[str, int]) -> None:
        """From now on these builds, by their job: the processes that run them, on this machine."""
        self._pids = dict(pids)

    def _run(self) -> None:
        import psutil

        psutil.cpu_percent(None)  # what it says next is measured from here
        while not self._over.wait(self._every):
            with contextlib.suppress(OSError, psutil.Error):
                self._sampled(self.sample())

    def sample(self) -> Sample:
        """The machine now; busy since the last time it was asked."""
        import psutil

        memory = psutil.virtual_memory()
        return Sample(
            cores=psutil.cpu_count() or 1,
            busy=psutil.cpu_percent(None) / 100,
            used=memory.total - memory.available,
            total=memory.total,
            builds=self._uses(),
        )

    def _uses(self) -> dict[str, Use]:
        pids = self._pids
        if not pids:
            self._spent = {}
            return {}
        import psutil

        found: dict[int, tuple[int, float, int, float]] = {}
        for process in psutil.process_iter(["ppid", "cpu_times", "memory_info", "create_time"]):
            facts = process.info
            times, memory = facts["cpu_times"], facts["memory_info"]
            if times is not None and memory is not None:
                spent = times.user + times.system
                found[process.pid] = (facts["ppid"], spent, memory.rss, facts["create_time"])
        now = time.monotonic()
        passed, self._at = max(0.001, now - self._at), now
        spent_before, self._spent = (
            self._spent,
            {pid: (one[3], one[1]) for pid, one in found.items()},
        )
        below = _below({pid: one[0] for pid, one in found.items()})
        uses = {}
        for build_job, root in pids.items():
            tree = [pid for pid in below(root) if pid in found]
            cpu = 0.0
            for pid in tree:
                born, before = spent_before.get(pid, (None, 0.0))
                if born == found[pid][3]:
                    cpu += found[pid][1] - before
            memory_used = sum(found[pid][2] for pid in tree)
            uses[build_job] = Use(cpu / passed, memory_used, len(tree))
        return uses


def _below(parents: Mapping[int, int]) -> Callable[[int], list[int]]:
    """Of processes and their parents: a function that gives a process and all below it."""
    children: dict[int, list[int]] = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)

    def tree(root: int) -> list[int]:
        found = [root]
        for pid in found:
            found += [child for child in children.get(pid, ()) if child not in found]
        return found

    return tree


class History:
    """The samples of the last minutes."""

    def __init__(self) -> None:
        self._busy: deque[float] = deque(maxlen=_KEPT)
        self._memory: deque[float] = deque(maxlen=_KEPT)
        self._taken = 0
        self.last: Sample | None = None

    def add(self, sample: Sample) -> None:
        """Take in a sample."""
        self.last = sample
        self._taken += 1
        self._busy.append(sample.busy)
        self._memory.append(sample.used / sample.total)

    def lines(
        self, room: Room, builds: Iterable[tuple[str, str]], slots: tuple[int, int]
    ) -> list[Line]:
        """The machine as lines of a pane: its load, its memory, the slots (used, all), and each build
        (script, its job). In a pane of one line all of it in brief."""
        sample = self.last
        if sample is None:
            return [line([("measuring…" if room.unicode else "measuring...", "muted")], room.width)]
        if room.height < 2:
            return [self._brief(sample, room, slots)]
        memory = f"{human.size(sample.used)} of {human.size(sample.total)}"
        lines = [
            self._spark("cpu", self._busy, f"{sample.busy:.0%} of {sample.cores} cores", room),
            self._spark("mem", self._memory, memory, room),
            _slots(slots, room),
        ]
        for script, build_job in builds:
            use = sample.builds.get(build_job)
            if use is not None:
                lines.append(_use(script, build_job, use, room))
        return lines

    def _brief(self, sample: Sample, room: Room, slots: tuple[int, int]) -> Line:
        width = max(0, min(20, room.width - 52))
        pieces: list[Piece] = [
            ("cpu ", "muted"),
            (self._drawn(self._busy, width, room), "primary"),
            (f" {sample.busy:>4.0%}", "bold"),
            ("   mem ", "muted"),
            (f"{human.size(sample.used)} of {human.size(sample.total)}", "bold"),
            ("   slots ", "muted"),
            (f"{slots[0]} of {slots[1]}", "bold"),
        ]
        return line(pieces, room.width)

    def _spark(self, name: str, shares: Sequence[float], facts: str, room: Room) -> Line:
        width = room.width - _NAME - len(facts) - 1
        pieces = [
            (padded(name, _NAME), "muted"),
            (self._drawn(shares, width, room), "primary"),
            (f" {facts}", ""),
        ]
        return line(pieces, room.width)

    def _drawn(self, shares: Sequence[float], width: int, room: Room) -> str:
        kept = list(shares)
        first = self._taken - len(kept)
        del kept[: -first % _A_CELL]  # cells begin where they always did
        return sparkline(kept, width, _A_CELL, room.unicode)


def _slots(slots: tuple[int, int], room: Room) -> Line:
    used, total = slots
    facts = f" {used} of {total} used"
    width = max(0, room.width - _NAME - len(facts))
    pieces = [
        (padded("slots", _NAME), "muted"),
        *bar(min(1.0, used / total) if total else 0.0, width, 0.0, room.unicode),
        (facts, ""),
    ]
    return line(pieces, room.width)


def _use(script: str, build_job: str, use: Use, room: Room) -> Line:
    facts = f"{use.cores:.0%}  {human.size(use.memory)}"
    facts += f"  {human.plural(use.processes, 'process', 'processes')}"
    name: list[Piece] = [(plain(script), "bold"), (f" {build_job}", "accent")]
    room_for_name = max(6, room.width - len(facts) - 2)
    kept = line(name, room_for_name).pieces
    gap = " " * max(2, room.width - width_of(kept) - len(facts))
    return line([*kept, (gap + facts, "muted")], room.width)
