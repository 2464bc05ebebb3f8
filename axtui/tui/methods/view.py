"""Methods and build scripts: what there is, what each says and takes, its last job; run it now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from axtui.build.methods import Method
from axtui.build.shelf import Entry, entries
from axtui.build.watch.typed import how
from axtui.errors import AcceleratorError
from axtui.tui import look
from axtui.tui.job import deeds
from axtui.tui.methods import asked, page, queries, reading
from axtui.tui.methods.form import Form
from axtui.tui.places import Place
from axtui.tui.table.cellmodal import CellModal
from axtui.tui.table.filterline import FilterLine
from axtui.tui.view import View

_MOST_JOBS = 8
_PATIENCE = 0.3
"""Seconds after which a form that is not there yet is said to be prepared."""
_HEADS = {(0, False): "Build scripts", (1, False): "Methods", (1, True): "Standard methods"}
_DATASETS = "SELECT dataset FROM datasets ORDER BY dataset DESC LIMIT 1000"


class MethodsView(View):
    """The list at the left, the page of the one under the cursor at the right."""

    SCREEN = "methods"
    CSS_PATH = "methods.tcss"
    HELP = (
        "r asks for the options and runs it, R runs a build script as it ran last. A method that is run "
        "from here makes one job, like `axtui build`."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "run", "Run…", id="methods.run"),
        Binding("R", "run_again", "Run now", id="methods.again"),
        Binding("w", "foresee", "What would it build?", id="methods.why"),
        Binding("enter", "last", "Last job", id="methods.last"),
        Binding("e", "edit", "Edit", id="methods.edit"),
        Binding("slash", "filter", "Filter", key_display="/", id="methods.filter"),
        Binding("y", "copy_path", "Copy path", show=False, id="methods.copy"),
        Binding("j", "move(1)", "Down", show=False, id="methods.down"),
        Binding("k", "move(-1)", "Up", show=False, id="methods.up"),
        Binding("g", "edge(False)", "To the top", show=False, id="methods.top"),
        Binding("G", "edge(True)", "To the end", show=False, id="methods.end"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[Entry] = []
        self._last: dict[tuple[str, bool], queries.Last] = {}
        self._described: dict[str, Method | str] = {}
        self._filter = ""

    def body(self) -> Iterable[Widget]:
        yield FilterLine("a name, or a word of what it does")
        chooser = OptionList(id="methods-list", classes="pane")
        chooser.border_title = "Scripts and methods"
        text = VerticalScroll(
            Static(id="methods-about", markup=False),
            Static(id="methods-jobs", markup=False),
            Static(id="methods-takes", markup=False),
            id="methods-page",
            classes="pane",
        )
        yield Horizontal(Vertical(chooser), text)

    def on_mount(self) -> None:
        self.query_one("#methods-list").focus()

    # -- coming here

    async def visit(self, place: Place) -> None:
        self._load(place)

    def refreshed(self) -> None:
        self._load(self.place)

    @work(group="methods", exclusive=True, exit_on_error=False)
    async def _load(self, place: Place) -> None:
        """Look at the folders, then at the catalog; each is shown when it is there."""
        found = await self.axtui.catalogue.call(entries, self.axtui.workspace)
        if found != self._entries:
            self._entries, self._described = found, {}
            self._list(place)
        elif place.subject and place != self._place_of(self._chosen()):
            self._list(place)
        try:
            rows = (await self.axtui.catalogue.query(queries.LAST)).to_pylist()
        except AcceleratorError:
            return  # there is no catalog yet
        last = queries.last_of(rows)
        if last != self._last:
            self._last = last
            self._list(self.place)

    def _shown(self) -> list[Entry]:
        words = self._filter.lower().split()
        return [
            entry
            for entry in self._entries
            if all(word in f"{entry.name} {entry.summary} {entry.kind}".lower() for word in words)
        ]

    def _list(self, place: Place) -> None:
        chooser = self.query_one("#methods-list", OptionList)
        shown = self._shown()
        width = max((len(entry.name) for entry in shown), default=0)
        options: list[Option | None] = []
        head = None
        for entry in shown:
            above = _HEADS[(int(entry.kind == "method"), entry.standard)]
            if above != head:
                head = above
                title = Content.styled(above, "bold $text-accent")
                options.append(Option(title, disabled=True))
            options.append(Option(self._line(entry, width), _id(entry)))
        with self.prevent(OptionList.OptionHighlighted):
            chooser.clear_options()
            chooser.add_options(options)
        wanted = [_id(entry) for entry in shown if place.subject in ("", entry.name)]
        kind = "script" if place.tab == "script" else "method"
        exact = [one for one in wanted if one == f"{kind}-{place.subject}"]
        for one in (*exact, *wanted)[:1]:
            chooser.highlighted = chooser.get_option_index(one)
        if place.subject and self._entries and not wanted and not self._filter:
            text = f"There is no method or script {place.subject!r}."
            self.notify(text, severity="warning", markup=False)
        if not shown:
            nothing = "nothing has that" if self._filter else "no build scripts or methods yet"
            chooser.add_option(Option(Content.styled(nothing, "$foreground-muted"), disabled=True))

    def _line(self, entry: Entry, width: int) -> Content:
        last = self._last.get((queries.method_of(entry), entry.kind == "script"))
        state = "damaged" if entry.broken else last.state if last else ""
        unicode = self.axtui.unicode
        color = look.look(state).style
        mark = Content.styled(look.glyph(state, unicode) if state else " ", color)
        word = "broken" if entry.broken else look.look(state).word if state else "never run"
        if self.has_class("-narrow"):
            return mark + Content(f" {entry.name}")  # the page tells the state in words
        name = Content(f" {entry.name:<{width}}  ")
        return mark + name + Content.styled(word, color if state else "$foreground-muted")

    # -- the page

    @on(OptionList.OptionHighlighted, "#methods-list")
    def _highlighted(self) -> None:
        entry = self._chosen()
        if entry is not None:
            self.now_at(self._place_of(entry))
            self._page(entry)

    @work(group="methods-page", exclusive=True, exit_on_error=False)
    async def _page(self, entry: Entry) -> None:
        call = self.axtui.catalogue.call
        self.query_one("#methods-page").border_title = Content(f"{entry.kind} {entry.name}")
        about = await call(reading.about, entry, self.axtui.workspace.root)
        self.query_one("#methods-about", Static).update(about)
        takes = self.query_one("#methods-takes", Static)
        takes.update("")
        try:
            params = {
                "method": queries.method_of(entry),
                "is_build": entry.kind == "script",
                "most": _MOST_JOBS,
            }
            rows = (await self.axtui.catalogue.query(queries.JOBS, params)).to_pylist()
        except AcceleratorError:
            rows = []
        self.query_one("#methods-jobs", Static).update(page.jobs(rows, self.axtui.unicode))
        if entry.kind == "method" and not entry.broken:
            described = await self._describe(entry)
            if isinstance(described, str):
                takes.update(Content.styled(described, "$text-error"))
            else:
                takes.update(page.takes(described))

    async def _describe(self, entry: Entry) -> Method | str:
        """What a method declares, or why that cannot be told."""
        known = self._described.get(entry.name)
        if known is None:
            call = self.axtui.catalogue.call
            known = await call(reading.described, self.axtui.workspace, entry.name)
            self._described[entry.name] = known
        return known

    def heard(self, event: object) -> None:
        self._described = {}  # a file was saved, perhaps of a method
        if self.is_current:
            self._load(self.place)

    # -- doing something

    def _chosen(self) -> Entry | None:
        option = self.query_one("#methods-list", OptionList).highlighted_option
        wanted = option.id if option is not None else None
        return next((entry for entry in self._entries if _id(entry) == wanted), None)

    @staticmethod
    def _place_of(entry: Entry | None) -> Place:
        if entry is None:
            return Place("methods")
        return Place("methods", entry.name, "script" if entry.kind == "script" else "")

    @work(group="methods-run", exclusive=True, exit_on_error=False)
    async def action_run(self) -> None:
        """Ask how it shall run, then run it."""
        entry = self._chosen()
        if entry is None:
            return
        slow = self.set_timer(_PATIENCE, partial(self._preparing, entry))
        try:
            form = await self._form(entry)
        finally:
            slow.stop()
        still_wanted = self.app.screen is self and self._chosen() == entry
        if form is not None and still_wanted:
            await self.app.push_screen(form)

    def _preparing(self, entry: Entry) -> None:
        self.notify(f"Preparing the form of {entry.name} …", timeout=2, markup=False)

    async def _form(self, entry: Entry) -> Form | None:
        """The form of a script or method; None, and told, where that cannot run."""
        if entry.kind == "script":
            flags = await self.axtui.catalogue.call(reading.flags, entry.path)
            fields = asked.script_fields(self.axtui.workspace, flags)
            return Form(f"Run {entry.name}", fields, partial(self._run_script, entry.name))
        described = await self._describe(entry)
        if isinstance(described, str):
            self.notify(described, title="It cannot run", severity="error", markup=False)
            return None
        fields = asked.method_fields(described, await self._datasets())
        return Form(f"One job of {entry.name}", fields, partial(self._run_method, described))

    def action_run_again(self) -> None:
        """Run a build script as it ran last."""
        entry = self._chosen()
        if entry is not None and entry.kind == "script":
            self.axtui.build(entry.name)
        elif entry is not None:
            self.action_run()

    async def _datasets(self) -> list[str]:
        try:
            rows = await self.axtui.catalogue.query(_DATASETS)
        except AcceleratorError:
            return []
        return list(rows.column("dataset").to_pylist())

    async def _run_script(self, name: str, typed: Mapping[str, str]) -> None:
        wanted = await self.axtui.catalogue.call(how, self.axtui.workspace, typed)
        self.axtui.build(name, wanted)

    async def _run_method(self, method: Method, typed: Mapping[str, str]) -> None:
        said = await self.axtui.catalogue.call(
            asked.start_method, self.axtui.workspace, method, typed
        )
        self.notify(said.splitlines()[0] if said else method.name, markup=False)

    @work(group="methods-foresee", exclusive=True, exit_on_error=False)
    async def action_foresee(self) -> None:
        """Tell what a script would build, and why; nothing is built."""
        entry = self._chosen()
        if entry is None or entry.kind != "script":
            self.notify("It is build scripts that can be asked what they would build.")
            return
        self.notify(f"asking {entry.name} …", timeout=2, markup=False)
        text = await self.axtui.catalogue.call(asked.foreseen, self.axtui.workspace, entry.name)
        if self.app.screen is not self:
            return  # who asked has gone elsewhere
        await self.app.push_screen(CellModal(f"What {entry.name} would build", text.strip()))

    @on(OptionList.OptionSelected, "#methods-list")
    def action_last(self) -> None:
        """Open the last job."""
        entry = self._chosen()
        if entry is None:
            return
        last = self._last.get((queries.method_of(entry), entry.kind == "script"))
        if last is None:
            self.notify(f"{entry.name} never ran: r runs it.", markup=False)
        else:
            self.axtui.visit(Place("job", last.job))

    def action_edit(self) -> None:
        """Open the file in $EDITOR."""
        entry = self._chosen()
        if entry is not None:
            deeds.edit(self.axtui, entry.path)

    def action_copy_path(self) -> None:
        """Copy the path of the file."""
        entry = self._chosen()
        if entry is not None:
            self.axtui.copy(str(entry.path), str(entry.path))

    def action_filter(self) -> None:
        """Show only what has what is typed."""
        self.query_one(FilterLine).open()

    @on(FilterLine.Changed)
    @on(FilterLine.Closed)
    def _filtered(self, event: FilterLine.Changed) -> None:
        self._filter = event.text
        self._list(self.place)

    def action_move(self, by: int) -> None:
        """The next one, or the one before."""
        chooser = self.query_one("#methods-list", OptionList)
        if by > 0:
            chooser.action_cursor_down()
        else:
            chooser.action_cursor_up()

    def action_edge(self, end: bool) -> None:
        """The first one, or the last."""
        chooser = self.query_one("#methods-list", OptionList)
        if end:
            chooser.action_last()
        else:
            chooser.action_first()


def _id(entry: Entry) -> str:
    return f"{entry.kind}-{entry.name}"
