"""`gc`: removing the jobs that nothing needs, while builds and other processes go on.

What goes is decided once (`doomed.py`), by the same function for a dry run. Each job is then looked at
once more, alone in its workdir, right before it is taken away: whatever a build has found or
made since, and all that rests on, stays.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from axtui.build.housekeeping.census import census
from axtui.build.housekeeping.collected import Epitaph, compose
from axtui.build.housekeeping.doomed import Plan, Verdict, plan
from axtui.build.housekeeping.jobfacts import JobFacts
from axtui.build.housekeeping.leftovers import ENVIRONMENTS, Leftover, leftovers, orphans
from axtui.build.housekeeping.pins import pins
from axtui.build.housekeeping.roots import closure, pointers, roots
from axtui.build.housekeeping.sharing import sharers
from axtui.build.housekeeping.trash import delete, throw_away
from axtui.build.index import ReuseIndex
from axtui.build.inuse import FOLDER as CLAIMS
from axtui.build.inuse import Collector, claimed
from axtui.data import jobdir
from axtui.errors import StorageError
from axtui.retention import Retention
from axtui.workspace import Workspace
from catalog.journal import JournalWriter

Only = Callable[[JobFacts], bool]
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Decision:
    """What `gc` would do now: the plan on jobs, what else may be deleted, and what to tell about it."""

    plan: Plan
    jobs: Mapping[str, JobFacts]
    leftovers: tuple[Leftover, ...]
    notes: tuple[str, ...] = ()


@dataclass
class Collected:
    """What a `gc` did: the jobs that went, those of the plan that stayed after all with the reason,
    and the leftovers that were deleted."""

    gone: list[Verdict] = field(default_factory=list)
    spared: list[Verdict] = field(default_factory=list)
    swept: list[Leftover] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def freed(self) -> int:
        """Bytes that are free now."""
        return sum(one.job.bytes for one in self.gone) + sum(one.bytes for one in self.swept)


def decide(
    workspace: Workspace,
    rules: Retention | None = None,
    *,
    only: Only = lambda job: True,
    alone: bool = False,
    now: float | None = None,
) -> Decision:
    """What may go, and what stays and why. Changes nothing.

    `rules` are those of the workspace, if none are given. With `alone` it is taken for granted that no
    workspace which cannot be read uses these workdirs.
    """
    workdirs = workspace.config.workdirs.values()
    claims = frozenset(job for folder in workdirs for job in claimed(folder, living=True))
    return _decide(workspace, rules, only, alone, time.time() if now is None else now, claims)


def _decide(
    workspace: Workspace,
    rules: Retention | None,
    only: Only,
    alone: bool,
    now: float,
    claims: frozenset[str],
) -> Decision:
    rules = rules or workspace.config.retention
    jobs = census(workspace.config.workdirs, workspace.dot_axtui)
    others = sharers(workspace, jobs)
    points = pointers(others.known, workspace, others.moved, claims, now)
    deep, flat = roots(jobs, points, rules, now)
    left_alone = frozenset() if alone else others.left_alone
    notes = [] if alone else _notes(others.unreadable)
    decided = plan(jobs, deep, flat, rules, left_alone, only)
    going = frozenset(verdict.job.jobid for verdict in decided.go)
    return Decision(decided, jobs, tuple(leftovers(workspace, now, going)), tuple(notes))


def _notes(unreadable: Mapping[str, tuple[str, frozenset[str]]]) -> list[str]:
    return [
        f"nothing is removed from {', '.join(sorted(names))}: the workspace {config} uses it, too, "
        f"and {why}. Run gc where it can be read; if it is no more, use --alone"
        for config, (why, names) in unreadable.items()
    ]


def collect(
    workspace: Workspace,
    rules: Retention | None = None,
    *,
    only: Only = lambda job: True,
    alone: bool = False,
    observe: Callable[[Verdict], None] = lambda verdict: None,
    waiting: Callable[[int], None] = lambda pid: None,
) -> Collected:
    """Remove what may go. Another `gc` in the same workdirs is waited for (`waiting` is told of it);
    builds may go on. `observe` is told each job that went. Raises StorageError where a file cannot be
    removed; what went until then is gone.
    """
    done = Collected()
    workdirs = workspace.config.workdirs
    with _collectors(workspace, waiting) as collectors:
        with _alone(collectors):
            dead = [one for one in leftovers(workspace) if one.path.parent.name == CLAIMS]
            for collector in collectors:
                collector.forget_the_dead()
        done.swept += dead
        claims = frozenset(one for folder in workdirs.values() for one in claimed(folder))
        decision = _decide(workspace, rules, only, alone, time.time(), claims)
        done.warnings += decision.notes
        _Removal(workspace, decision, collectors, done, observe).run()
        _sweep(workspace, decision, collectors, done)
    return done


@contextlib.contextmanager
def _collectors(workspace: Workspace, waiting: Callable[[int], None]) -> Iterator[list[Collector]]:
    """All workdirs that exist and can be written to, in one order for all processes."""
    with contextlib.ExitStack() as stack:
        held = []
        for folder in sorted(workspace.config.workdirs.values()):
            if folder.is_dir() and os.access(folder, os.W_OK):
                collector = Collector(folder, waiting)
                stack.callback(collector.close)
                held.append(collector)
        yield held


@contextlib.contextmanager
def _alone(collectors: list[Collector]) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for collector in collectors:
            stack.enter_context(collector.alone())
        yield


class _Removal:
    """Carries a decision out, job by job."""

    def __init__(
        self,
        workspace: Workspace,
        decision: Decision,
        collectors: list[Collector],
        done: Collected,
        observe: Callable[[Verdict], None],
    ) -> None:
        self._workspace, self._decision, self._collectors = workspace, decision, collectors
        self._done, self._observe = done, observe
        config = workspace.config
        self._workdirs = config.workdirs
        self._index = ReuseIndex(config.workdirs, config.target)
        self._known_claims: frozenset[str] = frozenset()
        self._spared: set[str] = set()
        self._gone: set[str] = set()

    def run(self) -> None:
        with JournalWriter(self._workspace.dot_axtui) as journal:
            for verdict in self._decision.plan.go:
                epitaph = self._remove(verdict)
                if epitaph is not None:
                    warning = journal.append("job", epitaph.job)
                    self._done.warnings += [warning] if warning else []
                    self._done.gone.append(verdict)
                    self._observe(verdict)

    def _remove(self, verdict: Verdict) -> Epitaph | None:
        job = verdict.job
        path = self._workdirs[job.workdir] / job.jobid
        if not os.access(path.parent, os.W_OK):
            self._spare(verdict, f"lies in {path.parent}, which you cannot write to")
            return None
        epitaph = compose(path, self._workdirs, job.bytes, verdict.why)
        written = _write(epitaph)
        with _alone(self._collectors):
            why = self._why_spared(job, path)
            if why is None:
                trashed = throw_away(path)
                self._gone.add(job.jobid)
        if why is not None:
            self._spare(verdict, why)
            epitaph.withdraw()
            return None
        setup = epitaph.job
        if setup.get("key") and setup.get("method"):
            self._index.remove(job.jobid, setup["key"], setup["method"])
        delete(trashed)
        if not written:
            epitaph.write()
        return epitaph

    def _why_spared(self, job: JobFacts, path: Path) -> str | None:
        """Why a job must stay after all. Only with the workdirs held alone."""
        state = jobdir.state(path)
        if state == "missing":
            return "is gone already"
        known = jobdir.FAILURES | {"complete"} if job.state == "damaged" else {job.state}
        if state not in known:
            return f"is {state} now"
        claims = frozenset(one for folder in self._workdirs.values() for one in claimed(folder))
        claims |= pins(self._workdirs).keys()
        claims -= self._gone  # whoever claimed one of these was told that it is not there
        if claims != self._known_claims:
            self._known_claims = claims
            self._spared = closure(claims, self._decision.jobs)
        return "is in use by a build, or pinned, since" if job.jobid in self._spared else None

    def _spare(self, verdict: Verdict, why: str) -> None:
        self._done.spared.append(replace(verdict, goes=False, why=why))


def _write(epitaph: Epitaph) -> bool:
    """Write what is kept of a job before it goes; on a full disk that must wait until it is gone."""
    try:
        epitaph.write()
    except OSError as error:
        if error.errno not in _FULL:
            raise StorageError(
                f"cannot write {epitaph.path}: {error.strerror}; nothing was removed of its job"
            ) from error
        return False
    return True


def _sweep(
    workspace: Workspace, decision: Decision, collectors: list[Collector], done: Collected
) -> None:
    """Delete what was left behind. With builds at work environments stay: a job may be about to
    refer to one."""
    for leftover in decision.leftovers:
        with contextlib.suppress(FileNotFoundError):
            if leftover.path.parent.name == ENVIRONMENTS:
                if not _drop_environment(workspace, leftover.path, collectors):
                    continue
            elif leftover.path.is_dir():
                delete(leftover.path)
            else:
                continue
            done.swept.append(leftover)


def _drop_environment(workspace: Workspace, path: Path, collectors: list[Collector]) -> bool:
    workdirs = workspace.config.workdirs
    with _alone(collectors):
        if any(claimed(folder) for folder in workdirs.values()):
            return False
        for name, folder in workdirs.items():
            if path in orphans(folder, name):
                path.unlink()
                return True
    return False
