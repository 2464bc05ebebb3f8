"""Pages over the screen: a file on the whole of it, and a text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from axtui.tui.job.deeds import open_path
from axtui.tui.job.lines import Lines
from axtui.tui.results.preview import Preview
from axtui.tui.table.fit import escaped

if TYPE_CHECKING:
    from axtui.tui.app import Axtui

_COLORS = {"+": "$text-success", "-": "$text-error", "@": "$text-accent"}


class PreviewPage(ModalScreen[None]):
    """A file, as large as the screen; `o` opens it outside."""

    AUTO_FOCUS = "Lines"
    DEFAULT_CSS = """
    PreviewPage {
        align: center middle;
        & > Vertical { width: 96%; height: 94%; border: round $primary; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace,enter,space", "dismiss", "Close", id="preview.close"),
        Binding("o", "open", "Open", id="preview.open"),
        Binding("y", "copy", "Copy path", id="preview.copy"),
    ]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(escaped(self.path.name))
            box.border_subtitle = "o open · y copy path · esc closes"
            yield Preview(unicode=cast("Axtui", self.app).unicode)

    def on_mount(self) -> None:
        self.query_one(Preview).show(self.path)

    def action_open(self) -> None:
        """Open it with the system's program."""
        open_path(cast("Axtui", self.app), self.path)

    def action_copy(self) -> None:
        """Copy its path."""
        cast("Axtui", self.app).copy(str(self.path), "the path of the file")


class DifferencePage(ModalScreen[None]):
    """What differs between two versions; lines as `diff -u` writes them are coloured."""

    AUTO_FOCUS = "Lines"
    DEFAULT_CSS = """
    DifferencePage {
        align: center middle;
        & > Vertical { width: 94%; height: 90%; border: round $primary; background: $surface; }
        Lines { padding: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace,enter,d", "dismiss", "Close", id="difference.close"),
    ]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._title, self._lines = title, lines

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(escaped(self._title))
            box.border_subtitle = "esc closes"
            yield Lines(_painted)

    def on_mount(self) -> None:
        self.query_one(Lines).show(self._lines)


def _painted(text: str) -> Content:
    return Content.styled(escaped(text), _COLORS.get(text[:1], ""))
