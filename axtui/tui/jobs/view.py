"""The list of all jobs."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from axtui.tui.view import View


class JobsView(View):
    """The list of all jobs."""

    SCREEN = "jobs"

    def body(self) -> Iterable[Widget]:
        yield Static("", classes="empty")
