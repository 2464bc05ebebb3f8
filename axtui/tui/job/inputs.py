"""What a job was given, and what uses it: the way up and down from job to job."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from axtui.build.jobpage import GIVEN, USERS, JobPage
from axtui.tui import look
from axtui.tui.job import arrow
from axtui.tui.job.pane import Pane
from axtui.tui.job.panetable import PaneTable
from axtui.tui.places import Place
from axtui.tui.table import Column
from axtui.tui.table.messages import RowOpened

_TEXTS = ("key", "side", "kind", "argument", "ref", "job", "method", "state")


class InputsPane(Pane):
    """A table of both; Enter goes to the job (or shows the file), Backspace comes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "dataset", "Its dataset", id="inputs.dataset"),
    ]

    def compose(self) -> ComposeResult:
        unicode = self.axtui.unicode
        yield PaneTable(
            columns=(
                Column("side", "", width=9, style=_side_style),
                Column("kind", max=10, style="$foreground-muted"),
                Column("argument", "as", max=20, min=4, null=""),
                Column("ref", "what", max=60, min=12),
                Column("job", max=14, style="$text-accent", null=""),
                Column("method", max=30, min=6, null=""),
                Column(
                    "state",
                    width=12,
                    null="",
                    format=lambda value: look.told(value, unicode),
                    style=lambda value, row: look_style(value),
                ),
                Column("rows", null=""),
            ),
            key="key",
            empty="It was given nothing, and nothing uses it yet.",
        )

    def fill(self, page: JobPage, again: bool) -> None:
        self.start(self._show)

    async def _show(self, page: JobPage) -> None:
        ask, values = self.axtui.catalogue.query, {"job": page.jobid}
        given = (await ask(GIVEN, values)).to_pylist()
        users = (await ask(USERS, values)).to_pylist()
        rows = [*map(_given, given), *map(_user, users)]
        for number, row in enumerate(rows):
            row["key"] = f"{row['side']}/{row['kind']}/{row['argument']}/{row['ref']}/{number}"
        source = await arrow.source(rows, _TEXTS, ("rows",))
        if self.shows(page):
            self.query_one(PaneTable).show(source)

    @on(RowOpened)
    def _opened(self, message: RowOpened) -> None:
        message.stop()
        row = message.values
        if row["kind"] == "file":
            self.post_message(self.FileChosen(str(row["ref"])))
        elif row["kind"] == "result":
            self.axtui.visit(Place("results", str(row["argument"])))
        elif row["job"]:
            self.post_message(Pane.Wanted("inputs", str(row["job"])))

    def action_dataset(self) -> None:
        """Show the dataset under the cursor."""
        row = self.query_one(PaneTable).cursor_values
        if row is None or row["kind"] != "dataset":
            self.notify("There is no dataset under the cursor.")
        else:
            ref = str(row["ref"])
            self.axtui.visit(Place("data", ref))

    class FileChosen(Pane.Wanted):
        """An input file is to be shown; its path, as it was recorded, is in `tab`."""


def _side_style(value: Any, row: Any) -> str:
    return "$text-primary" if value == "input" else "$text-secondary"


def look_style(state: str) -> str:
    """The style of a state in a table."""
    return look.look(state).style


def _given(row: dict[str, Any]) -> dict[str, Any]:
    at = f"[{row['position']}]" if row["position"] else ""
    argument = f"{row['argument']}{at}" if row["argument"] else None
    side = "asked for" if row["kind"] in ("built", "re-used") else "input"
    return {**row, "side": side, "argument": argument, "job": row["input_job"]}


def _user(row: dict[str, Any]) -> dict[str, Any]:
    kind = {"input": "dataset" if "/" in row["ref"] else "job"}.get(row["how"], row["how"])
    return {**row, "side": "used by", "kind": kind, "rows": None}
