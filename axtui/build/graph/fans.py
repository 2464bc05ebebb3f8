"""What lies next to a thing, in the order it is told, with the many that are alike told as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from axtui.build.graph.parts import TROUBLE, Direction, Edge, Graph, Ref

_MOST = 6
"""So many that are alike are told one by one; of more, the first two and the last."""
_FIRST, _LAST = 2, 1
_MOST_IN_TROUBLE = 8
_RANK = {"result": 0, "urd": 2, "script": 3}
"""Downwards, results come first and what only lists a job comes last."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Several that are alike, told as one."""

    edges: tuple[Edge, ...]
    in_chain: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    """One that is told by itself. `in_chain`: the next of its chain stands beside it, not below."""

    edge: Edge
    in_chain: bool = False


def fan(
    graph: Graph, ref: Ref, direction: Direction, *, in_chain: bool = False, whole: bool = False
) -> list[Next | Fold]:
    """What lies next to `ref` in a direction.

    A chain stands side by side, however long it is. With `whole` nothing is told as one; `in_chain`
    says that the rest of the chain of `ref` is told beside it.
    """
    edges = graph.edges(ref, direction)
    chain = _chain(graph, ref, direction, most=1 if in_chain else None)
    linked = {id(chain[0])} if chain else set()
    others = [edge for edge in edges if id(edge) not in linked]
    if direction == "down":
        others.sort(key=lambda edge: _RANK.get(edge.target.kind, 1))
    found = _grouped(graph, others, direction, whole)
    if chain and not in_chain:
        found += _folded(graph, chain, direction, whole, chained=True)
    return found


def _chain(graph: Graph, ref: Ref, direction: Direction, most: int | None) -> list[Edge]:
    """The edges of the chain that `ref` is in, from it on; where it parts there is none."""
    found: list[Edge] = []
    seen = {ref}
    while most is None or len(found) < most:
        ways = [edge for edge in graph.edges(ref, direction) if edge.relation == "previous"]
        if len(ways) != 1 or ways[0].other(direction) in seen:
            break
        found.append(ways[0])
        ref = ways[0].other(direction)
        seen.add(ref)
    return found


def _grouped(
    graph: Graph, edges: Sequence[Edge], direction: Direction, whole: bool
) -> list[Next | Fold]:
    groups: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        node = graph.node(edge.other(direction))
        alike = node.what if node.ref.kind == "job" else ""
        groups.setdefault((node.ref.kind, alike), []).append(edge)
    return [
        one for group in groups.values() for one in _folded(graph, group, direction, whole, False)
    ]


def _folded(
    graph: Graph, edges: Sequence[Edge], direction: Direction, whole: bool, chained: bool
) -> list[Next | Fold]:
    """Each edge by itself, or where they are many, those between as one; trouble always shows."""
    if whole or len(edges) <= _MOST:
        return [Next(edge, chained) for edge in edges]
    troubled = [
        edge for edge in edges[_FIRST:-_LAST] if graph.node(edge.other(direction)).state in TROUBLE
    ][:_MOST_IN_TROUBLE]
    shown = {id(edge) for edge in (*edges[:_FIRST], *troubled, *edges[-_LAST:])}
    found: list[Next | Fold] = []
    hidden: list[Edge] = []
    for edge in edges:
        if id(edge) not in shown:
            hidden.append(edge)
            continue
        if hidden:
            found.append(Fold(tuple(hidden), chained))
            hidden = []
        found.append(Next(edge, chained))
    return found
