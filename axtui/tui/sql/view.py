"""Questions in SQL."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from axtui.tui.view import View


class SqlView(View):
    """Questions in SQL."""

    SCREEN = "sql"

    def body(self) -> Iterable[Widget]:
        yield Static("", classes="empty")
