"""A pane: what one tab of a job shows. It is filled when it is seen, by workers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from axtui.build.jobpage import JobPage
from axtui.tui.job.reading import Reading

if TYPE_CHECKING:
    from axtui.tui.app import Axtui
    from axtui.tui.live import Followed


class Pane(Vertical):
    """Base of the panes. `page` is the job that is shown; what a worker brings for another is lost.

    A pane begins to fill itself in `fill`, and looks at a running job again in `moved`.
    """

    DEFAULT_CSS = """
    Pane { height: 1fr; width: 1fr; }
    """

    class Wanted(Message):
        """Another tab of the job is asked for, or another job."""

        def __init__(self, tab: str, jobid: str = "") -> None:
            super().__init__()
            self.tab, self.jobid = tab, jobid

    def __init__(self) -> None:
        super().__init__()
        self.page: JobPage | None = None
        self.argument = ""

    @property
    def axtui(self) -> Axtui:
        """The app, by its type."""
        return cast("Axtui", self.app)

    def show(self, page: JobPage, argument: str = "") -> None:
        """Show a job; `argument` is what stands behind the tab's name in a place."""
        before, self.page, self.argument = self.page, page, argument
        again = before is not None and before.jobid == page.jobid
        self.fill(page, again)

    def shows(self, page: JobPage) -> bool:
        """Whether what was found out about a job is still wanted here."""
        return self.page is not None and self.page.jobid == page.jobid

    def fill(self, page: JobPage, again: bool) -> None:
        """Show a job; `again` if it was shown already and may have got on."""

    def moved(self, builds: list[Followed]) -> None:
        """Running builds got on, while this is seen."""

    def take_focus(self) -> None:
        """Focus what keys are for."""
        for widget in self.query("*"):
            if widget.focusable:
                widget.focus()
                return

    def start(self, task: Callable[[JobPage], Awaitable[None]]) -> None:
        """Run a task for the present job; a newer one of this pane takes its place."""
        page = self.page
        if page is not None:
            self._work(task, page)

    @work(group="fill", exclusive=True, exit_on_error=False)
    async def _work(self, task: Callable[[JobPage], Awaitable[None]], page: JobPage) -> None:
        await task(page)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What a worker raised must be seen."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.axtui.trouble(event.worker.error)


class TextPane(Pane):
    """A pane of text."""

    def compose(self) -> ComposeResult:
        with Reading():
            yield Static("", markup=False)

    def tell(self, content: Content, again: bool = False) -> None:
        """Show a text, from its begin unless it is that of the same job."""
        self.query_one(Static).update(content)
        if not again:
            self.query_one(Reading).scroll_home(animate=False)
