"""A graph for other programs: as a document, and in the language of Graphviz."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from axtui.build.graph.parts import Direction, Edge, Graph, Node, Ref
from axtui.build.graph.told import how_it_goes

_SHAPES = {"file": "note", "result": "doubleoctagon", "urd": "folder", "script": "component"}
_COLORS = {
    "failed": "#c0392b",
    "damaged": "#c0392b",
    "gone": "#c0392b",
    "running": "#2471a3",
    "cancelled": "#9a7d0a",
    "lost": "#9a7d0a",
    "collected": "#909497",
}


def within(graph: Graph, directions: Iterable[Direction], depth: int | None) -> list[Ref]:
    """The roots and what is at most `depth` steps from one of them in these directions."""
    found = dict.fromkeys(graph.roots)
    for direction in directions:
        seen = dict.fromkeys(graph.roots, 0)
        queue = list(seen)
        for ref in queue:
            if depth is not None and seen[ref] >= depth:
                continue
            for edge in graph.edges(ref, direction):
                other = edge.other(direction)
                if other not in seen:
                    seen[other] = seen[ref] + 1
                    queue.append(other)
        found.update(dict.fromkeys(queue))
    return list(found)


def document(graph: Graph, refs: Iterable[Ref]) -> dict[str, Any]:
    """Some things of a graph and the edges between them."""
    refs = list(refs)
    return {
        "roots": [str(ref) for ref in graph.roots],
        "nodes": [_node(graph.node(ref)) for ref in refs],
        "edges": [
            {
                "source": str(edge.source),
                "target": str(edge.target),
                "relation": edge.relation,
                "label": edge.label,
            }
            for edge in _between(graph, refs)
        ],
    }


def dot(graph: Graph, refs: Iterable[Ref]) -> str:
    """Some things of a graph and the edges between them, for Graphviz."""
    refs = list(refs)
    found = ["digraph provenance {", "  rankdir=LR;", '  node [shape=box, fontname="sans-serif"];']
    for ref in refs:
        node = graph.node(ref)
        label = "\n".join(filter(None, (ref.name, node.what)))
        style = [f"label={_quoted(label)}"]
        if ref.kind in _SHAPES:
            style.append(f"shape={_SHAPES[ref.kind]}")
        if node.state in _COLORS:
            style.append(f'color="{_COLORS[node.state]}", tooltip={_quoted(node.state)}')
        if ref in graph.roots:
            style.append("penwidth=2")
        found.append(f"  {_quoted(str(ref))} [{', '.join(style)}];")
    for edge in _between(graph, refs):
        label = _quoted(how_it_goes(edge))
        found.append(
            f"  {_quoted(str(edge.source))} -> {_quoted(str(edge.target))} [label={label}];"
        )
    return "\n".join([*found, "}"])


def _between(graph: Graph, refs: Iterable[Ref]) -> Iterator[Edge]:
    known = set(refs)
    for ref in refs:
        yield from (edge for edge in graph.edges(ref, "up") if edge.source in known)


def _node(node: Node) -> dict[str, Any]:
    return {
        "id": str(node.ref),
        "kind": node.ref.kind,
        "name": node.ref.name,
        "what": node.what,
        "state": node.state,
        "at": node.moment,
        "why": node.why or None,
        "script": node.script or None,
        "rows": node.rows,
        "bytes": node.bytes,
        "seconds": node.seconds,
    }


def _quoted(text: str) -> str:
    """A text as Graphviz reads it: as in JSON, but that it knows no \\u."""
    return json.dumps(text, ensure_ascii=False)
