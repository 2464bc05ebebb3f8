"""The page of one job: every tab, the keys, the ways to other jobs, and jobs in every state."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from textual.notifications import Notification
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from axtui.build.jobpage import read_page
from axtui.data import jobdir
from axtui.tui.app import Axtui
from axtui.tui.job import deeds, words
from axtui.tui.job.error import _told
from axtui.tui.job.fileview import FileView
from axtui.tui.job.header import JobHeader
from axtui.tui.job.lines import Lines
from axtui.tui.job.pane import Pane
from axtui.tui.job.panetable import PaneTable
from axtui.tui.job.view import JobView
from axtui.tui.places import Place
from axtui.workspace import Workspace
from tests.tui.frozen import NOW
from tests.tui.support import wait_for

Words = tuple[str, ...]


def opened(workspace: Workspace, subject: str, tab: str = "") -> Axtui:
    return Axtui(workspace, Place("job", subject, tab), watch=False, clock=lambda: NOW)


def view(app: Axtui) -> JobView:
    found = app.screen_below
    assert isinstance(found, JobView)
    return found


def pane(app: Axtui) -> Pane:
    found = view(app).pane
    assert found is not None
    return found


def seen(app: Axtui) -> str:
    """All that the present tab holds, as text."""
    found = view(app).pane
    if found is None:
        return ""
    parts = [str(one.render()) for one in found.query(Static)]
    parts += [one.text for one in found.query(Lines)]
    for options in found.query(OptionList):
        parts += [str(option.prompt) for option in options.options]
    for table in found.query(PaneTable):
        parts += [str(table.values(at)) for at in range(table.row_count)]
    return "\n".join(parts)


async def says(app: Axtui, pilot: Pilot[Any], *words: str) -> None:
    await wait_for(
        pilot, lambda: all(re.search(word, seen(app), re.DOTALL) for word in words), f"{words}"
    )


TABS: dict[str, Words] = {
    "overview": (
        "option limit: 5 -> 8",
        "~ was 5",
        "Datasets",
        "Used by\n.*dev-13",
        "of its own, [0-9,]+ in a chain of 3",
    ),
    "options": ("'mark': '~', 'option': 'limit', 'value': '8', 'was': '5'",),
    "inputs": ("'side': 'input'.*'ref': 'dev-6'", "'side': 'asked for'.*dev-12", "used by.*dev-13"),
    "source": (r"methods/units.py", "The warmest readings"),
    "why": ("compared with dev-7", "an option changed: limit\n  - 5\n  . 8", r"\+    return round"),
    "output": (r".",),
    "files": (r".",),
    "datasets": ("'name': 'default', 'hashed'",),
    "environment": ("3.11.9", "'name': 'numpy', 'value': '2.2.4'"),
    "time": ("in all", "slice 0", "━", "slowest"),
    "compare": ("- dev-7\n. dev-11", "limit\n    - 5", r"methods/units.py  \+1 -1"),
}


async def test_every_tab(read_workspace: Workspace) -> None:
    app = opened(read_workspace, "dev-11")
    async with app.run_test(size=(120, 36)) as pilot:
        for tab, words in TABS.items():
            await app.go(Place("job", "dev-11", tab))
            await says(app, pilot, *words)
            assert view(app).place == Place("job", "dev-11", "" if tab == "overview" else tab)
            if tab == "overview":  # with which a job opens by itself
                assert view(app).place.command == "axtui job dev-11 --tui"
        assert view(app).place.command == "axtui job dev-11 --tui --tab compare"


async def test_keys_of_tabs(read_workspace: Workspace) -> None:
    app = opened(read_workspace, "forecast")
    keys = {
        "C": "compare", "tab": "overview", "shift+tab": "error", "i": "inputs", "l": "output",
        "t": "time", "w": "why", "right_square_bracket": "output", "R": "error", "E": "environment",
        "V": "overview", "P": "options", "S": "source",
    }  # fmt: skip
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: view(app)._tab == "error", "the error of what failed")
        assert view(app).place.command == f"axtui job {view(app).place.subject} --tui"
        for key, tab in keys.items():
            await pilot.press(key)
            await wait_for(
                pilot,
                lambda tab=tab: view(app)._tab == tab and view(app).pane is not None,  # type: ignore[misc]
                f"{key}: {tab}",
            )
        await pilot.press("d")  # it goes back by itself: there is no job before
        await wait_for(pilot, lambda: view(app).place.tab == "source", "no job before it")
        await pilot.click("TabBar", offset=(3, 0))
        await wait_for(pilot, lambda: view(app).place.tab == "overview", "a click on a tab")
        place = view(app).place
        assert place.command.endswith("--tui --tab overview")  # it opens with its error by itself
        await app.go(Place("job", place.subject))
        await wait_for(pilot, lambda: view(app)._tab == "error", "its error again")


async def test_a_failed_job_tells_where_and_what_to_do(read_workspace: Workspace) -> None:
    app = opened(read_workspace, "dev-3")
    async with app.run_test(size=(100, 36)) as pilot:
        await says(
            app, pilot,
            "exception in analysis, slice 1\n  TypeError", r"a_forecast.py", "in predicted",
            "What it was doing", "forecasting 2 days", "at reading 96",
            "slice 1 looks 2 days ahead", "e  edit the method",
        )  # fmt: skip
        await pilot.press("U")
        await says(app, pilot, "slice 1 looks 2 days ahead")
        await pilot.press("comma")
        await says(app, pilot, "slice 0 looks 2 days ahead")
        await pilot.press("T")
        await says(app, pilot, "slice 1 ended it: exception")


async def test_no_key_leads_to_a_compared_job_where_there_is_none(
    read_workspace: Workspace,
) -> None:
    def offered(app: Axtui) -> bool:
        return any(one.binding.id == "why.compared" for one in app.screen.active_bindings.values())

    app = opened(read_workspace, "dev-11", "why")
    async with app.run_test(size=(100, 30)) as pilot:
        await says(app, pilot, "compared with dev-7")
        await wait_for(pilot, lambda: offered(app), "the way to the compared job")
        await app.go(Place("job", "dev-10", "why"))
        await says(app, pilot, "build scripts always run")
        await wait_for(pilot, lambda: not offered(app), "no way to any")


async def test_a_failed_build_leads_to_the_job_that_failed(read_workspace: Workspace) -> None:
    app = opened(read_workspace, "dev-1")
    async with app.run_test(size=(100, 30)) as pilot:
        await says(app, pilot, "the job that failed, dev-3")
        assert not re.search("all that it printed", seen(app))
        await pilot.press("enter")
        await wait_for(pilot, lambda: view(app).place == Place("job", "dev-3"), "the failed job")
        await says(app, pilot, "all that it printed")


async def test_paths_inside_the_workspace_are_told_from_there(read_workspace: Workspace) -> None:
    page = read_page(read_workspace, "dev-3")
    inside, outside = f"{read_workspace.root}/methods/a_x.py", "/elsewhere/methods/a_y.py"
    error = {**(page.error or {}), "message": f"{inside} and {outside}", "traceback": inside}
    told = replace(page, document={**page.document, "error": error})
    for content in (words.overview(told, ()), _told(told, [])):
        assert str(read_workspace.root) not in content.plain
        assert f"methods/a_x.py and {outside}" in content.plain


async def test_walking_up_and_down_and_back(read_workspace: Workspace) -> None:
    app = opened(read_workspace, "dev-10", "inputs")
    async with app.run_test(size=(120, 36)) as pilot:
        await says(app, pilot, "'asked for', 'kind': 'built'.*dev-11", "'re-used'.*dev-5")
        table = pane(app).query_one(PaneTable)
        rows = [table.values(at) for at in range(table.row_count)]
        table.move_cursor(next(at for at, row in enumerate(rows) if row and row["job"] == "dev-11"))
        await pilot.press("enter")
        await says(app, pilot, "'side': 'input'.*'ref': 'dev-6'")
        assert view(app).place == Place("job", "dev-11", "inputs")
        table.move_cursor(0)
        await pilot.press("a")
        await wait_for(
            pilot, lambda: app.screen_below.place.subject.startswith("dev-6"), "the data"
        )  # type: ignore[union-attr]
        await pilot.press("backspace")
        await wait_for(pilot, lambda: app.screen_below.place.subject == "dev-11", "back")  # type: ignore[union-attr]
        await pilot.press("backspace")
        await wait_for(pilot, lambda: view(app).place.subject == "dev-10", "back again")
        await says(app, pilot, "'asked for', 'kind': 'built'.*dev-11")


async def test_what_arrives_for_another_job_is_dropped(read_workspace: Workspace) -> None:
    app = opened(read_workspace, "dev-11")
    async with app.run_test(size=(120, 36)) as pilot:
        for jobid in ("dev-13", "dev-12", "dev-8", "dev-3", "dev-7"):
            await app.go(Place("job", jobid, "options"))
        await says(app, pilot, "'option': 'limit', 'value': '5'")
        header = str(view(app).query_one(JobHeader).render())
        assert "dev-7" in header and "dev-3" not in header
        await app.go(Place("job", "nothing-like-it"))
        await wait_for(pilot, lambda: view(app).has_class("-nothing"), "no such job")
        assert "no job is named" in str(app.screen.query_one("#job-nothing", Static).render())
        await app.go(Place("job", "dev-7"))
        await wait_for(pilot, lambda: not view(app).has_class("-nothing"), "a job again")


async def test_what_is_told_while_a_job_is_read_keeps_the_tab_that_was_asked_for(
    read_workspace: Workspace,
) -> None:
    app = opened(read_workspace, "dev-11")
    async with app.run_test(size=(120, 36)) as pilot:
        await says(app, pilot, *TABS["overview"])
        await app.go(Place("job", "dev-7", "options"))
        view(app).refreshed()
        await says(app, pilot, "'option': 'limit', 'value': '5'")
        assert view(app).place == Place("job", "dev-7", "options")
        await app.go(Place("job", "dev-3"))
        view(app).refreshed()
        await wait_for(pilot, lambda: view(app)._tab == "error", "the tab it opens with")


async def test_the_diff_and_searching_the_source(read_workspace: Workspace) -> None:
    app = opened(read_workspace, "normals")
    async with app.run_test(size=(120, 30)) as pilot:
        await wait_for(pilot, lambda: view(app).page is not None, "the newest of the method")
        await pilot.press("d")
        await says(
            app, pilot, r"methods/units.py: dev-8 → dev-12", r"-    return round\(value, 1\)"
        )
        assert view(app).place.tab == "source:diff"
        await pilot.press("full_stop")
        await says(app, pilot, "the same in both")
        await pilot.press("d")
        await says(app, pilot, "the method")
        lines = pane(app).query_one(Lines)
        await pilot.press("slash", *"def")
        await wait_for(pilot, lambda: "def" in str(lines.lines[lines.match]), "a match")
        first = lines.match
        await pilot.press("enter", "n")
        assert lines.match > first
        await pilot.press("N")
        assert lines.match == first
        assert isinstance(app.focused, Lines)


async def test_environments_beside_each_other(read_workspace: Workspace) -> None:
    app = opened(read_workspace, "dev-11", "environment")
    async with app.run_test(size=(120, 30)) as pilot:
        await says(app, pilot, "numpy")
        await pilot.press("d")
        await says(
            app, pilot, "beside that of dev-7", "'~', 'kind': 'package', 'name': 'numpy'", "2.0.2"
        )
        await pilot.press("d")
        await says(app, pilot, "beside that of now")
        await pilot.press("d")
        await says(app, pilot, "d compares it")


async def test_files_are_shown_and_copied(read_workspace: Workspace, monkeypatch: Any) -> None:
    app = opened(read_workspace, "page", "files")
    done: list[str] = []
    monkeypatch.setattr(deeds, "open_path", lambda app, path: done.append(path.name))
    async with app.run_test(size=(120, 30)) as pilot:
        await says(app, pilot, "'given': 'yes'")
        table = pane(app).query_one(PaneTable)
        name = table.values(0)["name"]  # type: ignore[index]
        await pilot.press("o", "y")
        assert done == [name] and app.clipboard.endswith(f"dev-13/{name}")
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, FileView), "the file")
        shown = app.screen.query_one(Lines)
        await wait_for(pilot, lambda: shown.lines, "its lines")
        assert "PNG" in shown.text
        await pilot.press("escape")
        assert not isinstance(app.screen, FileView)


async def test_deeds(read_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(read_workspace, "dev-11")
    done: list[Any] = []
    monkeypatch.setattr(app, "build", lambda script, how=None: done.append(script))
    monkeypatch.setattr(deeds, "edit", lambda app, path: done.append(path.name))
    monkeypatch.setattr(deeds, "open_path", lambda app, path: done.append(path.name))
    async with app.run_test(size=(120, 30)) as pilot:
        await wait_for(pilot, lambda: view(app).pane is not None, "the job")
        await pilot.press("r", "e", "o", "y", "x")
        assert done == ["build", "a_warmest.py", "dev-11"]
        assert app.clipboard == "dev-11"
        await pilot.press("W", "enter")
        await wait_for(
            pilot, lambda: view(app).place.subject == "dev-7", "what it was compared with"
        )
        await pilot.press("p")
        await wait_for(
            pilot, lambda: app.screen_below.place == Place("graph", "dev-7"), "the graph"
        )  # type: ignore[union-attr]


async def test_hot_lines_are_looked_for_by_building_again(workspace: Workspace) -> None:
    app = opened(workspace, "dev-11")
    async with app.run_test(size=(120, 40)) as pilot:
        await wait_for(pilot, lambda: view(app).pane is not None, "the job")
        deeds.look_for_hot_lines(app, "dev-999")
        await wait_for(pilot, lambda: errors(app), "what is wrong with it")
        (told,) = errors(app)
        assert told.title == "dev-999 was not built" and "dev-999" in told.message
        assert view(app).place.subject == "dev-11"
        await pilot.press("h")
        await wait_for(pilot, lambda: view(app).place.tab == "time", "the times of a new job")
        jobid = view(app).place.subject
        assert jobid != "dev-11"
        await says(app, pilot, "synthesis")
        setup = jobdir.load_setup(workspace.config.workdirs["dev"] / jobid)
        assert setup["method"] == "warmest"


def errors(app: Axtui) -> list[Notification]:
    return [one for one in app._notifications if one.severity == "error"]


async def test_lost_cancelled_and_damaged_jobs(workspace: Workspace) -> None:
    damaged = workspace.config.workdirs["dev"] / "dev-12" / "post.json"
    damaged.chmod(0o644)
    damaged.write_text("{")
    words = {
        "dev-16": ("its process was killed", "build again"),
        "dev-15": ("cancelled", "stopped by ann", "begins from the start"),
        "dev-12": ("Damaged", "records cannot be read"),
    }
    app = opened(workspace, "dev-17")
    async with app.run_test(size=(100, 30)) as pilot:
        for jobid, expected in words.items():
            await app.go(Place("job", jobid))
            await says(app, pilot, *expected)
            for tab in ("overview", "output", "files", "time", "source", "environment"):
                await app.go(Place("job", jobid, tab))
        assert not errors(app)


async def test_lines_with_a_word(read_workspace: Workspace) -> None:
    app = opened(read_workspace, "dev-3", "output")
    async with app.run_test(size=(100, 30)) as pilot:
        await says(app, pilot, "slice 1 looks")
        await pilot.press("slash", *"zzz")
        await wait_for(pilot, lambda: not pane(app).query_one(Lines).lines, "no line has it")
        await pilot.press("ctrl+u", *"LOOKS")
        await says(app, pilot, "slice 1 looks")
        await pilot.press("escape")
        assert not isinstance(app.focused, Input)


async def test_the_begin_of_a_long_output_is_a_key_away_and_so_is_its_end(
    workspace: Workspace,
) -> None:
    printed = workspace.config.workdirs["dev"] / "dev-3/OUTPUT/1"
    printed.chmod(0o644)
    numbers = "".join(f"line {number} of many\n" for number in range(100_000))
    printed.write_text(f"{numbers}{'x' * 600_000}")
    app = opened(workspace, "dev-3", "output")
    async with app.run_test(size=(100, 20)) as pilot:
        await says(app, pilot, "letters left out", "line 99999 of")
        lines = pane(app).query_one(Lines)
        await pilot.press("g")
        await wait_for(pilot, lambda: lines.lines[0] == "line 0 of many", "its begin")
        known = len(lines.lines)
        assert lines.scroll_y == 0 and known < 90_000
        lines.scroll_end(animate=False)
        await wait_for(pilot, lambda: len(lines.lines) > known, "what comes behind it")
        assert lines.lines[known] == f"line {known} of many"
        await pilot.press("G")
        await wait_for(pilot, lambda: "left out" in str(lines.lines[-1]), "its end again")
        await wait_for(pilot, lambda: lines.at_end, "the end in view")
