"""What is linked in the results folder."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from axtui.tui.view import View


class ResultsView(View):
    """What is linked in the results folder."""

    SCREEN = "results"

    def body(self) -> Iterable[Widget]:
        yield Static("", classes="empty")
