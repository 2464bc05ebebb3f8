"""What provenance is made of: things, and how one goes into another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["file", "job", "dataset", "result", "script", "urd"]
Direction = Literal["up", "down"]
"""Up is where something comes from, down is what comes of it."""

TROUBLE = frozenset({"failed", "cancelled", "lost", "damaged", "running", "gone"})
"""States that nothing may hide."""


class Ref(NamedTuple):
    """What a thing is, and its name: an input file by its path as it was read, a job by its id, a
    dataset as JOB/NAME, a result by its name in the results folder, a build script by the id of its
    job, an entry of the urd as USER/LIST/TIMESTAMP."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


class Edge(NamedTuple):
    """`source` goes into `target`.

    `relation` is 'input', 'previous' (a chain), 'parent' (columns), 'subjob', 'file' (read), 'built'
    (by a build script), 'listed' (in the urd), 'linked' (as a result) or 'holds' (a job its dataset).
    `label` tells how: the argument, and the dataset where it is not the default one.
    """

    source: Ref
    target: Ref
    relation: str
    label: str = ""

    def other(self, direction: Direction) -> Ref:
        """The end that lies in a direction."""
        return self.source if direction == "up" else self.target


@dataclass(frozen=True, slots=True)
class Node:
    """What is known of a thing.

    `state` is a job's, else 'input', 'result', 'gone' (a file or a link's target that is not there)
    or 'unknown'. `what` is a job's method, a result's description, a file's size in words; `moment`
    (Unix seconds) is when it ended, was linked or was begun; `why` the reason or the error.
    """

    ref: Ref
    state: str = "unknown"
    what: str = ""
    moment: float | None = None
    why: str = ""
    script: str = ""
    rows: int | None = None
    bytes: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Graph:
    """Things and how they hang together: all that can be reached from `roots` either way.

    `up` and `down` hold the edges of each thing; what has none there may be missing.
    """

    roots: tuple[Ref, ...]
    nodes: dict[Ref, Node]
    up: dict[Ref, list[Edge]] = field(default_factory=dict)
    down: dict[Ref, list[Edge]] = field(default_factory=dict)

    def node(self, ref: Ref) -> Node:
        """What is known of a thing; nothing but its name where it is only pointed to."""
        return self.nodes.get(ref) or Node(ref)

    def edges(self, ref: Ref, direction: Direction) -> list[Edge]:
        """The edges of a thing in a direction."""
        return (self.up if direction == "up" else self.down).get(ref, [])

    def reached(self, direction: Direction) -> list[Ref]:
        """The roots and all that lies in a direction of them, the nearest first."""
        seen = dict.fromkeys(self.roots)
        queue = list(seen)
        for ref in queue:
            for edge in self.edges(ref, direction):
                other = edge.other(direction)
                if other not in seen:
                    seen[other] = None
                    queue.append(other)
        return queue
