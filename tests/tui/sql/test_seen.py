"""What is in the editor is on the screen."""

from __future__ import annotations

from textual.widgets import TextArea

from axtui.tui.app import Axtui
from axtui.tui.places import Place
from axtui.workspace import Workspace
from tests.tui.pictures import shown
from tests.tui.support import wait_for


async def test_the_text_is_seen_in_any_width(read_workspace: Workspace) -> None:
    app = Axtui(read_workspace, Place("sql", "FROM jobs SELECT state"), watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_for(pilot, lambda: "FROM jobs SELECT state" in shown(app), "the query")
        await pilot.resize_terminal(80, 24)
        await wait_for(pilot, lambda: "FROM jobs SELECT state" in shown(app), "the query at 80")
        await pilot.press("i", "end", *" WHERE 1")
        await wait_for(pilot, lambda: "state WHERE 1" in shown(app), "what is typed")
        app.screen.query_one(TextArea).text = "SELECT " + "1 + " * 60 + "7"
        await pilot.press("ctrl+end")
        await wait_for(pilot, lambda: "+ 7" in shown(app).split("\n", 3)[3], "the end of the line")
