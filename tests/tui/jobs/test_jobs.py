"""Screen 2: the list of jobs, its filter, its keys, and the preview."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from axtui.tui.app import Axtui
from axtui.tui.job import deeds
from axtui.tui.job.header import JobHeader
from axtui.tui.jobs import columns
from axtui.tui.jobs.preview import Preview
from axtui.tui.jobs.table import JobTable
from axtui.tui.jobs.view import JobsView
from axtui.tui.places import Place
from axtui.tui.table.filterline import FilterLine
from axtui.workspace import Workspace
from tests.tui.frozen import NOW
from tests.tui.support import wait_for


def opened(workspace: Workspace, subject: str = "") -> Axtui:
    return Axtui(workspace, Place("jobs", subject), watch=False, clock=lambda: NOW)


def view(app: Axtui) -> JobsView:
    found = app.screen_below
    assert isinstance(found, JobsView)
    return found


def listed(app: Axtui) -> list[str]:
    table = view(app).query_one(JobTable)
    return [row["job"] for at in range(table.row_count) if (row := table.values(at))]


def text(app: Axtui, name: str) -> str:
    return str(app.screen.query_one(f"#{name}", Static).render())


async def filled(app: Axtui, pilot: Pilot[Any], count: int) -> None:
    await wait_for(pilot, lambda: len(listed(app)) == count, f"{count} jobs")


async def test_the_list_moves_sorts_and_marks(read_workspace: Workspace) -> None:
    app = opened(read_workspace)
    async with app.run_test(size=(160, 36)) as pilot:
        await filled(app, pilot, 17)
        table = view(app).query_one(JobTable)
        assert listed(app)[:3] == ["dev-17", "dev-16", "dev-15"]
        await wait_for(pilot, lambda: "1 of 17 · newest first" in text(app, "jobs-status"), "place")
        line = table.render_line(2).text
        assert "lost" in line and "resample" in line and "first time" in line
        assert "TypeError" in table.render_line(15).text  # what failed tells its error

        await pilot.press("j", "j")
        assert table.cursor_key == "dev-15"
        await pilot.press("y")
        assert app.clipboard == "dev-15"
        await pilot.press("right", "right", "s")  # by method
        await wait_for(pilot, lambda: "by method" in text(app, "jobs-status"), "another order")
        assert [table.values(at)["method"] for at in (0, 1)] == ["build", "build"]  # type: ignore[index]

        await pilot.press("space", "space")
        await wait_for(pilot, lambda: "2 marked: D compares" in text(app, "jobs-status"), "marks")
        first, second = view(app).marked
        assert "◆" in table.render_line(1).text
        await pilot.press("D")
        await wait_for(pilot, lambda: app.screen_below.place.screen == "job", "the comparison")  # type: ignore[union-attr]
        place = app.screen_below.place  # type: ignore[union-attr]
        assert {place.subject, place.tab.removeprefix("compare:")} == {first, second}


async def test_methods_keep_their_width_before_reasons_and_scripts_are_called_so(
    read_workspace: Workspace,
) -> None:
    app = opened(read_workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        await filled(app, pilot, 17)
        table = view(app).query_one(JobTable)
        shown = [table.render_line(at).text for at in range(1, 18)]
        assert any("build script forecast " in line for line in shown)
        told = next(line for line in shown if "TypeError" in line)
        assert told.rstrip().endswith("…")


async def test_typing_a_filter(read_workspace: Workspace) -> None:
    app = opened(read_workspace)
    async with app.run_test(size=(100, 24)) as pilot:
        await filled(app, pilot, 17)
        await pilot.press("slash", *"state:fai")
        await filled(app, pilot, 3)
        line = view(app).query_one(FilterLine)
        await wait_for(pilot, lambda: "(of 17)" in text(app, "jobs-status"), "of how many")

        await pilot.press("space", *"foo:x")
        await wait_for(
            pilot, lambda: "no field 'foo'" in text(app, "jobs-wrong"), "what is wrong with it"
        )
        await pilot.press(*["backspace"] * 6)
        await filled(app, pilot, 3)
        await wait_for(pilot, lambda: text(app, "jobs-wrong") == "", "that it is right again")
        await pilot.press("enter")
        await wait_for(pilot, lambda: view(app).place == Place("jobs", "state:fai"), "its place")
        assert view(app).place.command == "axtui job --filter state:fai --tui"
        assert isinstance(app.focused, JobTable)

        await pilot.press("slash", "ctrl+u", *"method:war")
        suggested = line.query_one(Input)
        await wait_for(pilot, lambda: suggested._suggestion == "method:warmest", "a completion")
        await pilot.press("right")
        await filled(app, pilot, 2)
        assert line.text == "method:warmest"
        await pilot.press("ctrl+u", *"zz")
        await filled(app, pilot, 0)
        assert "No job is like that" in view(app).query_one(JobTable).render_line(2).text
        await pilot.press("escape")
        await filled(app, pilot, 17)
        assert not line.is_open

        await pilot.press("a")
        await filled(app, pilot, 5)
        assert "build scripts only" in text(app, "jobs-status")
        await pilot.press("a", "c")
        await filled(app, pilot, 17)
        assert "with collected ones" in text(app, "jobs-status")


async def test_keys_that_lead_elsewhere(read_workspace: Workspace) -> None:
    app = opened(read_workspace, "method=forecast")
    places = {
        "enter": Place("job", "dev-3"),
        "w": Place("job", "dev-3", "why"),
        "l": Place("job", "dev-3", "output"),
        "p": Place("graph", "dev-3"),
    }
    async with app.run_test(size=(100, 24)) as pilot:
        for key, place in places.items():
            await app.go(Place("jobs", "method=forecast"))
            await filled(app, pilot, 1)
            await pilot.press(key)
            await wait_for(pilot, lambda place=place: app.screen_below.place == place, str(place))  # type: ignore[misc]


async def test_deeds(read_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(read_workspace, "method=warmest option:limit=8")
    done: list[tuple[str, Any]] = []
    monkeypatch.setattr(app, "build", lambda script, how=None: done.append(("build", script)))
    monkeypatch.setattr(deeds, "edit", lambda app, path: done.append(("edit", path.name)))
    monkeypatch.setattr(deeds, "open_path", lambda app, path: done.append(("open", path.name)))
    async with app.run_test(size=(100, 24)) as pilot:
        await filled(app, pilot, 1)
        await pilot.press("r", "o", "e")
        await wait_for(pilot, lambda: len(done) == 3, "all of them")
        assert done == [("build", "build"), ("open", "dev-11"), ("edit", "a_warmest.py")]
        await pilot.press("x")
        await wait_for(
            pilot, lambda: any("does not run" in n.message for n in app._notifications), "no"
        )


async def test_the_preview_shows_the_job_under_the_cursor(read_workspace: Workspace) -> None:
    app = opened(read_workspace, "method=warmest")
    async with app.run_test(size=(140, 30)) as pilot:
        await filled(app, pilot, 2)
        header = view(app).query_one(JobHeader)
        await wait_for(pilot, lambda: "dev-11" in str(header.render()), "the first")
        assert "~ was 5" in text(app, "preview-text")
        await pilot.press("j")
        await wait_for(pilot, lambda: "dev-7" in str(header.render()), "the second")
        assert "~ was" not in text(app, "preview-text")
        await pilot.press("v")
        assert not view(app).query_one(Preview).display
        await pilot.press("v")
        assert view(app).query_one(Preview).display
        await pilot.resize_terminal(80, 24)
        await wait_for(pilot, lambda: not view(app).query_one(Preview).display, "no room")


async def test_the_cursor_stays_with_its_job_when_another_comes(workspace: Workspace) -> None:
    app = opened(workspace)
    async with app.run_test(size=(100, 24)) as pilot:
        await filled(app, pilot, 17)
        table = view(app).query_one(JobTable)
        await pilot.press("j", "j", "j")
        assert table.cursor_key == "dev-14"
        view(app)._show(view(app)._rows.slice(2), keep=True)  # type: ignore[union-attr]
        await wait_for(pilot, lambda: table.row_count == 15, "fewer rows")
        assert table.cursor_key == "dev-14"
        assert table.cursor_row == 1


def test_a_running_jobs_time_gets_on() -> None:
    began = pa.array([1_000_000_000, 1_000_000_000], pa.timestamp("us", "UTC"))
    table = pa.table(
        {"state": ["running", "complete"], "started": began, "wall_s": pa.array([None, 5.0])}
    )
    assert columns.ticked(table, 1_007.5)["wall_s"].to_pylist() == [7.5, 5.0]


def test_columns_give_way_where_it_is_narrow() -> None:
    every = columns.columns(True, ())
    names = [column.name for column in columns.narrow(every, 80)]
    assert names == ["state", "job", "called", "started", "wall_s", "told"]
    beside = [column.name for column in columns.narrow(every, 70)]
    assert beside == ["state", "job", "called", "wall_s", "told"]
    assert len(columns.narrow(every, 200)) == len(every)


async def test_no_jobs_says_what_to_do(tmp_path: Any, outside: None) -> None:
    (tmp_path / "axtui.toml").write_text("[workdirs]\ndev = 'workdirs/dev'\n")
    from axtui.workspace import open_workspace

    app = opened(open_workspace(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        table = view(app).query_one(JobTable)
        await wait_for(pilot, lambda: "no jobs yet" in table.render_line(2).text, "the words")
        assert any("axtui run" in table.render_line(y).text for y in range(2, 8))
