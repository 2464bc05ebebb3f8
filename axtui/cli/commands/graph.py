"""`axtui graph`: where a result comes from, and what comes of an input file."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from axtui.cli import colour
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option, tui_option
from axtui.cli.refreshed import take_in
from axtui.cli.tables import Column, cell_width, cut, document, write, write_json
from axtui.tui.places import TABS

if TYPE_CHECKING:
    from axtui.build.graph.parts import Direction, Graph
    from axtui.build.graph.told import Told
    from axtui.build.graph.tree import Line

_GUIDES = {True: ("│  ", "   ", "├─ ", "└─ "), False: ("|  ", "   ", "|- ", "`- ")}
_GLYPHS = {
    "complete": ("✔", "+"),
    "running": ("●", "*"),
    "failed": ("✖", "X"),
    "cancelled": ("⊘", "-"),
    "lost": ("?", "?"),
    "damaged": ("!", "!"),
    "collected": ("∅", "0"),
    "input": ("▤", "i"),
    "result": ("★", "r"),
    "gone": ("✖", "X"),
}
_COLORS = {"failed": "red", "damaged": "red", "gone": "red", "running": "blue"}
_WIDEST_NAME = 64
_EDGES = tuple(Column(name) for name in ("source", "target", "relation", "label"))


def _place(face: Face, what: str, **_: Any) -> tuple[str, str]:
    return "graph", what


@click.command("graph", short_help="Show where something comes from, and what comes of it.")
@click.argument(
    "what",
    metavar="[WHAT]",
    default="",
    shell_complete=values.either(values.results, values.job_specs, values.dataset_specs),
)
@click.option("--down", is_flag=True, help="What comes of it, instead of what it comes from.")
@click.option("--both", is_flag=True, help="What it comes from, and what comes of it.")
@click.option(
    "-d", "--depth", type=click.IntRange(1), help="How many steps to go, at most. Default: all."
)
@click.option("-a", "--all", "whole", is_flag=True, help="Show all that are alike, one by one.")
@click.option("--dot", "as_dot", is_flag=True, help="Write it for Graphviz.")
@format_option
@click.pass_obj
@tui_option(_place, TABS["graph"])
def command(
    face: Face,
    what: str,
    down: bool,
    both: bool,
    depth: int | None,
    whole: bool,
    as_dot: bool,
    format_: str,
) -> None:
    """Show where something comes from, down to the input files, as a tree; or what comes of it.

    WHAT is a result, an input file, a job, a dataset, a build script or an urd entry; without it, all
    results. What is reached in several ways is shown once, and of many that are alike only the ends.
    The table is a tree; JSON has all nodes and edges, CSV the edges.

    \b
    Examples:
      axtui graph afr.html               what a result rests on
      axtui graph data_2013.zip --down   what comes of an input file
      axtui graph dev-12 --both
      axtui graph afr.html --tui --tab drawing
      axtui graph --dot | dot -Tsvg > graph.svg
    """
    if down and both:
        raise click.UsageError("give --down or --both, not both of them")
    graph = _graph(face, what)
    directions: tuple[Direction, ...] = ("up", "down") if both else ("down",) if down else ("up",)
    if as_dot or format_ != "table":
        from axtui.build.graph.document import document as nodes_and_edges
        from axtui.build.graph.document import dot, within

        refs = within(graph, directions, depth)
        if as_dot:
            click.echo(dot(graph, refs))
            return
        told = nodes_and_edges(graph, refs)
        if format_ == "csv":
            write(_EDGES, told["edges"], format_)
        else:
            write_json(document("graph", told))
        return
    if not graph.roots:
        click.echo("no results and no builds yet; axtui run makes some", err=True)
        return
    for number, direction in enumerate(directions):
        if both:
            title = "what it comes from" if direction == "up" else "what comes of it"
            click.secho(f"{chr(10) * bool(number)}{title}", bold=True, color=colour.asked_for())
        for line in _lines(graph, direction, depth, whole):
            click.echo(line)


def _graph(face: Face, what: str) -> Graph:
    from axtui.build.graph.provenance import provenance
    from catalog.read import open_reader

    workspace = face.workspace()
    take_in(workspace)
    with open_reader(workspace.dot_axtui) as reader:
        return provenance(reader.query, workspace, what)


def _lines(graph: Graph, direction: Direction, depth: int | None, whole: bool) -> Iterator[str]:
    """The tree; names in one column, and beside them state, age and reason."""
    from axtui.build.graph.told import tell
    from axtui.build.graph.tree import lines

    unicode = _speaks_unicode()
    now = time.time()

    def opened(line: Line) -> bool:
        return (depth is None or line.depth < depth) and not line.folded

    found = []
    for line in lines(graph, direction, opened, whole=whole):
        told = tell(graph, line, direction, now)
        found.append((_guide(line.guides, line.last, unicode) + _left(told, unicode), told))
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    named = min(max((cell_width(left) for left, _ in found), default=0), _WIDEST_NAME)
    aged = max((len(told.age) for _, told in found), default=0)
    for left, told in found:
        right = f"{told.state:<9}  {told.age:>{aged}}  {told.why}".rstrip()
        text = f"{left}{' ' * max(2, named + 2 - cell_width(left))}{right}".rstrip()
        text = text if unicode else text.encode("ascii", "replace").decode()
        fitted = text if width is None else cut(text, width)
        yield click.style(fitted, fg=_COLORS[told.state]) if told.state in _COLORS else fitted


def _left(told: Told, unicode: bool) -> str:
    glyph = _GLYPHS.get(told.state, ("·", "."))[not unicode]
    how = f"({told.how})" if told.how else ""
    return "  ".join(filter(None, (f"{glyph} {told.name}", told.what, how)))


def _guide(guides: tuple[bool, ...], last: bool, unicode: bool) -> str:
    more, none, branch, end = _GUIDES[unicode]
    if not guides:
        return ""
    return "".join(more if going else none for going in guides[1:]) + (end if last else branch)


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
