"""Datasets: columns, rows, chain, slices."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from axtui.tui.view import View


class DataView(View):
    """Datasets: columns, rows, chain, slices."""

    SCREEN = "data"

    def body(self) -> Iterable[Widget]:
        yield Static("", classes="empty")
