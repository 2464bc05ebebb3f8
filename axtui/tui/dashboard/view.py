"""The first screen: what runs, what was saved, what came of it."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from axtui.build.watch import told
from axtui.errors import StorageError
from axtui.tui.dashboard import queries
from axtui.tui.dashboard.failures import Failures
from axtui.tui.dashboard.feed import BuildFeed
from axtui.tui.dashboard.heard import end_line, feed_lines_of, waits_of, wrong_of
from axtui.tui.dashboard.keys import MODE_WORDS, DashboardKeys
from axtui.tui.dashboard.machine import Sample, Sampler
from axtui.tui.dashboard.panes import Activity, Builds, FailuresPane, Machine, ResultsPane
from axtui.tui.dashboard.scripts import LastRun, after

if TYPE_CHECKING:
    from textual.timer import Timer

    from axtui.build.watch.told import WatchEvent
    from axtui.tui.live import Followed

_AGES = 10.0
"""Seconds after which ages are told anew where nothing happens."""
_FRAME = 0.25
"""Seconds between two pictures of builds that get on: what they tell of themselves is as old."""
_OURS = "dashboard"
_FOLLOWED = 1.0
"""Seconds after which a build that ended has been followed, if it was long enough for that."""


class DashboardView(DashboardKeys):
    """The first screen: what runs, what was saved, what came of it."""

    SCREEN = "dashboard"
    CSS_PATH = "view.tcss"
    AUTO_FOCUS = "#builds"
    HELP = (
        "What runs now, with a bar for each slice, and how each build script ended last; what was "
        "saved and what came of it; what failed and was not looked at yet; the newest results. "
        "`b` builds a script, Enter opens what the cursor is on, Tab goes to the next pane."
    )

    class Sampled(Message):
        """The machine was looked at."""

        def __init__(self, sample: Sample) -> None:
            super().__init__()
            self.sample = sample

    def __init__(self) -> None:
        super().__init__()
        self._sampler = Sampler(lambda sample: self.post_message(self.Sampled(sample)))
        self._drawing: Timer | None = None
        self._drawn = 0.0
        self._scripts: list[LastRun] = []

    def body(self) -> Iterable[Widget]:
        unicode = self.axtui.unicode
        ours = f"{self.axtui.workspace.config.user}@{socket.gethostname()}"
        with Horizontal(id="panes"):
            with Vertical(id="doing"):
                yield Builds(unicode=unicode, id="builds", ours=ours)
                yield Activity(unicode=unicode, id="activity")
            with Vertical(id="done"):
                yield Machine(unicode=unicode, id="machine")
                yield FailuresPane(unicode=unicode, id="failures")
                yield ResultsPane(unicode=unicode, id="results")

    def on_mount(self) -> None:
        app = self.axtui
        self._builds = self.query_one(Builds)
        self._activity = self.query_one(Activity)
        self._build_feed = BuildFeed(self._activity.feed)
        self._failures = Failures(app.remembered.get(_OURS, "seen", []))
        self._scripts = _remembered(app.remembered.get(_OURS, "runs", []))
        for event in list(app.watching.history):
            self._activity.feed.add(*feed_lines_of(event))
        self.draw()
        self.set_interval(_AGES, self.draw)
        self.call_after_refresh(self._sampler.start)
        self.refreshed()

    def on_unmount(self) -> None:
        self._sampler.close()

    # -- what is told

    def moved(self, builds: list[Followed]) -> None:
        self.builds_now = builds
        here = socket.gethostname()
        self._sampler.watch(
            {one.build.build_job: one.build.pid for one in builds if one.build.host == here}
        )
        self._draw_soon()

    def heard(self, event: WatchEvent) -> None:
        self._activity.feed.add(*feed_lines_of(event))
        if isinstance(event, told.RunEnded) and event.build_job:
            self.set_timer(_FOLLOWED, partial(self._ended, event))
        self.draw()

    def _ended(self, event: told.RunEnded) -> None:
        """Tell the end of a run that was too short to be followed."""
        if not self._build_feed.knows(event.build_job):
            self._activity.feed.add(end_line(event))
            self.draw()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.is_mounted:
            self.moved(self.axtui.live.now())

    def refreshed(self) -> None:
        self._ask()

    @work(group="facts", exclusive=True, exit_on_error=False)
    async def _ask(self) -> None:
        catalogue = self.axtui.catalogue
        scripts = await catalogue.call(queries.scripts, self.axtui.workspace)
        found = queries.Facts()
        with contextlib.suppress(StorageError):  # nothing was built yet
            found = await queries.facts(catalogue)
        self._told(found, scripts)

    def _told(self, facts: queries.Facts, scripts: dict[str, str]) -> None:
        """Take in what the catalog and the folders of methods say."""
        self.results = facts.results
        self._scripts = queries.known(facts.runs, scripts)
        self._builds.complete = True
        self.query_one(FailuresPane).complete = self.query_one(ResultsPane).complete = True
        self._failures.told(facts.failures, facts.runs)
        self.axtui.remembered.set(_OURS, "runs", [asdict(run) for run in self._scripts])
        self.draw()

    @on(Sampled)
    def _sampled(self, message: Sampled) -> None:
        machine = self.query_one(Machine)
        machine.history.add(message.sample)
        if self.is_current:
            self._draw_machine(machine)

    # -- showing it

    def _draw_soon(self) -> None:
        """Draw at once, but not more often than a few times a second."""
        if self._drawing is not None:
            return
        passed = time.monotonic() - self._drawn
        if passed >= _FRAME:
            self.draw()
        else:
            self._drawing = self.set_timer(_FRAME - passed, self.draw)

    def see(self, job: str) -> None:
        self._failures.see(job)
        self.axtui.remembered.set(_OURS, "seen", self._failures.seen_jobs)
        self.draw()

    def draw(self) -> None:
        """Show all of it; panes paint again what is new."""
        if not self.is_mounted or not hasattr(self, "_failures"):
            return
        if self._drawing is not None:
            self._drawing.stop()
        self._drawing, self._drawn = None, time.monotonic()
        now, app = self.axtui.clock(), self.axtui
        ended = app.live.ended
        self._build_feed.take([*ended, *self.builds_now])
        self._failures.take([*ended, *self.builds_now])
        self._builds.builds = list(self.builds_now)
        self._builds.runs = after(self._scripts, ended)
        self._builds.watched = app.watching.watches and self.mode() != "off"
        self._builds.waits = waits_of(app.watching)
        self._tell_mode()
        self._activity.draw(now)
        failures = self.query_one(FailuresPane)
        failures.failures = self._failures.unseen
        failures.wrong = wrong_of(app.watching)
        results = self.query_one(ResultsPane)
        results.results = self.results
        for pane in (self._builds, failures, results):
            pane.draw(now)
        self._draw_machine(self.query_one(Machine))
        if app.pulse.failed != len(failures.failures):
            app.beat(replace(app.pulse, failed=len(failures.failures)))

    @on(Builds.Moved)
    def _tell_mode(self) -> None:
        """Tell in the border what a save does."""
        self._builds.say(Builds.TITLE, self._on_save() if self.axtui.watching.watches else "")

    def _on_save(self) -> str:
        """What a save does: to all scripts, or where they differ to the one under the cursor."""
        modes = self.axtui.watching.modes
        script = self._script()
        if len(set(modes.values())) < 2 or script is None:
            return f"on save: {MODE_WORDS[self.mode()]}"
        return f"{script} on save: {MODE_WORDS[modes.get(script, self.mode())]}"

    def _draw_machine(self, machine: Machine) -> None:
        machine.builds = [(one.build.script, one.build.build_job) for one in self.builds_now]
        jobs = [job for one in self.builds_now for job in one.state.jobs]
        parents = {job.parent for job in jobs}  # who waits for a job of its own holds no slot
        tasks = [task for job in jobs if job.jobid not in parents for task in job.tasks]
        used = sum(task.state == "running" for task in tasks)
        machine.slots = (used, self.axtui.workspace.config.engine.slots)
        machine.draw(self.axtui.clock())


def _remembered(rows: list[object]) -> list[LastRun]:
    """The last runs as they were known when the dashboard was closed."""
    found = []
    for row in rows:
        if isinstance(row, dict):
            with contextlib.suppress(TypeError):
                found.append(LastRun(**row))
    return found
