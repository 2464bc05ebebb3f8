"""Tabs in one line, each with the letter that opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget


@dataclass(frozen=True)
class Tab:
    """A tab: its name in places, its title, a short one, and the letter that opens it."""

    name: str
    title: str
    short: str
    letter: str


class TabBar(Widget):
    """All tabs, the present one marked; the letter that opens each is underlined."""

    DEFAULT_CSS = """
    TabBar { height: 1; width: 1fr; background: $surface; }
    """

    class TabChosen(Message):
        """Somebody clicked on a tab."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.tab_name = name

    def __init__(self, tabs: Sequence[Tab]) -> None:
        super().__init__()
        self._tabs = list(tabs)
        self._present = ""
        self._places: list[tuple[int, int, str]] = []

    def show(self, tabs: Sequence[Tab], present: str) -> None:
        """Show other tabs, or another one as the present."""
        self._tabs, self._present = list(tabs), present
        self.refresh()

    def render(self) -> Content:
        width = self.size.width
        for short in (False, True):
            for gap in (1, 0):
                found = self._line(short, gap)
                if found.cell_length <= width:
                    return found
        return found

    def _line(self, short: bool, gap: int) -> Content:
        parts, at, self._places = [], 0, []
        for tab in self._tabs:
            text = f" {tab.short if short else tab.title} "
            parts.append(self._tab(tab, text))
            self._places.append((at, at + len(text), tab.name))
            at += len(text) + gap
        return Content(" " * gap).join(parts)

    def _tab(self, tab: Tab, text: str) -> Content:
        here = tab.name == self._present
        content = Content.styled(text, "bold reverse" if here else "$foreground-muted")
        at = text.lower().find(tab.letter.lower())
        return content.stylize("underline bold", at, at + 1) if at >= 0 else content

    def on_click(self, event: Click) -> None:
        for begin, end, name in self._places:
            if begin <= event.x < end:
                self.post_message(self.TabChosen(name))
