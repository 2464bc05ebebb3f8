"""What every slice of every build is doing: what Ctrl-T shows."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static


class Slices(ModalScreen[None]):
    """The slices, over the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+t", "dismiss", "Close", id="slices.close")
    ]

    def compose(self) -> ComposeResult:
        yield Static("")
