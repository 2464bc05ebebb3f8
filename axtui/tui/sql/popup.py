"""The list of completions below the cursor. It never takes the focus."""

from __future__ import annotations

from textual.content import Content
from textual.events import Click
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget

from axtui.build.sql.complete import Completion, Completions

_WIDEST_LABEL = 30
_WIDTH = 76
_NARROW = 48
_ROWS = 9


class Popup(Widget, can_focus=False):
    """Completions with what they are; the editor tells it which one is meant.

    It is one widget that keeps its place and size while a word is typed: to lay out the screen anew
    takes longer than a key may.
    """

    DEFAULT_CSS = """
    Popup {
        overlay: screen; constrain: inside inflect; display: none;
        background: $panel; color: $foreground;
    }
    """

    class Taken(Message):
        """A click on a completion: it is the one that is chosen now."""

    def __init__(self) -> None:
        super().__init__()
        self._given: Completions | None = None
        self._place: tuple[Offset, int, int] | None = None
        self._label = self._most = 0
        self._chosen = self._top = 0

    @property
    def is_open(self) -> bool:
        """Whether it is seen."""
        return self._given is not None

    @property
    def given(self) -> Completions | None:
        """What it shows."""
        return self._given

    @property
    def chosen(self) -> Completion | None:
        """The completion that is marked."""
        return None if self._given is None else self._given.items[self._chosen]

    def open(self, given: Completions, at: Offset, room: int) -> None:
        """Show completions below a place of the screen whose width is `room`."""
        most = min(_WIDTH, room, max(_NARROW, room - at.x))
        held = self._place
        if self._given is None or held is None or held[0] != at:
            label = min(max(len(item.label) for item in given.items), _WIDEST_LABEL)
        else:
            label = self._label  # the same word goes on: nothing jumps
        self._given, self._label, self._most = given, label, most
        self._chosen = self._top = 0
        place = at, most, min(_ROWS, len(given.items))
        if place != held:
            self._place = place
            self.absolute_offset = at
            self.styles.width, self.styles.height = place[1:]
            self.refresh(layout=True)
        self.display = True
        self.refresh()

    def close(self) -> None:
        """Show nothing."""
        if self._given is not None:
            self._given = None
            self.display = False

    def move(self, by: int) -> None:
        """Mark another one; single steps go around."""
        if self._given is None:
            return
        count = len(self._given.items)
        at = self._chosen + by
        self._chosen = at % count if abs(by) == 1 else max(0, min(count - 1, at))
        self._top = max(self._chosen - _ROWS + 1, min(self._top, self._chosen))
        self.refresh()

    def render(self) -> Content:
        if self._given is None:
            return Content("")
        items = self._given.items
        seen = items[self._top : self._top + _ROWS]
        bar = _bar(self._top, len(seen), len(items))
        lines = []
        for row, item in enumerate(seen):
            line = Content(" ") + _line(item, self._label, self._most - 3)
            line = line.pad_right(max(0, self._most - 1 - line.cell_length))
            if self._top + row == self._chosen:
                line = line.stylize("bold reverse")
            lines.append(line + Content.styled(" ", "reverse dim" if bar[row] else ""))
        return Content("\n").join(lines)

    def on_click(self, event: Click) -> None:
        row = self._top + event.y
        if self._given is not None and row < len(self._given.items):
            self._chosen = row
            self.post_message(self.Taken())


def _bar(top: int, seen: int, count: int) -> list[bool]:
    """In which rows the scroll bar stands; in none where all is seen."""
    if seen >= count:
        return [False] * seen
    size = max(1, round(seen * seen / count))
    begin = round(top * (seen - size) / (count - seen))
    return [begin <= row < begin + size for row in range(seen)]


def _line(item: Completion, width: int, most: int) -> Content:
    label = item.label
    shown = label if len(label) <= width else label[: width - 1] + "…"
    about = item.kind if not item.about else f"{item.kind} {item.about}"
    room = most - width - 2
    if len(about) > room:
        about = about[: max(0, room - 1)] + "…"
    return Content(f"{shown:<{width}}  ") + Content.styled(about, "dim")
