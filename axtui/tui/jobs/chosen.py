"""What is done with the job under the cursor of a list, and with those that are marked."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from axtui.build.jobpage import read_page, source_file
from axtui.tui.job import deeds
from axtui.tui.jobs.table import JobTable
from axtui.tui.places import Place
from axtui.tui.table.messages import RowOpened
from axtui.tui.view import View


class ChosenJob(View):
    """A view with a table of jobs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "open('why')", "Why", id="jobs.why", tooltip="Why it was built"),
        Binding("d", "open('source:diff')", "Diff", id="jobs.diff", tooltip="What its source changed"),
        Binding("p", "provenance", "Graph", show=False, id="jobs.provenance"),
        Binding("r", "rebuild", "Rebuild", id="jobs.rebuild", tooltip="Run its build script"),
        Binding("x", "stop", "Stop", id="jobs.stop", tooltip="Stop a job that runs"),
        Binding("e", "edit", "Edit", show=False, id="jobs.edit", tooltip="Its source in $EDITOR"),
        Binding("o", "folder", "Open folder", show=False, id="jobs.open"),
        Binding("space", "mark", "Mark", show=False, id="jobs.mark", tooltip="Mark a job to compare"),
        Binding("D", "compare", "Compare", show=False, id="jobs.compare", tooltip="Compare marked jobs"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.marked: list[str] = []

    @property
    def table(self) -> JobTable:
        """The list."""
        return self.query_one(JobTable)

    def status(self) -> None:
        """Tell where the cursor is, and what is marked."""

    # -- marks

    @property
    def pair(self) -> bool:
        """Whether two jobs are marked."""
        return len(self.marked) == 2

    def action_mark(self) -> None:
        """Mark the job under the cursor, or take its mark away; the third takes the first's."""
        jobid = self.table.cursor_key
        if jobid is None:
            return
        if jobid in self.marked:
            self.marked.remove(jobid)
        else:
            self.marked[:] = [*self.marked, jobid][-2:]
        self.marks_changed()
        self.table.action_down()

    def marks_changed(self) -> None:
        """Show the marks as they are now."""
        self.table.repaint()
        self.status()

    def action_compare(self) -> None:
        """Compare the two marked jobs, or the one under the cursor with the one before it."""
        if self.pair:
            old, new = sorted(self.marked, key=lambda one: int(one.rpartition("-")[2]))
            self.axtui.visit(Place("job", new, f"compare:{old}"))
        elif self.table.cursor_key:
            marked = next((one for one in self.marked if one != self.table.cursor_key), "")
            tab = f"compare:{marked}" if marked else "compare"
            self.axtui.visit(Place("job", self.table.cursor_key, tab))

    # -- deeds

    @on(RowOpened)
    def _opened(self, message: RowOpened) -> None:
        self.axtui.visit(Place("job", str(message.key)))

    def action_open(self, tab: str) -> None:
        """Open a tab of the job under the cursor."""
        if self.table.cursor_key:
            self.axtui.visit(Place("job", self.table.cursor_key, tab))

    def action_provenance(self) -> None:
        """Show what it rests on, and what rests on it."""
        if self.table.cursor_key:
            self.axtui.visit(Place("graph", self.table.cursor_key))

    def action_rebuild(self) -> None:
        """Run the build script that asked for it."""
        row = self.table.cursor_values
        if row is not None:
            deeds.rebuild(self.axtui, row["script"])

    def action_stop(self) -> None:
        """Stop it, if it runs."""
        row = self.table.cursor_values
        if row is not None:
            deeds.stop(self.axtui, row["job"], row["method"])

    def action_copy_id(self) -> None:
        """Copy its id."""
        if self.table.cursor_key:
            self.axtui.copy(self.table.cursor_key, self.table.cursor_key)

    def action_folder(self) -> None:
        """Open its folder."""
        row = self.table.cursor_values
        if row is not None and row["path"]:
            deeds.open_path(self.axtui, Path(row["path"]))
        elif row is not None:
            self.notify("The job was removed, and its folder with it.")

    def action_edit(self) -> None:
        """Open its source, as it is in the workspace now, in the editor."""
        if self.table.cursor_key:
            self._edit(self.table.cursor_key)

    @work(group="edit", exclusive=True, exit_on_error=False)
    async def _edit(self, jobid: str) -> None:
        page = await self.axtui.catalogue.call(read_page, self.axtui.workspace, jobid)
        deeds.edit(self.axtui, source_file(self.axtui.workspace, page))
