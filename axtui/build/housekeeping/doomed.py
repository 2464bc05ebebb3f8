"""The decision of `gc`: which jobs go, in which order, and why each stays or goes. It reads nothing."""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from axtui.build.housekeeping.jobfacts import JobFacts
from axtui.build.housekeeping.roots import Roots
from axtui.retention import Retention

_ENDED = {
    "failed": "failed",
    "cancelled": "was stopped",
    "lost": "was never finished",
    "damaged": "is damaged",
}


@dataclass(frozen=True)
class Verdict:
    """What becomes of one job. `why` completes "the job ..."."""

    job: JobFacts
    goes: bool
    why: str


@dataclass(frozen=True)
class Plan:
    """The verdicts: on those that go in the order in which they are removed, none before a job that
    needs it; and on those that stay, by job."""

    go: tuple[Verdict, ...]
    stay: Mapping[str, Verdict]

    @property
    def freed(self) -> int:
        """Bytes of all that goes."""
        return sum(verdict.job.bytes for verdict in self.go)

    @property
    def seconds(self) -> float:
        """What it took to make all that goes."""
        return sum(verdict.job.seconds for verdict in self.go)


def plan(
    jobs: Mapping[str, JobFacts],
    deep: Roots,
    flat: Roots,
    rules: Retention,
    left_alone: frozenset[str] = frozenset(),
    only: Callable[[JobFacts], bool] = lambda job: True,
) -> Plan:
    """Decide. Jobs in `deep` stay with all that they need, those in `flat` by themselves; nothing goes
    from the workdirs `left_alone`, nor what `only` does not pick. Of the rest all goes, or with a
    `size` in the rules what is cheap to make for its size, until the workdir is below it; a job that
    cannot be used without one that goes, goes too."""
    stay = _kept(jobs, deep, flat)
    for job in jobs.values():
        if job.jobid not in stay and job.workdir in left_alone:
            _stay(stay, job, "is in a workdir that a workspace uses of which nothing is known")
    free = {jobid: job for jobid, job in jobs.items() if jobid not in stay}
    users = _users(free)
    picked = set(free) if rules.size is None else _to_size(jobs, free, users, rules.size)
    for jobid in free.keys() - picked:
        _stay(stay, free[jobid], "is not needed, but its workdir is not too big (`size`)")
    for jobid in list(picked):
        if not only(jobs[jobid]):
            picked.discard(jobid)
            _stay(stay, free[jobid], "was not asked for")
    for jobid in [jobid for jobid in picked if not _with_users(jobid, users) <= picked]:
        picked.discard(jobid)
        _stay(stay, free[jobid], "is needed by jobs that were not asked for")
    ordered = _ordered(picked, jobs)
    return Plan(tuple(Verdict(jobs[jobid], True, _why(jobs[jobid])) for jobid in ordered), stay)


def _kept(jobs: Mapping[str, JobFacts], deep: Roots, flat: Roots) -> dict[str, Verdict]:
    stay: dict[str, Verdict] = {}
    for jobid, why in deep.items():
        _stay(stay, jobs[jobid], why)
    queue = deque(deep)
    while queue:
        user = queue.popleft()
        for need in sorted(need for need in jobs[user].needs if need not in stay):
            if need in jobs:
                _stay(stay, jobs[need], f"is needed by {user}, which {_root_of(stay[user])}")
                queue.append(need)
    for jobid, why in flat.items():
        if jobid not in stay:
            _stay(stay, jobs[jobid], why)
    return stay


def _root_of(verdict: Verdict) -> str:
    """The reason of the root behind a verdict, not the whole way to it."""
    return verdict.why.rpartition(", which ")[2]


def _stay(stay: dict[str, Verdict], job: JobFacts, why: str) -> None:
    stay[job.jobid] = Verdict(job, False, why)


def _why(job: JobFacts) -> str:
    if job.state in _ENDED:
        return _ENDED[job.state]
    if job.is_build:
        return "is a run that later ones have replaced"
    return "is needed by nothing"


def _users(free: Mapping[str, JobFacts]) -> dict[str, set[str]]:
    """Which of the jobs cannot be used without which."""
    users: dict[str, set[str]] = defaultdict(set)
    for job in free.values():
        for need in job.bound:
            if need in free:
                users[need].add(job.jobid)
    return users


def _with_users(jobid: str, users: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    queue = [jobid]
    while queue:
        one = queue.pop()
        if one not in found:
            found.add(one)
            queue += users.get(one, ())
    return found


def worth(job: JobFacts) -> float:
    """Seconds it took to make, for each byte that it holds: what is worth least goes first. What can
    never be used again is worth nothing."""
    return job.seconds / max(job.bytes, 1) if job.state == "complete" and not job.is_build else 0.0


def _to_size(
    jobs: Mapping[str, JobFacts],
    free: Mapping[str, JobFacts],
    users: Mapping[str, set[str]],
    size: int,
) -> set[str]:
    """Those that go so that each workdir holds at most `size` bytes, if that can be."""
    held: dict[str, int] = defaultdict(int)
    for job in jobs.values():
        held[job.workdir] += job.bytes
    picked: set[str] = set()
    groups = {jobid: _with_users(jobid, users) for jobid in free}

    def group_worth(jobid: str) -> float:
        parts = [free[part] for part in groups[jobid]]
        total = sum(part.bytes for part in parts)
        return sum(worth(part) * part.bytes for part in parts) / max(total, 1)

    for jobid in sorted(free, key=lambda jobid: (group_worth(jobid), -free[jobid].bytes, jobid)):
        if held[free[jobid].workdir] <= size:
            continue
        for part in groups[jobid] - picked:
            picked.add(part)
            held[free[part].workdir] -= free[part].bytes
    return picked


def _ordered(picked: Iterable[str], jobs: Mapping[str, JobFacts]) -> list[str]:
    """Users before what they need; apart from that, what is worth least first."""
    left = set(picked)
    pending = dict.fromkeys(left, 0)
    for jobid in left:
        for need in jobs[jobid].needs & left:
            pending[need] += 1

    def entry(jobid: str) -> tuple[float, int, str]:
        return worth(jobs[jobid]), -jobs[jobid].bytes, jobid

    ready = [entry(jobid) for jobid, count in pending.items() if count == 0]
    heapq.heapify(ready)
    ordered = []
    while ready:
        jobid = heapq.heappop(ready)[2]
        ordered.append(jobid)
        for need in jobs[jobid].needs & left:
            pending[need] -= 1
            if pending[need] == 0:
                heapq.heappush(ready, entry(need))
    return ordered + sorted(left.difference(ordered))  # what only damage can do: a circle
