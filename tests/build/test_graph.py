"""Graphs as trees, layers and documents: whatever they look like, nothing is lost and all ends."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.build.graph.document import document, dot, within
from axtui.build.graph.layers import Box, layered
from axtui.build.graph.links import Links
from axtui.build.graph.parts import Direction, Edge, Graph, Node, Ref
from axtui.build.graph.told import tell, way
from axtui.build.graph.tree import Line, lines


def job(name: str) -> Ref:
    return Ref("job", name)


def graph(
    edges: list[tuple[str, str, str]], root: str, failed: tuple[str, ...] = (), method: str = "m"
) -> Graph:
    """A graph of (source, target, relation); all jobs are of one method."""
    links = Links()
    links.add(Edge(job(one), job(other), how, how) for one, other, how in edges)
    names = {name for one, other, _ in edges for name in (one, other)} | {root}
    nodes = {
        job(name): Node(job(name), "failed" if name in failed else "complete", method, 100.0)
        for name in names
    }
    return Graph((job(root),), nodes, links.up, links.down)


def shown(found: Graph, direction: Direction = "up", whole: bool = False) -> list[str]:
    """Every line as 'depth name', with what it says of itself."""

    def one(line: Line) -> str:
        told = tell(found, line, direction, 160.0)
        return f"{line.depth} {told.name}{' again' if line.again else ''}"

    everything = lines(found, direction, lambda line: not line.folded, whole=whole)
    return [one(line) for line in everything]


def test_what_is_reached_in_two_ways_is_told_once() -> None:
    diamond = graph(
        [("d", "b", "input"), ("d", "c", "input"), ("b", "a", "input"), ("c", "a", "input"),
         ("e", "d", "input")],
        "a",
    )  # fmt: skip
    assert shown(diamond) == ["0 a", "1 b", "2 d", "3 e", "1 c", "2 d again"]
    again = list(lines(diamond, "up", lambda line: True))[-1]
    assert tell(diamond, again, "up", 160.0).why == "see above"
    assert tell(diamond, again, "up", 160.0).age == "1 min"


def test_a_circle_ends() -> None:
    circle = graph([("b", "a", "input"), ("c", "b", "input"), ("a", "c", "input")], "a")
    assert shown(circle) == ["0 a", "1 b", "2 c", "3 a again"]
    assert len(layered(circle).layers) <= 3


def test_a_chain_stands_side_by_side_and_its_middle_is_one_line() -> None:
    links = [(f"{n}", f"{n + 1}", "previous") for n in range(400)]
    links += [(f"s{n}", f"{n}", "input") for n in range(401)]
    chain = graph(links, "400")
    assert shown(chain) == [
        "0 400", "1 s400", "1 399", "2 s399", "1 398", "2 s398", "1 397 more", "1 0", "2 s0",
    ]  # fmt: skip
    assert len(shown(chain, whole=True)) == 802
    crowd = next(line for line in lines(chain, "up", lambda line: line.depth < 1) if line.folded)
    assert tell(chain, crowd, "up", 160.0).why == "397 to 1"


def test_of_many_that_are_alike_trouble_is_never_hidden() -> None:
    fan = graph([(f"{n:04}", "a", "input") for n in range(5000)], "a", failed=("2500",))
    assert shown(fan) == [
        "0 a", "1 0000", "1 0001", "1 2498 more".replace("2498", "2,498"), "1 2500",
        "1 2,498 more", "1 4999",
    ]  # fmt: skip
    assert len(shown(fan, whole=True)) == 5001


def test_a_crowd_that_is_opened_tells_each() -> None:
    fan = graph([(f"{n}", "a", "input") for n in range(9)], "a")
    opened = list(lines(fan, "up", lambda line: True))
    assert sorted(line.ref.name for line in opened if not line.folded) == [*"012345678", "a"]
    crowd = next(line for line in opened if line.folded)
    assert (crowd.opened, tell(fan, crowd, "up", 0.0).name) == (True, "6")


_NAMES = st.sampled_from("abcdefgh")
_EDGES = st.lists(
    st.tuples(_NAMES, _NAMES, st.sampled_from(["input", "previous"])),
    max_size=25,
    unique_by=lambda edge: edge[:2],
)


@settings(max_examples=60, deadline=None)
@given(_EDGES, st.sampled_from(["up", "down"]))
def test_everything_reached_is_told_and_opened_at_most_once(
    edges: list[tuple[str, str, str]], direction: Direction
) -> None:
    found = graph([edge for edge in edges if edge[0] != edge[1]], "a")
    told = list(lines(found, direction, lambda line: True, whole=True))
    assert {line.ref for line in told} == set(found.reached(direction))
    opened = [line.ref for line in told if line.opened]
    assert len(opened) == len(set(opened))
    assert len({line.path for line in told}) == len(told)
    layers = layered(found)
    held = [
        ref for layer in layers.layers for one in layer if isinstance(one, Box) for ref in one.refs
    ]
    assert sorted(held) == sorted({*found.reached("up"), *found.reached("down")})


def test_layers_lead_from_what_is_read_to_what_comes_of_it() -> None:
    found = graph(
        [("x", "m", "input"), ("m", "a", "input"), ("x", "a", "input"), ("a", "r", "input")], "a"
    )
    places = {
        one.key: number
        for number, layer in enumerate(layered(found).layers)
        for one in layer
        if isinstance(one, Box)
    }
    assert places == {"job:x": 0, "job:m": 1, "job:a": 2, "job:r": 3}


def test_three_that_are_alike_are_one_box_until_it_is_opened() -> None:
    found = graph([(name, "a", "input") for name in "xyz"], "a")
    together = next(one for one in layered(found).layers[0] if isinstance(one, Box))
    assert [ref.name for ref in together.refs] == ["x", "y", "z"]
    assert len(layered(found, {together.key}).layers[0]) == 3


@pytest.mark.parametrize(("depth", "names"), [(1, {"a", "b"}), (None, {"a", "b", "c"})])
def test_a_document_has_the_things_within_a_distance_and_their_edges(
    depth: int | None, names: set[str]
) -> None:
    found = graph([("b", "a", "input"), ("c", "b", "input")], "a", method='say "hi"')
    refs = within(found, ["up"], depth)
    told = document(found, refs)
    assert {node["name"] for node in told["nodes"]} == names
    assert len(told["edges"]) == len(names) - 1
    json.dumps(told)
    drawn = dot(found, refs)
    assert drawn.count("->") == len(names) - 1
    assert r"say \"hi\"" in drawn


def test_a_way_is_told_line_by_line() -> None:
    found = graph([("b", "a", "input")], "a")
    assert way(found, [job("a"), job("b")], "up") == "a  m\n  <- b  m"
