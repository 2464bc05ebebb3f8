"""The screen of provenance: where something comes from, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from axtui.build.graph.parts import Graph, Ref
from axtui.build.graph.told import way
from axtui.tui.dashboard.linelist import LineList
from axtui.tui.graph import panels
from axtui.tui.graph.branches import Branches
from axtui.tui.graph.drawing import Drawing
from axtui.tui.graph.find import FindLine
from axtui.tui.job.deeds import open_path
from axtui.tui.places import Place
from axtui.tui.results.page import PreviewPage
from axtui.tui.view import View

if TYPE_CHECKING:
    from axtui.tui.live import Followed
    from catalog.read import Reader

_NOTHING_UP = "It rests on nothing: no job, no input file."
_NOTHING_DOWN = "Nothing came of it yet."
_NO_GRAPH = "Nothing was built here yet.\n\n7 shows the build scripts: run one, and come back."
_DRAWING = "drawing"
_SCREENS = {"job": "job", "script": "job", "dataset": "data", "result": "results"}
"""The screen that Enter goes to, by what is under the cursor."""


class GraphView(View):
    """Provenance: one thing, what it rests on at the left, and what comes of it at the right."""

    SCREEN = "graph"
    CSS_PATH = "graph.tcss"
    HELP = (
        "Where a result comes from, down to the input files, and what came of each of them. The thing "
        "in the title is the focus; `.` makes what is under the cursor the focus, backspace goes "
        "back. Space opens and closes, enter goes to the screen of the job, dataset or result. `v` "
        "draws it as boxes; finding is done in the trees. What is reached in several ways is shown "
        "once; of many that are alike only the ends, unless they failed."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("full_stop,F", "focus_here", "Focus", key_display=".", id="graph.focus",
                tooltip="Make what is under the cursor the middle of the graph"),
        Binding("tab,shift+tab", "other", "Other tree", id="graph.other",
                tooltip="From where it comes from to what comes of it, and back"),
        Binding("v", "draw", "Draw", id="graph.draw", tooltip="As boxes, or as trees"),
        Binding("slash", "find", "Find", key_display="/", id="graph.find"),
        Binding("n", "next(1)", "Next found", show=False, id="graph.next"),
        Binding("N", "next(-1)", "Found before", show=False, id="graph.before"),
        Binding("c", "copy_way", "Copy path", id="graph.copy",
                tooltip="Copy the way from the focus to the cursor as text"),
        Binding("y", "copy_name", "Copy name", show=False, id="graph.copy_name"),
        Binding("o", "open_outside", "Open file", show=False, id="graph.open",
                tooltip="Open a result or an input file with the system's program"),
        Binding("r", "reload", "Look again", show=False, id="graph.reload"),
        Binding("escape", "leave", "Leave", show=False, id="graph.leave"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._graph: Graph | None = None
        self._side = "up"
        self._states: dict[str, str] = {}

    def body(self) -> Iterable[Widget]:
        unicode = self.axtui.unicode
        yield Static("", id="graph-focus", markup=False)
        with Horizontal(id="graph-trees"):
            yield Branches("up", _NOTHING_UP, unicode=unicode, id="graph-up", classes="pane")
            yield Branches("down", _NOTHING_DOWN, unicode=unicode, id="graph-down", classes="pane")
        yield Drawing(unicode=unicode, id="graph-drawing", classes="pane")
        yield Static(_NO_GRAPH, id="graph-none", classes="empty", markup=False)
        yield FindLine("find a job, method, file or result", id="graph-find")
        yield Static("", id="graph-here", markup=False)

    def on_mount(self) -> None:
        self.query_one("#graph-none").display = False
        self.query_one(Drawing).display = False
        self._up.border_title = "where it comes from"
        self._down.border_title = "what comes of it"

    @property
    def _up(self) -> Branches:
        return self.query_one("#graph-up", Branches)

    @property
    def _down(self) -> Branches:
        return self.query_one("#graph-down", Branches)

    @property
    def _branches(self) -> Branches:
        """The tree one is in."""
        return self._up if self._side == "up" else self._down

    @property
    def _drawn(self) -> bool:
        return self.query_one(Drawing).display

    # -- coming here

    async def visit(self, place: Place) -> None:
        self._show_drawing(place.tab == _DRAWING)
        self._load(place.subject)

    def refreshed(self) -> None:
        self._load(self.place.subject)

    def action_reload(self) -> None:
        """Ask the catalog again."""
        self._load(self.place.subject)

    @work(group="graph", exclusive=True, exit_on_error=False)
    async def _load(self, subject: str) -> None:
        graph = await self.axtui.catalogue.read(partial(_provenance, self, subject))
        if subject == self.place.subject:
            self._show(graph)

    def _show(self, graph: Graph) -> None:
        before, self._graph = self._graph, graph
        new = before is None or before.roots != graph.roots
        now = self.axtui.clock()
        nothing = not graph.roots
        self.query_one("#graph-none").display = nothing
        self.query_one("#graph-focus").display = not nothing
        self.query_one("#graph-here").display = not nothing
        self.query_one("#graph-trees").display = not nothing and not self._drawn
        for branches in (self._up, self._down):
            branches.set_class(not graph.reached(branches.direction)[len(graph.roots) :], "-empty")
        for branches in (self._up, self._down):
            branches.plant(graph, now)
            branches.border_subtitle = _count(branches.things)
        if self._drawn:
            self.query_one(Drawing).draw(graph)
        if new:
            self.query_one(FindLine).forget()
            self._turn_to("down" if self._up.things == 0 and self._down.things else "up")
        self._tell_focus()
        self._tell_here()

    def _turn_to(self, side: str) -> None:
        self._side = side
        self._up.set_class(side != "up", "-away")
        self._down.set_class(side != "down", "-away")
        if not self._drawn:
            self._branches.focus()

    # -- live

    def moved(self, builds: list[Followed]) -> None:
        states = panels.states(builds)
        if states != self._states:
            self._states = states
            for branches in (self._up, self._down):
                branches.live(states, self.axtui.clock())
            self.query_one(Drawing).live(states)

    # -- telling

    def _tell_focus(self) -> None:
        if self._graph is not None and self._graph.roots:
            text = panels.focus(self._graph, self._states, self.axtui.unicode, self.axtui.clock())
            self.query_one("#graph-focus", Static).update(text)

    def _tell_here(self) -> None:
        panel = self.query_one("#graph-here", Static)
        graph, here = self._graph, self._here
        if graph is None or here is None:
            panel.update("")
            return
        unicode, now = self.axtui.unicode, self.axtui.clock()
        arrow = (" ← " if self._side == "up" else " → ") if unicode else " - "
        more = self.query_one(Drawing).together - 1 if self._drawn else 0
        steps = panels.steps(self._way, arrow, more)
        about = panels.about(graph.node(here), self._states, unicode, now)
        panel.update(Content("\n").join([steps, *about]))

    @property
    def _here(self) -> Ref | None:
        """What is under the cursor."""
        if self._drawn:
            return self.query_one(Drawing).here
        line = self._branches.here
        return None if line is None else line.ref

    @property
    def _way(self) -> list[Ref]:
        if self._drawn:
            return self.query_one(Drawing).way()
        return self._branches.way()

    @on(Branches.Moved)
    def _cursor_moved(self, message: Branches.Moved) -> None:
        if message.branches is self._branches:
            self._tell_here()

    @on(Drawing.Moved)
    def _box_chosen(self) -> None:
        self._tell_here()

    def on_descendant_focus(self) -> None:
        """A click into the other tree turns to it."""
        for branches in (self._up, self._down):
            if branches.has_focus and branches.direction != self._side:
                self._turn_to(branches.direction)
        self._tell_here()

    # -- keys

    def action_other(self) -> None:
        """Go to the other tree."""
        if not self._drawn:
            self._turn_to("down" if self._side == "up" else "up")
            self._tell_here()

    def action_focus_here(self) -> None:
        """Make what is under the cursor the focus."""
        if self._here is not None:
            self.axtui.visit(Place("graph", self._here.name, self.place.tab))

    @on(LineList.Opened)
    @on(Drawing.Opened)
    def _opened(self) -> None:
        here = self._here
        if here is None:
            return
        line = None if self._drawn else self._branches.here
        if line is not None and line.folded:
            self._branches.action_open_below()
        elif here.kind == "file":
            self.axtui.push_screen(PreviewPage(self._path(here)))
        elif here.kind in _SCREENS:
            self.axtui.visit(Place(_SCREENS[here.kind], here.name))
        else:
            self.action_focus_here()

    def _path(self, ref: Ref) -> Path:
        config = self.axtui.workspace.config
        return (config.inputs if ref.kind == "file" else config.results) / ref.name

    def action_open_outside(self) -> None:
        """Open a file or a result with the system's program."""
        here = self._here
        if here is None or here.kind not in ("file", "result"):
            self.notify("Only input files and results can be opened.")
        else:
            open_path(self.axtui, self._path(here))

    def action_draw(self) -> None:
        """Draw the graph as boxes, or show the trees again."""
        drawn, here = not self._drawn, self._here
        self._show_drawing(drawn)
        if drawn and here is not None:
            self.query_one(Drawing).go_to(here)
        self.now_at(Place("graph", self.place.subject, _DRAWING if drawn else ""))
        self._tell_here()

    def _show_drawing(self, drawn: bool) -> None:
        drawing = self.query_one(Drawing)
        drawing.display = drawn
        self.query_one("#graph-trees").display = not drawn
        if drawn:
            if self._graph is not None:
                drawing.draw(self._graph)
            self.set_focus(drawing)
        else:
            self.set_focus(self._branches)  # at once: what is opened next comes back to it

    def action_copy_way(self) -> None:
        """Copy the way from the focus to the cursor."""
        if self._graph is not None and self._way:
            direction = self._branches.direction
            self.axtui.copy(way(self._graph, self._way, direction), "the path to here")

    def action_copy_name(self) -> None:
        """Copy the name of what is under the cursor."""
        if self._here is not None:
            self.axtui.copy(self._here.name, self._here.name)

    # -- finding

    def action_find(self) -> None:
        """Find a thing by name, kind, state or reason."""
        if self._drawn:
            self.action_draw()
        if self._graph is not None:
            self.query_one(FindLine).look_in(self._graph, self._branches.direction)

    @on(FindLine.Went)
    def _went(self, message: FindLine.Went) -> None:
        self._branches.reveal(message.path)

    def action_next(self, step: int) -> None:
        """Go to the next thing that was found."""
        self.query_one(FindLine).go_on(step)

    def action_leave(self) -> None:
        """Leave the drawing."""
        if self._drawn:
            self.action_draw()


def _provenance(view: GraphView, subject: str, reader: Reader) -> Graph:
    from axtui.build.graph.provenance import provenance

    return provenance(reader.query, view.axtui.workspace, subject)


def _count(things: int) -> str:
    return "" if not things else "1 thing" if things == 1 else f"{things:,} things"
