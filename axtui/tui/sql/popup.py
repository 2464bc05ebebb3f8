"""The list of completions below the cursor. It never takes the focus."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Offset
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from axtui.build.sql.complete import Completion, Completions

_WIDEST_LABEL = 30
_WIDTH = 76
_NARROW = 48


class Popup(OptionList, can_focus=False, inherit_bindings=False):
    """Completions with what they are; the editor tells it which one is meant."""

    DEFAULT_CSS = """
    Popup {
        overlay: screen; constrain: inside inflect; display: none;
        width: auto; max-width: 76; height: auto; max-height: 9; padding: 0; border: none;
        background: $panel; color: $foreground; scrollbar-size-vertical: 1;
        & > .option-list--option { padding: 0 1; }
        & > .option-list--option-highlighted { background: $primary; color: $text; text-style: bold reverse; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._given: Completions | None = None

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
        if self._given is None or self.highlighted is None:
            return None
        return self._given.items[self.highlighted]

    def open(self, given: Completions, at: Offset, room: int) -> None:
        """Show completions below a place of the screen whose width is `room`."""
        self._given = given
        labels = max(len(item.label) for item in given.items)
        width = min(labels, _WIDEST_LABEL)
        most = min(_WIDTH, room, max(_NARROW, room - at.x)) - 4
        self.clear_options()
        self.add_options(Option(_line(item, width, most)) for item in given.items)
        self.absolute_offset = at
        self.display = True
        self.highlighted = 0
        self.scroll_home(animate=False)

    def close(self) -> None:
        """Show nothing."""
        if self._given is not None:
            self._given = None
            self.display = False

    def move(self, by: int) -> None:
        """Mark another one."""
        if self._given is not None and self.highlighted is not None:
            last = len(self._given.items) - 1
            step = by if abs(by) > 1 else (self.highlighted + by) % (last + 1) - self.highlighted
            self.highlighted = max(0, min(last, self.highlighted + step))


def _line(item: Completion, width: int, most: int) -> Content:
    label = item.label
    shown = label if len(label) <= width else label[: width - 1] + "…"
    about = item.kind if not item.about else f"{item.kind} {item.about}"
    room = most - width - 2
    if len(about) > room:
        about = about[: max(0, room - 1)] + "…"
    return Content(f"{shown:<{width}}  ") + Content.styled(about, "dim")
