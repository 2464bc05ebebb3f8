"""The line of buffers above the editor."""

from __future__ import annotations

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from axtui.tui.sql.buffers import Buffers


class Tabs(Widget):
    """The names of the buffers, the one that is shown marked; as many as fit around it."""

    DEFAULT_CSS = """
    Tabs { height: 1; width: 1fr; }
    """

    class Chosen(Message):
        """Somebody clicked on the buffer at a place."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    def __init__(self, buffers: Buffers) -> None:
        super().__init__()
        self._buffers = buffers
        self._places: list[tuple[int, int, int]] = []

    def render(self) -> Content:
        names = [f" {one.name} " for one in self._buffers.each]
        first = self._buffers.at
        width = self.size.width - 4
        room = width - len(names[first])
        while first and room >= len(names[first - 1]) + 1:
            first -= 1
            room -= len(names[first]) + 1
        parts = [Content.styled("<", "$foreground-muted") if first else Content("")]
        self._places, at = [], parts[0].cell_length
        for number in range(first, len(names)):
            text = names[number]
            if at + len(text) > width:
                parts.append(Content.styled(">", "$foreground-muted"))
                break
            here = number == self._buffers.at
            style = "bold reverse" if here else "$foreground-muted"
            parts.append(Content.styled(text, style) + Content(" "))
            self._places.append((at, at + len(text), number))
            at += len(text) + 1
        return Content("").join(parts)

    def on_click(self, event: Click) -> None:
        for begin, end, number in self._places:
            if begin <= event.x < end:
                self.post_message(self.Chosen(number))
