"""Keys and the mouse on the table, in a real app."""

from __future__ import annotations

import asyncio

import pyarrow as pa

from axtui.tui.table import ArrowSource, Column, Table
from axtui.tui.table.cellmodal import CellModal
from tests.tui.support import wait_for
from tests.tui.table.support import TableApp, jobs


def test_moving_by_arrows_letters_and_pages() -> None:
    async def story() -> None:
        table = Table(ArrowSource(jobs(range(1482))), key="job")
        app = TableApp(table)
        async with app.run_test(size=(60, 12)) as pilot:
            await pilot.pause()
            assert table.rows_in_view == 11
            places = []
            for key in (
                "j", "down", "k", "G", "up", "g", "pagedown", "ctrl+d", "ctrl+u", "pageup", "end",
                "home",
            ):  # fmt: skip
                await pilot.press(key)
                places.append(table.cursor_row)
            assert places == [1, 2, 1, 1481, 1480, 0, 10, 15, 10, 0, 1481, 0]
            await pilot.press("G")
            assert table.position == "1,482 of 1,482"
            assert app.line(11).startswith("▸dev-1481")
            assert table.first_row == 1482 - 11
            await pilot.press("k", "j", "j", "j")  # beyond the end is the end
            assert table.cursor_row == 1481
            await pilot.press("g")
            assert table.first_row == 0 and app.line(1).startswith("▸dev-0 ")

    asyncio.run(story())


def test_the_column_of_the_cursor_is_brought_into_view_beside_pinned_ones() -> None:
    async def story() -> None:
        wide = pa.table({f"column_{i}": [f"value {i}"] for i in range(12)})
        table = Table(ArrowSource(wide), pinned=1)
        app = TableApp(table)
        async with app.run_test(size=(40, 8)) as pilot:
            await pilot.pause()
            await pilot.press("l", "l", "l", "l")
            assert table.cursor_column == 4
            assert app.line(1).startswith("▸value 0")
            assert "value 4" in app.line(1) and "value 1" not in app.line(1)
            await pilot.press("dollar_sign")
            assert app.line(0).endswith("column_11") and app.line(0).startswith(" column_0")
            await pilot.press("h")
            assert table.cursor_column == 10
            await pilot.press("0")
            assert table.scroll_x == 0 and "value 1" in app.line(1)

    asyncio.run(story())


def test_sorting_cycles_and_says_so_in_the_header() -> None:
    async def story() -> None:
        table = Table(ArrowSource(jobs(range(30))), key="job")
        app = TableApp(table)
        async with app.run_test(size=(80, 20)) as pilot:
            await pilot.pause()
            await pilot.press("j", "j", "l", "s")
            await wait_for(pilot, lambda: table.order, "an order")
            assert app.line(0).split()[:3] == ["job", "method", "▲"]
            assert set(app.column(9, 15)) == {"fares", "trips"}
            assert table.cursor_row == 0  # who sorts wants to see the first
            await pilot.press("l", "S", "S")
            await wait_for(pilot, lambda: len(table.order) == 2, "a second column")
            await wait_for(pilot, lambda: "▼2" in app.line(0), "descending")
            assert "method ▲1" in app.line(0)
            assert app.line(1).split()[:3] == ["▸dev-28", "fares", "28,000"]
            await pilot.press("h", "s")
            await wait_for(pilot, lambda: table.order == (("method", "descending"),), "method down")
            assert "method ▼ " in app.line(0)
            await pilot.press("s")
            await wait_for(pilot, lambda: not table.order, "the order of the source")
            assert app.line(1).startswith("▸dev-0 ")
            assert app.last(Table.Sorted) is not None

    asyncio.run(story())


def test_the_mouse_takes_rows_opens_them_and_sorts_by_headings() -> None:
    async def story() -> None:
        table = Table(ArrowSource(jobs(range(50))), key="job")
        app = TableApp(table)
        async with app.run_test(size=(80, 12)) as pilot:
            await pilot.pause()
            await pilot.click(table, offset=(12, 4))
            assert (table.cursor_row, table.cursor_column) == (3, 1)
            await pilot.click(table, offset=(2, 6), times=2)
            await wait_for(pilot, lambda: app.last(Table.RowOpened), "the row to open")
            opened = app.last(Table.RowOpened)
            assert (opened.row_index, opened.key) == (5, "dev-5")
            assert opened.values["rows"] == 5000 and opened.control is table
            await pilot.click(table, offset=(12, 0))
            await wait_for(pilot, lambda: table.order == (("method", "ascending"),), "the order")
            await pilot.press("enter")
            await wait_for(pilot, lambda: app.last(Table.RowOpened) is not opened, "another")
            assert app.last(Table.RowOpened).row_index == 1  # of the source, not of the screen
            table._on_mouse_scroll_down(_wheel())
            await pilot.pause()
            assert table.first_row > 0 and table.cursor_row == 0

    asyncio.run(story())


def _wheel() -> object:
    from textual.events import MouseScrollDown

    return MouseScrollDown(None, 1, 1, 0, 1, 0, False, False, False)


def test_widths_by_hand_and_columns_that_shrink() -> None:
    async def story() -> None:
        columns = [Column("job"), Column("note", min=4), Column("rows", title="how many")]
        table = Table(ArrowSource(jobs(range(9))), columns=columns)
        app = TableApp(table)
        async with app.run_test(size=(60, 12)) as pilot:
            await pilot.pause()
            assert app.line(0).split() == ["job", "note", "how", "many"]
            natural = table.lanes[0].width
            await pilot.press("greater_than_sign", "greater_than_sign", "less_than_sign")
            assert table.lanes[0].width == natural + 2
            await pilot.press("equals_sign")
            assert table.lanes[0].width == natural
            table.show(ArrowSource(jobs(range(9))))
            assert table.widths_by_hand == {"job": natural}
            await pilot.resize_terminal(22, 12)
            await wait_for(pilot, lambda: table.lanes[1].width == 4, "the note to shrink")
            assert app.line(2).split()[1:3] == ["a\\n…", "1,000"]

    asyncio.run(story())


def test_copying_a_cell_and_a_row() -> None:
    async def story() -> None:
        table = Table(ArrowSource(jobs(range(9))), columns=[Column("job"), Column("rows")])
        app = TableApp(table)
        async with app.run_test(size=(60, 12)) as pilot:
            await pilot.pause()
            await pilot.press("j", "l", "y")
            assert app.clipboard == "1000"  # the value, not how it is shown
            await pilot.press("Y")
            assert app.clipboard == "dev-1\t1000"
            assert [m.what for m in app.heard if isinstance(m, Table.Copied)] == ["cell", "row"]

    asyncio.run(story())


def test_a_cell_that_is_cut_opens_as_a_page() -> None:
    async def story() -> None:
        source = ArrowSource(pa.table({"a": ["short", "x" * 500], "b[i]": [[1, 2], None]}))
        table = Table(source, cursor="cell")
        app = TableApp(table)
        async with app.run_test(size=(60, 12)) as pilot:
            await pilot.pause()
            await pilot.press("enter")
            await wait_for(pilot, lambda: app.last(Table.RowOpened), "the row, as all is shown")
            await pilot.press("j", "enter")
            await wait_for(pilot, lambda: isinstance(app.screen, CellModal), "the page")
            assert app.screen.text == "x" * 500
            await pilot.press("y", "w", "G", "escape")
            await wait_for(pilot, lambda: not isinstance(app.screen, CellModal), "the table")
            assert app.clipboard == "x" * 500
            await pilot.press("k", "l", "v")
            await wait_for(pilot, lambda: isinstance(app.screen, CellModal), "the page of a list")
            assert app.screen.text == "[\n  1,\n  2\n]"

    asyncio.run(story())


def test_the_highlight_is_told_where_the_cursor_rests() -> None:
    async def story() -> None:
        table = Table(ArrowSource(jobs(range(500))), key="job")
        app = TableApp(table)
        async with app.run_test(size=(60, 12)) as pilot:
            await wait_for(pilot, lambda: app.last(Table.RowHighlighted), "the first row")
            for _ in range(100):
                table.action_down()
            await wait_for(pilot, lambda: app.last(Table.RowHighlighted).key != "dev-0", "the last")
            told = [m.key for m in app.heard if isinstance(m, Table.RowHighlighted)]
            assert told == ["dev-0", "dev-100"]

    asyncio.run(story())
