"""One job, in all its parts."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from axtui.tui.view import View


class JobView(View):
    """One job, in all its parts."""

    SCREEN = "job"

    def body(self) -> Iterable[Widget]:
        yield Static("", classes="empty")
