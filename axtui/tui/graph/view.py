"""Where a result comes from, and what comes of an input."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from axtui.tui.view import View


class GraphView(View):
    """Where a result comes from, and what comes of an input."""

    SCREEN = "graph"

    def body(self) -> Iterable[Widget]:
        yield Static("", classes="empty")
