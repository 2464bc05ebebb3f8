"""What a line of a graph says: the same words in a terminal, in a file and on a screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from axtui import human
from axtui.build.graph.parts import Direction, Edge, Graph, Node, Ref
from axtui.build.graph.tree import Line

_RELATIONS = {
    "previous": "chain",
    "parent": "columns",
    "file": "read",
    "linked": "linked",
    "built": "built",
    "listed": "in the urd",
}


@dataclass(frozen=True, slots=True)
class Told:
    """The words of one line: `name` of the thing, `what` it is, `how` it hangs on the line above,
    its `state`, its `age` and `why` (a reason, an error, or that it is told further up)."""

    name: str
    what: str
    how: str
    state: str
    age: str
    why: str


def tell(graph: Graph, line: Line, direction: Direction, now: float) -> Told:
    """The words of a line; `now` (Unix seconds) is what ages count to."""
    node = graph.node(line.ref)
    if line.folded:
        return _crowd(graph, line.folded, direction, line.opened)
    how = "" if line.edge is None else how_it_goes(line.edge)
    why = "see above" if line.again else node.why
    return Told(name(node), what(node), how, node.state, age(node, now), why)


def name(node: Node) -> str:
    """What a thing is called."""
    return node.ref.name


def what(node: Node) -> str:
    """What it is, in a word or two."""
    return node.what


def age(node: Node, now: float) -> str:
    """How long ago it was made, read or linked; '' where nobody knows."""
    return "" if node.moment is None else human.ago(now - node.moment)


def how_it_goes(edge: Edge) -> str:
    """How one thing goes into another, in a word or two: 'source', 'chain', 'reads' ..."""
    if edge.relation in ("input", "holds", "subjob"):
        return edge.label
    if edge.relation == "file" and edge.label != "read":
        return edge.label
    return _RELATIONS.get(edge.relation, edge.relation)


def _crowd(graph: Graph, edges: tuple[Edge, ...], direction: Direction, opened: bool) -> Told:
    """The words of a line that stands for several."""
    nodes = [graph.node(edge.other(direction)) for edge in edges]
    alike = {node.what for node in nodes if node.ref.kind == "job"}
    states = Counter(node.state for node in nodes)
    state = states.most_common(1)[0][0]
    mixed = ", ".join(f"{count} {each}" for each, count in states.items()) if states[state] else ""
    span = f"{nodes[0].ref.name} to {nodes[-1].ref.name}"
    called = human.count(len(edges)) if opened else f"{human.count(len(edges))} more"
    of = alike.pop() if len(alike) == 1 else ""
    return Told(called, of, "", state, "", mixed if len(states) > 1 else span)


def way(graph: Graph, refs: Iterable[Ref], direction: Direction) -> str:
    """A way through the graph as text, a thing a line, each below the one it was reached from."""
    parts = []
    sign = "<- " if direction == "up" else "-> "
    for depth, ref in enumerate(refs):
        node = graph.node(ref)
        arrow = "  " * depth + (sign if depth else "")
        parts.append(f"{arrow}{name(node)}  {what(node)}".rstrip())
    return "\n".join(parts)
