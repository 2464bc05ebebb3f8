"""A graph as the lines of a tree: what is shared shows once, circles end, crowds are one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

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
    opened: Callable[[Path, int], bool],
    *,
    whole: bool = False,
) -> Iterator[Line]:
    """The lines from all roots, top to bottom.

    `opened(path, depth)` decides whether what lies below a line is told. With `whole` no line stands
    for several.
    """
    told: set[Ref] = set()
    stack = [_Step((str(ref),), ref, (), True) for ref in reversed(graph.roots)]
    while stack:
        step = stack.pop()
        item = step.item
        if isinstance(item, Fold):
            opening = opened(step.path, len(step.guides))
            first = item.edges[0]
            ref = first.other(direction)
            yield Line(
                step.path, ref, first, step.guides, step.last, True, opening, folded=item.edges
            )
            if opening:
                stack += _below(step, [Next(edge, item.in_chain) for edge in item.edges], direction)
            continue
        edge = item.edge if isinstance(item, Next) else None
        ref = item.edge.other(direction) if isinstance(item, Next) else item
        in_chain = isinstance(item, Next) and item.in_chain
        below = fan(graph, ref, direction, in_chain=in_chain, whole=whole)
        again = bool(below) and ref in told
        opening = bool(below) and not again and opened(step.path, len(step.guides))
        yield Line(step.path, ref, edge, step.guides, step.last, bool(below), opening, again)
        if opening:
            told.add(ref)
            stack += _below(step, below, direction)


def _below(step: _Step, below: Sequence[Next | Fold], direction: Direction) -> Iterator[_Step]:
    """The steps below one, the last first."""
    guides = (*step.guides, not step.last)
    for number in range(len(below) - 1, -1, -1):
        item = below[number]
        if isinstance(item, Fold):
            name = f"{len(item.edges)} from {item.edges[0].other(direction)}"
        else:
            name = str(item.edge.other(direction))
        yield _Step((*step.path, name), item, guides, number == len(below) - 1)
