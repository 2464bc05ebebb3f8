"""Provenance as boxes from left to right, with the lines between them; one walks along those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from axtui.build.graph.layers import Box, Layered, layered
from axtui.build.graph.parts import Graph, Ref
from axtui.tui.dashboard.line import TONES, padded
from axtui.tui.graph.canvas import HEIGHT, Canvas, Placed, frame, place
from axtui.tui.graph.wording import box_words

_MOST_OPENED = 30
"""A box that stands for more than this is not shown thing by thing."""


class Drawing(ScrollView, can_focus=True):
    """The boxes. Arrows go along the lines, and up and down among the boxes of a layer."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"drawing--{tone}" for tone in TONES)}
    DEFAULT_CSS = """
    Drawing {
        height: 1fr; overflow: auto auto;
        scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1;
        & > .drawing--muted { color: $text-muted; }
        & > .drawing--bold { text-style: bold; }
        & > .drawing--primary { color: $text-primary; }
        & > .drawing--secondary { color: $text-secondary; }
        & > .drawing--success { color: $text-success; }
        & > .drawing--warning { color: $text-warning; }
        & > .drawing--error { color: $text-error; }
        & > .drawing--accent { color: $text-accent; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "along('left')", "To where it comes from", show=False, id="drawing.left"),
        Binding("right,l", "along('right')", "To what comes of it", show=False, id="drawing.right"),
        Binding("up,k", "beside(-1)", "Box above", show=False, id="drawing.up"),
        Binding("down,j", "beside(1)", "Box below", show=False, id="drawing.down"),
        Binding("g,home", "focus_box", "To the focus", show=False, id="drawing.home"),
        Binding("space", "spread", "One by one", id="drawing.toggle",
                tooltip="Show what a box stands for one by one, or together"),
        Binding("enter", "open", "Open", id="drawing.open"),
    ]  # fmt: skip

    class Moved(Message):
        """Another box is chosen."""

    class Opened(Message):
        """Enter was pressed on a box that is one thing, or it was clicked on twice."""

    def __init__(self, *, unicode: bool, id: str, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self._unicode = unicode
        self._graph = Graph((), {})
        self._layers = Layered((), frozenset())
        self._canvas = Canvas()
        self._texts: dict[str, tuple[str, str, str]] = {}
        self._states: Mapping[str, str] = {}
        self._opened: set[str] = set()
        self._chosen = ""
        self._way: list[str] = []
        self._lit: set[tuple[str, str]] = set()

    # -- what is shown

    def draw(self, graph: Graph) -> None:
        """Draw a graph; the cursor stays where it was, or begins at the focus."""
        if graph.roots != self._graph.roots:
            self._opened = set()
            self._chosen = ""
        self._graph = graph
        self._lay_out()

    def live(self, states: Mapping[str, str]) -> None:
        """Tell how jobs are now, by their ids."""
        if states != self._states:
            self._states = dict(states)
            if self.display:
                self._lay_out()

    def go_to(self, ref: Ref) -> None:
        """Put the cursor on the box of a thing."""
        box = self._layers.box_of(ref)
        if box is not None:
            self._choose(box.key)

    @property
    def here(self) -> Ref | None:
        """What the cursor is on; of several that are one box the first."""
        placed = self._canvas.boxes.get(self._chosen)
        return placed.box.refs[0] if placed else None

    @property
    def together(self) -> int:
        """How many things the box under the cursor stands for, if for several; else 0."""
        placed = self._canvas.boxes.get(self._chosen)
        return len(placed.box.refs) if placed and placed.box.several else 0

    def way(self) -> list[Ref]:
        """The things from the focus to the cursor."""
        return [self._canvas.boxes[key].box.refs[0] for key in self._way]

    def _lay_out(self) -> None:
        self._layers = layered(self._graph, self._opened)
        self._texts = {}
        for layer in self._layers.layers:
            for one in layer:
                if isinstance(one, Box):
                    self._texts[one.key] = box_words(self._graph, one, self._states, self._unicode)
        texts = {key: (first, second) for key, (first, second, _) in self._texts.items()}
        self._canvas = place(self._layers, texts, self._unicode)
        if self._chosen not in self._canvas.boxes:
            self._chosen = self._focus_key()
        self._light()
        self.virtual_size = Size(self._canvas.width, self._canvas.height)
        self.refresh()
        self.call_after_refresh(self._seen)

    def _focus_key(self) -> str:
        box = self._layers.box_of(self._graph.roots[0]) if self._graph.roots else None
        return box.key if box else ""

    def _light(self) -> None:
        """Find the way from the focus to the cursor, and the lines to show with it."""
        self._way = self._layers.way(self._focus_key(), self._chosen)
        pairs = zip(self._way, self._way[1:], strict=False)
        self._lit = {pair for one in pairs for pair in (one, one[::-1])}
        self._lit |= {edge for edge in self._layers.edges if self._chosen in edge}

    # -- painting

    def render_line(self, y: int) -> Strip:
        scroll_x, scroll_y = self.scroll_offset
        width = self.scrollable_content_region.width
        left, top = self._origin
        row = y + scroll_y - top
        base = self.rich_style
        if not 0 <= row < self._canvas.height:
            return Strip.blank(width, base)
        segments: list[Segment] = []
        x = 0
        for begin, texts, stop in self._on_row(row):
            segments += self._lines(x, begin, row)
            segments += texts
            x = stop
        segments += self._lines(x, self._canvas.width, row)
        strip = Strip([Segment(" " * left, base), *segments]).crop(scroll_x, scroll_x + width)
        return strip.adjust_cell_length(width, base).apply_style(base)

    def _on_row(self, row: int) -> list[tuple[int, list[Segment], int]]:
        found = []
        for placed in self._canvas.boxes.values():
            if placed.y <= row < placed.y + HEIGHT:
                segments = self._of_box(placed, row - placed.y)
                found.append((placed.x, segments, placed.x + placed.width))
        return sorted(found, key=lambda one: one[0])

    def _of_box(self, placed: Placed, row: int) -> list[Segment]:
        here = placed.box.key == self._chosen
        focus = any(ref in self._graph.roots for ref in placed.box.refs)
        left, middle, right = frame(row, here, self._unicode)
        line = self._look("accent" if here or focus else "muted")
        inside = placed.width - 2
        if row in (0, HEIGHT - 1):
            return [Segment(left + middle * inside + right, line)]
        first, second, state = self._texts[placed.box.key]
        text = first if row == 1 else second
        style = self._look("bold" if row == 1 else state)
        return [
            Segment(left + " ", line),
            Segment(padded(text, inside - 2), style),
            Segment(" " + right, line),
        ]

    def _lines(self, begin: int, end: int, row: int) -> Iterator[Segment]:
        """What lies between boxes."""
        muted, accent = self._look("muted"), self._look("accent")
        for x in range(begin, end):
            char, edges = self._canvas.cells.get((x, row), (" ", frozenset()))
            yield Segment(char, muted if edges.isdisjoint(self._lit) else accent)

    @property
    def _origin(self) -> tuple[int, int]:
        """Where the canvas begins: in the middle, if it is smaller than the view."""
        size = self.scrollable_content_region.size
        return (
            max(0, (size.width - self._canvas.width) // 2),
            max(0, (size.height - self._canvas.height) // 2),
        )

    def _look(self, name: str) -> Style:
        return self.get_component_rich_style(f"drawing--{name}")

    # -- moving

    def _choose(self, key: str) -> None:
        if key in self._canvas.boxes and key != self._chosen:
            self._chosen = key
            self._light()
            self._seen()
            self.refresh()
            self.post_message(self.Moved())

    def _seen(self) -> None:
        placed = self._canvas.boxes.get(self._chosen)
        if placed is not None:
            region = Region(max(0, placed.x - 2), placed.y, placed.width + 4, HEIGHT)
            self.scroll_to_region(region, animate=False, immediate=True)

    def action_along(self, where: str) -> None:
        """Go along a line to the nearest box it leads to."""
        here = self._canvas.boxes.get(self._chosen)
        if here is None:
            return
        left = where == "left"
        ends = [
            self._canvas.boxes[source if left else target]
            for source, target in self._layers.edges
            if (target if left else source) == self._chosen
        ]
        if ends:
            nearest = min(
                ends, key=lambda one: (abs(one.layer - here.layer), abs(one.y - here.y), one.y)
            )
            self._choose(nearest.box.key)

    def action_beside(self, by: int) -> None:
        """Go to the next box of the layer."""
        here = self._canvas.boxes.get(self._chosen)
        if here is None:
            return
        beside = [
            one
            for one in self._canvas.boxes.values()
            if one.layer == here.layer and (one.y - here.y) * by > 0
        ]
        if beside:
            self._choose(min(beside, key=lambda one: abs(one.y - here.y)).box.key)

    def action_focus_box(self) -> None:
        """Go to the focus."""
        self._choose(self._focus_key())

    def action_spread(self) -> None:
        """Show what a box stands for one by one; from one of those, together again."""
        placed = self._canvas.boxes.get(self._chosen)
        if placed is None:
            return
        box = placed.box
        if len(box.refs) > _MOST_OPENED:
            self.notify(f"{len(box.refs)} are too many to draw one by one; the trees list them.")
        elif box.several:
            self._opened.add(box.key)
            self._chosen = str(box.refs[0])
            self._lay_out()
        elif self._opened:
            self._opened = {key for key in self._opened if not self._was_in(key, box.refs[0])}
            self._lay_out()
            together = self._layers.box_of(box.refs[0])
            self._choose(together.key if together else "")
        self.post_message(self.Moved())

    def _was_in(self, key: str, ref: Ref) -> bool:
        """Whether the box of a key would hold a thing."""
        box = layered(self._graph, self._opened - {key}).box(key)
        return box is not None and ref in box.refs

    def action_open(self) -> None:
        """Open what the cursor is on."""
        placed = self._canvas.boxes.get(self._chosen)
        if placed is None:
            return
        if placed.box.several:
            self.action_spread()
        else:
            self.post_message(self.Opened())

    def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self)
        if at is None:
            return
        left, top = self._origin
        x, y = at.x + self.scroll_offset.x - left, at.y + self.scroll_offset.y - top
        for placed in self._canvas.boxes.values():
            inside = placed.x <= x < placed.x + placed.width
            if inside and placed.y <= y < placed.y + HEIGHT:
                self._choose(placed.box.key)
                if event.chain > 1:
                    self.action_open()
