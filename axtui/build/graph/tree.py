"""A graph as the lines of a tree: what is shared shows once, circles end, crowds are one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from axtui.build.graph.fans import Fold, Next, fan
from axtui.build.graph.parts import Direction, Edge, Graph, Ref

Path = tuple[str, ...]
"""Where a line stands in the tree: the names of all on the way to it. It stays the same when the
tree is made anew, so it can be remembered."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    `ref` is what it shows, reached by `edge` (None for a root); for a line that stands for several,
    `folded` are these and `ref` the first of them. `again` says that what lies below it is told
    further up. `more` tells whether anything lies below it, `opened` whether that is told.
    `before` says that it stands further up, opened or not.
    `guides` has for each level above whether more follows there, and `last` whether this is the last.
    """

    path: Path
    ref: Ref
    edge: Edge | None
    guides: tuple[bool, ...]
    last: bool
    more: bool
    opened: bool
    again: bool = False
    before: bool = False
    folded: tuple[Edge, ...] = ()

    @property
    def depth(self) -> int:
        """Steps from the root."""
        return len(self.guides)


@dataclass(frozen=True, slots=True)
class _Step:
    """What is still to be told."""

    path: Path
    item: Next | Fold | Ref
    guides: tuple[bool, ...]
    last: bool


def lines(
    graph: Graph,
    direction: Direction,
    opened: Callable[[Line], bool],
    *,
    whole: bool = False,
) -> Iterator[Line]:
    """The lines from all roots, top to bottom; with `whole` no line stands for several.

    `opened` decides whether what lies below a line is told, of each line where anything does.
    """
    told: set[Ref] = set()
    seen: set[Ref] = set()
    stack = [_Step((str(ref),), ref, (), True) for ref in reversed(graph.roots)]
    while stack:
        step = stack.pop()
        item = step.item
        below: list[Next | Fold]
        if isinstance(item, Fold):
            edge = item.edges[0]
            below = [Next(each, item.in_chain) for each in item.edges]
            line = Line(
                step.path, edge.other(direction), edge, step.guides, step.last, True, False,
                folded=item.edges,
            )  # fmt: skip
        else:
            link = item.edge if isinstance(item, Next) else None
            ref = item.edge.other(direction) if isinstance(item, Next) else item
            in_chain = isinstance(item, Next) and item.in_chain
            below = fan(graph, ref, direction, in_chain=in_chain, whole=whole)
            again = bool(below) and ref in told
            line = Line(
                step.path, ref, link, step.guides, step.last, bool(below), False, again, ref in seen
            )
            seen.add(ref)
        if below and not line.again and opened(line):
            line = replace(line, opened=True)
            stack += _below(step, below, direction)
            if not line.folded:
                told.add(line.ref)
        yield line


def _below(step: _Step, below: Sequence[Next | Fold], direction: Direction) -> Iterator[_Step]:
    """The steps below one, the last first."""
    guides = (*step.guides, not step.last)
    for number in range(len(below) - 1, -1, -1):
        item = below[number]
        if isinstance(item, Fold):
            name = f"{len(item.edges)} from {item.edges[0].other(direction)}"
        else:
            name = str(item.edge.other(direction))
        if item.in_chain:
            name = f"chain {name}"  # it may stand here by itself, too
        yield _Step((*step.path, name), item, guides, number == len(below) - 1)
