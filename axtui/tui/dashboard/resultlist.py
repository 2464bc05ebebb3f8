"""The newest results, as lines of a pane."""

from __future__ import annotations

from collections.abc import Sequence

from axtui import human
from axtui.texttable import cell_width
from axtui.tui import look
from axtui.tui.dashboard.columns import Room
from axtui.tui.dashboard.line import Line, line, padded, plain
from axtui.tui.dashboard.queries import LinkedResult
from axtui.tui.places import Place


def result_lines(results: Sequence[LinkedResult], room: Room) -> list[Line]:
    """A line for each: its name, its job, its age."""
    if not results:
        texts = ("No results yet.", "job.link_result() puts them here.")
        return [line([(text, "muted")], room.width) for text in texts]
    widest = max(cell_width(plain(one.name)) for one in results)
    job = max(cell_width(one.job) for one in results) + 2
    name = max(8, min(widest, room.width - 2 - job - 9))
    return [
        line(
            [
                (f"{look.glyph('result', room.unicode)} ", "accent"),
                (padded(plain(one.name), name), "bold"),
                (f"  {padded(one.job, job - 2)}", "accent"),
                (padded(human.ago(max(0.0, room.now - one.recorded)), 8, right=True), "muted"),
            ],
            room.width,
            ("result", one.name),
            Place("results", one.name),
        )
        for one in results
    ]
