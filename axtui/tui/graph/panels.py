"""What stands above and below the trees: the focus, and what is under the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from axtui.build.graph.parts import Graph, Node, Ref
from axtui.tui import look
from axtui.tui.dashboard.line import plain
from axtui.tui.graph.wording import facts

if TYPE_CHECKING:
    from axtui.tui.live import Followed


def states(builds: Sequence[Followed]) -> dict[str, str]:
    """How jobs of running builds are now, by their ids."""
    found: dict[str, str] = {}
    for one in builds:
        found.update((job.jobid, "running") for job in one.state.jobs)
        found.update((made[0], "complete") for made in one.finished)
        found.update((failure[0], "failed") for failure in one.failures)
    return found


def focus(graph: Graph, states: Mapping[str, str], unicode: bool, now: float) -> Content:
    """The thing in the middle; `states` are how jobs are now, by their ids."""
    if len(graph.roots) > 1:
        return Content.styled(f"All {len(graph.roots)} results of the workspace", "bold")
    first, why = about(graph.node(graph.roots[0]), states, unicode, now)
    return Content("\n").join([first, why]) if why.plain else first


def steps(way: Sequence[Ref], arrow: str, more: int) -> Content:
    """The way to the cursor; with `more` others in the same box."""
    names = [
        Content.styled(plain(ref.name), "bold" if number == len(way) else "")
        for number, ref in enumerate(way, 1)
    ]
    found = Content.styled(arrow, "$foreground-muted").join(names)
    if more > 0:
        found += Content.styled(f"  and {more} more like it", "$foreground-muted")
    return found


def about(
    node: Node, states: Mapping[str, str], unicode: bool, now: float
) -> tuple[Content, Content]:
    """Two lines about a thing: its state, name and numbers; and its reason or error."""
    state = states.get(node.ref.name, node.state)
    parts = [
        Content.styled(look.told(state, unicode), look.look(state).style),
        Content.styled(plain(node.ref.name), "bold"),
        Content(plain(node.what)),
        Content.styled(facts(node, now), "$foreground-muted"),
    ]
    first = Content("  ").join([part for part in parts if part.plain])
    return first, Content.styled(plain(node.why), "$foreground-muted")
