"""Screen 4: the list of datasets, and one of them in all its parts."""

from __future__ import annotations

import pyarrow as pa
import pytest
from textual.widgets import Static

from axtui.data.profile import Bar, Shape
from axtui.tui.app import Axtui
from axtui.tui.data.columnspane import ColumnsPane
from axtui.tui.data.listing import folded
from axtui.tui.data.plot import plot, spark
from axtui.tui.data.view import DataView
from axtui.tui.places import Place
from axtui.tui.table import Table
from axtui.workspace import Workspace
from catalog.store import transaction
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
        asked = app.screen.place.subject
        assert asked.startswith(f"FROM chain('{here}')") and "all 3 datasets" in asked
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
        await pilot.press("tab")
        assert app.screen.place.tab == "rows"
        await wait_for(pilot, lambda: "s sorts" in _text(app, "note"), "their order")
        await pilot.press("s")
        await wait_for(pilot, lambda: "sorted by" in _text(app, "note"), "another order")
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.focused is listed, "the list again")
        assert app.screen.place == Place("data")


async def test_list_and_preview_are_in_step_and_a_job_is_one_line(workspace: Workspace) -> None:
    with transaction(workspace.catalog) as con:
        con.execute("""
            INSERT INTO dataset BY NAME
            SELECT * EXCLUDE (part) REPLACE (name || '-' || part AS name)
            FROM dataset, range(3) r(part) WHERE job = (SELECT max(job) FROM dataset)
        """)
    app = Axtui(workspace, Place("data"), watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_for(pilot, lambda: isinstance(app.screen, DataView), "the screen")
        listed = _table(app, "list")
        await wait_for(pilot, lambda: _text(app, "head"), "the first one beside it")
        rows = [listed.values(at) or {} for at in range(listed.row_count)]
        assert len({row["job"] for row in rows}) == len(rows)

        await wait_for(pilot, lambda: _table(app, "columns-table").row_count, "its columns")
        titles = [column.heading for column in _table(app, "columns-table").columns]
        assert titles == ["column", "type", "nulls", "shape", "min", "max"]

        await pilot.press("slash", *"no such")
        await wait_for(pilot, lambda: not listed.row_count, "nothing")
        assert not app.screen.query_one("#data-head").display
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.screen.query_one("#data-head").display, "all again")
        await wait_for(pilot, lambda: str(listed.cursor_key) in _text(app, "head"), "in step")

        several = next(at for at, row in enumerate(rows) if row["others"])
        listed.move_cursor(several)
        await pilot.press("space")
        await wait_for(pilot, lambda: listed.row_count == len(rows) + 3, "all of the job")
        await pilot.press("j")
        await pilot.press("space")
        await wait_for(pilot, lambda: listed.row_count == len(rows), "one line")
        assert listed.cursor_row == several
        await pilot.press("tab")
        assert app.focused is _table(app, "columns-table")


def test_a_line_for_each_job_and_what_is_found() -> None:
    names = ["dev-2/default", "dev-2/1", "dev-2/2", "dev-1/a"]
    found = pa.table(
        {
            "dataset": names,
            "job": ["dev-2"] * 3 + ["dev-1"],
            "method": ["split"] * 3 + ["join"],
            "caption": ["", "one", None, ""],
            "leads": [True, False, False, True],
            "others": [2, 2, 2, 0],
        }
    )

    def lines(typed: str = "", opened: frozenset[str] = frozenset()) -> list[str]:
        rows = folded(found, typed, opened, True).to_pylist()
        return [f"{row['label']}{row['more'] or ''}" for row in rows]

    assert lines() == ["dev-2/default▸ +2", "dev-1/a"]
    assert lines(opened=frozenset({"dev-2"}))[:2] == ["dev-2/default▾ +2", "  dev-2/1"]
    assert lines("split") == ["dev-2/default▸ +2"]
    assert lines("one") == ["dev-2/1"]
    assert lines("nothing") == []


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
    assert spark(Shape("histogram", (Bar(1, 1, 0), Bar(2, 2, 4), Bar(3, 3, 8))), True, 2) == "▄█"
    assert "Nothing" in str(plot(Shape("none"), width))
