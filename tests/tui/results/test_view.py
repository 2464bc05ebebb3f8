"""Screen 6: the results, their previews, and the way to their jobs."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from textual.widgets import Static

from axtui.build.heads.head import Head, head
from axtui.tui.app import Axtui
from axtui.tui.job.lines import Lines
from axtui.tui.places import Place
from axtui.tui.results.page import DifferencePage, PreviewPage
from axtui.tui.results.picture import HalfCells, Points, points
from axtui.tui.results.preview import Preview
from axtui.tui.results.view import ResultsView
from axtui.tui.table import Table
from axtui.workspace import Workspace
from catalog.store import transaction
from tests.tui.support import wait_for


def view(app: Axtui) -> ResultsView:
    found = app.get_screen("results")
    assert isinstance(found, ResultsView)
    return found


def names(app: Axtui) -> list[str]:
    table = view(app).query_one(Table)
    return [str(table.values(row)["result"]) for row in range(table.row_count) if table.values(row)]  # type: ignore[index]


def said(app: Axtui, part: str) -> str:
    return str(app.screen.query_one(f"#preview-{part}", Static).render())


def preview(app: Axtui) -> list[str]:
    return [str(line) for line in app.screen.query_one(Preview).query_one(Lines).lines]


async def test_the_list_the_previews_and_the_ways_on(
    read_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr("axtui.tui.results.view.open_path", lambda app, path: opened.append(path))
    app = Axtui(read_workspace, Place("results", "report/page.html"), watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_for(pilot, lambda: preview(app), "the text of the page")
        assert names(app) == ["report/chart.png", "report/page.html", "report/warmest.txt"]
        assert "page" in said(app, "facts") and "script build" in said(app, "facts")
        assert not any("<" in line for line in preview(app))
        assert view(app).place.command == "axtui open report/page.html --tui"

        await pilot.press("j")
        await wait_for(pilot, lambda: "text" in said(app, "facts"), "the next one")
        assert view(app).place.subject == "report/warmest.txt"
        await pilot.press("tab")
        assert app.focused is app.screen.query_one(Lines)
        await pilot.press("tab", "k", "k")
        picture = app.screen.query_one(HalfCells)
        await wait_for(pilot, lambda: picture.display and picture._points, "the picture")
        assert "picture" in said(app, "facts")

        await pilot.press("y", "o")
        assert app.clipboard.endswith("results/report/chart.png")
        assert [path.name for path in opened] == ["chart.png"]
        await pilot.press("space")
        await wait_for(pilot, lambda: isinstance(app.screen, PreviewPage), "the large preview")
        await pilot.press("escape", "r")
        await pilot.press("slash", *"text")
        await wait_for(pilot, lambda: names(app) == ["report/warmest.txt"], "the filter")
        await pilot.press("escape")
        await wait_for(pilot, lambda: len(names(app)) == 3, "all again")

        await pilot.press("p")
        await wait_for(pilot, lambda: app.screen is not view(app), "provenance")
        assert app.screen_below is not None and app.screen_below.place.screen == "graph"
        await pilot.press("backspace")
        await wait_for(pilot, lambda: app.screen is view(app), "the results")
        await pilot.press("enter")
        await wait_for(pilot, lambda: app.screen is not view(app), "the job")
        assert app.screen_below is not None and app.screen_below.place.screen == "job"


async def test_what_differs_from_the_version_before(read_workspace: Workspace) -> None:
    app = Axtui(read_workspace, Place("results", "report/warmest.txt"), watch=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: preview(app), "the text")
        await pilot.press("d")
        await wait_for(pilot, lambda: isinstance(app.screen, DifferencePage), "the difference")
        lines = [str(line) for line in app.screen.query_one(Lines).lines]
        assert "was built: " in lines[0]
        assert not any(line.startswith("  first ") for line in lines)
        assert any(line.startswith("+") for line in lines)
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.screen is view(app), "the results")


async def test_links_that_lead_nowhere_or_out_and_older_ones(
    workspace: Workspace, tmp_path: Path
) -> None:
    results = workspace.config.results
    (tmp_path / "secret.txt").write_text("secret")
    (results / "a-out.txt").symlink_to(tmp_path / "secret.txt")
    (results / "b-gone.txt").symlink_to(workspace.root / "workdirs/dev/dev-99/b.txt")
    with transaction(workspace.catalog) as con:
        con.execute("""
            INSERT INTO job BY NAME
            SELECT * REPLACE ('dev-70' AS job, now() AS started)
            FROM job WHERE method IN ('page', 'chart') AND state = 'complete'
        """)  # newer ones that were not linked: an edit that was undone
        con.execute("""
            INSERT INTO result BY NAME
            SELECT * REPLACE ('dev-70' AS job, now() AS recorded)
            FROM result WHERE link = 'report/page.html' LIMIT 1
        """)
    app = Axtui(workspace, Place("results"), watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_for(pilot, lambda: "out of the workspace" in said(app, "note"), "the refusal")
        assert "no job is behind it" in said(app, "facts")
        await pilot.press("enter", "d")
        assert app.screen is view(app)
        await pilot.press("j")
        await wait_for(pilot, lambda: "not there any more" in said(app, "note"), "the dangling one")
        await pilot.press("o", "j")
        await wait_for(pilot, lambda: "picture" in said(app, "facts"), "the picture")
        assert "dev-70" not in said(app, "facts")
        await pilot.press("j")
        await wait_for(pilot, lambda: "has linked dev-70" in said(app, "facts"), "the older one")


async def test_what_is_seen_is_of_one_moment_and_prose_is_as_wide_as_there_is_room(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace.root / "page.html").write_text(f"<p>{'many words ' * 40}the end</p>")
    (workspace.config.results / "page.html").symlink_to(workspace.root / "page.html")
    waits = threading.Event()
    waits.set()

    def slow(path: Path, within: Iterable[Path]) -> Head:
        waits.wait(20)
        return head(path, within)

    monkeypatch.setattr("axtui.tui.results.preview.head", slow)
    app = Axtui(workspace, Place("results", "page.html"), watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        shown = app.screen.query_one(Preview)
        await wait_for(pilot, lambda: "the end" in " ".join(preview(app)), "all of it")
        widest = shown.query_one(Lines).size.width
        assert len(preview(app)) > 5 and max(map(len, preview(app))) < widest
        assert str(shown.border_title) == "page.html"
        await pilot.resize_terminal(180, 40)
        await wait_for(pilot, lambda: len(max(preview(app), key=len)) > widest, "wider lines")
        before = said(app, "facts")
        waits.clear()
        await pilot.press("j")
        await wait_for(
            pilot, lambda: view(app).place.subject == "report/chart.png", "the cursor on it"
        )
        assert (str(shown.border_title), said(app, "facts")) == ("page.html", before)
        waits.set()
        await wait_for(pilot, lambda: str(shown.border_title) != "page.html", "the next one")
        assert said(app, "facts") != before


async def test_without_results_it_says_how_to_get_some(workspace: Workspace) -> None:
    for link in workspace.config.results.rglob("*"):
        if link.is_symlink():
            link.unlink()
    app = Axtui(workspace, Place("results"), watch=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: view(app).query_one("#results-none").display, "the hint")


def test_pictures_are_scaled_to_the_cells(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGBA", (40, 20), (255, 0, 0, 255)).save(tmp_path / "red.png")
    found = points(tmp_path / "red.png", 10, 20)
    assert isinstance(found, Points)
    assert (found.width, len(found.rows), found.rows[0][0]) == (10, 5, (255, 0, 0))
    (tmp_path / "no.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    assert "cannot be drawn" in str(points(tmp_path / "no.png", 10, 10))
