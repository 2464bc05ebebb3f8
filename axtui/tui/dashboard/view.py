"""The first screen: what runs, what was saved, what came of it."""

from __future__ import annotations

import contextlib
import socket
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from axtui.build.live.watching import LiveBuild
from axtui.build.watch.told import MODES, Mode
from axtui.errors import AcceleratorError, StorageError
from axtui.tui.dashboard import queries
from axtui.tui.dashboard.failures import Failures
from axtui.tui.dashboard.feed import BuildFeed
from axtui.tui.dashboard.heard import feed_lines_of, plan_text
from axtui.tui.dashboard.line import Line
from axtui.tui.dashboard.linelist import LineList
from axtui.tui.dashboard.machine import Sample, Sampler
from axtui.tui.dashboard.panes import Activity, Builds, FailuresPane, Machine, Pane, ResultsPane
from axtui.tui.dashboard.scripts import LastRun, after
from axtui.tui.places import Place
from axtui.tui.question import Answer, Question
from axtui.tui.view import View

if TYPE_CHECKING:
    from textual.timer import Timer

    from axtui.build.watch.told import WatchEvent
    from axtui.tui.live import Followed

_AGES = 10.0
"""Seconds after which ages are told anew where nothing happens."""
_FRAME = 0.25
"""Seconds between two pictures of builds that get on: what they tell of themselves is as old."""
_OURS = "dashboard"


class DashboardView(View):
    """The first screen: what runs, what was saved, what came of it."""

    SCREEN = "dashboard"
    CSS_PATH = "view.tcss"
    AUTO_FOCUS = "#builds"
    HELP = (
        "What runs now, with a bar for each slice, and how each build script ended last; what was "
        "saved and what came of it; what failed and was not looked at yet; the newest results. "
        "`b` builds a script, Enter opens what the cursor is on, Tab goes to the next pane."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "b", "build", "Build", id="dashboard.build",
            tooltip="Build the script under the cursor, or the one that was built last",
        ),
        Binding("x", "stop", "Stop", id="dashboard.stop", tooltip="Stop a running job or build"),
        Binding("w", "why", "Why", id="dashboard.why", tooltip="Why the job is built"),
        Binding(
            "l", "output", "Output", show=False, id="dashboard.output", tooltip="What the job prints"
        ),
        Binding(
            "o", "result", "Open result", show=False, id="dashboard.result",
            tooltip="Open the result under the cursor, or the newest",
        ),
        Binding(
            "m", "mode(False)", "Watch mode", show=False, id="dashboard.mode",
            tooltip="What a save does: build (auto), ask, or nothing (off)",
        ),
        Binding(
            "M", "mode(True)", "Watch mode of a script", show=False, id="dashboard.mode.script",
            tooltip="What a save does to the script under the cursor",
        ),
        Binding("z", "zoom", "Zoom", show=False, id="dashboard.zoom", tooltip="One pane, or all"),
    ]  # fmt: skip

    class Sampled(Message):
        """The machine was looked at."""

        def __init__(self, sample: Sample) -> None:
            super().__init__()
            self.sample = sample

    def __init__(self) -> None:
        super().__init__()
        self._sampler = Sampler(lambda sample: self.post_message(self.Sampled(sample)))
        self._builds_now: list[Followed] = []
        self._drawing: Timer | None = None
        self._drawn = 0.0
        self._facts = queries.Facts()
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
        self._draw()
        self.set_interval(_AGES, self._draw)
        self.call_after_refresh(self._sampler.start)
        self.refreshed()

    def on_unmount(self) -> None:
        self._sampler.close()

    # -- what is told

    def moved(self, builds: list[Followed]) -> None:
        self._builds_now = builds
        here = socket.gethostname()
        self._sampler.watch(
            {one.build.build_job: one.build.pid for one in builds if one.build.host == here}
        )
        self._draw_soon()

    def heard(self, event: WatchEvent) -> None:
        self._activity.feed.add(*feed_lines_of(event))
        self._draw()

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
        self._facts = facts
        self._scripts = queries.known(facts.runs, scripts)
        self._builds.complete = True
        self._failures.told(facts.failures, facts.runs)
        self.axtui.remembered.set(_OURS, "runs", [asdict(run) for run in self._scripts])
        self._draw()

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
            self._draw()
        else:
            self._drawing = self.set_timer(_FRAME - passed, self._draw)

    def _draw(self) -> None:
        """Show all of it; panes paint again what is new."""
        if not self.is_mounted or not hasattr(self, "_failures"):
            return
        if self._drawing is not None:
            self._drawing.stop()
        self._drawing, self._drawn = None, time.monotonic()
        now, app = self.axtui.clock(), self.axtui
        ended = app.live.ended
        self._build_feed.take([*ended, *self._builds_now])
        self._failures.take([*ended, *self._builds_now])
        self._builds.builds = self._builds_now
        self._builds.runs = after(self._scripts, ended)
        self._builds.waits = {plan.script: plan_text(plan) for plan in app.watching.waiting}
        self._builds.say(Builds.TITLE, f"on save: {_MODE_WORDS[self._mode()]}")
        self._activity.draw(now)
        failures = self.query_one(FailuresPane)
        failures.failures = self._failures.unseen
        results = self.query_one(ResultsPane)
        results.results = self._facts.results
        for pane in (self._builds, failures, results):
            pane.draw(now)
        self._draw_machine(self.query_one(Machine))
        if app.pulse.failed != len(failures.failures):
            app.beat(replace(app.pulse, failed=len(failures.failures)))

    def _draw_machine(self, machine: Machine) -> None:
        machine.builds = [(one.build.script, one.build.build_job) for one in self._builds_now]
        tasks = [t for one in self._builds_now for job in one.state.jobs for t in job.tasks]
        used = sum(task.state == "running" for task in tasks)
        machine.slots = (used, self.axtui.workspace.config.engine.slots)
        machine.draw(self.axtui.clock())

    # -- opening

    @on(LineList.Opened)
    def _opened(self, message: LineList.Opened) -> None:
        line = message.line
        if line.key[:1] == ("failure",):
            self._see(line.key[1])
        if line.place is not None:
            self.axtui.visit(line.place)

    def action_seen(self) -> None:
        """Take the failure under the cursor off the list."""
        line = self._chosen
        if line is not None and line.key[:1] == ("failure",):
            self._see(line.key[1])

    def _see(self, job: str) -> None:
        self._failures.see(job)
        self.axtui.remembered.set(_OURS, "seen", self._failures.seen_jobs)
        self._draw()

    def action_why(self) -> None:
        """Show why the job under the cursor is built."""
        self._open_job("why")

    def action_output(self) -> None:
        """Show what the job under the cursor prints."""
        self._open_job("output")

    def _open_job(self, tab: str) -> None:
        line = self._chosen
        if line is not None and line.place is not None and line.place.screen == "job":
            if line.key[:1] == ("failure",):
                self._see(line.key[1])
            self.axtui.visit(replace(line.place, tab=tab))
        else:
            self.notify("Put the cursor on a job first.")

    def action_result(self) -> None:
        """Show the result under the cursor, or the newest."""
        line = self._chosen
        if line is not None and line.key[:1] == ("result",) and line.place is not None:
            self.axtui.visit(line.place)
        elif self._facts.results:
            self.axtui.visit(Place("results", self._facts.results[0].name))
        else:
            self.notify("There is no result yet.")

    @property
    def _chosen(self) -> Line | None:
        """The line under the cursor of the focused pane."""
        return self.focused.chosen if isinstance(self.focused, LineList) else None

    # -- building and stopping

    def action_build(self) -> None:
        """Build the script that the cursor is on, else the one that ran last."""
        script = self._script()
        if script is None:
            self.notify("There is no build script to build: write methods/build.py.")
        else:
            self.axtui.build(script)

    def _script(self) -> str | None:
        line = self._builds.chosen
        key = line.key if line else ()
        if key[:1] == ("script",):
            return key[1]
        running = self._build_of(line)
        if running is not None:
            return running.build.script
        return self._builds.runs[0].script if self._builds.runs else None

    def _build_of(self, line: Line | None) -> Followed | None:
        """The running build that a line is of."""
        names = line.key[1:2] if line else ()
        return next((one for one in self._builds_now if one.build.build_job in names), None)

    def action_stop(self) -> None:
        """Ask, then stop the job or the build under the cursor; the only build that runs, where it
        is on none."""
        line = self._chosen
        found = self._build_of(line)
        if found is None and len(self._builds_now) == 1:
            line, found = None, self._builds_now[0]
        if found is None:
            running = "Put the cursor on what is to stop." if self._builds_now else "Nothing runs."
            self.notify(running)
            return
        build = found.build
        whole = Answer("a", "Stop all of it", build.build_job)
        answers, text = [whole], f"{build.script} ({build.build_job}) runs. Stop it?"
        job = found.state.job(line.key[2]) if line and len(line.key) > 2 else None
        if job is not None:
            answers = [Answer("j", "Stop the job", job.jobid), whole]
            text = f"Stop the job {job.method} ({job.jobid}), or all of {build.script}?"
        if f"{build.user}" != self.axtui.workspace.config.user:
            text += f" It was started by {build.user}."
        self.app.push_screen(Question("Stop", text, answers), partial(self._stop, build))

    def _stop(self, build: LiveBuild, jobid: str | None) -> None:
        if jobid:
            self._ask_to_stop(build, jobid)

    @work(thread=True, group="stop", exit_on_error=False)
    def _ask_to_stop(self, build: LiveBuild, jobid: str) -> None:
        build.ask_to_stop(jobid, self.axtui.workspace.config.user)

    # -- the watcher

    def _mode(self) -> Mode:
        """What a save does to most scripts."""
        modes = Counter(self.axtui.watching.modes.values())
        if modes:
            return modes.most_common(1)[0][0]
        configured = self.axtui.workspace.config.watch.mode
        return next((mode for mode in MODES if mode == configured), "auto")

    def action_mode(self, one: bool) -> None:
        """The next watch mode: of the script under the cursor, or of all."""
        watching = self.axtui.watching
        script = self._script() if one else None
        before = watching.modes.get(script, self._mode()) if script else self._mode()
        after_it = MODES[(MODES.index(before) + 1) % len(MODES)]
        try:
            watching.set_mode(after_it, script)
        except AcceleratorError as error:
            self.axtui.trouble(error)
            return
        whose = script or "all scripts"
        self.notify(f"{whose}, on save: {_MODE_WORDS[after_it]}", markup=False)
        self._draw()

    # -- zooming

    def action_zoom(self) -> None:
        """Give the focused pane the whole screen, or give it back."""
        zoomed = self.has_class("-zoomed")
        for pane in self.query(Pane):
            pane.set_class(not zoomed and pane is self.focused, "-zoom")
        for column in self.query("#panes > Vertical"):
            column.set_class(not zoomed and bool(column.query(".-zoom")), "-zoom")
        self.set_class(not zoomed, "-zoomed")


_MODE_WORDS: dict[Mode, str] = {"auto": "build", "ask": "ask", "off": "nothing"}


def _remembered(rows: list[object]) -> list[LastRun]:
    """The last runs as they were known when the dashboard was closed."""
    found = []
    for row in rows:
        if isinstance(row, dict):
            with contextlib.suppress(TypeError):
                found.append(LastRun(**row))
    return found
