"""Keys, words, and the tour."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from axtui.tui.view import View


class HelpView(View):
    """Keys, words, and the tour."""

    SCREEN = "help"

    def body(self) -> Iterable[Widget]:
        yield Static("", classes="empty")
