"""The two lines at the top of every screen: where one can go, what goes on, and what this is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
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
    """Line 1: the screens with their keys, and counts of what runs, waits and failed. Line 2: the
    command that opens this place again, and the workspace."""

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
        right = self._counts()
        tabs = self._titles(width - right.cell_length - 2)
        first = _spread(tabs, right, width)
        name = Content.styled(f"{self._workspace} ", "$foreground-muted")
        command = f" $ {self._place.command}".replace("\n", " ")
        room = width - name.cell_length - 1
        if cell_len(command) > room:
            command = command[: max(0, room - 1)] + "…"
        second = _spread(Content.styled(command, "$text-accent"), name, width)
        return Content("\n").join([first, second])

    def _titles(self, room: int) -> Content:
        """The screens, shortened until they fit."""
        for short in (False, True):
            parts, self._tabs, at = [], [], 1
            for number, (screen, title) in enumerate(SCREENS.items(), 1):
                text = f" {number} {_SHORT.get(screen, title) if short else title} "
                here = screen == self._place.key_screen
                style = "bold reverse" if here else "$foreground-muted"
                parts.append(Content.styled(text, style))
                self._tabs.append((at, at + len(text), screen))
                at += len(text)
            found = Content(" ") + Content("").join(parts)
            if found.cell_length <= room:
                return found
        parts = [
            Content.styled(f" {number} ", "bold reverse" if here else "$foreground-muted")
            for number, screen in enumerate(SCREENS, 1)
            for here in (screen == self._place.key_screen,)
        ]
        self._tabs = [(1 + 3 * n, 4 + 3 * n, screen) for n, screen in enumerate(SCREENS)]
        return Content(" ") + Content("").join(parts)

    def _counts(self) -> Content:
        pulse = self._pulse
        if pulse is None:
            return Content("")
        parts = []
        unicode = pulse.unicode
        if pulse.running:
            text = f"{look.glyph('running', unicode)} {pulse.running} running"
            parts.append(Content.styled(text, "bold $text-primary"))
        if pulse.failed:
            text = f"{look.glyph('failed', unicode)} {pulse.failed} failed"
            parts.append(Content.styled(text, "bold $text-error"))
        if pulse.watching:
            parts.append(Content.styled(pulse.watching, "$foreground-muted"))
        return Content("  ").join(parts) + Content(" ")

    def on_click(self, event: Click) -> None:
        if event.y == 0:
            for begin, end, screen in self._tabs:
                if begin <= event.x < end:
                    self.post_message(self.ScreenChosen(screen))


def _spread(left: Content, right: Content, width: int) -> Content:
    """Two texts at the two ends of a line."""
    return left + Content(" " * max(1, width - left.cell_length - right.cell_length)) + right
