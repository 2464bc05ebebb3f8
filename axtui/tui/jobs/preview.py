"""Beside the list: what matters of the job under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.timer import Timer
from textual.widgets import Static

from axtui.build.jobpage import CHAINS, USERS, JobPage, read_page
from axtui.errors import AcceleratorError
from axtui.tui.job import words
from axtui.tui.job.header import JobHeader

if TYPE_CHECKING:
    from axtui.tui.app import Axtui

Row = dict[str, Any]
_REST = 0.15
"""Seconds that the cursor rests before a job is read."""


class Preview(VerticalScroll, can_focus=False):
    """The overview of one job, read when the cursor rests."""

    DEFAULT_CSS = """
    Preview {
        width: 42%; max-width: 90; height: 1fr;
        border-left: vkey $surface-lighten-2;
        scrollbar-size-vertical: 1;
        & #preview-text { padding: 1 1 0 1; width: 1fr; height: auto; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.jobid = ""
        self._resting: Timer | None = None

    @property
    def axtui(self) -> Axtui:
        """The app, by its type."""
        return cast("Axtui", self.app)

    def compose(self) -> ComposeResult:
        yield JobHeader()
        yield Static("", id="preview-text", markup=False)

    def show(self, jobid: str) -> None:
        """Show a job soon; '' shows nothing."""
        self.jobid = jobid
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(_REST, self._read)

    def _read(self) -> None:
        if self.display:
            self._fill(self.jobid)

    @work(group="preview", exclusive=True, exit_on_error=False)
    async def _fill(self, jobid: str) -> None:
        header, text = self.query_one(JobHeader), self.query_one("#preview-text", Static)
        if not jobid:
            header.tell("")
            text.update("")
            return
        app = self.axtui
        try:
            page = await app.catalogue.call(read_page, app.workspace, jobid)
            self._tell(page, [], [])  # the job's folder says most; the catalog may take longer
            users = (await app.catalogue.query(USERS, {"job": jobid})).to_pylist()
            chains = (await app.catalogue.query(CHAINS, {"job": jobid})).to_pylist()
        except AcceleratorError as error:
            if self.jobid == jobid:
                header.tell(jobid)
                text.update(str(error))
            return
        self._tell(page, users, chains)

    def _tell(self, page: JobPage, users: list[Row], chains: list[Row]) -> None:
        if self.jobid == page.jobid:
            app = self.axtui
            self.query_one(JobHeader).show(page, app.clock(), app.unicode)
            text = words.overview(page, users, chains, short=True)
            self.query_one("#preview-text", Static).update(text)
            self.scroll_home(animate=False)
