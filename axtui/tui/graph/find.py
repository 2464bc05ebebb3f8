"""Finding things in a provenance graph, also where the tree does not show them yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import on, work
from textual.message import Message

from axtui.build.graph import tree
from axtui.build.graph.parts import Direction, Graph
from axtui.tui.table.filterline import FilterLine

if TYPE_CHECKING:
    from axtui.tui.app import Axtui


def find(graph: Graph, direction: Direction, text: str) -> list[tree.Path]:
    """Where in the tree there are things whose name, kind, state or reason has a text (whatever its
    case), top to bottom; each thing once."""
    wanted = text.casefold()
    found: dict[object, tree.Path] = {}
    for line in tree.lines(graph, direction, lambda line: True):
        if line.ref in found or line.folded or (not line.depth and len(graph.roots) == 1):
            continue
        node = graph.node(line.ref)
        about = f"{node.ref.name} {node.what} {node.state} {node.why} {node.script}"
        if wanted in about.casefold():
            found[line.ref] = line.path
    return list(found.values())


class FindLine(FilterLine):
    """The line in which one types what to find. It goes to the first as one types; Enter gives the
    tree back, in which `go_on` leads to the others."""

    class Went(Message):
        """Here is the next thing that was found."""

        def __init__(self, path: tree.Path) -> None:
            super().__init__()
            self.path = path

    def __init__(self, placeholder: str, *, id: str) -> None:
        super().__init__(placeholder, id=id)
        self._graph = Graph((), {})
        self._direction: Direction = "up"
        self.forget()

    def look_in(self, graph: Graph, direction: Direction) -> None:
        """Open the line, to find things in a tree."""
        self._graph, self._direction = graph, direction
        self.forget()
        self.open("")

    def forget(self) -> None:
        """Nothing is found any more: the tree is another one."""
        self._paths: list[tree.Path] = []
        self._at = -1

    def go_on(self, step: int) -> None:
        """Tell the next, or the one before."""
        if self._paths:
            self._at = (self._at + step) % len(self._paths)
            self.post_message(self.Went(self._paths[self._at]))

    @on(FilterLine.Changed)
    def _changed(self, message: FilterLine.Changed) -> None:
        if type(message) is FilterLine.Changed:
            self._look(message.text)

    @on(FilterLine.Kept)
    def _entered_text(self) -> None:
        self.remove_class("-open")

    @work(group="graph-find", exclusive=True, exit_on_error=False)
    async def _look(self, text: str) -> None:
        self.forget()
        if not text:
            self.note("")
            return
        app = cast("Axtui", self.app)
        self._paths = await app.catalogue.call(find, self._graph, self._direction, text)
        count = len(self._paths)
        found = f"{count} found, Enter, then n is the next" if count > 1 else f"{count} found"
        self.note(found if count else "none", not count)
        self.go_on(1)
