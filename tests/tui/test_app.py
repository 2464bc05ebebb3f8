"""The app: the way between screens, the palette, what is asked on leaving, what is remembered."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from textual.command import CommandList, CommandPalette
from textual.widgets import OptionList

from axtui.build.watch import told
from axtui.tui.app import Axtui
from axtui.tui.dashboard.slices import Slices
from axtui.tui.places import SCREENS, Place
from axtui.tui.question import Question
from axtui.workspace import Workspace
from tests.tui.support import wait_for


def _at(app: Axtui) -> Place | None:
    view = app.screen_below
    return view.place if view is not None else None


async def _hit(pilot: Any, app: Axtui, typed: str, wanted: str) -> None:
    """Type some letters into the palette, and take the hit that has `wanted`."""
    await pilot.press("ctrl+p")
    await wait_for(pilot, lambda: isinstance(app.screen, CommandPalette), "the palette")
    await pilot.press(*typed)
    listed = app.screen.query_one(CommandList)

    def found() -> list[int]:
        return [n for n, one in enumerate(listed.options) if wanted in str(one.prompt)]

    await wait_for(pilot, found, f"{wanted!r} among the hits")
    listed.highlighted = found()[0]
    await pilot.press("enter")


async def test_every_screen_has_a_key_and_back_leads_the_way_one_came(
    read_workspace: Workspace,
) -> None:
    app = Axtui(read_workspace, watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        assert not app._over.is_set()
        await wait_for(pilot, lambda: _at(app) == Place(), "the first screen")
        for number, screen in list(enumerate(SCREENS, 1))[1:]:
            await pilot.press(f"alt+{number}" if screen == "help" else str(number))
            await wait_for(pilot, lambda s=screen: _at(app).screen == s, screen)
            if screen == "sql":
                await pilot.press("i", "alt+4")  # in the editor letters are typed, these are not
                await wait_for(pilot, lambda: _at(app).screen == "data", "the screen before")
        await wait_for(pilot, lambda: isinstance(app.focused, OptionList), "its topics")
        await pilot.press("backspace")
        await wait_for(pilot, lambda: _at(app).screen == "methods", "the one before")
        await pilot.press("alt+right")
        await wait_for(pilot, lambda: _at(app).screen == "help", "and on again")
        await pilot.press("alt+1")
        await wait_for(pilot, lambda: _at(app) == Place(), "the first screen")
        await pilot.press("escape")
        await pilot.pause()
        assert _at(app) == Place(), "a screen is not left by Escape"
        await pilot.click("TitleBar", offset=(18, 0))
        await wait_for(pilot, lambda: _at(app).screen == "jobs", "the screen that was clicked")
    assert app._over.is_set()


async def test_the_palette_leads_to_jobs_screens_and_actions(read_workspace: Workspace) -> None:
    app = Axtui(read_workspace, watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_for(pilot, lambda: _at(app) == Place(), "the first screen")
        await _hit(pilot, app, "gores", "Go to Results")
        await wait_for(pilot, lambda: _at(app).screen == "results", "the screen")
        await _hit(pilot, app, "warmest", "warmest complete")
        await wait_for(pilot, lambda: _at(app).screen == "job", "a job, by its method")
        await pilot.press("escape")
        await wait_for(pilot, lambda: _at(app).screen == "results", "back from what was opened")
        await _hit(pilot, app, "copy place", "Copy this place")
        await wait_for(pilot, lambda: app.clipboard == _at(app).command, "the command")
        await _hit(pilot, app, "every slice", "What every slice")
        await wait_for(pilot, lambda: isinstance(app.screen, Slices), "the slices")
        await pilot.press("escape")


@dataclasses.dataclass
class Fake:
    """A watcher that runs something."""

    left: list[bool] = dataclasses.field(default_factory=list)
    running: list[told.RunningScript] = dataclasses.field(
        default_factory=lambda: [told.RunningScript("import", "dev-9", 1, 0.0, "saved")]
    )
    waiting: list[told.ScriptPlan] = dataclasses.field(default_factory=list)
    watches: bool = True
    errors: dict[str, told.SourceError] = dataclasses.field(default_factory=dict)
    config_error: str = ""
    coming: dict[str, str] = dataclasses.field(default_factory=dict)

    def words(self, unicode: bool) -> str:
        return "watching"

    @property
    def modes(self) -> dict[str, told.Mode]:
        return {"import": "auto"}

    @property
    def history(self) -> list[told.WatchEvent]:
        return []

    def close(self, leave_running: bool = True) -> None:
        self.left.append(leave_running)


@pytest.mark.parametrize(("key", "leave"), [("l", True), ("s", False)])
async def test_leaving_asks_what_is_to_become_of_a_build(
    read_workspace: Workspace, key: str, leave: bool
) -> None:
    app = Axtui(read_workspace, watch=False)
    watching = Fake()
    app.watching = watching  # type: ignore[assignment]
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: _at(app) == Place(), "the first screen")
        await pilot.press("q")
        await wait_for(pilot, lambda: isinstance(app.screen, Question), "the question")
        await pilot.press("escape")
        await wait_for(pilot, lambda: not isinstance(app.screen, Question), "staying")
        assert not watching.left
        await pilot.press("ctrl+c", "ctrl+c")
        await wait_for(pilot, lambda: isinstance(app.screen, Question), "the question again")
        await pilot.press(key)
        await wait_for(pilot, lambda: watching.left, "the watcher's end")
    assert watching.left[0] is leave
    assert app.return_code == 0


async def test_theme_and_places_are_remembered(workspace: Workspace) -> None:
    app = Axtui(workspace, watch=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: _at(app) == Place(), "the first screen")
        app.theme = "textual-light"
    again = Axtui(workspace, watch=False)
    assert again.theme == "textual-light"
    (workspace.dot_axtui / "tui.json").write_text("{not json")
    assert Axtui(workspace, watch=False).theme != "textual-light"


async def test_what_a_worker_raises_is_told_and_the_app_goes_on(read_workspace: Workspace) -> None:
    app = Axtui(read_workspace, watch=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: _at(app) == Place(), "the first screen")

        def fail() -> None:
            raise ValueError("[bold]no markup[/]")

        app.screen.run_worker(fail, thread=True, exit_on_error=False)
        await wait_for(
            pilot, lambda: any("[bold]" in n.message for n in app._notifications), "its message"
        )
        await pilot.press("2")
        await wait_for(pilot, lambda: _at(app).screen == "jobs", "another screen")
