"""What changes mean: which scripts have to run, which jobs are built, and what of a running build is
obsolete. Answers from what is known; decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from axtui.build.scripts import find_scripts
from axtui.build.watch.facts import JobFacts
from axtui.build.watch.judge import Affected, Change, Judge, downstream
from axtui.build.watch.known import Known
from axtui.build.watch.order import SessionTakers, in_order, upstream_of
from axtui.build.watch.told import AffectedJob, Mode, ScriptPlan
from axtui.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Obsolete:
    """What a save makes obsolete of a run: jobs that run, (job id, method, why), and `why` its
    script has to run again (empty: it can go on as if nothing was)."""

    jobs: tuple[tuple[str, str, str], ...] = ()
    why: str = ""


class Outlook:
    """Answers for one workspace and configuration. `mode_of` says what a save does to a script."""

    def __init__(
        self,
        workspace: Workspace,
        known: Known,
        judge: Judge,
        mode_of: Callable[[str], Mode],
    ) -> None:
        self._workspace, self._known, self._judge = workspace, known, judge
        self._mode_of = mode_of
        self._sessions = SessionTakers(workspace.config, known)
        self._upstream: Mapping[str, frozenset[str]] = {}
        self.learn()

    def learn(self) -> None:
        """Runs have ended, or scripts came: work out anew who takes what from whom."""
        self._upstream = upstream_of(self._known, self._sessions.upstream())

    def upstream(self, script: str) -> frozenset[str]:
        """The scripts that make what a script takes."""
        return self._upstream.get(script, frozenset())

    def takers(self, script: str) -> list[str]:
        """The scripts that take what a script makes, in order."""
        return in_order(
            (other for other, above in self._upstream.items() if script in above), self._upstream
        )

    @property
    def scripts(self) -> list[str]:
        """The scripts that are known and still there."""
        there = find_scripts(self._workspace)
        return [script for script in self._known.scripts if script in there]

    def plans(self, changes: Sequence[Change]) -> list[ScriptPlan]:
        """What changes mean, script by script, in the order in which these run."""
        affected = {}
        for script in self.scripts:
            found = self._judge.script(self._known.scripts[script], changes)
            if found.why:
                affected[script] = found
        rebuilt: set[str] = {jobid for found in affected.values() for jobid in found.jobs}
        names = set(affected)
        names.update(taker for script in affected for taker in self.takers(script))
        plans = []
        for script in in_order(names.intersection(self.scripts), self._upstream):
            after = self.upstream(script) & affected.keys()
            plan = self._plan(script, affected.get(script), rebuilt, after)
            rebuilt.update(job.jobid for job in plan.downstream)
            plans.append(plan)
        return plans

    def plan(self, script: str, why: str, changes: Iterable[Change] = ()) -> ScriptPlan:
        """What running a script means, for a reason that is given."""
        facts = self._known.scripts.get(script)
        if facts is None:
            return ScriptPlan(script, self._mode_of(script), why)
        found = self._judge.script(facts, changes)
        return self._plan(script, Affected(why, found.jobs), set(found.jobs), frozenset())

    def holds(self, script: str, changes: Iterable[Change]) -> bool:
        """Whether what a script made stands, in spite of changes."""
        facts = self._known.scripts.get(script)
        return facts is not None and not self._judge.script(facts, changes).why

    def obsolete(
        self, build_job: str, begun: Collection[str], changes: Sequence[Change]
    ) -> Obsolete:
        """What changes make obsolete of a run that has come to the jobs `begun`."""
        reader = self._known.reader
        jobs = [facts for jobid in begun if (facts := reader.job(jobid)) is not None]
        stale: dict[str, str] = {}
        for job in jobs:
            judged = self._judge.running if job.state == "running" else self._judge.job
            for change in changes:
                why = judged(job, change)
                if why:
                    stale.setdefault(job.jobid, why)
        for job in downstream(jobs, list(stale)):
            stale[job.jobid] = next(
                stale[other] for other in (*job.takes, *job.made) if other in stale
            )
        why = next(iter(stale.values()), "") or self._script_why(build_job, changes)
        at_work = [job for job in jobs if job.jobid in stale and job.state == "running"]
        return Obsolete(tuple((job.jobid, job.method, stale[job.jobid]) for job in at_work), why)

    def _script_why(self, build_job: str, changes: Sequence[Change]) -> str:
        reader = self._known.reader
        try:
            sources = reader.frozen(reader.path(build_job))
        except OSError:
            return ""
        return next((why for one in changes if (why := self._judge.sources(sources, one))), "")

    def _plan(
        self, script: str, found: Affected | None, rebuilt: set[str], after: frozenset[str]
    ) -> ScriptPlan:
        facts = self._known.scripts[script]
        own = found.jobs if found is not None else {}
        below = [job for job in downstream(facts.jobs, rebuilt) if job.jobid not in own]
        because = {job.jobid: _taken(job, facts.jobs) for job in below}
        held = {*own, *because}
        return ScriptPlan(
            script=script,
            mode=self._mode_of(script),
            why=found.why if found else f"it takes what {', '.join(sorted(after))} makes",
            affected=tuple(_told(job, own[job.jobid]) for job in facts.jobs if job.jobid in own),
            downstream=tuple(_told(job, because[job.jobid]) for job in below),
            reused=tuple(job.jobid for job in facts.jobs if job.jobid not in held),
            after=tuple(sorted(after)),
            likely=found is not None,
        )


def _told(job: JobFacts, why: str) -> AffectedJob:
    return AffectedJob(job.jobid, job.method, why, job.wall)


def _taken(job: JobFacts, others: Iterable[JobFacts]) -> str:
    methods = {other.jobid: other.method for other in others}
    taken = [methods[jobid] for jobid in (*job.takes, *job.made) if jobid in methods]
    return f"it takes {taken[0]}" if taken else "it takes what is built before"
