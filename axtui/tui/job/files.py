"""The files that a job made."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from axtui import human
from axtui.build.jobpage import JobPage
from axtui.tui.job import arrow, deeds
from axtui.tui.job.pane import Pane
from axtui.tui.job.panetable import PaneTable
from axtui.tui.table import Column
from axtui.tui.table.messages import RowOpened


class JobFiles(PaneTable):
    """A table whose `y` copies the path of a file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "path", "Copy path", id="files.path"),
    ]

    def action_path(self) -> None:
        """Copy the path of the file under the cursor."""
        pane = self.parent
        assert isinstance(pane, FilesPane)
        pane.copy_path()


class FilesPane(Pane):
    """A table of files; Enter shows one, `o` opens it with the system's program."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "Open file", id="files.open"),
    ]

    def compose(self) -> ComposeResult:
        yield JobFiles(
            columns=(
                Column("name", "file", style=_name_style, max=80, min=12),
                Column("bytes", "size", format=human.size, null=""),
                Column("given", "given out", style="$foreground-muted"),
                Column("digest", style="$foreground-muted", format=_short, null=""),
            ),
            key="name",
            empty="It made no files.",
        )

    def fill(self, page: JobPage, again: bool) -> None:
        self.start(self._show)

    async def _show(self, page: JobPage) -> None:
        rows = [{**file, "given": "yes" if file["registered"] else "no"} for file in page.files]
        source = await arrow.source(rows, ("name", "given", "digest"), ("bytes",))
        if self.shows(page):
            self.query_one(PaneTable).show(source)

    @property
    def chosen(self) -> str | None:
        """The name of the file under the cursor."""
        row = self.query_one(PaneTable).cursor_values
        return None if row is None else str(row["name"])

    @on(RowOpened)
    def _opened(self, message: RowOpened) -> None:
        message.stop()
        page = self.page
        if page is not None and page.path is not None:
            from axtui.tui.job.fileview import FileView

            self.app.push_screen(FileView(page.path / str(message.values["name"])))
        else:
            self.notify("The job was removed, and its files with it.")

    def action_open(self) -> None:
        """Open the file under the cursor with the system's program."""
        if self.page is not None and self.page.path is not None and self.chosen:
            deeds.open_path(self.axtui, self.page.path / self.chosen)

    def copy_path(self) -> None:
        """Copy the path of the file under the cursor."""
        if self.page is not None and self.page.path is not None and self.chosen:
            self.axtui.copy(str(self.page.path / self.chosen), "the path of the file")


def _name_style(value: Any, row: Any) -> str:
    return "bold" if row.get("given") == "yes" else ""


def _short(value: str) -> str:
    return value.partition(":")[2][:12]
