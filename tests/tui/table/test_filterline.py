"""The filter line, in a real app."""

from __future__ import annotations

import asyncio

from textual.app import App, ComposeResult

from axtui.tui.table import Table
from axtui.tui.table.filterline import FilterLine
from tests.tui.support import wait_for


class FilterApp(App[None]):
    """A table and a filter line below it; keeps what the line tells."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def compose(self) -> ComposeResult:
        yield Table()
        yield FilterLine("state:failed", history=["first", "second"])

    def on_mount(self) -> None:
        self.query_one(Table).focus()

    def on_filter_line_changed(self, event: FilterLine.Changed) -> None:
        self.told.append(event.text)

    def on_filter_line_kept(self, event: FilterLine.Kept) -> None:
        self.told.append(f"kept {event.text}")

    def on_filter_line_closed(self, event: FilterLine.Closed) -> None:
        self.told.append("closed")


def test_a_filter_is_told_when_it_rests_kept_recalled_and_cleared() -> None:
    async def story() -> None:
        app = FilterApp()
        async with app.run_test(size=(60, 12)) as pilot:
            await pilot.pause()
            line, table = app.query_one(FilterLine), app.query_one(Table)
            assert not line.display
            line.open()
            await pilot.pause()
            assert line.display and app.focused is not table
            line._input.value = "f"
            line._input.value = "fa"
            line._input.value = "far "
            await wait_for(pilot, lambda: app.told, "the filter")
            assert app.told == ["far"]
            await pilot.press("enter")
            await wait_for(pilot, lambda: app.focused is table, "the focus to come back")
            assert line.display and app.told[-1] == "kept far"
            line.open()
            await pilot.press("up", "up")
            assert line.text == "second"
            await pilot.press("up", "up", "up")
            assert line.text == "first"
            await pilot.press("down", "down", "down", "down")
            assert line.text == "far"  # what was there before
            line.note("[3] of 4 [/x]", wrong=True)
            await pilot.press("escape")
            await wait_for(pilot, lambda: app.told[-1] == "closed", "the line to close")
            assert app.told[-2] == "" and not line.display and app.focused is table
            line.open("state:failed")
            await wait_for(pilot, lambda: app.told[-1] == "state:failed", "the filter of a link")
            await pilot.press("enter")
            await wait_for(pilot, lambda: "kept state:failed" in app.told, "it is kept")
            assert line.history == ["first", "second", "far", "state:failed"]

    asyncio.run(story())
