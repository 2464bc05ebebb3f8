"""The two lines at the top of every screen: where one can go, what goes on, and what this is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from axtui.tui import look
from axtui.tui.places import SCREENS, Place

if TYPE_CHECKING:
    from axtui.tui.pulse import Pulse

_SHORT = {"dashboard": "Dash", "results": "Res", "methods": "Meth"}
"""Titles where the line is too short for all of them."""


class TitleBar(Widget):
    """Line 1: the screens with their keys, and counts of what runs and failed. Line 2: the command that
    opens this place again, what the watcher is about, and the workspace."""

    DEFAULT_CSS = """
    TitleBar { height: 2; dock: top; background: $surface; color: $text; }
    """

    class ScreenChosen(Message):
        """Somebody clicked on a screen's title."""

        def __init__(self, screen: str) -> None:
            super().__init__()
            self.screen_name = screen

    def __init__(self, place: Place, workspace: str) -> None:
        super().__init__()
        self._place, self._workspace = place, workspace
        self._pulse: Pulse | None = None
        self._tabs: list[tuple[int, int, str]] = []

    def show(self, place: Place) -> None:
        """Tell the place."""
        self._place = place
        self.refresh()

    def beat(self, pulse: Pulse) -> None:
        """Tell what goes on."""
        if pulse != self._pulse:
            self._pulse = pulse
            self.refresh()

    def render(self) -> Content:
        width = self.size.width
        right = Content.styled(f"{self._about()} ", "$foreground-muted")
        command = f" $ {self._place.command}".replace("\n", " ")
        room = width - right.cell_length - 1
        if cell_len(command) > room:
            command = set_cell_size(command, max(0, room - 1)) + "…"
        second = _spread(Content.styled(command, "$text-accent"), right, width)
        return Content("\n").join([self._first(width), second])

    def _first(self, width: int) -> Content:
        """Screens and counts, in shorter and shorter words until they fit."""
        for short_titles, short_counts in ((False, False), (True, False), (True, True)):
            counts = self._counts(short_counts)
            line = _spread(self._titles(short_titles), counts, width)
            if line.cell_length <= width:
                return line
        return _spread(self._numbers(), self._counts(True), width)

    def _titles(self, short: bool) -> Content:
        parts, self._tabs, at = [], [], 1
        for number, (screen, title) in enumerate(SCREENS.items(), 1):
            text = f" {number} {_SHORT.get(screen, title) if short else title} "
            here = screen == self._place.key_screen
            parts.append(Content.styled(text, "bold reverse" if here else "$foreground-muted"))
            self._tabs.append((at, at + len(text), screen))
            at += len(text)
        return Content(" ") + Content("").join(parts)

    def _numbers(self) -> Content:
        here = self._place.key_screen
        parts = [
            Content.styled(f" {number} ", "bold reverse" if screen == here else "$foreground-muted")
            for number, screen in enumerate(SCREENS, 1)
        ]
        self._tabs = [(1 + 3 * n, 4 + 3 * n, screen) for n, screen in enumerate(SCREENS)]
        return Content(" ") + Content("").join(parts)

    def _counts(self, short: bool) -> Content:
        pulse = self._pulse
        if pulse is None:
            return Content("")
        counted = (("running", pulse.running), ("failed", pulse.failed))
        parts = []
        for state, count in counted:
            if count:
                word = "" if short else f" {look.look(state).word}"
                text = f"{look.glyph(state, pulse.unicode)} {count}{word}"
                parts.append(Content.styled(text, f"bold {look.look(state).style}"))
        return Content("  ").join(parts) + Content(" ")

    def _about(self) -> str:
        watching = self._pulse.watching if self._pulse else ""
        return f"{watching} · {self._workspace}" if watching else self._workspace

    def on_click(self, event: Click) -> None:
        if event.y == 0:
            for begin, end, screen in self._tabs:
                if begin <= event.x < end:
                    self.post_message(self.ScreenChosen(screen))


def _spread(left: Content, right: Content, width: int) -> Content:
    """Two texts at the two ends of a line."""
    return left + Content(" " * max(1, width - left.cell_length - right.cell_length)) + right
