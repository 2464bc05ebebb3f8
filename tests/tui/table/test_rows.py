"""Rows that come, change and are searched, in a real app."""

from __future__ import annotations

import asyncio
import threading

import pyarrow as pa
from textual.content import Content

from axtui.tui.table import ArrowSource, Column, Order, PagedSource, Table
from tests.tui.support import wait_for
from tests.tui.table.support import TableApp, jobs


def test_newer_rows_leave_the_cursor_on_its_row_and_the_row_at_its_line() -> None:
    async def story() -> None:
        table = Table(ArrowSource(jobs(range(1000, 1500))), key="job")
        app = TableApp(table)
        async with app.run_test(size=(60, 12)) as pilot:
            await pilot.pause()
            await pilot.press("pagedown", "pagedown", "k")
            line = table.cursor_row - table.first_row
            assert table.cursor_key == "dev-1019"
            table.show(ArrowSource(jobs(range(990, 1500))))  # ten came before it
            await wait_for(pilot, lambda: table.row_count == 510, "the newer rows")
            assert table.cursor_key == "dev-1019" and table.cursor_row == 29
            assert table.cursor_row - table.first_row == line
            table.show(ArrowSource(jobs(range(1200, 1300))))  # its row is gone
            await wait_for(pilot, lambda: table.row_count == 100, "fewer rows")
            assert table.cursor_row == 29
            table.show(ArrowSource(jobs(range(3))))
            await wait_for(pilot, lambda: table.row_count == 3, "three rows")
            assert table.cursor_row == 2 and table.first_row == 0
            table.show(ArrowSource(jobs(range(5, 50))), keep_cursor=False)
            assert table.cursor_row == 0

    asyncio.run(story())


def test_a_list_at_its_top_stays_there_while_rows_come() -> None:
    async def story() -> None:
        table = Table(ArrowSource(jobs(range(10, 500))), key="job")
        app = TableApp(table)
        async with app.run_test(size=(60, 12)) as pilot:
            await pilot.pause()
            table.show(ArrowSource(jobs(range(7, 500))))
            await wait_for(pilot, lambda: table.row_count == 493, "three more")
            assert table.first_row == 0 and app.line(1).startswith(" dev-7")
            assert table.cursor_key == "dev-10"

    asyncio.run(story())


def test_sorted_rows_stay_sorted_when_they_are_replaced() -> None:
    async def story() -> None:
        table = Table(ArrowSource(jobs(range(100))), key="job")
        app = TableApp(table)
        async with app.run_test(size=(60, 12)) as pilot:
            await pilot.pause()
            table.sort_by((("rows", "descending"),))
            await wait_for(pilot, lambda: table.order, "an order")
            await pilot.press("j", "j")
            assert table.cursor_key == "dev-96"
            for more in range(1, 21):  # faster than they can be sorted: the last one counts
                table.show(ArrowSource(jobs(range(100 + more))))
            await wait_for(pilot, lambda: table.row_count == 120, "the last of them")
            assert table.cursor_key == "dev-96"
            assert app.line(3).split()[0] == "▸dev-96"  # at the line where it was
            await pilot.press("g")
            assert app.line(1).split()[0] == "▸dev-118"  # dev-119 has no rows: nulls come last
            table.sort_by((("no such column", "ascending"),))
            await wait_for(pilot, lambda: not table.order, "no order")

    asyncio.run(story())


class SlowPages:
    """A fetch that waits until it is let go, and notes what was asked."""

    def __init__(self, rows: int) -> None:
        self.table = jobs(range(rows))
        self.go = threading.Event()
        self.asked: list[tuple[int, Order]] = []

    def __call__(self, offset: int, limit: int, order: Order) -> pa.Table:
        self.asked.append((offset, order))
        assert self.go.wait(20)
        if offset >= 9000:
            raise OSError("slice 9 is damaged")
        table = self.table.sort_by(list(order)) if order else self.table
        return table.slice(offset, limit)


def test_pages_that_are_slow_keep_nobody_waiting() -> None:
    async def story() -> None:
        pages = SlowPages(10_000)
        source = PagedSource(pages, 10_000, schema=pages.table.schema, page_rows=100)
        table = Table(source, key="job")
        app = TableApp(table)
        async with app.run_test(size=(60, 12)) as pilot:
            await wait_for(pilot, lambda: pages.asked, "the first fetch")
            assert "…" in app.line(1)
            for _ in range(40):
                table.action_page(5)  # some screens at once: nothing of it is read on the way
            await pilot.pause()
            assert table.cursor_row == 2000 and len(pages.asked) == 1
            assert table.cursor_values is None
            pages.go.set()
            await wait_for(pilot, lambda: table.cursor_key == "dev-2000", "the rows in view")
            seen = {offset for offset, _ in pages.asked}
            assert seen <= {0, 1900, 2000, 2100}
            await wait_for(pilot, lambda: app.last(Table.RowHighlighted), "its highlight")
            assert app.last(Table.RowHighlighted).key == "dev-2000"
            await pilot.press("g", "l", "l", "s", "s")
            await wait_for(pilot, lambda: table.cursor_key == "dev-9998", "the other order")
            await pilot.press("s", "G")
            await wait_for(pilot, lambda: app.last(Table.ReadFailed), "the error")
            assert "cannot be read: slice 9 is damaged" in app.line(5)

    asyncio.run(story())


def test_pages_of_a_source_that_was_replaced_are_dropped() -> None:
    async def story() -> None:
        pages = SlowPages(500)
        table = Table(PagedSource(pages, 500))
        app = TableApp(table)
        async with app.run_test(size=(60, 12)) as pilot:
            await wait_for(pilot, lambda: pages.asked, "the fetch")
            assert not table.lanes  # the source has not told its columns
            table.show(ArrowSource(pa.table({"other": [1]})))
            pages.go.set()
            await wait_for(pilot, lambda: "1" in app.line(1), "the other table")
            assert [lane.title for lane in table.lanes] == ["other"]

    asyncio.run(story())


def test_what_is_odd_in_values_is_shown_and_harmless() -> None:
    async def story() -> None:
        columns = [
            Column("job", style=lambda value, row: "$success" if row["rows"] else "$error"),
            Column("rows", style="bold"),
            Column("note", format=lambda text: Content.styled(text, "$accent") + " x"),
            Column("method", format=lambda value: 1 / 0),
            Column("not there"),
        ]
        table = Table(ArrowSource(jobs(range(6))), columns=columns)
        app = TableApp(table)
        async with app.run_test(size=(60, 12)) as pilot:
            await pilot.pause()
            assert app.line(0).split() == ["job", "rows", "note", "method"]
            assert app.line(2).split() == ["dev-1", "1,000", "a\\nb\\x1b[31m", "x", "fares"]
            assert app.line(3).split() == ["dev-2", "2,000", "東京", "ok", "x", "zones"]
            assert app.line(5).split()[:2] == ["dev-4", "null"]
            assert "[b]x x" in app.line(1)
            assert all(table.render_line(y).cell_length == 60 for y in range(12))

    asyncio.run(story())


def test_no_rows_say_what_to_do() -> None:
    async def story() -> None:
        table = Table(empty="No jobs yet.\nRun one: axtui run build")
        app = TableApp(table)
        async with app.run_test(size=(60, 12)) as pilot:
            await pilot.pause()
            assert not any(app.line(y) for y in range(12))  # nothing is known yet
            table.show(ArrowSource(jobs([])))
            await pilot.pause()
            assert table.position == "no rows"
            assert [app.line(2), app.line(3)] == ["  No jobs yet.", "  Run one: axtui run build"]
            await pilot.press("j", "k", "G", "pagedown", "s", "y", "Y", "enter", "v", "equals_sign")
            table.find("x")
            await wait_for(pilot, lambda: app.last(Table.Found), "the search to end")
            assert not app.last(Table.RowOpened) and not app.last(Table.Copied)

    asyncio.run(story())


def test_searching_goes_round_in_both_directions() -> None:
    async def story() -> None:
        table = Table(ArrowSource(jobs(range(3000))))
        app = TableApp(table)
        async with app.run_test(size=(60, 12)) as pilot:
            await pilot.pause()

            async def find(text: str, forward: bool = True) -> int:
                count = len(app.heard)
                table.find(text, forward)
                await wait_for(
                    pilot,
                    lambda: any(isinstance(m, Table.Found) for m in app.heard[count:]),
                    f"the search for {text}",
                )
                return table.cursor_row

            assert await find("DEV-77") == 77
            assert await find("DEV-77") == 770
            assert await find("dev-77", forward=False) == 77
            assert await find("dev-77", forward=False) == 2977 - 2198
            assert await find("1,777,000") == 1777
            assert await find("nowhere") == 1777 and app.last(Table.Found).place is None
            table.sort_by((("rows", "descending"),))
            await wait_for(pilot, lambda: table.order, "an order")
            assert await find("dev-2998") == 0  # the place in that order
            assert table.values(0)["job"] == "dev-2998"

    asyncio.run(story())
