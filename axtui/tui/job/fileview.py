"""A file over the screen: its text, or what is known of it where it is none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from axtui import human
from axtui.tui.job import ansi, deeds
from axtui.tui.job.searched import Searched

if TYPE_CHECKING:
    from axtui.tui.app import Axtui

_MOST = 1 << 20
_LANGUAGES = {".py": "python", ".json": "json", ".sql": "sql", ".toml": "toml", ".html": "html"}
_COLOURED = 200_000
"""Letters of a text that are put into colours: more take too long."""


@dataclass(frozen=True)
class Seen:
    """What a file shows: lines, and a few words about it."""

    lines: list[Content | str]
    about: str


class FileView(ModalScreen[None]):
    """Shows a file; `o` opens it with the system's program."""

    AUTO_FOCUS = "Lines"
    DEFAULT_CSS = """
    FileView {
        align: center middle;
        & > Vertical { width: 94%; height: 90%; border: round $primary; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace,enter", "dismiss", "Close", id="file.close"),
        Binding("o", "open", "Open", id="file.open"),
        Binding("y", "path", "Copy path", id="file.path"),
        Binding("e", "edit", "Edit", id="file.edit"),
    ]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    @property
    def axtui(self) -> Axtui:
        """The app, by its type."""
        return cast("Axtui", self.app)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(self.path.name)
            box.border_subtitle = "/ search · o open · y copy path · esc closes"
            yield Searched(ansi.painted, empty="The file is empty.")

    def on_mount(self) -> None:
        self.run_worker(self._show(), exit_on_error=False)

    async def _show(self) -> None:
        seen = await self.axtui.catalogue.call(look_at, self.path)
        self.query_one(Searched).lines.show(seen.lines)
        self.query_one(Vertical).border_title = Content(f"{self.path.name} · {seen.about}")

    def action_open(self) -> None:
        """Open it with the system's program."""
        deeds.open_path(self.axtui, self.path)

    def action_path(self) -> None:
        """Copy its path."""
        self.axtui.copy(str(self.path), "the path of the file")

    def action_edit(self) -> None:
        """Open it in the editor."""
        deeds.edit(self.axtui, self.path if self.path.is_file() else None)


def look_at(path: Path) -> Seen:
    """The beginning of a file as lines, or what kind of file it is."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            data = stream.read(_MOST)
    except OSError as error:
        return Seen([f"It cannot be read: {error.strerror}"], "not there")
    about = human.size(size)
    if b"\0" in data[:8192]:
        return Seen([*_kind(path, data), "", "o opens it with the system's program."], about)
    text = data.decode("utf-8", "replace")
    if size > len(data):
        about += f", the first {human.size(len(data))} of it"
    language = _LANGUAGES.get(path.suffix.lower())
    if language and len(text) < _COLOURED:
        from textual.highlight import highlight

        return Seen(list(highlight(text, language=language).split(allow_blank=True)), about)
    return Seen(list(text.splitlines()), about)


def _kind(path: Path, data: bytes) -> list[str]:
    """What a file that is no text is."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
        return [f"A picture (PNG) of {width} by {height} points."]
    for begin, name in _MAGIC.items():
        if data.startswith(begin):
            return [f"{name}."]
    return [f"A binary file ({path.suffix.removeprefix('.') or 'without an ending'})."]


_MAGIC = {
    b"\xff\xd8\xff": "A picture (JPEG)",
    b"GIF8": "A picture (GIF)",
    b"PAR1": "A Parquet file",
    b"PK\x03\x04": "A zip archive",
    b"\x1f\x8b": "A gzip file",
    b"%PDF": "A PDF document",
    b"\x80": "A pickle; loading it runs code",
}
