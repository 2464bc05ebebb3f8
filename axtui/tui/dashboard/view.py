"""The first screen: what runs, what was saved, what came of it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from axtui.tui.view import View


class DashboardView(View):
    """The first screen: what runs, what was saved, what came of it."""

    SCREEN = "dashboard"

    def body(self) -> Iterable[Widget]:
        yield Static("", classes="empty")
