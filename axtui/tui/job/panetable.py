"""The table of a pane: keys that open tabs of a job do so from it, too."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from axtui.tui.table import Table


class PaneTable(Table):
    """A table whose `S` and `l` are those of the job."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("S", "screen.tab('source')", "Source", show=False, id="job.source"),
        Binding("l", "screen.tab('output')", "Output", show=False, id="job.output"),
        Binding("right", "right", "Column to the right", show=False, id="table.right"),
    ]
