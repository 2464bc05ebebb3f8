"""How long the table of the dashboard keeps keys waiting: a million rows, and 100,000 that change.

    python benchmarks/table.py [ROWS]

Prints, for each action, the time until it is painted, CPU time, the longest time in which the
event loop answered nothing ("gap"), and the longest it computed at a stretch ("busy", which other
programs on the machine do not change), in milliseconds. The second part shows a new table of 100,000
rows, sorted, every 250 ms while keys are pressed.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa
from textual.app import App
from textual.pilot import Pilot

from axtui.tui.table import ArrowSource, PagedSource, Table

_SIZE = (120, 40)
_LIVE_ROWS = 100_000


def rows(count: int) -> pa.Table:
    """A table of eight columns of the usual types."""
    return duckdb.sql(f"""
        select 'job-' || i as job, 'method_' || (i % 50) as method, i * 0.37 as fare,
               date '2026-01-01' + (i % 365)::int as day,
               timestamp '2026-01-01' + interval (i) second as started, i % 7 = 0 as flag,
               case when i % 5 = 0 then null else i * 3 end as n, 'some words ' || i as words
        from range({count}) t(i)""").to_arrow_table()


class Bench(App[None]):
    """An app of one table that measures how long its event loop is away."""

    gap = 0.0
    busy = 0.0

    async def beat(self) -> None:
        """Note the longest time, and the most computing, between two turns of the event loop."""
        last, worked = time.perf_counter(), time.thread_time()
        while True:
            await asyncio.sleep(0.001)
            now, done = time.perf_counter(), time.thread_time()
            self.gap = max(self.gap, now - last)
            self.busy = max(self.busy, done - worked)
            last, worked = now, done

    async def measure(
        self, pilot: Pilot[None], what: str, action: Callable[[], Awaitable[Any]], times: int = 1
    ) -> None:
        """Do an action `times` times, each painted before the next, and print what it cost."""
        await pilot.pause()
        self.gap = self.busy = 0.0
        began, cpu = time.perf_counter(), time.process_time()
        for _ in range(times):
            await action()
            await pilot.pause()
        wall = (time.perf_counter() - began) * 1000 / times
        cpu = (time.process_time() - cpu) * 1000 / times
        gap, busy = self.gap * 1000, self.busy * 1000
        print(f"{what:30}{wall:8.1f} wall{cpu:8.1f} cpu{gap:8.1f} gap{busy:8.1f} busy")


async def still(count: int) -> None:
    """A table that stays as it is: in memory, then in pages."""
    table = rows(count)
    app = Bench()
    async with app.run_test(size=_SIZE) as pilot:
        beat = asyncio.create_task(app.beat())
        for kind, source in (
            ("arrow", ArrowSource(table)),
            ("paged", PagedSource(lambda at, n, order: table.slice(at, n), count)),
        ):
            shown = Table(source, key="job", pinned=1)
            print(f"{count:,} rows, {kind}")
            await app.measure(pilot, "mount", partial(app.mount, shown))
            shown.focus()
            await app.measure(pilot, "40 downs, each", lambda: pilot.press("j"), 40)
            await app.measure(pilot, "40 page downs, each", lambda: pilot.press("pagedown"), 40)
            await app.measure(pilot, "to the end", lambda: pilot.press("G"))
            await app.measure(pilot, "to the column at the right", lambda: pilot.press("l"), 7)
            if not source.fetched:
                for key, what in (("s", "sort by words"), ("s", "and backwards")):
                    await app.measure(pilot, what, partial(sort, pilot, shown, key))
                await app.measure(
                    pilot, "40 page downs, sorted", lambda: pilot.press("pagedown"), 40
                )
                await app.measure(pilot, "show again, sorted", partial(show, pilot, shown, table))
            await shown.remove()
        beat.cancel()


async def sort(pilot: Pilot[None], table: Table, key: str) -> None:
    """Press the key and wait until the rows stand in another order."""
    before = table.source
    await pilot.press(key)
    while table.source is before:
        await asyncio.sleep(0.002)


async def show(pilot: Pilot[None], table: Table, rows: pa.Table) -> None:
    """Show new rows and wait until they are there, sorted."""
    before = table.source
    table.show(ArrowSource(rows))
    while table.source is before:
        await asyncio.sleep(0.002)


async def live() -> None:
    """A table that is replaced four times a second while one walks through it."""
    versions = [rows(_LIVE_ROWS + i) for i in range(8)]
    app = Bench()
    async with app.run_test(size=_SIZE) as pilot:
        beat = asyncio.create_task(app.beat())
        table = Table(ArrowSource(versions[0]), key="job", pinned=1)
        await app.mount(table)
        table.focus()
        table.sort_by((("words", "descending"),))
        turn = iter(range(10_000))
        app.set_interval(0.25, lambda: table.show(ArrowSource(versions[next(turn) % 8])))
        print(f"{_LIVE_ROWS:,} rows, replaced and sorted four times a second")
        await app.measure(pilot, "40 downs, each", lambda: pilot.press("j"), 40)
        await app.measure(pilot, "40 page downs, each", lambda: pilot.press("pagedown"), 40)
        cpu, began = time.process_time(), time.perf_counter()
        await asyncio.sleep(3)
        used = (time.process_time() - cpu) / (time.perf_counter() - began)
        print(f"no key pressed: {used:.0%} of a core")
        beat.cancel()


if __name__ == "__main__":
    asyncio.run(still(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
    asyncio.run(live())
