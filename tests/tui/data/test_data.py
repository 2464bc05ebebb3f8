"""Screen 4: the list of datasets, and one of them in all its parts."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from axtui.data.profile import Bar, Shape
from axtui.tui.app import Axtui
from axtui.tui.data.columnspane import ColumnsPane
from axtui.tui.data.plot import plot, spark
from axtui.tui.data.view import DataView
from axtui.tui.places import Place
from axtui.tui.table import Table
from axtui.workspace import Workspace
from tests.tui.support import wait_for


def _table(app: Axtui, name: str) -> Table:
    return app.screen.query_one(f"#data-{name}", Table)


def _text(app: Axtui, name: str) -> str:
    return str(app.screen.query_one(f"#data-{name}", Static).render())


async def test_a_dataset_in_all_its_parts(read_workspace: Workspace) -> None:
    app = Axtui(read_workspace, Place("data", "readings"), watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_for(pilot, lambda: isinstance(app.screen, DataView), "the screen")
        await wait_for(pilot, lambda: "in its chain" in _text(app, "head"), "its head")
        here = app.screen.place.subject
        assert here.startswith("dev-") and app.screen.place.command == f"axtui ds {here} --tui"

        columns = app.screen.query_one(ColumnsPane)
        meta = columns._page.meta
        await wait_for(pilot, lambda: len(columns._shapes) == len(meta.columns), "all shapes")
        table = _table(app, "columns-table")
        await wait_for(pilot, lambda: table.row_count == len(meta.columns), "the columns")
        assert " … " in _text(app, "plot") or "%" in _text(app, "plot")
        before = _text(app, "plot")
        await pilot.press("j")
        await wait_for(pilot, lambda: _text(app, "plot") != before, "another column drawn")

        await pilot.press("R")
        rows = _table(app, "rows")
        await wait_for(pilot, lambda: rows.row_count == meta.rows, "its rows")
        assert app.screen.place.tab == "rows" and app.focused is rows
        await pilot.press("right_square_bracket")
        chain = _table(app, "chain")
        await wait_for(pilot, lambda: chain.row_count == 3, "its chain")
        await pilot.press("i")
        slices = _table(app, "slices")
        await wait_for(pilot, lambda: slices.row_count == len(meta.lines), "its slices")
        await pilot.press("U")
        users = _table(app, "users")
        await wait_for(pilot, lambda: users.row_count > 0, "the jobs that use it")
        await pilot.press("left_square_bracket", "n", "j", "enter")
        await wait_for(pilot, lambda: app.screen.place.subject != here, "the one before")
        await pilot.press("backspace")
        await wait_for(pilot, lambda: app.screen.place.subject == here, "back")
        await pilot.press("c")
        assert app.clipboard == here
        await pilot.press("a")
        await wait_for(pilot, lambda: app.screen.place.screen == "sql", "a question")
        await pilot.press("alt+4")
        await wait_for(pilot, lambda: app.screen.place.subject == here, "where we were")
        await pilot.press("J")
        await wait_for(pilot, lambda: app.screen.place.screen == "job", "its job")
        await pilot.press("backspace")
        await wait_for(pilot, lambda: app.screen.place.screen == "data", "back")
        await pilot.press("p")
        await wait_for(pilot, lambda: app.screen.place == Place("graph", here), "its graph")


async def test_the_list_is_filtered_and_leads_to_datasets(read_workspace: Workspace) -> None:
    app = Axtui(read_workspace, Place("data"), watch=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: isinstance(app.screen, DataView), "the screen")
        listed = _table(app, "list")
        await wait_for(pilot, lambda: listed.row_count > 3, "the list")
        everything = listed.row_count
        await pilot.press("slash", *"warmest")
        await wait_for(pilot, lambda: 0 < listed.row_count < everything, "the filtered list")
        await pilot.press("enter", "enter")
        await wait_for(pilot, lambda: "warmest" in _text(app, "head"), "a dataset")
        assert app.screen.has_class("-one")
        await pilot.press("tab", "escape")
        await wait_for(pilot, lambda: app.focused is listed, "the list again")
        assert app.screen.place == Place("data")


async def test_what_is_no_dataset_is_told(read_workspace: Workspace) -> None:
    app = Axtui(read_workspace, Place("data", "dev-999"), watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_for(pilot, lambda: "dev-999" in _text(app, "head"), "the message")


@pytest.mark.parametrize("width", [30, 58, 100])
def test_a_plot_fits_and_tells_every_bar(width: int) -> None:
    shape = Shape("values", (Bar("ab\ncd", "ab\ncd", 90), Bar("x" * 90, "x" * 90, 1)), 9)
    for unicode in (True, False):
        lines = str(plot(shape, width, unicode)).split("\n")
        assert len(lines) == 3
        assert "90.0 %" in lines[0] and "all others" in lines[2]
        assert all(len(line) <= max(width, 58) for line in lines)
    assert spark(Shape("histogram", (Bar(1, 1, 0), Bar(2, 2, 1), Bar(3, 3, 100)))) == " ▁█"
    assert "Nothing" in str(plot(Shape("none"), width))
