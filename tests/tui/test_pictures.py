"""Every screen, looked at: in three sizes, in light colours, and without colours.

Each test opens the dashboard once and walks through the scenes. See `pictures` for how to draw the
pictures anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from axtui.build import jobpage
from axtui.build.sql import answer
from axtui.tui.app import Axtui
from axtui.tui.dashboard.machine import Sampler
from axtui.tui.places import Place
from axtui.tui.sql import answering, results
from axtui.workspace import Workspace
from tests.tui import frozen, still
from tests.tui.frozen import NOW
from tests.tui.pictures import FOLDER, Pictures, other_versions, rest

DARK, LIGHT = "textual-dark", "textual-light"
SIZES = [(80, 24), (120, 36), (200, 50)]


@dataclass(frozen=True)
class Scene:
    """A place, a text by which one knows that all of it is there, the keys that are pressed there,
    and those that leave what they opened."""

    name: str
    place: Place
    sees: str = ""
    keys: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    everywhere: bool = False
    """Whether it is looked at in every look, or in `FULL` only."""


SCENES = [
    Scene("dashboard", Place("dashboard"), "chart", everywhere=True),
    Scene("slices", Place("dashboard"), "summing", ("ctrl+t",), ("escape",), everywhere=True),
    Scene("jobs", Place("jobs"), "dev-17", everywhere=True),
    Scene("jobs-filter", Place("jobs", "state:failed"), "3 jobs"),
    Scene("jobs-none", Place("jobs", "no such job"), "No job is like that"),
    Scene("job", Place("job", "dev-11"), "limit 8", everywhere=True),
    Scene("job-options", Place("job", "dev-11", "options"), "scale"),
    Scene("job-inputs", Place("job", "dev-11", "inputs"), "dev-6"),
    Scene("job-source", Place("job", "dev-11", "source"), "iterate_chain"),
    Scene("job-diff", Place("job", "dev-12", "source:diff"), "round(value, 2)"),
    Scene("job-why", Place("job", "dev-11", "why"), "limit"),
    Scene("job-output", Place("job", "dev-11", "output"), "warmest readings"),
    Scene("job-files", Place("job", "dev-13", "files"), "chart.png"),
    Scene("job-datasets", Place("job", "dev-11", "datasets"), "default"),
    Scene("job-environment", Place("job", "dev-11", "environment"), "3.11.9"),
    Scene("job-time", Place("job", "dev-11", "time"), "synthesis"),
    Scene("job-failed", Place("job", "dev-3"), "unsupported operand", everywhere=True),
    Scene("graph", Place("graph", "dev-13"), "dev-7 -> dev-11", everywhere=True),
    Scene("graph-drawn", Place("graph", "dev-13"), "warmest", ("v",), ("v",)),
    Scene("data", Place("data"), "dev-11/default"),
    Scene("data-one", Place("data", "dev-6"), "celsius", everywhere=True),
    Scene("data-rows", Place("data", "dev-6", "rows"), "Arlanda"),
    Scene("sql", Place("sql"), "read-only"),
    Scene(
        "sql-result",
        Place("sql", "FROM jobs SELECT job, method, state"),
        "17 rows",
        everywhere=True,
    ),
    Scene("sql-chart", Place("sql", "FROM jobs SELECT method, wall_s"), "chart", ("c",), ("c",)),
    Scene("results", Place("results"), "chart", everywhere=True),
    Scene("methods", Place("methods"), "Read three days"),
    Scene("method", Place("methods", "warmest"), "how many to keep", everywhere=True),
    Scene("form", Place("methods", "warmest"), "scale", ("r",), ("escape",)),
    Scene("help", Place("help"), "Backspace", everywhere=True),
    Scene("keys", Place("jobs"), "esc closes", ("question_mark",), ("escape",)),
    Scene("palette", Place("jobs"), "Search for", ("colon",), ("escape",), everywhere=True),
]


@dataclass(frozen=True)
class Look:
    """A size of the terminal, and its colours."""

    size: tuple[int, int]
    theme: str = DARK
    colour: bool = True
    name: str = field(init=False, default="")

    def __post_init__(self) -> None:
        kind = {DARK: "dark", LIGHT: "light"}[self.theme] if self.colour else "no-colour"
        object.__setattr__(self, "name", f"{self.size[0]}x{self.size[1]}-{kind}")


FULL = Look((120, 36), DARK)
LOOKS = [Look(size) for size in SIZES]
LOOKS += [Look((120, 36), LIGHT), Look((120, 36), colour=False)]
"""Every size and every kind of colours: colours do not depend on the size."""


@pytest.fixture
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Pictures:
    if differs := other_versions():
        pytest.skip(f"the pictures were drawn with other versions: {differs}")
    return Pictures(FOLDER, request.config.getoption("--new-pictures"), tmp_path / "pictures")


@pytest.fixture
def look(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, outside: None) -> Look:
    found: Look = request.param
    if not found.colour:
        monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(Sampler, "_run", _told_at_once)
    monkeypatch.setattr(jobpage, "job_document", frozen.job_document)
    stopped = SimpleNamespace(monotonic=lambda: 1.0, time=lambda: NOW)
    for module in (answer, answering, results):  # they tell how long a query took
        monkeypatch.setattr(module, "time", stopped)
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr(TextArea, "cursor_blink", False)
    return found


def _told_at_once(sampler: Sampler) -> None:
    for sample in still.samples():
        sampler._sampled(sample)


def opened(workspace: Workspace, look: Look) -> Axtui:
    """The dashboard as it is looked at: time stands still, and so does a build."""
    app = Axtui(workspace, watch=False, clock=lambda: NOW)
    app.live = still.StillBuilds(
        workspace, lambda: app._from_thread(app._builds_moved), [still.build(workspace)]
    )
    app.animation_level = "none"
    app.theme = look.theme
    return app


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name, indirect=True)
async def test_pictures(look: Look, read_workspace: Workspace, pictures: Pictures) -> None:
    app = opened(read_workspace, look)
    hides = str(read_workspace.root.parent)
    async with app.run_test(size=look.size) as pilot:
        for event in still.saves():
            app.watching._take(event)
        for scene in (scene for scene in SCENES if scene.everywhere or look == FULL):
            name = f"{look.name}/{scene.name}"
            kept = partial(lambda name: pictures.has(name, app.export_screenshot(), hides), name)
            if not await _show(pilot, app, scene, kept):
                pictures.compare(name, app.export_screenshot(), hides)
            for key in scene.leave:
                await pilot.press(key)
    pictures.tell()


async def _show(pilot: Pilot[Any], app: Axtui, scene: Scene, kept: Callable[[], bool]) -> bool:
    """Show a scene; whether it looks as it was `kept` already."""
    await app.go(scene.place)
    if scene.keys:
        await rest(pilot, scene.name)
        for key in scene.keys:
            await pilot.press(key)
    return await rest(pilot, scene.name, [scene.sees], kept)
