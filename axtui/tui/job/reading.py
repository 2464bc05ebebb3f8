"""Text that wraps, to be scrolled; and the keys by which every text is scrolled."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

MOVES = (
    Binding("down,j", "by(1)", "Down", show=False, id="text.down"),
    Binding("up,k", "by(-1)", "Up", show=False, id="text.up"),
    Binding("home,g", "begin", "First line", show=False, id="text.begin"),
    Binding("end,G", "end", "Last line", show=False, id="text.end"),
    Binding("pagedown,ctrl+f,space", "page(1)", "Page down", show=False, id="text.page_down"),
    Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="text.page_up"),
    Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="text.half_down"),
    Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="text.half_up"),
)


class Reading(VerticalScroll, inherit_bindings=False):
    """A place for text that wraps."""

    DEFAULT_CSS = """
    Reading {
        height: 1fr; width: 1fr; padding: 0 1; scrollbar-size-vertical: 1;
        & > Static { width: 1fr; height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*MOVES]

    def action_by(self, lines: int) -> None:
        self.scroll_relative(y=lines, animate=False)

    def action_begin(self) -> None:
        self.scroll_home(animate=False)

    def action_end(self) -> None:
        self.scroll_end(animate=False)

    def action_page(self, pages: float) -> None:
        self.scroll_relative(y=round(max(1, self.size.height - 1) * pages), animate=False)
