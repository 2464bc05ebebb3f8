"""The whole of one value, over the screen it was opened from."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from axtui import human
from axtui.tui.table.formats import full

_LETTERS = 200_000
"""How much of a value is laid out: some hundred screens. Copying takes all of it."""


class CellModal(ModalScreen[None]):
    """Shows a value: text as it is, lists and structs as indented JSON, bytes as hex."""

    DEFAULT_CSS = """
    CellModal {
        align: center middle;
        & > Vertical {
            width: 90%;
            max-width: 120;
            height: auto;
            max-height: 90%;
            border: round $primary;
            background: $surface;
            padding: 0 1;
        }
        TextArea {
            height: auto;
            max-height: 100%;
            border: none;
            padding: 0;
            background: $surface;
        }
        .-keys { color: $text-muted; height: 1; }
    }
    """
    BINDINGS = [
        Binding("escape,q,enter", "close", "Close", id="cell.close"),
        Binding("y", "copy", "Copy all", id="cell.copy"),
        Binding("w", "wrap", "Wrap lines", id="cell.wrap"),
        Binding("j", "scroll(1)", "Down", show=False, id="cell.down"),
        Binding("k", "scroll(-1)", "Up", show=False, id="cell.up"),
        Binding("g", "edge(False)", "Start", show=False, id="cell.start"),
        Binding("G", "edge(True)", "End", show=False, id="cell.end"),
    ]

    def __init__(self, title: str, value: Any) -> None:
        super().__init__()
        self._title = title
        self.text = "null" if value is None else full(value)

    def compose(self) -> ComposeResult:
        shown = self.text[:_LETTERS]
        with Vertical() as box:
            box.border_title = _plain(self._title)
            box.border_subtitle = _plain(self._measure(len(shown)))
            yield TextArea(
                shown, read_only=True, soft_wrap=True, show_line_numbers=False, compact=True
            )
            yield Static("esc close   y copy all   w wrap", classes="-keys", markup=False)

    def _measure(self, shown: int) -> str:
        lines = self.text.count("\n") + 1
        said = f"{human.plural(len(self.text), 'letter')}, {human.plural(lines, 'line')}"
        return f"the first {shown:,} of {said}" if shown < len(self.text) else said

    @property
    def _area(self) -> TextArea:
        return self.query_one(TextArea)

    def action_close(self) -> None:
        self.dismiss()

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.text)
        self.notify(f"Copied {human.plural(len(self.text), 'letter')}", markup=False)

    def action_wrap(self) -> None:
        self._area.soft_wrap = not self._area.soft_wrap

    def action_scroll(self, lines: int) -> None:
        self._area.scroll_relative(y=lines, animate=False)

    def action_edge(self, end: bool) -> None:
        if end:
            self._area.scroll_end(animate=False)
        else:
            self._area.scroll_home(animate=False)


def _plain(text: str) -> str:
    """Text for a border, which reads markup."""
    return text.replace("[", r"\[")
