"""The datasets of a job."""

from __future__ import annotations

from typing import Any

from textual import on
from textual.app import ComposeResult

from axtui.build.contents import join_dataset
from axtui.build.jobpage import JobPage
from axtui.tui.job import arrow
from axtui.tui.job.pane import Pane
from axtui.tui.job.panetable import PaneTable
from axtui.tui.places import Place
from axtui.tui.table import Column
from axtui.tui.table.messages import RowOpened


class DatasetsPane(Pane):
    """A table of datasets; Enter shows one on the screen of datasets."""

    def compose(self) -> ComposeResult:
        yield PaneTable(
            columns=(
                Column("name", "dataset", style="bold"),
                Column("rows"),
                Column("columns"),
                Column("slices"),
                Column("hashed", "hashed on", null=""),
                Column("previous", "after", style="$text-accent", null=""),
                Column("parents", "columns of", style="$text-accent", null="", max=60),
                Column("filename", "made from", null="", max=60),
                Column("caption", null="", max=60),
            ),
            key="name",
            empty="It has no datasets.",
        )

    def fill(self, page: JobPage, again: bool) -> None:
        self.start(self._show)

    async def _show(self, page: JobPage) -> None:
        texts = ("name", "hashed", "previous", "parents", "filename", "caption")
        rows = [_row(one) for one in page.get("datasets") or ()]
        source = await arrow.source(rows, texts, ("rows", "columns", "slices"))
        if self.shows(page):
            self.query_one(PaneTable).show(source)

    @on(RowOpened)
    def _opened(self, message: RowOpened) -> None:
        message.stop()
        if self.page is not None:
            name = join_dataset(self.page.jobid, str(message.values["name"]))
            self.axtui.visit(Place("data", name))


def _row(dataset: dict[str, Any]) -> dict[str, Any]:
    return {
        **dataset,
        "columns": len(dataset.get("columns") or ()),
        "slices": len(dataset.get("slices") or ()),
        "hashed": dataset.get("hashlabel"),
        "parents": ", ".join(dataset.get("parents") or ()) or None,
    }
