"""The table of jobs: keys that mean something else here than in other tables."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from axtui.tui.table import Table


class JobTable(Table):
    """A table whose `l`, `v` and `y` are those of jobs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "l", "screen.open('output')", "Output", id="jobs.output", tooltip="What it printed"
        ),
        Binding("right", "right", "Column to the right", show=False, id="table.right"),
        Binding("v", "screen.preview", "Preview", show=False, id="jobs.preview"),
        Binding("y", "screen.copy_id", "Copy id", show=False, id="jobs.copy"),
    ]
