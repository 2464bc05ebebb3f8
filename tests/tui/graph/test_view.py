"""Screen 3: walking in provenance, with every key."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from textual.widgets import Static

from axtui.build.graph.links import Links
from axtui.build.graph.parts import Edge, Graph, Node, Ref
from axtui.tui.app import Axtui
from axtui.tui.graph.branches import Branches
from axtui.tui.graph.drawing import Drawing
from axtui.tui.graph.view import GraphView
from axtui.tui.places import Place
from axtui.tui.results.page import PreviewPage
from axtui.tui.table.filterline import FilterLine
from axtui.workspace import Workspace
from tests.tui.support import wait_for


def tree(app: Axtui, side: str = "up") -> Branches:
    return app.get_screen("graph").query_one(f"#graph-{side}", Branches)


def texts(app: Axtui, side: str = "up") -> list[str]:
    return [line.text for line in tree(app, side).lines]


def below(app: Axtui) -> str:
    return str(app.get_screen("graph").query_one("#graph-here", Static).render())


def here(app: Axtui, side: str = "up") -> str:
    line = tree(app, side).here
    return "" if line is None else line.ref.name


async def test_walking_up_from_a_result_and_back(read_workspace: Workspace) -> None:
    app = Axtui(read_workspace, Place("graph", "report/page.html"), watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_for(
            pilot, lambda: any("stations.csv" in text for text in texts(app)), "the tree"
        )
        assert "page" in texts(app)[0] and "complete" in texts(app)[0]
        assert texts(app)[0].count(" ago") == 1
        assert tree(app, "down").things == 0 and "Nothing came of it" in texts(app, "down")[0]
        assert tree(app).has_focus

        await pilot.press("j")
        warmest = here(app)
        assert f"report/page.html ← {tree(app).way()[1].name} ← {warmest}" in below(app)
        await pilot.press("c")
        assert app.clipboard.splitlines()[2] == f"    <- {warmest}  warmest"
        await pilot.press("y")
        assert app.clipboard == warmest

        count = len(texts(app))
        await pilot.press("space")
        assert len(texts(app)) < count and "▸" in texts(app)[1]
        await pilot.press("l", "l")
        assert len(texts(app)) == count and here(app) != warmest
        await pilot.press("h")
        assert len(texts(app)) < count and here(app) != warmest
        await pilot.press("h")
        assert here(app) == warmest
        await pilot.press("minus")
        assert len(texts(app)) == 1
        await pilot.press("plus")
        assert len(texts(app)) == count

        await pilot.press("j", "full_stop")
        await wait_for(pilot, lambda: tree(app, "down").things > 0, "another focus")
        assert app.screen_below is not None
        assert app.screen_below.place.command == f"axtui graph {warmest} --tui"
        await pilot.press("tab")
        assert tree(app, "down").has_focus
        await pilot.press("backspace")
        await wait_for(pilot, lambda: tree(app, "down").things == 0, "the focus before")

        await pilot.press("j", "enter")
        await wait_for(pilot, lambda: app.screen_below is not app.get_screen("graph"), "the job")
        assert app.screen_below is not None and app.screen_below.place.subject == warmest


async def test_finding_opens_the_way_and_files_are_shown(read_workspace: Workspace) -> None:
    app = Axtui(read_workspace, Place("graph"), watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_for(pilot, lambda: tree(app).things > 0, "all results")
        assert sum("★" in text for text in texts(app)) == 3
        await pilot.press("minus", "slash", *"readings")
        note = app.screen.query_one(FilterLine).query_one(".-note", Static)
        await wait_for(pilot, lambda: "3 found" in str(note.render()), "what is found")
        await pilot.press("enter")
        await wait_for(pilot, lambda: tree(app).has_focus, "the tree again")
        first = here(app)
        await pilot.press("n")
        second = here(app)
        await pilot.press("N")
        assert here(app) == first != second
        await pilot.press("slash", *"stations", "enter")
        await wait_for(pilot, lambda: here(app) == "stations.csv", "the file")
        assert "input" in below(app)
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, PreviewPage), "the file's page")
        await pilot.press("escape")
        await wait_for(pilot, lambda: not isinstance(app.screen, PreviewPage), "the tree")
        await pilot.press("g", "enter")
        await wait_for(pilot, lambda: app.screen_below is not app.get_screen("graph"), "the result")
        assert app.screen_below is not None and app.screen_below.place.screen == "results"


async def test_the_drawing_and_the_narrow_screen(read_workspace: Workspace) -> None:
    app = Axtui(read_workspace, Place("graph", "report/page.html", "drawing"), watch=False)
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.screen
        assert isinstance(view, GraphView)
        drawing = view.query_one(Drawing)
        await wait_for(pilot, lambda: drawing.here is not None, "the drawing")
        assert drawing.here == Ref("result", "report/page.html") and drawing.has_focus
        await pilot.press("h")
        assert "← " in below(app)
        await pilot.press("left", "h", "h")
        assert drawing.together == 3 and "2 more like it" in below(app)
        await pilot.press("space")
        assert drawing.together == 0
        first = drawing.here
        await pilot.press("j")
        assert drawing.here != first
        await pilot.press("k")
        assert drawing.here == first
        await pilot.press("space")
        assert drawing.together == 3
        await pilot.press("enter", "l", "g")
        assert drawing.here == Ref("result", "report/page.html")
        assert view.place.command == "axtui graph report/page.html --tui --tab drawing"
        await pilot.press("v")
        assert view.place.tab == "" and not drawing.display
        assert tree(app).display and not tree(app, "down").display
        await pilot.press("tab")
        assert tree(app, "down").display and not tree(app).display
        await pilot.press("o", "v", "escape")
        assert not drawing.display
        await pilot.press("tab", "v", "slash", *"stations", "enter")
        await wait_for(pilot, lambda: here(app) == "stations.csv", "what was looked for")
        assert tree(app).has_focus and not drawing.has_focus
        await pilot.press("k")
        assert here(app) != "stations.csv"


async def test_what_runs_and_fails_is_told_live(read_workspace: Workspace) -> None:
    app = Axtui(read_workspace, Place("graph", "report/page.html"), watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_for(pilot, lambda: tree(app).things > 0, "the tree")
        page = here(app)
        tree(app).live({page: "running"}, app.clock())
        assert "● page" not in texts(app)[0] and "running" in texts(app)[0]
        tree(app).live({page: "failed"}, app.clock())
        assert texts(app)[0].startswith("✖") and "failed" in texts(app)[0]


async def test_a_large_graph_is_shown_in_part(read_workspace: Workspace) -> None:
    links = Links()
    names = [Ref("job", f"dev-{n}") for n in range(5001)]
    links.add(Edge(names[n + 1], names[n], "input", "source") for n in range(5000))
    nodes = {ref: Node(ref, "complete", "step", 0.0) for ref in names}
    graph = Graph((names[0],), nodes, links.up, links.down)
    app = Axtui(read_workspace, Place("graph", "report/page.html"), watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_for(pilot, lambda: tree(app).things > 0, "the tree")
        tree(app).plant(graph, 60.0)
        assert [line.ref.name for line in tree(app)._tree] == ["dev-1", "dev-2", "dev-3"]
        tree(app).plant(replace(graph, roots=names[:1]), 60.0)
        await pilot.press("G", "space")
        assert here(app) == "dev-3" and len(texts(app)) == 4


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_an_empty_workspace_says_what_to_do(
    workspace: Workspace, size: tuple[int, int]
) -> None:
    for folder in (
        workspace.config.results,
        *workspace.config.workdirs.values(),
        workspace.dot_axtui,
    ):
        shutil.rmtree(folder)
        folder.mkdir()
    app = Axtui(workspace, Place("graph"), watch=False)
    async with app.run_test(size=size) as pilot:
        nothing = app.screen.query_one("#graph-none")
        await wait_for(pilot, lambda: nothing.display, "the hint")
