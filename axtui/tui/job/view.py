"""One job, in all its parts."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from axtui.build.inputs import shown_path
from axtui.build.jobpage import JobPage, read_page, source_file
from axtui.errors import AcceleratorError
from axtui.tui.job import deeds, doing
from axtui.tui.job.header import JobHeader
from axtui.tui.job.inputs import InputsPane
from axtui.tui.job.pane import Pane
from axtui.tui.job.tabs import COMPARE, ERROR, PANES, TABS, TROUBLED
from axtui.tui.places import Place
from axtui.tui.tabbar import Tab, TabBar
from axtui.tui.view import View

if TYPE_CHECKING:
    from axtui.tui.live import Followed


class JobView(View):
    """One job. The subject of its place is anything that names a job; the tab may have a job behind
    a colon (`compare:dev-9`), that of sources the word `diff`."""

    SCREEN = "job"
    HELP = (
        "One job in all its parts. Capital letters open tabs (they are underlined), so do tab and "
        "shift+tab. In Inputs, Enter walks to another job and Backspace comes back."
    )
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    JobView {
        & #job-pane { height: 1fr; width: 1fr; }
        & #job-nothing { display: none; }
        &.-nothing #job-nothing { display: block; }
        &.-nothing #job-pane, &.-nothing TabBar { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab,right_square_bracket", "turn(1)", "Tab", key_display="tab", id="job.next_tab",
            priority=True,
        ),
        Binding(
            "shift+tab,left_square_bracket", "turn(-1)", "Tab before", show=False,
            id="job.tab_before", priority=True,
        ),
        Binding("V", "tab('overview')", "Overview", show=False, id="job.overview"),
        Binding("P", "tab('options')", "Options", show=False, id="job.options"),
        Binding("I,i", "tab('inputs')", "Inputs and users", show=False, id="job.inputs"),
        Binding("S", "tab('source')", "Source", show=False, id="job.source"),
        Binding("W,w", "tab('why')", "Why", show=False, id="job.why"),
        Binding("U,l", "tab('output')", "Output", show=False, id="job.output"),
        Binding("F", "tab('files')", "Files", show=False, id="job.files"),
        Binding("D", "tab('datasets')", "Datasets", show=False, id="job.datasets"),
        Binding("E", "tab('environment')", "Environment", show=False, id="job.environment"),
        Binding("T,t", "tab('time')", "Time", show=False, id="job.time"),
        Binding("R", "tab('error')", "Error", show=False, id="job.error"),
        Binding("C", "tab('compare')", "Compare with the job before", show=False, id="job.compare"),
        Binding("d", "diff", "Diff", id="job.diff", tooltip="What its source changed"),
        Binding("p", "provenance", "Graph", id="job.provenance", tooltip="What it rests on"),
        Binding("r", "rebuild", "Rebuild", id="job.rebuild", tooltip="Run its build script"),
        Binding("x", "stop", "Stop", id="job.stop", tooltip="Stop it, while it runs"),
        Binding("e", "edit", "Edit", id="job.edit", tooltip="Its source in $EDITOR"),
        Binding("h", "hot", "Look for hot lines", show=False, id="job.hot"),
        Binding("o", "open", "Open folder", show=False, id="job.open"),
        Binding("y", "copy", "Copy id", show=False, id="job.copy"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.page: JobPage | None = None
        self._asked = ""
        self._tab = ""
        self._coming = ""
        """The tab to show when the job has been read; empty for the one it opens with."""

    def body(self) -> Iterable[Widget]:
        yield JobHeader()
        yield TabBar(TABS)
        yield Vertical(id="job-pane")
        yield Static("", id="job-nothing", classes="empty", markup=False)

    # -- going to a job

    async def visit(self, place: Place) -> None:
        asked, same = place.subject, place.subject == self._asked
        self._asked, self._coming = asked, place.tab
        if same and self.page is not None:
            self._open_tab(place.tab or _first_tab(self.page))
            return
        if not same:
            self.page = None
            self.query_one(JobHeader).tell(f"{asked} …" if asked else "")
        self._read(asked)

    def refreshed(self) -> None:
        """A job that is over stays what it was, but others may use it now."""
        if self._asked:
            self._read(self._asked)

    @work(group="page", exclusive=True, exit_on_error=False)
    async def _read(self, asked: str) -> None:
        try:
            spec = asked or await self._newest()
            page = await self.axtui.catalogue.call(read_page, self.axtui.workspace, spec)
        except AcceleratorError as error:
            if self._asked == asked:
                self._nothing(str(error))
            return
        if self._asked == asked:
            self._show(page)

    async def _newest(self) -> str:
        rows = await self.axtui.catalogue.query(
            "SELECT job FROM jobs WHERE state <> 'collected' ORDER BY started DESC LIMIT 1"
        )
        return str(rows.to_pylist()[0]["job"]) if rows.num_rows else "there are no jobs yet"

    def _nothing(self, text: str) -> None:
        self.page = None
        self.add_class("-nothing")
        self.query_one(JobHeader).tell("")
        self.query_one("#job-nothing", Static).update(f"{text}\n\n2 lists all jobs")

    def _show(self, page: JobPage) -> None:
        tab = self._coming
        self.remove_class("-nothing")
        before, self.page = self.page, page
        self._head()
        ended = before is not None and before.running and not page.running
        if not tab or (ended and page.state in TROUBLED and tab == "overview"):
            tab = _first_tab(page)
        self._asked = page.jobid
        self._open_tab(tab)

    def _head(self) -> None:
        if self.page is not None:
            words = doing.words(self.axtui.live.now(), self.page.jobid, self.axtui.clock())
            self.query_one(JobHeader).show(
                self.page,
                self.axtui.clock(),
                self.axtui.unicode,
                words if self.page.running else "",
            )

    def moved(self, builds: list[Followed]) -> None:
        if self.page is None or not self.page.running:
            return
        self._head()
        if not any(_makes(one, self.page.jobid) for one in builds):
            self.refreshed()
        pane = self.pane
        if pane is not None:
            pane.moved(builds)

    # -- tabs

    @property
    def tabs(self) -> list[Tab]:
        """The tabs that the present job has."""
        tabs = list(TABS)
        if self.page is not None and (self.page.error or self.page.state in TROUBLED):
            tabs.append(ERROR)
        if self._tab.partition(":")[0] == "compare":
            tabs.append(COMPARE)
        return tabs

    @property
    def pane(self) -> Pane | None:
        """The pane that is seen."""
        return next((one for one in self.query(Pane) if one.display), None)

    def _open_tab(self, tab: str) -> None:
        name, _, argument = tab.partition(":")
        if name not in PANES or (name == "error" and ERROR not in self.tabs):
            name, argument = "overview", ""
        self._tab = self._coming = f"{name}:{argument}" if argument else name
        self.query_one(TabBar).show(self.tabs, name)
        page = self.page
        if page is None:
            return
        here = "" if self._tab == _first_tab(page) else self._tab
        self.now_at(Place("job", page.jobid, here))
        self._switch(name, argument)

    @work(group="tab", exclusive=True, exit_on_error=False)
    async def _switch(self, name: str, argument: str) -> None:
        """Show a pane, which is made if it was never seen."""
        place = self.query_one("#job-pane", Vertical)
        changed = self.pane is None or self.pane.id != f"pane-{name}"
        wanted = next((one for one in self.query(Pane) if one.id == f"pane-{name}"), None)
        if wanted is None:
            module, _, cls = PANES[name].partition(":")
            wanted = getattr(import_module(f"axtui.tui.job.{module}"), cls)()
            assert isinstance(wanted, Pane)
            wanted.id = f"pane-{name}"
            wanted.display = False
            await place.mount(wanted)
        with self.app.batch_update():
            for pane in self.query(Pane):
                if pane.display != (pane is wanted):
                    pane.display = pane is wanted
        if self.page is not None:
            wanted.show(self.page, argument)
        if changed or self.focused is None or not self.focused.display:
            wanted.take_focus()

    def action_tab(self, name: str) -> None:
        """Open a tab."""
        if name == "error" and ERROR not in self.tabs:
            self.notify("It did not fail.")
        elif self.page is not None:
            self._open_tab(name)

    def action_turn(self, step: int) -> None:
        """Open the tab to the right or left."""
        names = [tab.name for tab in self.tabs]
        here = self._tab.partition(":")[0]
        at = names.index(here) if here in names else 0
        self.action_tab(names[(at + step) % len(names)])

    @on(TabBar.TabChosen)
    def _tab_chosen(self, message: TabBar.TabChosen) -> None:
        self.action_tab(message.tab_name)

    @on(InputsPane.FileChosen)
    def _file_chosen(self, message: InputsPane.FileChosen) -> None:
        from axtui.tui.job.fileview import FileView

        message.stop()
        self.app.push_screen(FileView(shown_path(message.tab, self.axtui.workspace.config)))

    @on(Pane.Wanted)
    def _wanted(self, message: Pane.Wanted) -> None:
        if message.jobid:
            self.axtui.visit(Place("job", message.jobid, message.tab))
        else:
            self.action_tab(message.tab)

    # -- deeds

    def action_diff(self) -> None:
        """Show what its source changed since the job before."""
        if self.page is not None:
            self._open_tab("source:diff")

    def action_provenance(self) -> None:
        """Show what it rests on, and what rests on it."""
        if self.page is not None:
            self.axtui.visit(Place("graph", self.page.jobid))

    def action_rebuild(self) -> None:
        """Run the build script that asked for it."""
        if self.page is not None:
            deeds.rebuild(self.axtui, self.page.get("script"))

    def action_hot(self) -> None:
        """Build it once more, looking which of its lines take longest."""
        if self.page is not None:
            deeds.look_for_hot_lines(self.axtui, self.page.jobid)

    def action_stop(self) -> None:
        """Stop it, if it runs."""
        if self.page is not None:
            deeds.stop(self.axtui, self.page.jobid, self.page.method)

    def action_edit(self) -> None:
        """Open its source, as it is in the workspace now, in the editor."""
        if self.page is not None:
            deeds.edit(self.axtui, source_file(self.axtui.workspace, self.page))

    def action_open(self) -> None:
        """Open its folder."""
        if self.page is not None and self.page.path is not None:
            deeds.open_path(self.axtui, self.page.path)

    def action_copy(self) -> None:
        """Copy its id."""
        if self.page is not None:
            self.axtui.copy(self.page.jobid, self.page.jobid)


def _first_tab(page: JobPage) -> str:
    """The tab with which a job opens: what went wrong, where something did."""
    return "error" if page.state in TROUBLED else "overview"


def _makes(build: Followed, jobid: str) -> bool:
    return build.build.build_job == jobid or build.state.job(jobid) is not None
