"""Finding things in a provenance graph, also where the tree does not show them yet."""

from __future__ import annotations

from axtui.build.graph import tree
from axtui.build.graph.parts import Direction, Graph


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
