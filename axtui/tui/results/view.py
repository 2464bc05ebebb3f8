"""The screen of results: what is linked in the results folder, how it looks, and the job behind it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static

from axtui.tui.job.deeds import open_path
from axtui.tui.places import Place
from axtui.tui.results.listed import Result, columns, facts, listed, matching, table
from axtui.tui.results.page import DifferencePage, PreviewPage
from axtui.tui.results.preview import Preview
from axtui.tui.table import ArrowSource, Table
from axtui.tui.table.filterline import FilterLine
from axtui.tui.table.messages import RowHighlighted
from axtui.tui.view import View

if TYPE_CHECKING:
    from catalog.read import Reader

_NONE = (
    "No result is linked yet.\n\n"
    "Build scripts link them with job.link_result(); 7 shows the scripts, and runs them."
)


class _List(Table):
    """The table, with keys of this screen in place of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.job", "Job", id="results.job",
                tooltip="The job behind the result"),
        Binding("y", "screen.copy_path", "Copy path", show=False, id="results.copy"),
    ]  # fmt: skip


class ResultsView(View):
    """The results folder: a list, and beside it how the one under the cursor looks."""

    SCREEN = "results"
    CSS_PATH = "results.tcss"
    HELP = (
        "What build scripts have linked into the results folder. Beside the list is a preview of the "
        "one under the cursor: pictures, texts, tables. Enter goes to the job behind it, `o` opens it "
        "with the system's program, `p` shows what it rests on, `d` what differs from its version "
        "before. *older*: the script has linked another job since, yet the link leads to this one. "
        "*gone*: the link leads to nothing."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open_outside", "Open", id="results.open",
                tooltip="Open it with the system's program"),
        Binding("space", "large", "Large", id="results.large",
                tooltip="The preview on the whole screen"),
        Binding("p", "graph", "Provenance", id="results.graph",
                tooltip="What it rests on, up to the input files"),
        Binding("d", "difference", "Diff", id="results.difference",
                tooltip="What differs from the version before"),
        Binding("slash", "filter", "Filter", key_display="/", id="results.filter"),
        Binding("tab,shift+tab", "other", "List or preview", show=False, id="results.other"),
        Binding("r", "reload", "Look again", show=False, id="results.reload"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Result] = []
        self._by_name: dict[str, Result] = {}
        self._wanted = ""

    def body(self) -> Iterable[Widget]:
        unicode = self.axtui.unicode
        with Horizontal(id="results-both"):
            yield _List(
                columns=columns(unicode),
                key="result",
                pinned=1,
                empty="no result has these words",
                id="results-list",
                classes="pane",
            )
            yield Preview(unicode=unicode, id="results-preview", classes="pane")
        yield Static(_NONE, id="results-none", classes="empty", markup=False)
        yield FilterLine("words in name, kind, job, method", id="results-filter")

    def on_mount(self) -> None:
        self._list.border_title = "results"
        self.query_one("#results-none").display = False

    @property
    def _list(self) -> Table:
        return self.query_one("#results-list", Table)

    @property
    def _preview(self) -> Preview:
        return self.query_one(Preview)

    @property
    def _words(self) -> str:
        return self.query_one(FilterLine).text

    @property
    def _here(self) -> Result | None:
        """The result under the cursor."""
        return self._by_name.get(str(self._list.cursor_key))

    # -- coming here

    async def visit(self, place: Place) -> None:
        self._wanted = place.subject
        self._load()

    def refreshed(self) -> None:
        self._load()

    def action_reload(self) -> None:
        """Look into the folder again."""
        self._load()

    @work(group="results", exclusive=True, exit_on_error=False)
    async def _load(self) -> None:
        self._all = await self.axtui.catalogue.read(partial(_listed, self))
        self._by_name = {one.name: one for one in self._all}
        await self._show()

    async def _show(self) -> None:
        found = matching(self._all, self._words)
        rows = await self.axtui.catalogue.call(table, found, self.axtui.clock())
        self.query_one("#results-both").display = bool(self._all)
        self.query_one("#results-none").display = not self._all
        self._list.show(ArrowSource(rows))
        self._list.border_subtitle = self._count(len(found))
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            if not self._list.go_to_key(wanted):
                self.notify(f"There is no result {wanted!r}.", severity="warning", markup=False)
        if self._here is None and not found:
            self._preview.show(None)
        elif self._here is not None:
            self._look(self._here)
        if self._all and self.focused is None:
            self._list.focus()

    def _count(self, found: int) -> str:
        if found == len(self._all):
            return f"{found:,}"
        return f"{found:,} of {len(self._all):,}"

    @on(Table.RowHighlighted)
    def _highlighted(self, message: RowHighlighted) -> None:
        one = self._by_name.get(str(message.key))
        if one is None:
            return
        self._look(one)
        if self.place.subject != one.name and (self.place.subject or message.row_index):
            self.now_at(Place("results", one.name))

    def _look(self, one: Result) -> None:
        self._preview.show(one.path, facts(one, self.axtui.clock()), one.name)

    # -- keys

    @on(Table.RowOpened)
    def _opened(self) -> None:
        self.action_job()

    def action_job(self) -> None:
        """Go to the job behind the result."""
        one = self._here
        if one is None:
            return
        if one.linked.job is None:
            self.notify("No job is behind it: somebody else made this link.")
        else:
            self.axtui.visit(Place("job", one.linked.job))

    def action_open_outside(self) -> None:
        """Open the result with the system's program."""
        one = self._here
        if one is not None and one.linked.gone:
            self.notify(
                f"{one.name} leads to a file that is gone.", severity="warning", markup=False
            )
        elif one is not None:
            open_path(self.axtui, one.linked.path)

    def action_large(self) -> None:
        """Show the preview on the whole screen."""
        if self._here is not None:
            self.axtui.push_screen(PreviewPage(self._here.path))

    def action_graph(self) -> None:
        """Show what the result rests on."""
        if self._here is not None:
            self.axtui.visit(Place("graph", self._here.name))

    def action_copy_path(self) -> None:
        """Copy the path of the result."""
        if self._here is not None:
            self.axtui.copy(str(self._here.linked.path), "the path of the result")

    @work(group="results-difference", exclusive=True, exit_on_error=False)
    async def action_difference(self) -> None:
        """Show what differs from the version before."""
        one = self._here
        if one is None:
            return
        lines = await self.axtui.catalogue.read(partial(_difference, self, one.name))
        if lines is None:
            self.notify(f"{one.name} was linked from one job only.", markup=False)
        else:
            self.axtui.push_screen(DifferencePage(f"{one.name}: what is new", lines))

    def action_other(self) -> None:
        """From the list to the preview, and back."""
        lines = self._preview.query_one("#preview-lines")
        if self._list.has_focus and lines.display:
            lines.focus()
        else:
            self._list.focus()

    def action_filter(self) -> None:
        """Show only results with some words."""
        self.query_one(FilterLine).open()

    @on(FilterLine.Changed)
    async def _filtered(self) -> None:
        await self._show()


def _listed(view: ResultsView, reader: Reader) -> list[Result]:
    return listed(view.axtui.workspace, reader)


def _difference(view: ResultsView, name: str, reader: Reader) -> list[str] | None:
    from axtui.build.versions import difference, versions

    found = versions(reader.query, name)
    if len(found) < 2:
        return None
    config = view.axtui.workspace.config
    within = [config.root, *config.workdirs.values()]
    return difference(reader.query, found[0], found[1], within)
