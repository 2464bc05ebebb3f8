"""What a running job does right now, in a few words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from axtui import human
from axtui.build.live.state import Job

if TYPE_CHECKING:
    from axtui.tui.live import Followed


def words(builds: Iterable[Followed], jobid: str, now: float) -> str:
    """'analysis 62 %, 3 of 8 slices, 4.1M/s, 0:21 left'; '' where it is not known to run."""
    for build in builds:
        job = build.state.job(jobid)
        if job is not None:
            return _words(job, now)
        if build.build.build_job == jobid and build.ended is None:
            return f"{human.plural(len(build.state.jobs), 'job')} at work"
    return ""


def _words(job: Job, now: float) -> str:
    parts = [job.stage or "begins"]
    if job.fraction is not None:
        parts[0] += f" {job.fraction:.0%}"
    if len(job.tasks) > 1:
        parts.append(f"{job.done} of {len(job.tasks)} slices")
    if job.rate:
        parts.append(human.rate(job.rate))
    left = job.left(now)
    if left is not None:
        parts.append(f"{human.clock(left)} left")
    if job.status:
        parts.append(job.status)
    return ", ".join(parts)
