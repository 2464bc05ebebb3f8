"""The screen of datasets: a list of them, and one in all its parts: columns, rows, chain, slices, users."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Static

from axtui.errors import AcceleratorError
from axtui.tui.data import queries, reading, wording
from axtui.tui.data.columnspane import ColumnsPane
from axtui.tui.data.listing import Listing
from axtui.tui.data.reading import Page
from axtui.tui.data.tables import chain_table, slices_table
from axtui.tui.places import Place
from axtui.tui.tabbar import Tab, TabBar
from axtui.tui.table import ArrowSource, Table
from axtui.tui.table.filterline import FilterLine
from axtui.tui.table.messages import ReadFailed, RowHighlighted, RowOpened, Sorted
from axtui.tui.view import View

TABS = (
    Tab("columns", "Columns", "Cols", "C"),
    Tab("rows", "Rows", "Rows", "R"),
    Tab("chain", "Chain", "Chain", "n"),
    Tab("slices", "Slices", "Slic", "i"),
    Tab("users", "Used by", "Used", "U"),
)
_NAMES = [tab.name for tab in TABS]


class DataView(View):
    """The list at the left (alone where it is narrow), the dataset at the right, if one is listed."""

    SCREEN = "data"
    CSS_PATH = "data.tcss"
    HELP = (
        "Enter opens a dataset. C R n i U, or Tab, lead to its parts; on Chain and Used by, Enter "
        "opens what is under the cursor. a asks it in SQL. One line of the list stands for all "
        "datasets of a job: Space unfolds it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("C", "part('columns')", "Columns", show=False, id="data.columns"),
        Binding("R", "part('rows')", "Rows", id="data.rows"),
        Binding("n", "part('chain')", "Chain", show=False, id="data.chain"),
        Binding("i", "part('slices')", "Slices", show=False, id="data.slices"),
        Binding("U", "part('users')", "Used by", show=False, id="data.users"),
        Binding("tab,right_square_bracket", "turn(1)", "Part", key_display="tab", id="data.next"),
        Binding("shift+tab,left_square_bracket", "turn(-1)", "Part before", show=False,
                id="data.before"),
        Binding("a", "ask", "Ask in SQL", id="data.ask"),
        Binding("J", "job", "Its job", id="data.job"),
        Binding("p", "graph", "Provenance", id="data.graph"),
        Binding("A", "all", "Count all rows", show=False, id="data.all"),
        Binding("slash", "filter", "Filter", key_display="/", id="data.filter"),
        Binding("c", "copy", "Copy its name", show=False, id="data.copy"),
        Binding("escape", "leave", "To the list", show=False, id="data.leave"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._listed = False
        self._page: Page | None = None
        self._rows_of = ""

    def body(self) -> Iterable[Widget]:
        rows = Table(cursor="cell", empty="It has no rows.", id="data-rows")
        users = Table(key="job", empty="No job has used it yet.", id="data-users")
        parts = (ColumnsPane(), rows, chain_table(), slices_table(), users)
        yield Horizontal(
            Listing(unicode=self.axtui.unicode, id="data-left"),
            Vertical(
                Static(id="data-head", markup=False),
                TabBar(TABS),
                ContentSwitcher(*parts, initial="data-columns", id="data-parts"),
                Static(id="data-note", markup=False),
                id="data-right",
            ),
        )

    def on_mount(self) -> None:
        self.query_one("#data-list").focus()

    # -- coming here

    async def visit(self, place: Place) -> None:
        self.set_class(bool(place.subject), "-one")
        if not self._listed:
            self._load()
        if place.subject:
            self._open(place)
        else:
            self.query_one("#data-list").focus()

    def refreshed(self) -> None:
        self._load()
        if self._page is not None and self.place.tab == "users":
            self._fill("users")

    @work(group="data-list", exclusive=True, exit_on_error=False)
    async def _load(self) -> None:
        try:
            found = await self.axtui.catalogue.query(queries.LIST)
        except AcceleratorError:
            return  # there is no catalog yet
        self._listed = True
        await self.query_one(Listing).take(found)

    @on(Listing.Shown)
    def _list_shown(self, event: Listing.Shown) -> None:
        self.set_class(not event.rows and not self.place.subject, "-nothing")

    @work(group="data-open", exclusive=True, exit_on_error=False)
    async def _open(self, place: Place, follow: bool = True) -> None:
        """Read a dataset's page, and show the part that is asked for."""
        try:
            page = await self.axtui.catalogue.call(
                reading.page, self.axtui.workspace, place.subject
            )
        except AcceleratorError as error:
            self._page = None
            self.query_one("#data-head", Static).update(Content.styled(str(error), "$text-error"))
            return
        self._page = page
        self.query_one("#data-head", Static).update(wording.head(page))
        tab = place.tab if place.tab in _NAMES else "columns"
        if follow:
            self.now_at(Place("data", page.dataset, tab if tab != "columns" else ""))
        self.set_class(False, "-nothing")
        self._part(tab, focus=follow)

    # -- the parts

    def _part(self, name: str, focus: bool = True) -> None:
        self.query_one(TabBar).show(TABS, name)
        self.query_one("#data-parts", ContentSwitcher).current = f"data-{name}"
        self._note(name)
        self._fill(name)
        if focus:
            part = self.query_one(f"#data-{name}")
            (part if isinstance(part, Table) else part.query_one(Table)).focus()

    def _fill(self, name: str) -> None:
        page = self._page
        if page is None:
            return
        if name == "columns":
            self.query_one(ColumnsPane).show(page)
        elif name == "rows":
            if self._rows_of != page.dataset:
                self._fill_rows(page)
        elif name == "users":
            self._fill_users(page)
        else:
            self._fill_lists(page)

    @work(group="data-rows", exclusive=True, exit_on_error=False)
    async def _fill_rows(self, page: Page) -> None:
        call = self.axtui.catalogue.call
        source = await call(reading.rows, self.axtui.workspace, page.dataset)
        if self._page is page:
            self._rows_of = page.dataset
            self.query_one("#data-rows", Table).show(source, keep_cursor=False)

    @work(group="data-users", exclusive=True, exit_on_error=False)
    async def _fill_users(self, page: Page) -> None:
        params = {"dataset": page.dataset}
        found = await self.axtui.catalogue.query(queries.USERS, params)
        if self._page is page:
            self.query_one("#data-users", Table).show(ArrowSource(found))

    @work(group="data-lists", exclusive=True, exit_on_error=False)
    async def _fill_lists(self, page: Page) -> None:
        root = self.axtui.workspace.root
        chain, slices = await asyncio.to_thread(wording.lists, page, root, self.axtui.unicode)
        if self._page is page:
            self.query_one("#data-chain", Table).show(chain)
            self.query_one("#data-slices", Table).show(slices)

    def _note(self, part: str) -> None:
        note = self.query_one("#data-note", Static)
        note.display = part == "rows" and self._page is not None
        if self._page is not None:
            note.update(wording.row_order(self._page, self.query_one("#data-rows", Table).order))

    @on(Sorted, "#data-rows")
    def _rows_sorted(self) -> None:
        self._note("rows")

    @on(ReadFailed)
    def _unread(self, event: ReadFailed) -> None:
        self.axtui.trouble(event.error)

    # -- keys

    @on(RowHighlighted, "#data-list")
    def _highlighted(self, event: RowHighlighted) -> None:
        """Beside the list, the dataset under the cursor is shown, without going to it."""
        if not self.place.subject and not self.has_class("-narrow"):
            self._open(Place("data", str(event.key)), follow=False)

    @on(RowOpened, "#data-list")
    def _listed_opened(self, event: RowOpened) -> None:
        self.axtui.visit(Place("data", str(event.key)))

    @on(RowOpened, "#data-chain")
    def _link_opened(self, event: RowOpened) -> None:
        self.axtui.visit(Place("data", str(event.key), "chain"))

    @on(RowOpened, "#data-users")
    def _user_opened(self, event: RowOpened) -> None:
        self.axtui.visit(Place("job", str(event.key)))

    @on(TabBar.TabChosen)
    def _tab_chosen(self, event: TabBar.TabChosen) -> None:
        self.action_part(event.tab_name)

    def action_part(self, name: str) -> None:
        """A part of the dataset."""
        if self._page is None:
            return
        self.set_class(True, "-one")
        self.now_at(Place("data", self._page.dataset, name if name != "columns" else ""))
        self._part(name)

    def action_turn(self, by: int) -> None:
        """The next part, or the one before; from the list first into the part beside it."""
        if self.focused is self.query_one("#data-list"):
            if self._page is not None and not self.has_class("-narrow"):
                self._part(self.place.tab or "columns")
            return
        at = _NAMES.index(self.place.tab or "columns")
        self.action_part(_NAMES[(at + by) % len(_NAMES)])

    def action_ask(self) -> None:
        """Ask the dataset in SQL; where it ends a chain, all of that."""
        if self._page is not None:
            self.axtui.visit(Place("sql", wording.question(self._page)))

    def action_job(self) -> None:
        """The job that made it."""
        if self._page is not None:
            self.axtui.visit(Place("job", self._page.meta.job))

    def action_graph(self) -> None:
        """Where it comes from, and what comes of it."""
        if self._page is not None:
            self.axtui.visit(Place("graph", self._page.dataset))

    def action_all(self) -> None:
        """Count all rows, however many."""
        if self._page is not None:
            self.query_one(ColumnsPane).show(self._page, everything=True)

    def action_copy(self) -> None:
        """Copy the dataset's name."""
        if self._page is not None:
            self.axtui.copy(self._page.dataset, self._page.dataset)

    def action_filter(self) -> None:
        """Filter the list."""
        if self.has_class("-one"):
            self.action_leave()
        self.query_one(FilterLine).open()

    def action_leave(self) -> None:
        """Go to the list, and there to the dataset that was seen; else to the one under its cursor."""
        self.set_class(False, "-one")
        self.now_at(Place("data"))
        listed = self.query_one("#data-list", Table)
        listed.focus()
        seen = self._page.dataset if self._page is not None else ""
        here = listed.cursor_key
        if here is not None and here != seen and not listed.go_to_key(seen):
            self._open(Place("data", str(here)), follow=False)
