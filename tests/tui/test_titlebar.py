"""The title: it fits any width, and tells what goes on without colour."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from axtui.tui.places import Place
from axtui.tui.pulse import Pulse
from axtui.tui.titlebar import TitleBar


class Shown(App[None]):
    def compose(self) -> ComposeResult:
        yield TitleBar(Place("sql", "SELECT 'x' AS " + "long " * 40), "weather")


@pytest.mark.parametrize("width", [40, 80, 120, 200])
async def test_two_lines_at_any_width(width: int) -> None:
    app = Shown()
    async with app.run_test(size=(width, 10)) as pilot:
        bar = app.query_one(TitleBar)
        for unicode in (True, False):
            bar.beat(Pulse(3, 2, "watching", unicode))
            await pilot.pause()
            lines = str(bar.render()).split("\n")
            assert [len(line) <= width for line in lines] == [True, True]
            assert ("● 3" if unicode else "* 3") in lines[0]
            assert ("✖ 2" if unicode else "X 2") in lines[0]
            assert lines[1].endswith("watching · weather ") and "…" in lines[1]
            if width >= 80:
                assert "5 SQL" in lines[0]


async def test_a_click_on_a_title_asks_for_its_screen() -> None:
    chosen: list[str] = []

    class Heard(Shown):
        def on_title_bar_screen_chosen(self, message: TitleBar.ScreenChosen) -> None:
            chosen.append(message.screen_name)

    app = Heard()
    async with app.run_test(size=(120, 10)) as pilot:
        at = str(app.query_one(TitleBar).render()).index("6 Results")
        await pilot.click(TitleBar, offset=(at + 2, 0))
        await pilot.click(TitleBar, offset=(3, 1))
    assert chosen == ["results"]
