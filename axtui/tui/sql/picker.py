"""A list over the screen to take one thing from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class Picker(ModalScreen[int | None]):
    """Gives the place of what was taken; None if nothing was."""

    DEFAULT_CSS = """
    Picker {
        align: center middle;
        & OptionList {
            width: auto; min-width: 30; max-width: 80%; height: auto; max-height: 80%;
            border: round $primary; background: $surface;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", id="picker.cancel"),
        Binding("j", "move(1)", "Down", show=False, id="picker.down"),
        Binding("k", "move(-1)", "Up", show=False, id="picker.up"),
    ]

    def __init__(self, title: str, names: Sequence[str], at: int) -> None:
        super().__init__()
        self._title, self._names, self._at = title, names, at

    def compose(self) -> ComposeResult:
        options = OptionList(*(Option(Content(name)) for name in self._names))
        options.border_title = Content(self._title)
        yield options

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = self._at

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)

    def action_move(self, by: int) -> None:
        """Down or up."""
        options = self.query_one(OptionList)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()
