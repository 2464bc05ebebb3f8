"""The first screen in an app: its panes, its keys, what it asks and what it remembers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

import axtui.tui.app
from axtui.build.watch import told
from axtui.tui.app import Axtui
from axtui.tui.dashboard.machine import Sample, Sampler
from axtui.tui.dashboard.panes import Activity, Builds, FailuresPane, Machine, Pane, ResultsPane
from axtui.tui.dashboard.slices import Slices
from axtui.tui.dashboard.view import DashboardView
from axtui.tui.live import Followed, LiveBuilds
from axtui.tui.places import Place
from axtui.tui.question import Question
from axtui.workspace import Workspace
from tests.tui.dashboard.fakes import NOW, AskedBuild, failed, followed, job, over, slices
from tests.tui.support import wait_for


class HandMade(LiveBuilds):
    """Builds that are put in by hand."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, lambda: None)
        self.running: list[Followed] = []
        self.over: list[Followed] = []

    def start(self) -> None:
        pass

    def now(self, moment: float | None = None) -> list[Followed]:
        return list(self.running)

    @property
    def ended(self) -> list[Followed]:
        return list(self.over)


class Dashboard(Axtui):
    """The app with builds that are put in by hand; nothing is watched and no place is left for."""

    CSS_PATH = str(Path(axtui.tui.app.__file__).with_name("app.tcss"))

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace, watch=False, clock=lambda: NOW)
        self.visited: list[Place] = []
        self.asked_for: list[str] = []
        self.live: HandMade = HandMade(workspace)

    def visit(self, place: Place) -> None:
        self.visited.append(place)

    def build(self, script: str, how: object = None) -> None:
        self.asked_for.append(script)

    def runs(self, *builds: Followed) -> None:
        """These builds run now."""
        self.live.running = list(builds)
        self._builds_moved()

    def ends(self, build: Followed) -> None:
        """A build is over."""
        self.live.over = [build]
        self.runs()

    def lines(self, pane: type[Pane]) -> list[str]:
        return [one.text for one in self.screen_below.query_one(pane).lines]  # type: ignore[union-attr]

    def says(self, pane: type[Pane], text: str) -> Callable[[], bool]:
        return lambda: any(text in one for one in self.lines(pane))


@pytest.fixture(autouse=True)
def no_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sampler, "start", lambda self: None)


@pytest.fixture
def app(read_workspace: Workspace) -> Dashboard:
    return Dashboard(read_workspace)


async def ready(pilot: Pilot[Any], app: Dashboard) -> None:
    """Wait for what the catalog tells."""
    await wait_for(pilot, app.says(ResultsPane, "★"), "the results")


async def test_idle_it_tells_the_last_builds_results_and_failures(app: Dashboard) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        scripts = " ".join(app.lines(Builds))
        for word in ("build", "complete", "forecast", "failed", "re-used"):
            assert word in scripts
        view = app.screen
        failures = view.query_one(FailuresPane)
        assert failures.failures
        assert app.pulse.failed == len(failures.failures)
        # Enter opens a failure, which then is seen; it is remembered.
        failures.focus()
        await pilot.press("enter")
        job_ = app.visited[-1]
        assert (job_.screen, job_.tab) == ("job", "error")
        assert job_.subject not in [one.job for one in failures.failures]
        assert job_.subject in app.remembered.get("dashboard", "seen")
        assert app.pulse.failed == len(failures.failures)
        view.query_one(ResultsPane).focus()
        await pilot.press("enter", "o")
        assert app.visited[-1] == app.visited[-2]
        assert app.visited[-1].screen == "results"
        assert app.remembered.get("dashboard", "runs")


async def test_a_running_build_is_shown_folded_opened_and_stopped(app: Dashboard) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        one = followed(job(), job("dev-93", "type", parent="dev-91"), script="build")
        app.runs(one)
        await wait_for(pilot, app.says(Builds, "dev-93"), "the running jobs")
        builds = app.screen.query_one(Builds)
        assert builds.chosen is not None
        assert builds.chosen.key == ("build", "dev-90")  # the cursor went with the script
        await pilot.press("down")
        assert builds.chosen.key == ("job", "dev-90", "dev-91")
        assert len([k for k in builds.lines if k.key[:1] == ("slice",)]) == 4
        await pilot.press("space")
        assert len([k for k in builds.lines if k.key[:1] == ("slice",)]) == 2
        assert builds.chosen.key == ("job", "dev-90", "dev-91")
        await pilot.press("space", "down", "enter", "w", "l")
        assert app.visited[-3:] == [
            Place("job", "dev-91", "output"),
            Place("job", "dev-91", "why"),
            Place("job", "dev-91", "output"),
        ]
        await pilot.press("x")
        await wait_for(pilot, lambda: isinstance(app.screen, Question), "the question")
        await pilot.press("j")
        made = one.build
        assert isinstance(made, AskedBuild)
        await wait_for(pilot, lambda: made.asked, "the job to be asked to stop")
        await pilot.press("x")
        await wait_for(pilot, lambda: isinstance(app.screen, Question), "the question")
        await pilot.press("escape")
        await pilot.press("x")
        await wait_for(pilot, lambda: isinstance(app.screen, Question), "the question")
        await pilot.press("a")
        await wait_for(pilot, lambda: len(made.asked) == 2, "the build to be asked to stop")
        user = app.workspace.config.user
        assert made.asked == [("dev-91", user), ("dev-90", user)]
        app.ends(over(failed(one), 1, "join (dev-92) failed"))
        await wait_for(pilot, app.says(FailuresPane, "dev-92"), "the failure")
        assert builds.chosen.key == ("script", "build")
        assert any("join (dev-92) failed" in text for text in app.lines(Builds))
        assert any("build failed after" in text for text in app.lines(Activity))


async def test_builds_scripts_and_says_what_cannot_be_done(app: Dashboard) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        builds = app.screen.query_one(Builds)
        await pilot.press("b", "G", "b", "g", "k")
        assert app.asked_for == [builds.runs[0].script, builds.runs[-1].script]
        await pilot.press("x")
        assert not isinstance(app.screen, Question)
        await pilot.press("m")  # nobody watches: it says so
        assert [one.message for one in app._notifications][-2:] == [
            "Nothing runs.",
            "the watcher is not there yet; try again in a moment",
        ]


async def test_before_the_scripts_are_known_none_is_said_to_be_missing(
    app: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DashboardView, "refreshed", lambda self: None)  # nothing is answered
    async with app.run_test(size=(120, 36)) as pilot:
        assert app.lines(Builds) == ["looking for build scripts …"]
        await pilot.press("b")
        said = [one.message for one in app._notifications]
        assert len(said) == 1 and "still being looked for" in said[0] and not app.asked_for


async def test_what_a_save_does_is_told_of_the_script_under_the_cursor(
    app: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        builds = app.screen.query_one(Builds)
        names = [run.script for run in builds.runs]
        monkeypatch.setattr(app.watching, "watches", True)
        modes: dict[str, str] = dict.fromkeys(names, "off") | {names[0]: "auto"}
        monkeypatch.setattr(type(app.watching), "modes", property(lambda self: modes))
        app.screen.draw()  # type: ignore[attr-defined]
        assert builds.border_subtitle == f"{names[0]} on save: build"
        await pilot.press("G")
        await wait_for(
            pilot, lambda: builds.border_subtitle == f"{names[-1]} on save: nothing", "the other"
        )


async def test_slots_are_counted_without_jobs_that_wait_for_their_own(app: Dashboard) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        app.runs(followed(job(tasks=slices(1)), job("dev-93", tasks=slices(2), parent="dev-91")))
        machine = app.screen.query_one(Machine)
        await wait_for(pilot, lambda: machine.slots[0], "the slots in use")
        assert machine.slots[0] == 2


async def test_the_cursor_stays_with_its_script_when_another_comes_first(app: Dashboard) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        builds = app.screen.query_one(Builds)
        first, last = builds.runs[0].script, builds.runs[-1].script
        assert builds.chosen is not None and builds.chosen.key == ("script", first)
        app.ends(over(followed(script=last)))
        await wait_for(pilot, lambda: builds.runs[0].script == last, "another order")
        await pilot.press("b")
        assert app.asked_for == [first]


async def test_the_watch_mode_goes_round(app: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    modes: list[tuple[str, str | None]] = []
    monkeypatch.setattr(app.watching, "set_mode", lambda mode, one=None: modes.append((mode, one)))
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        first = app.screen.query_one(Builds).runs[0].script
        await pilot.press("m", "M")
        assert modes == [("ask", None), ("ask", first)]


async def test_the_feed_follows_until_one_goes_up(app: Dashboard) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot, app)
        view = app.screen
        assert isinstance(view, DashboardView)
        activity = view.query_one(Activity)
        activity.focus()
        for at in range(40):
            view.heard(told.Saved(NOW + at, (f"[b]{at}[/b].py",)))
        await pilot.pause()
        assert activity.cursor == 39
        assert activity.scroll_offset.y == activity.max_scroll_y
        await pilot.press("k")
        view.heard(told.Saved(NOW + 99, ("new.py",)))
        await pilot.pause()
        assert activity.cursor == 38
        assert "paused, 1 new" in str(activity.border_title)
        await pilot.press("f")
        assert activity.cursor == 40
        assert "paused" not in str(activity.border_title)
        await pilot.press("g", "G")
        assert activity.follows
        assert "saved [b]39[/b].py" in activity.lines[39].text


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (60, 18)])
async def test_sizes_zoom_and_ctrl_t(app: Dashboard, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await ready(pilot, app)
        view = app.screen
        app.runs(followed(job(method="m" * 90, tasks=slices(40)), script="[i]s[/i]"))
        await wait_for(pilot, app.says(Builds, "[i]s[/i]"), "the running build")
        machine = view.query_one(Machine)
        machine.history.add(Sample(2, 0.5, 4, 8, {}))
        view.draw()  # type: ignore[attr-defined]
        for pane in view.query(Pane):
            assert all(len(one.text) <= pane.room.width for one in pane.lines)
        assert "[i]s[/i]" in app.lines(Builds)[0]
        await pilot.press("z")
        assert [pane.id for pane in view.query(Pane) if pane.region.width] == ["builds"]
        assert view.query_one(Builds).region.height == size[1] - 3
        await pilot.press("z", "tab")
        assert isinstance(app.focused, Activity)
        assert app.focused.region.height > 3
        await pilot.press("ctrl+t")
        await wait_for(pilot, lambda: isinstance(app.screen, Slices), "the slices")
        shown = app.screen.query_one("#slices")
        await wait_for(pilot, lambda: shown.lines, "the slices' lines")  # type: ignore[attr-defined]
        assert "[i]s[/i] dev-90" in shown.lines[0].text  # type: ignore[attr-defined]
        await pilot.press("escape")
        assert app.screen is view
