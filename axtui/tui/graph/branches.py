"""One direction of a provenance graph, as a tree that one walks in and opens as one goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.message import Message

from axtui.build.graph import tree
from axtui.build.graph.parts import Direction, Graph, Ref
from axtui.build.graph.told import Told, tell
from axtui.tui.dashboard.line import Line, width_of
from axtui.tui.dashboard.linelist import LineList
from axtui.tui.graph import wording

_SMALL = 80
"""A graph of no more things than this is shown whole at first, a larger one so many levels deep."""
_LEVELS = 3
_MOST_LEVELS = 40


class Branches(LineList):
    """The tree. A single root is not among its lines: the screen shows it by itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space", "open_below", "Expand", id="graph.toggle", tooltip="Show or hide what is below"
        ),
        Binding("right,l", "expand", "Expand", show=False, id="graph.expand"),
        Binding("left,h", "collapse", "Collapse, or up", show=False, id="graph.collapse"),
        Binding("plus,E", "expand_all", "Expand all", show=False, id="graph.expand_all"),
        Binding("minus,W", "collapse_all", "Collapse all", show=False, id="graph.collapse_all"),
    ]

    class Moved(Message):
        """The cursor stands on another line."""

        def __init__(self, branches: Branches) -> None:
            super().__init__()
            self.branches = branches

        @property
        def control(self) -> Branches:
            return self.branches

    def __init__(
        self, direction: Direction, nothing: str, *, unicode: bool, id: str, classes: str = ""
    ) -> None:
        super().__init__(unicode=unicode, id=id, classes=classes)
        self.direction: Direction = direction
        self.graph = Graph((), {})
        self._nothing = nothing
        self._states: Mapping[str, str] = {}
        self._now = 0.0
        self._levels = _MOST_LEVELS
        self._toggled: dict[tree.Path, bool] = {}
        self._tree: list[tree.Line] = []
        self._told: list[Told] = []
        self._room = wording.Room(0, 0)
        self._lit: set[int] = set()

    # -- what is shown

    def plant(self, graph: Graph, now: float) -> None:
        """Show a graph. Where its roots are the same, what is opened stays opened."""
        if graph.roots != self.graph.roots:
            self._toggled = {}
            self.cursor = None
            self.lines = []
        self.graph, self._now = graph, now
        things = len(graph.reached(self.direction))
        self._levels = _MOST_LEVELS if things <= _SMALL else _LEVELS
        self._grow()

    def live(self, states: Mapping[str, str], now: float) -> None:
        """Tell how jobs are now (by their ids), where the graph is behind."""
        if states != self._states:
            self._states, self._now = dict(states), now
            self._grow()

    @property
    def empty(self) -> bool:
        """Whether there is nothing in this direction."""
        return not self._tree

    @property
    def things(self) -> int:
        """How many things lie in this direction."""
        return len(self.graph.reached(self.direction)) - len(self.graph.roots)

    @property
    def here(self) -> tree.Line | None:
        """The line under the cursor."""
        at = self.cursor
        return self._tree[at] if at is not None and at < len(self._tree) else None

    @property
    def told_here(self) -> Told | None:
        """What that line says."""
        at = self.cursor
        return self._told[at] if at is not None and at < len(self._told) else None

    def way(self) -> list[Ref]:
        """The things from the root to the cursor."""
        found = [self._tree[at].ref for at in self._way_to(self.cursor)]
        roots = self.graph.roots
        return [*roots, *found] if self._hides_root and found else found

    # -- making the lines

    @property
    def _hides_root(self) -> bool:
        return len(self.graph.roots) == 1

    def _opened(self, line: tree.Line) -> bool:
        if self._hides_root and not line.depth:
            return True
        by_itself = line.depth < self._levels and not line.folded and not line.before
        return self._toggled.get(line.path, by_itself)

    def _grow(self) -> None:
        found = list(tree.lines(self.graph, self.direction, self._opened))
        self._tree = found[1:] if self._hides_root else found
        told = [tell(self.graph, line, self.direction, self._now) for line in self._tree]
        self._told = [self._as_it_is(line, one) for line, one in zip(self._tree, told, strict=True)]
        self._write()

    def _as_it_is(self, line: tree.Line, told: Told) -> Told:
        state = self._states.get(line.ref.name) if line.ref.kind in ("job", "script") else None
        return told if state is None or line.folded else replace(told, state=state)

    def _write(self) -> None:
        width = self.room.width
        if not self.things:
            self._tree, self._told = [], []
            self.show([Line(((self._nothing, "muted"),))] if self.graph.roots else [])
            return
        widest = max(width_of(self._left(at, False)) for at in range(len(self._tree)))
        self._room = wording.Room.of(width, widest)
        self._lit = set(self._way_to(self.cursor))
        self.show([self._line(at) for at in range(len(self._tree))])
        self._relight()

    def _left(self, at: int, lit: bool) -> list[tuple[str, str]]:
        shown_from = 1 if self._hides_root else 0
        return wording.left(self._tree[at], self._told[at], lit, shown_from, self.unicode)

    def _line(self, at: int) -> Line:
        pieces = self._left(at, at in self._lit)
        told = self._told[at]
        return Line(
            tuple(wording.words(self._tree[at], told, pieces, self._room)), self._tree[at].path
        )

    def _way_to(self, at: int | None) -> list[int]:
        """The numbers of the lines on the way to one, from the top."""
        if at is None or at >= len(self._tree):
            return []
        found = [at]
        depth = self._tree[at].depth
        for above in range(at - 1, -1, -1):
            if self._tree[above].depth < depth:
                found.append(above)
                depth = self._tree[above].depth
        return found[::-1]

    def _relight(self) -> None:
        """Show the way to the cursor."""
        lit = set(self._way_to(self.cursor))
        changed, self._lit = lit ^ self._lit, lit
        for at in changed:
            if at < len(self._tree) and at < len(self.lines):
                self.lines[at] = self._line(at)
                self._repaint(at)

    def watch_cursor(self, before: int | None, now: int | None) -> None:
        super().watch_cursor(before, now)
        self._relight()
        self.post_message(self.Moved(self))

    def on_resize(self, event: Resize) -> None:
        self._write()

    # -- keys

    def action_open_below(self) -> None:
        """Show what is below the cursor, or hide it; from 'see above', go there."""
        here = self.here
        if here is None or not here.more:
            return
        if here.again:
            self._go_above(here.ref)
            return
        self._toggled[here.path] = not here.opened
        self._grow()

    def action_expand(self) -> None:
        """Show what is below the cursor; where it is shown, go to the first of it."""
        here = self.here
        if here is None:
            return
        if here.more and not here.opened:
            self.action_open_below()
        elif here.opened:
            self.action_move(1)

    def action_collapse(self) -> None:
        """Hide what is below the cursor; where nothing is, go to what it is below."""
        here = self.here
        if here is None:
            return
        if here.opened:
            self.action_open_below()
            return
        way = self._way_to(self.cursor)
        if len(way) > 1:
            self.cursor = way[-2]
            self._show_cursor()

    def action_expand_all(self) -> None:
        """Show everything but what stands for several."""
        self._toggled = {}
        self._levels = 1_000_000
        self._grow()

    def action_collapse_all(self) -> None:
        """Show only what is next to the focus."""
        self._toggled = {}
        self._levels = 1
        self._grow()

    def _go_above(self, ref: Ref) -> None:
        for at, line in enumerate(self._tree):
            if line.ref == ref and line.opened and not line.folded:
                self.cursor = at
                self._show_cursor()
                return

    def reveal(self, path: tree.Path) -> None:
        """Open all on the way to a line, and go there."""
        for end in range(1, len(path)):
            self._toggled[path[:end]] = True
        self._grow()
        self.choose(path)
        self._show_cursor()
