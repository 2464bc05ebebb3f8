"""A text with a line to search it by."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from axtui.tui.job.lines import Lines
from axtui.tui.table.filterline import FilterLine


class Searched(Vertical):
    """Lines, and below them what is searched for: `/` opens it, Enter keeps it, n and N go on."""

    DEFAULT_CSS = """
    Searched { height: 1fr; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/", id="text.search"),
    ]

    def __init__(
        self, paint: Callable[[str], Content] = Content, *, numbers: bool = False, empty: str = ""
    ) -> None:
        super().__init__()
        self.lines = Lines(paint, numbers=numbers, empty=empty)

    def compose(self) -> ComposeResult:
        yield self.lines
        yield FilterLine("search")

    def action_search(self) -> None:
        """Search for a word."""
        self.query_one(FilterLine).open()

    @on(FilterLine.Changed)
    def _searched(self, message: FilterLine.Changed) -> None:
        message.stop()
        found = self.lines.find(message.text)
        wrong = bool(message.text) and not found
        message.line.note("not found" if wrong else "", wrong)

    @on(FilterLine.Closed)
    @on(FilterLine.Kept)
    def _ended(self, message: FilterLine.Changed) -> None:
        message.stop()
        if not message.text:
            self.lines.find("")
