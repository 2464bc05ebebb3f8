"""Live rebuild of one workspace as it is configured now: from a batch of paths to runs of scripts.

Everything here happens on the watcher's thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from axtui.build.inputs import InputDigests
from axtui.build.live.files import event_from
from axtui.build.scripts import find_scripts
from axtui.build.watch import told, wire
from axtui.build.watch.builders import Builder, Builders
from axtui.build.watch.desk import Desk
from axtui.build.watch.facts import FactReader
from axtui.build.watch.held import Held
from axtui.build.watch.judge import Change, Judge
from axtui.build.watch.known import Known
from axtui.build.watch.lastruns import last_runs
from axtui.build.watch.outlook import Outlook
from axtui.build.watch.scope import Scope
from axtui.build.watch.sources import source_error
from axtui.build.watch.told import How, Mode, RunningScript, Tell
from axtui.build.watch.wants import Run
from axtui.engine.source import ENDINGS, SQL
from axtui.workspace import Workspace

ASKED = "it was asked for"


class Rebuild:
    """Knows the scripts, judges saves, and orders the builders about."""

    def __init__(
        self,
        workspace: Workspace,
        tell: Tell,
        mode_of: Callable[[str], Mode],
        only: frozenset[str] | None,
        builders: Builders,
        before: Rebuild | None = None,
    ) -> None:
        self.workspace, self._tell, self._mode_of = workspace, tell, mode_of
        self._only, self.builders = only, builders
        self.known = Known(FactReader(workspace.config))
        for build_job in before.build_jobs if before else self._last_runs():
            self._take(build_job)
        self.scope = Scope(workspace.config, self.known.paths)
        inputs = self._inputs()
        self.held = Held(self.scope, self.known, inputs)
        self._judge = Judge(self.scope, self.known.reader, inputs)
        self._outlook = Outlook(workspace, self.known, self._judge, mode_of)
        if before is None:
            self.desk = Desk(self._outlook, self, mode_of, self._told)
        else:
            self.desk = before.desk
            self.desk.views, self.desk.hands = self._outlook, self
        self.held.learn(inputs)

    @property
    def build_jobs(self) -> list[str]:
        """The runs that are known."""
        return [
            run.build_job for facts in self.known.scripts.values() for run in [*facts.own()][::-1]
        ]

    @property
    def scripts(self) -> list[str]:
        """The scripts that are watched."""
        return self._outlook.scripts

    # -- saves

    def expect(self, path: str) -> None:
        """Something happened to a file; what will be known in a moment. Methods that import it are
        looked at meanwhile, if a run is likely to follow."""
        methods = {
            job.method: None
            for script, facts in self.known.scripts.items()
            if self._mode_of(script) == "auto"
            for job in facts.jobs
            if path in job.sources
        }
        if methods and path.endswith(ENDINGS):
            self.builders.expect(list(methods))

    def saved(self, paths: Iterable[str]) -> None:
        """Something happened to files: find out what changed, and what that means."""
        self._changed(self.held.changes(paths))

    def missed(self) -> list[Change]:
        """What changed while nobody watched."""
        return [change for change in self.held.missed() if not self._is_broken(change)]

    def catch_up(self, changes: Sequence[Change], run: bool) -> None:
        """Have done what changes mean that happened before anybody watched; without `run` the scripts
        wait to be told."""
        self.desk.saved(changes, self._names(changes), held_back=not run)

    def ran_elsewhere(self, build_job: str) -> None:
        """A run that this watcher did not start is over."""
        if self._take(build_job):
            self._learn()

    def _changed(self, changes: Sequence[Change]) -> None:
        if not changes:
            return
        self._tell(told.Saved(time.time(), self._names(changes)))
        good = [change for change in changes if not self._is_broken(change)]
        if good:
            self.desk.saved(good, self._names(good))

    def _names(self, changes: Iterable[Change]) -> tuple[str, ...]:
        return tuple(self.scope.name(change.path) for change in changes)

    def _is_broken(self, change: Change) -> bool:
        """Whether a file is no Python any more; that it is so, or is so no more, is told."""
        name = self.scope.name(change.path)
        error = None
        if self._is_code(change.path):
            users = self.known.users(change.path)
            error = source_error(change.path, name, users, time.time())
        if error is not None:
            self.desk.broke(error)
            self._tell(error)
        elif name in self.desk.broken:
            self.desk.mended(name)
            self._tell(told.SourceMended(time.time(), name))
        return error is not None

    def _is_code(self, path: str) -> bool:
        if path.endswith(SQL):
            return Path(path).parent in self.scope.config.method_folders
        python = path.endswith(".py")
        return python and (not self.scope.in_inputs(path) or path in self.known.paths)

    # -- runs, as the desk orders them

    @property
    def has_room(self) -> bool:
        """Whether another run can begin."""
        return self.builders.has_room

    def begin(self, run: Run) -> None:
        """Begin a run in a builder."""
        if run.how is None:
            facts = self.known.scripts.get(run.script)
            run.how = facts.last.how if facts is not None else How()
        run.since = time.time()
        run.pid = self.builders.begin(run.number, run.script, run.how).pid

    def stop_job(self, run: Run, jobid: str, why: str) -> None:
        """Stop a job of a run."""
        self._with(run, lambda builder: builder.stop(jobid, why))

    def retire(self, run: Run, why: str) -> None:
        """Have a run begin nothing more."""
        self._with(run, lambda builder: builder.retire(why))

    def end(self, run: Run, why: str) -> None:
        """Stop a run."""
        self._with(run, lambda builder: builder.end(why))

    @property
    def running(self) -> list[RunningScript]:
        """The runs that are not over."""
        return [
            RunningScript(run.script, run.build_job, run.pid, run.since, run.why, run.how or How())
            for run in list(self.desk.runs.values())
        ]

    def _with(self, run: Run, order: Callable[[Builder], None]) -> None:
        builder = self.builders.of(run.number)
        if builder is not None:
            order(builder)

    # -- what builders say

    def heard(self, builder: Builder, message: wire.Message | None) -> None:
        """A message of a builder, or its end."""
        if message is None:
            self._builder_ended(builder)
        elif message["is"] == wire.EVENT:
            self._event(message)
        elif message["is"] == wire.OVER:
            self.builders.over(builder)
            self._over(message)
        elif message["is"] == wire.FREE:
            builder.free = True
        elif message["is"] == wire.RENEW:
            self.builders.gone(builder)
            self.builders.renew()
            self.desk.again(message["run"])

    def _event(self, message: wire.Message) -> None:
        run, found = self.desk.runs.get(message["run"]), event_from(message)
        if run is None or found is None:
            return
        started = not run.build_job
        self.desk.began(run.number, found.event)
        if started and run.build_job:
            self._tell(told.RunStarted(found.at, run.script, run.build_job, run.pid, run.why))
        self._tell(told.BuildEvent(found.at, run.script, run.build_job, found.event))

    def _over(self, message: wire.Message) -> None:
        run = self.desk.runs.get(message["run"])
        if run is None:
            return
        before = self._made(run.script)
        script = self._take(message["build_job"]) if message["build_job"] else None
        code = int(message["exit"])
        self._tell(
            told.RunEnded(
                time.time(),
                script=run.script,
                build_job=message["build_job"],
                exit_code=code,
                built=tuple(message.get("built", ())),
                reused=tuple(message.get("reused", ())),
                wall=message["wall"],
                error=message["error"],
                superseded=bool(run.replaced) and code != 0,
            )
        )
        fresh = self._learn() if script else []
        anew = code == 0 and bool(message.get("built") or before != self._made(run.script))
        self.desk.ended(run.number, anew)
        if fresh:
            self._changed(fresh)

    def _builder_ended(self, builder: Builder) -> None:
        if not self.builders.gone(builder):
            return
        run = self.desk.runs.get(builder.run) if builder.run is not None else None
        script = run.script if run else None
        self._tell(told.BuilderDied(time.time(), script, builder.death(), str(builder.log)))
        self.builders.warm()
        if run is not None:
            if run.build_job:
                self.ran_elsewhere(run.build_job)
            self.desk.ended(run.number, anew=False)

    # -- what is known

    def _made(self, script: str) -> tuple[tuple[str, str], ...]:
        """What a script made last, by name, as those see it who take its sessions."""
        facts = self.known.scripts.get(script)
        return facts.complete.named if facts and facts.complete else ()

    def _last_runs(self) -> list[str]:
        from catalog.errors import CatalogError

        try:
            return last_runs(self.workspace)
        except (CatalogError, OSError) as error:
            text = f"which scripts were run before is not known: {error}"
            self._told(told.Trouble, {"text": text})
            return []

    def _take(self, build_job: str) -> str | None:
        run = self.known.reader.run(build_job)
        if run is None or (self._only is not None and run.script not in self._only):
            return None
        return self.known.take(run)

    def _learn(self) -> list[Change]:
        """A run is over: what it depends on is known from now on. Files that are not as it read them."""
        inputs = self._inputs()
        self._judge.inputs = inputs
        self._outlook.learn()
        self.scope.add(self.known.paths)
        return self.held.learn(inputs)

    def _inputs(self) -> InputDigests:
        return InputDigests(self.workspace.dot_axtui / "inputs.json")

    def _told(self, kind: type[told.WatchEvent], facts: dict[str, Any]) -> None:
        self._tell(kind(time.time(), **facts))

    # -- asked for

    def ask(self, scripts: Sequence[str], how: How | None, why: str = ASKED) -> None:
        """Run scripts, one after the other where nothing is known of what they take."""
        there = find_scripts(self.workspace)
        before: set[str] = set()
        for script in scripts:
            if script not in there:
                self._told(told.Trouble, {"text": f"there is no build script {script!r}"})
                continue
            self.desk.ask(script, how, why, frozenset(before))
            before.add(script)

    def modes_changed(self) -> None:
        """What waits may run now, or the other way."""
        for want in self.desk.wants.values():
            want.plan = replace(want.plan, mode=self._mode_of(want.script))
        self.desk.modes_changed()
