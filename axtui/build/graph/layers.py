"""A graph in layers, from the input files to the results, for drawing: many that are alike are one box."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from axtui.build.graph.parts import Direction, Graph, Ref

_ALIKE = 3
"""So many that are alike, in one layer, are one box."""
_SWEEPS = 6


@dataclass(frozen=True)
class Box:
    """One thing, or several that are alike. `key` stays the same when the graph is read anew."""

    key: str
    refs: tuple[Ref, ...]

    @property
    def several(self) -> bool:
        """Whether it stands for more than one."""
        return len(self.refs) > 1


@dataclass(frozen=True)
class Bend:
    """Where an edge passes a layer: between these boxes, on its way over several layers."""

    source: str
    target: str


@dataclass(frozen=True)
class Layered:
    """Layers from left to right, each top to bottom; `edges` are pairs of keys, source first."""

    layers: tuple[tuple[Box | Bend, ...], ...]
    edges: frozenset[tuple[str, str]]

    def box(self, key: str) -> Box | None:
        """The box of a key."""
        boxes = (one for layer in self.layers for one in layer if isinstance(one, Box))
        return next((one for one in boxes if one.key == key), None)

    def box_of(self, ref: Ref) -> Box | None:
        """The box that holds a thing."""
        boxes = (one for layer in self.layers for one in layer if isinstance(one, Box))
        return next((one for one in boxes if ref in one.refs), None)

    def way(self, start: str, end: str) -> list[str]:
        """The keys of the boxes on a shortest way, all along the edges or all against them; only
        `end` where there is none."""
        for forward in (False, True):
            nexts: dict[str, list[str]] = defaultdict(list)
            for source, target in sorted(self.edges):
                nexts[source if forward else target].append(target if forward else source)
            came = {start: ""}
            queue = [start]
            for key in queue:
                for other in nexts[key]:
                    if other not in came:
                        came[other] = key
                        queue.append(other)
            if end in came:
                found = [end]
                while came[found[-1]]:
                    found.append(came[found[-1]])
                return found[::-1]
        return [end]


def layered(graph: Graph, opened: Collection[str] = ()) -> Layered:
    """The layers of a graph, the roots between what they rest on and what comes of them.

    A chain stands in one layer. The boxes whose keys are in `opened` are shown thing by thing.
    """
    depth = {ref: -steps for ref, steps in _depths(graph, "up").items()}
    for ref, steps in _depths(graph, "down").items():
        depth.setdefault(ref, steps)
    boxes = _boxes(graph, depth, opened)
    box_of = {ref: box.key for box in boxes for ref in box.refs}
    place = {box.key: depth[box.refs[0]] for box in boxes}
    edges = {
        (box_of[edge.source], box_of[edge.target])
        for ref in depth
        for edge in graph.edges(ref, "up")
        if edge.source in depth
    }
    edges = {(one, other) for one, other in edges if place[one] < place[other]}
    return Layered(_ordered(boxes, place, edges), frozenset(edges))


def _depths(graph: Graph, direction: Direction) -> dict[Ref, int]:
    """How many steps everything in a direction is from the roots, by the longest way; links of a
    chain are no steps. Where there is a circle, it is entered once."""
    reached = graph.reached(direction)
    known = set(reached)
    waiting: dict[Ref, int] = defaultdict(int)
    for ref in reached:
        for edge in graph.edges(ref, direction):
            waiting[edge.other(direction)] += 1
    depth = dict.fromkeys(graph.roots, 0)
    ready = deque(ref for ref in reached if not waiting[ref])
    done: set[Ref] = set()
    left = deque(reached)
    while ready or left:
        if not ready:
            ref = left.popleft()
            if ref in done:
                continue
            ready.append(ref)
        ref = ready.popleft()
        if ref in done:
            continue
        done.add(ref)
        here = depth.setdefault(ref, 0)
        for edge in graph.edges(ref, direction):
            other = edge.other(direction)
            if other in done or other not in known:
                continue
            step = 0 if edge.relation == "previous" else 1
            depth[other] = max(depth.get(other, 0), here + step)
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return depth


def _boxes(graph: Graph, depth: dict[Ref, int], opened: Collection[str]) -> list[Box]:
    alike: dict[tuple[int, str, str], list[Ref]] = {}
    for ref, at in depth.items():
        what = graph.node(ref).what if ref.kind == "job" else ""
        alike.setdefault((at, ref.kind, what), []).append(ref)
    found = []
    for (_, kind, what), refs in alike.items():
        key = f"{kind} {what} {min(refs)}"
        if len(refs) >= _ALIKE and key not in opened:
            found.append(Box(key, tuple(refs)))
        else:
            found += [Box(str(ref), (ref,)) for ref in refs]
    return found


def _ordered(
    boxes: Iterable[Box], place: dict[str, int], edges: Iterable[tuple[str, str]]
) -> tuple[tuple[Box | Bend, ...], ...]:
    """The layers, with bends put in, each ordered by where its neighbours stand."""
    first = min(place.values(), default=0)
    layers: list[list[Box | Bend]] = [
        [] for _ in range(max(place.values(), default=-1) - first + 1)
    ]
    for box in boxes:
        layers[place[box.key] - first].append(box)
    nexts: dict[str, list[str]] = defaultdict(list)
    befores: dict[str, list[str]] = defaultdict(list)
    for source, target in sorted(edges):
        way = [source]
        for layer in range(place[source] + 1, place[target]):
            layers[layer - first].append(Bend(source, target))
            way.append(f"{source}>{target}>{layer}")
        for begin, end in zip(way, [*way[1:], target], strict=True):
            nexts[begin].append(end)
            befores[end].append(begin)
    names = [[_name(one, at + first) for one in layer] for at, layer in enumerate(layers)]
    by_name = {_name(one, at + first): one for at, layer in enumerate(layers) for one in layer}
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        order = range(1, len(names)) if forward else range(len(names) - 2, -1, -1)
        for number in order:
            beside = names[number - 1 if forward else number + 1]
            rows = {name: row for row, name in enumerate(beside)}
            near = befores if forward else nexts
            names[number] = _by_neighbours(names[number], near, rows)
    return tuple(tuple(by_name[name] for name in called) for called in names)


def _name(one: Box | Bend, layer: int) -> str:
    return one.key if isinstance(one, Box) else f"{one.source}>{one.target}>{layer}"


def _by_neighbours(layer: list[str], near: dict[str, list[str]], at: dict[str, int]) -> list[str]:
    def middle(row: int, name: str) -> float:
        rows = [at[one] for one in near.get(name, ()) if one in at]
        return sum(rows) / len(rows) if rows else float(row)

    weights = {name: middle(row, name) for row, name in enumerate(layer)}
    return sorted(layer, key=weights.__getitem__)
