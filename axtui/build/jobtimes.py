"""Where the time of a job went: its stages and slices on one line of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from axtui.build.live.state import Job

_WELL = ("ok", "", "running", "waiting", "cancelled")
_NOTABLE = 0.01
_SLOW = 1.5
"""A slice that took this many times the middle one is told of."""


@dataclass(frozen=True)
class Span:
    """One stage or slice. `begin` in seconds since the job began, `wall` and `cpu` in seconds,
    `waited` for a slot (None: unknown), `rss` in bytes, `outcome` as recorded or 'running'. Of the wall time
    `read`, `write` and `wait` went on reading, writing, and waiting for subjobs or the disk (None: nobody
    counted)."""

    stage: str
    sliceno: int | None
    begin: float
    wall: float
    cpu: float | None
    rss: int | None
    outcome: str
    waited: float | None = None
    rows: int | None = None
    read: float | None = None
    write: float | None = None
    wait: float | None = None

    @property
    def user(self) -> float | None:
        """Seconds of wall time that are left: the method's own code. None where nobody counted."""
        if self.read is None or self.write is None or self.wait is None:
            return None
        return max(0.0, self.wall - self.read - self.write - self.wait)

    @property
    def title(self) -> str:
        """'prepare', or 'slice 3'."""
        return self.stage if self.sliceno is None else f"slice {self.sliceno}"


@dataclass(frozen=True)
class Times:
    """The spans of a job in the order they run, and the seconds from its begin to its end."""

    spans: tuple[Span, ...]
    total: float

    @property
    def cpu(self) -> float:
        """Seconds of processor time of all of it."""
        return sum(span.cpu or 0.0 for span in self.spans)

    @property
    def peak(self) -> int:
        """Most memory of one process, in bytes."""
        return max((span.rss or 0 for span in self.spans), default=0)

    @property
    def before(self) -> float:
        """Seconds from the begin of the job to that of its first stage: its folder made, its source frozen, a
        process brought up for it."""
        return min((span.begin for span in self.spans), default=0.0)

    @property
    def kept(self) -> float:
        """Seconds from the last end of a stage to the end of the job: its files made durable, its record
        written."""
        last = max((span.begin + span.wall for span in self.spans), default=self.total)
        return max(0.0, self.total - last)

    def stage(self, name: str) -> float:
        """Seconds from the first begin to the last end of a stage."""
        own = [span for span in self.spans if span.stage == name]
        ends = max((span.begin + span.wall for span in own), default=0.0)
        return ends - min((span.begin for span in own), default=0.0)

    @property
    def slowest(self) -> Span | None:
        """The slice that took longest."""
        slices = [span for span in self.spans if span.sliceno is not None]
        return max(slices, key=lambda span: span.wall) if len(slices) > 1 else None

    @property
    def verdict(self) -> str:
        """What is worth knowing about them, in a sentence; '' where nothing is."""
        ended = next((one for one in self.spans if one.outcome not in _WELL), None)
        if ended is not None:
            return f"{ended.title} ended it: {ended.outcome}"
        slow = self.slowest
        if slow is None or any(one.outcome in ("running", "waiting") for one in self.spans):
            return ""
        others = sorted(span.wall for span in self.spans if span.sliceno is not None)
        middle = others[len(others) // 2]
        if middle > 0 and slow.wall > _SLOW * middle and slow.wall - middle > _NOTABLE:
            return (
                f"{slow.title} was the slowest: {slow.wall / middle:.1f} times as long as the middle"
                " one; the slices are uneven, or it waited"
            )
        return f"{slow.title} was the slowest, by little: the slices are even"


def recorded(
    stages: Iterable[Mapping[str, Any]], started: float | None, ended: float | None
) -> Times:
    """The times of a job that is over, from its record."""
    spans = []
    found = sorted(stages, key=lambda one: (one["started"] or 0, one["sliceno"] or 0))
    first: dict[str, float] = {}
    origin = started if started is not None else min((one["started"] for one in found), default=0)
    for one in found:
        begin = one["started"] or origin
        first.setdefault(one["stage"], begin)
        spans.append(
            Span(
                one["stage"],
                one["sliceno"],
                max(0.0, begin - origin),
                one["wall_s"] or 0.0,
                one["cpu_s"],
                one["peak_rss"],
                one["outcome"] or "",
                waited=begin - first[one["stage"]] if one["sliceno"] is not None else None,
                read=one.get("read_s"),
                write=one.get("write_s"),
                wait=one.get("wait_s"),
            )
        )
    spans.sort(key=lambda span: (first[span.stage], span.sliceno or 0))
    last = max((span.begin + span.wall for span in spans), default=0.0)
    total = max(last, ended - origin) if ended is not None else last
    return Times(tuple(spans), total)


def running(job: Job, now: float) -> Times:
    """The times of a job that runs, so far."""
    spans: list[Span] = []
    at = 0.0
    for stage, wall in job.stages_done.items():
        spans.append(Span(stage, None, at, wall, None, None, "ok"))
        at += wall
    for task in job.tasks:
        begin = (task.started or now) - job.started
        wall = task.wall if task.wall is not None else now - (task.started or now)
        outcome = {"done": "ok"}.get(task.state, task.state)
        spans.append(
            Span(task.stage, task.sliceno, begin, wall, None, None, outcome, rows=task.rows or None)
        )
    return Times(tuple(spans), max(0.0, now - job.started))


def bar(span: Span, total: float, width: int) -> tuple[int, int]:
    """Where the bar of a span begins on a line of so many cells, and how long it is (at least
    one)."""
    if total <= 0 or width <= 0:
        return 0, 0
    begin = min(width - 1, int(min(1.0, max(0.0, span.begin / total)) * width))
    length = max(1, round(min(1.0, span.wall / total) * width))
    return begin, min(length, width - begin)


def by_stage(spans: Sequence[Span]) -> dict[str, list[Span]]:
    """Spans by stage, in order."""
    found: dict[str, list[Span]] = {}
    for span in spans:
        found.setdefault(span.stage, []).append(span)
    return found
