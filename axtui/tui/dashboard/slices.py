"""What every slice of every build is doing: what Ctrl-T shows, over any screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from axtui.build.live.nowtext import Pieces, build_pieces
from axtui.tui.dashboard.line import Line, line
from axtui.tui.dashboard.linelist import LineList

if TYPE_CHECKING:
    from axtui.tui.app import Axtui
    from axtui.tui.live import Followed

_EVERY = 0.5
_TONES = {"dim": "muted", "cyan": "accent", "green": "success", "yellow": "warning"}
"""The looks of the lines of `axtui status`, in the tones of the dashboard."""


class Slices(ModalScreen[None]):
    """The slices of all builds: rows, status texts with their ages, the last lines they printed. It
    stays up to date while it is open."""

    DEFAULT_CSS = """
    Slices {
        align: center middle;
        & > LineList {
            width: 92%; max-width: 140; height: 85%; padding: 0 0 0 0;
            border: round $primary; background: $surface;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+t,q", "dismiss", "Close", id="slices.close"),
    ]

    def compose(self) -> ComposeResult:
        shown = LineList(unicode=cast("Axtui", self.app).unicode, id="slices")
        shown.border_title = "What every slice does"
        shown.border_subtitle = "esc closes"
        yield shown

    def on_mount(self) -> None:
        self.call_after_refresh(self._draw)
        self.set_interval(_EVERY, self._draw)

    def _draw(self) -> None:
        app = cast("Axtui", self.app)
        shown = self.query_one(LineList)
        shown.show(slices_lines(app.live.now(), app.clock(), shown.room.width))


def slices_lines(builds: Iterable[Followed], now: float, width: int) -> list[Line]:
    """All builds, as `axtui status` tells of them; an empty line after each."""
    lines: list[Line] = []
    for one in builds:
        about = f"{one.build.user}, process {one.build.pid}"
        lines += [_line(pieces, width) for pieces in build_pieces(one.state, now, about)]
        lines.append(Line(()))
    return lines or [line([("Nothing runs.", "muted")], width)]


def _line(pieces: Pieces, width: int) -> Line:
    toned = [(text.replace("\n", " "), _TONES.get(look, look)) for text, look in pieces]
    return line(toned, width)
