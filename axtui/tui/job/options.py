"""The options of a job, whole, and what they were in the job it was compared with."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult

from axtui.build.jobpage import JobPage
from axtui.tui.job import arrow
from axtui.tui.job.pane import Pane
from axtui.tui.job.panetable import PaneTable
from axtui.tui.table import Column


class OptionsPane(Pane):
    """A table of options; `v` shows a value whole."""

    def compose(self) -> ComposeResult:
        yield PaneTable(
            columns=(
                Column("mark", "", width=1, style="$text-warning"),
                Column("option", style="bold", max=30),
                Column("value", max=200),
                Column("was", max=60, style="$text-warning", null=""),
                Column("type", style="$foreground-muted", null=""),
            ),
            key="option",
            cursor="row",
            empty="It has no options.",
        )

    def fill(self, page: JobPage, again: bool) -> None:
        if not again:
            self.start(self._show)

    async def _show(self, page: JobPage) -> None:
        source = await arrow.source(_rows(page), ("mark", "option", "value", "was", "type"))
        if self.shows(page):
            self.query_one(PaneTable).show(source, keep_cursor=False)


def _rows(page: JobPage) -> list[dict[str, Any]]:
    was = page.was
    kinds = {one["name"]: one.get("type") for one in page.get("options") or ()}
    rows = [
        {
            "mark": "~" if name in was else "",
            "option": name,
            "value": value,
            "was": None if name not in was else was[name] or "(not there)",
            "type": kinds.get(name),
        }
        for name, value in page.options.items()
    ]
    gone = [name for name in was if name not in page.options]
    rows += [
        {"mark": "-", "option": name, "value": None, "was": was[name], "type": None}
        for name in gone
    ]
    return sorted(rows, key=lambda row: row["mark"] == "")
