"""What is to be done about saves: which scripts run now, which wait, what of a run is stopped.

A state machine without files, processes or clocks: it is told what happened, asks an `Outlook` what
that means, and gives orders to a `Hands`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from axtui.build import events
from axtui.build.watch import told
from axtui.build.watch.judge import Change
from axtui.build.watch.told import How, Mode, ScriptPlan, SourceError
from axtui.build.watch.wants import Hands, Run, Views, Want

AS_IT_WAS = "what was changed is as it was"
DISMISSED = "it was dismissed"


class Desk:
    """Keeps what is wanted and what runs. `tell` gets events without their time."""

    def __init__(
        self,
        views: Views,
        hands: Hands,
        mode_of: Callable[[str], Mode],
        tell: Callable[[type[told.WatchEvent], dict[str, object]], None],
    ) -> None:
        self.views = views
        self.hands, self._mode_of, self._tell = hands, mode_of, tell
        self.wants: dict[str, Want] = {}
        self.runs: dict[int, Run] = {}
        self.broken: dict[str, SourceError] = {}
        self._resting: set[str] = set()
        self._number = 0

    # -- what happened to files

    def saved(
        self, changes: Sequence[Change], shown: tuple[str, ...] = (), held_back: bool = False
    ) -> None:
        """Files hold something else now; `shown` are their names. None of them is broken. With
        `held_back` scripts wait to be told in any mode."""
        self._withdraw(changes)
        plans = self.views.plans(changes)
        self._tell(told.Prediction, {"paths": shown, "scripts": tuple(plans)})
        taken = self._reconsider(changes, plans)
        for plan in plans:
            if plan.likely and plan.script not in taken:
                self._want(plan, changes, held_back=held_back)
        self.dispatch()

    def broke(self, error: SourceError) -> None:
        """A file is no Python any more: the scripts of the error wait until it is good again."""
        self.broken[error.path] = error

    def mended(self, path: str) -> None:
        """It is good again, or gone; that it changed is told by `saved`."""
        self.broken.pop(path, None)

    # -- what someone asks for

    def ask(
        self, script: str, how: How | None, why: str, after: frozenset[str] = frozenset()
    ) -> None:
        """Run a script, whatever its mode, when those of `after` that run or are to run are over."""
        before = self.wants.get(script)
        changes = before.changes if before else {}
        plan = self.views.plan(script, why, changes.values())
        self.wants[script] = Want(script, plan, changes, how, told=True, sure=True, after=after)
        self.dispatch()

    def renew(self, scripts: Iterable[str], why: str) -> None:
        """All that scripts made may be other now: what runs by itself is begun anew."""
        for script in scripts:
            want = self._want(self.views.plan(script, why), (), sure=True)
            for run in self.runs.values():
                if run.script == script and not run.replaced and self._goes(want):
                    run.replaced = f"superseded: {why}"
                    self.hands.end(run, run.replaced)
        self.dispatch()

    def go(self, script: str | None) -> None:
        """What waits to be told is told to run."""
        for want in self._waiting(script):
            want.told = True
            self._supersede(want)
        self.dispatch()

    def dismiss(self, script: str | None, why: str = DISMISSED) -> None:
        """What waits to be told is forgotten."""
        for want in self._waiting(script):
            self._drop(want.script, why)
            for run in self.runs.values():
                if run.script == want.script:
                    run.changes.clear()

    def stop(self, script: str | None, why: str) -> None:
        """Runs are stopped, and wait to be told when they are wanted again."""
        for run in self.runs.values():
            if script in (None, run.script):
                run.stopped = True
                self.hands.end(run, why)
        for name in [name for name in self.wants if script in (None, name)]:
            self._drop(name, why)

    def modes_changed(self) -> None:
        """Scripts may have another mode: what waited may run, and the other way."""
        for want in self.wants.values():
            self._announce(want)
        self.dispatch()

    @property
    def waiting(self) -> list[ScriptPlan]:
        """What waits to be told to run."""
        return [want.plan for want in self._waiting(None)]

    @property
    def idle(self) -> bool:
        """Whether nothing runs, and nothing is to run by itself."""
        return not self.runs and not any(map(self._goes, list(self.wants.values())))

    # -- what happened to runs

    def began(self, number: int, event: events.Event) -> None:
        """Something happened in a run."""
        run = self.runs.get(number)
        if run is None:
            return
        if isinstance(event, events.ScriptStarted):
            run.build_job = event.build_job
        elif isinstance(event, events.JobFailed):
            run.stopped = run.stopped or (event.cancelled and not run.replaced)
        elif isinstance(event, (events.JobStarted, events.JobReused)):
            run.begun.add(event.jobid)

    def ended(self, number: int, anew: bool) -> None:
        """A run is over, and what it found is known to the views. `anew`: it went well, and made
        something that was not there."""
        run = self.runs.pop(number, None)
        if run is None:
            return
        if not run.replaced:
            if run.stopped:  # who stopped it does not want it back at the next save
                self._resting.add(run.script)
            for other in self.runs.values():
                if other.script == run.script and other.replaced:
                    self.hands.end(other, other.replaced)  # nobody asked for what it still made
            self._look_again(run)
        if anew and not run.replaced:
            for taker in self.views.takers(run.script):
                self._want(self.views.plan(taker, f"{run.script} finished anew"), (), sure=True)
        self.dispatch()

    def again(self, number: int) -> None:
        """A run could not begin where it was sent: it is wanted as before."""
        run = self.runs.pop(number, None)
        if run is not None:
            self.ask(run.script, run.how, run.why)

    def dispatch(self) -> None:
        """Begin what can begin, in order."""
        for want in self._ordered(self.wants.values()):
            if self._may_begin(want) and self.hands.has_room:
                self._begin(want)
        if not self.runs:  # scripts that all wait for each other
            for want in self._ordered(filter(self._goes, self.wants.values())):
                self._begin(want)
                return

    # -- parts

    def _withdraw(self, changes: Sequence[Change]) -> None:
        """Wants whose changes were taken back are none."""
        fresh = {change.path: change for change in changes}
        for want in list(self.wants.values()):
            if want.changes.keys() & fresh.keys():
                want.changes.update(
                    (path, change) for path, change in fresh.items() if path in want.changes
                )
                if not want.sure and self.views.holds(want.script, want.changes.values()):
                    self._drop(want.script, AS_IT_WAS)

    def _reconsider(
        self, changes: Sequence[Change], plans: Sequence[ScriptPlan]
    ) -> Collection[str]:
        """Tell runs of changes. The scripts whose present run will do with them, or is looked at again
        when it is over."""
        taken: set[str] = set()
        for run in list(self.runs.values()):
            if run.replaced or run.stopped:
                continue
            run.changes.update((change.path, change) for change in changes)
            found = (
                self.views.obsolete(run.build_job, run.begun, changes) if run.build_job else None
            )
            if found is None or not found.why:
                taken.add(run.script)
                continue
            plan = next((plan for plan in plans if plan.script == run.script), None)
            if plan is None or not plan.likely:
                plan = self.views.plan(run.script, found.why, changes)
            want = self._want(plan, run.changes.values(), sure=True)
            taken.add(run.script)
            if self._runs_by_itself(want):
                self._supersede(want)
        return taken

    def _supersede(self, want: Want) -> None:
        """Stop what a want makes obsolete of the run of its script, and nothing else."""
        for run in self.runs.values():
            if run.script != want.script or run.replaced or not run.build_job:
                continue  # one that has not begun will do with everything
            if self._is_held(want):
                continue
            changes = list(want.changes.values())
            found = self.views.obsolete(run.build_job, run.begun, changes)
            if not found.why:
                continue
            run.replaced = f"superseded by a save: {found.why}"
            want.how = want.how or run.how
            self.hands.retire(run, run.replaced)
            for jobid, _, why in found.jobs:
                self.hands.stop_job(run, jobid, f"superseded by a save: {why}")
            jobs = tuple((jobid, method) for jobid, method, _ in found.jobs)
            self._tell(
                told.Superseded,
                {"script": run.script, "build_job": run.build_job, "jobs": jobs, "why": found.why},
            )

    def _look_again(self, run: Run) -> None:
        """What was saved while a run was on its way, and is not what it ran with, is wanted."""
        changes = list(run.changes.values())
        if changes and run.script not in self.wants and not self.views.holds(run.script, changes):
            plans = self.views.plans(changes)
            plan = next((plan for plan in plans if plan.script == run.script), None)
            if plan is not None:
                self._want(plan, changes).how = run.how

    def _want(
        self,
        plan: ScriptPlan,
        changes: Iterable[Change],
        sure: bool = False,
        held_back: bool = False,
    ) -> Want:
        want = self.wants.get(plan.script)
        if want is None:
            want = self.wants[plan.script] = Want(plan.script, plan)
        elif not want.told:
            want.plan = plan
        want.changes.update((change.path, change) for change in changes)
        want.sure = want.sure or sure
        want.held_back = held_back
        self._announce(want)
        return want

    def _announce(self, want: Want) -> None:
        if self._asks(want):
            self._tell(told.WaitsForYou, {"plan": want.plan})

    def _drop(self, script: str, why: str) -> None:
        want = self.wants.pop(script)
        if self._asks(want):
            self._tell(told.WaitIsOver, {"script": script, "why": why})

    def _waiting(self, script: str | None) -> list[Want]:
        found = [want for want in self.wants.values() if script in (None, want.script)]
        asked = [want for want in found if self._asks(want, named=script is not None)]
        return self._ordered(asked)

    def _begin(self, want: Want) -> None:
        del self.wants[want.script]
        self._resting.discard(want.script)
        self._number += 1
        run = self.runs[self._number] = Run(self._number, want.script, want.plan.why, want.how)
        self.hands.begin(run)

    def _may_begin(self, want: Want) -> bool:
        live = {run.script for run in self.runs.values() if not run.replaced}
        if not self._goes(want) or want.script in live:
            return False
        coming = {other.script for other in self.wants.values() if self._goes(other)}
        return not self._above(want) & (live | coming)

    def _goes(self, want: Want) -> bool:
        """Whether a want is to be begun as soon as it can."""
        return self._runs_by_itself(want) and not self._is_held(want)

    def _runs_by_itself(self, want: Want) -> bool:
        rests = want.held_back or want.script in self._resting
        return want.told or (self._mode_of(want.script) == "auto" and not rests)

    def _asks(self, want: Want, named: bool = False) -> bool:
        """Whether someone is asked about a want (or can speak of it, if only by name)."""
        silent = self._mode_of(want.script) == "off" and not named
        return not silent and not self._runs_by_itself(want)

    def _is_held(self, want: Want) -> bool:
        """Whether a file is broken that it depends on; not where someone asked for it all the same."""
        if want.told and want.sure:
            return False
        return any(want.script in error.scripts for error in self.broken.values())

    def _above(self, want: Want) -> frozenset[str]:
        return self.views.upstream(want.script) | want.after

    def _ordered(self, wants: Iterable[Want]) -> list[Want]:
        return sorted(wants, key=lambda want: len(self._above(want)))
