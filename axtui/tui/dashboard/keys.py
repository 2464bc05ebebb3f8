"""What the keys of the first screen do to what the cursor is on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from axtui.build.live.watching import LiveBuild
from axtui.build.watch.told import MODES, Mode
from axtui.errors import AcceleratorError
from axtui.tui.dashboard.line import Line
from axtui.tui.dashboard.linelist import LineList
from axtui.tui.dashboard.panes import Builds, Pane
from axtui.tui.places import Place
from axtui.tui.question import Answer, Question
from axtui.tui.view import View

if TYPE_CHECKING:
    from axtui.tui.dashboard.queries import LinkedResult
    from axtui.tui.live import Followed

MODE_WORDS: dict[Mode, str] = {"auto": "build", "ask": "ask", "off": "nothing"}
"""What a save does, in a word."""


class DashboardKeys(View):
    """The keys of the first screen. What it shows is kept by the screen itself."""

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

    builds_now: Sequence[Followed] = ()
    """The builds that run."""
    results: Sequence[LinkedResult] = ()
    """The results, the newest first."""

    def draw(self) -> None:
        """Show all of it, as it is now."""
        raise NotImplementedError

    def see(self, job: str) -> None:
        """A failed job was looked at."""
        raise NotImplementedError

    # -- opening

    @on(LineList.Opened)
    def _opened(self, message: LineList.Opened) -> None:
        line = message.line
        if line.key[:1] == ("failure",):
            self.see(line.key[1])
        if line.place is not None:
            self.axtui.visit(line.place)

    def action_seen(self) -> None:
        """Take the failure under the cursor off the list."""
        line = self._chosen
        if line is not None and line.key[:1] == ("failure",):
            self.see(line.key[1])

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
                self.see(line.key[1])
            self.axtui.visit(replace(line.place, tab=tab))
        else:
            self.notify("Put the cursor on a job first.")

    def action_result(self) -> None:
        """Show the result under the cursor, or the newest."""
        line = self._chosen
        if line is not None and line.key[:1] == ("result",) and line.place is not None:
            self.axtui.visit(line.place)
        elif self.results:
            self.axtui.visit(Place("results", self.results[0].name))
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
        if script is None and not self.query_one(Builds).complete:
            self.notify("The build scripts are still being looked for; try again in a moment.")
        elif script is None:
            self.notify("There is no build script to build: write methods/build.py.")
        else:
            self.axtui.build(script)

    def _script(self) -> str | None:
        line = self.query_one(Builds).chosen
        key = line.key if line else ()
        if key[:1] == ("script",):
            return key[1]
        running = self._build_of(line)
        if running is not None:
            return running.build.script
        runs = self.query_one(Builds).runs
        return runs[0].script if runs else None

    def _build_of(self, line: Line | None) -> Followed | None:
        """The running build that a line is of."""
        names = line.key[1:2] if line else ()
        return next((one for one in self.builds_now if one.build.build_job in names), None)

    def action_stop(self) -> None:
        """Ask, then stop the job or the build under the cursor; the only build that runs, where it
        is on none."""
        line = self._chosen
        found = self._build_of(line)
        if found is None and len(self.builds_now) == 1:
            line, found = None, self.builds_now[0]
        if found is None:
            running = "Put the cursor on what is to stop." if self.builds_now else "Nothing runs."
            self.notify(running)
            return
        build = found.build
        whole = Answer("y", "Stop it", build.build_job)
        answers, text = [whole], f"{build.script} ({build.build_job}) runs. Stop it?"
        job = found.state.job(line.key[2]) if line and len(line.key) > 2 else None
        if job is not None:
            all_of_it = Answer("a", "Stop all of it", build.build_job)
            answers = [Answer("j", "Stop the job", job.jobid), all_of_it]
            text = f"Stop the job {job.method} ({job.jobid}), or all of {build.script}?"
        if f"{build.user}" != self.axtui.workspace.config.user:
            text += f" It was started by {build.user}."
        self.app.push_screen(Question("Stop", text, answers), partial(self._stop, build))

    def _stop(self, build: LiveBuild, jobid: str | None) -> None:
        if jobid:
            self._ask_to_stop(build, jobid)

    @work(thread=True, group="stop", exit_on_error=False)
    def _ask_to_stop(self, build: LiveBuild, jobid: str) -> None:
        if not build.alive:
            self.app.call_from_thread(self.notify, f"{build.script} is over already.", markup=False)
        build.ask_to_stop(jobid, self.axtui.workspace.config.user)

    # -- the watcher

    def mode(self) -> Mode:
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
        before = watching.modes.get(script, self.mode()) if script else self.mode()
        after_it = MODES[(MODES.index(before) + 1) % len(MODES)]
        try:
            watching.set_mode(after_it, script)
        except AcceleratorError as error:
            self.axtui.trouble(error)
            return
        whose = script or "all scripts"
        self.notify(f"{whose}, on save: {MODE_WORDS[after_it]}", markup=False)
        self.draw()

    # -- zooming

    def action_zoom(self) -> None:
        """Give the focused pane the whole screen, or give it back."""
        zoomed = self.has_class("-zoomed")
        for pane in self.query(Pane):
            pane.set_class(not zoomed and pane is self.focused, "-zoom")
        for column in self.query("#panes > Vertical"):
            column.set_class(not zoomed and bool(column.query(".-zoom")), "-zoom")
        self.set_class(not zoomed, "-zoomed")
