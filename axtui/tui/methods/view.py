"""Methods and build scripts."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from axtui.tui.view import View


class MethodsView(View):
    """Methods and build scripts."""

    SCREEN = "methods"

    def body(self) -> Iterable[Widget]:
        yield Static("", classes="empty")
