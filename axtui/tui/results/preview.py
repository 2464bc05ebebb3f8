"""The preview of a file: its picture, its first lines, or what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from axtui import human
from axtui.build.heads import texts
from axtui.build.heads.head import Head, head, kind_of
from axtui.tui.job.lines import Lines
from axtui.tui.results.picture import HalfCells, Points, can_be_drawn, points
from axtui.tui.table.fit import escaped

if TYPE_CHECKING:
    from axtui.tui.app import Axtui

_OPENS = "o opens it with the program that the system has for it."
_NO_PILLOW = "Pictures are drawn here with the extra `pictures`: pip install 'axtui[pictures]'."
_BESIDE = 3
"""Cells of a line that no text may take: before it, behind it, and the scrollbar."""
_WIDEST = 96


class Preview(Vertical):
    """Shows one file; `facts` of the one who asks stand above what the file itself tells."""

    DEFAULT_CSS = """
    Preview {
        height: 1fr; width: 1fr;
        & > #preview-facts { height: auto; max-height: 5; padding: 0 1; }
        & > #preview-note { height: auto; padding: 1 1; color: $text-muted; }
        & > Lines { padding: 0 1; }
        & > HalfCells { margin: 0 1; }
    }
    """

    def __init__(self, *, unicode: bool, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._unicode = unicode
        self._path: Path | None = None
        self._head: Head | None = None
        self._drawn: tuple[Path, int, int] | None = None
        self._facts: Sequence[tuple[str, str]] = ()

    def compose(self) -> ComposeResult:
        yield Static("", id="preview-facts", markup=False)
        yield Static("", id="preview-note", markup=False)
        yield HalfCells(unicode=self._unicode, id="preview-picture")
        yield Lines(lambda text: Content(escaped(text.expandtabs(4))), id="preview-lines")

    def on_mount(self) -> None:
        self._only(None)

    @property
    def head(self) -> Head | None:
        """What was read of the file that is shown; None while it is read."""
        return self._head

    def show(
        self, path: Path | None, facts: Sequence[tuple[str, str]] = (), title: str = ""
    ) -> None:
        """Show a file, or nothing. `facts` are lines with their styles; they and the title change
        when the file was read, so that all that is seen is of one file at one moment."""
        self._path = path
        if path is None:
            self._head, self._drawn, self._facts = None, None, facts
            self.border_title = Content(escaped(title))
            self._tell_facts()
            self._only(None)
            return
        self._read(path, facts, title)

    @work(group="preview", exclusive=True, exit_on_error=False)
    async def _read(self, path: Path, facts: Sequence[tuple[str, str]], title: str) -> None:
        app = cast("Axtui", self.app)
        config = app.workspace.config
        within = [config.root, config.inputs, config.results, *config.workdirs.values()]
        found = await app.catalogue.call(head, path, within)
        if path != self._path:
            return
        before, self._head, self._facts = self._head, found, facts
        self.border_title = Content(escaped(title))
        self._tell_facts()
        if before != found:
            self._show_head(found)

    def _show_head(self, found: Head) -> None:
        self._drawn = None
        if found.kind == "picture" and can_be_drawn():
            self._draw()
        elif found.lines:
            self._show_lines(found)
            self._only("preview-lines")
        else:
            self._note(self._words(found))

    def _show_lines(self, found: Head, keep: bool = False) -> None:
        """Show the lines; those of prose as wide as there is room."""
        shown = self.query_one(Lines)
        width = (shown.size.width or self.size.width) - _BESIDE
        lines = texts.wrapped(found.lines, min(width, _WIDEST)) if found.prose else found.lines
        shown.show(lines, keep=keep)

    def on_resize(self) -> None:
        if self._head is not None and self._head.prose:
            self.call_after_refresh(self._show_lines, self._head, True)

    def _draw(self) -> None:
        """Show the picture's place; what is drawn depends on how large it turns out to be."""
        self.query_one(HalfCells).show(None)
        self._only("preview-picture")
        self._scale()

    @on(HalfCells.Resized)
    def _scale(self) -> None:
        real = self._head.path if self._head and self._head.kind == "picture" else None
        size = self.query_one(HalfCells).size
        if real is None or not size.width or not size.height:
            return
        asked = (real, size.width, size.height)
        if asked != self._drawn:
            self._drawn = asked
            self._fill(*asked)

    @work(group="preview-picture", exclusive=True, exit_on_error=False)
    async def _fill(self, real: Path, width: int, height: int) -> None:
        found = await cast("Axtui", self.app).catalogue.call(points, real, width, height)
        if self._drawn != (real, width, height):
            return
        if isinstance(found, Points):
            self.query_one(HalfCells).show(found)
        else:
            self._note(f"{found}\n{_OPENS}")

    def _words(self, found: Head) -> str:
        said = "\n".join(found.facts)
        if found.kind == "gone":
            return f"{said}\nRun its build script again, and it is linked anew."
        if found.kind == "refused":
            return said
        if found.kind == "picture":
            return f"{_NO_PILLOW}\n{_OPENS}"
        if found.kind == "text":
            return "The file is empty." if not found.bytes else _OPENS
        return _OPENS

    def _tell_facts(self) -> None:
        parts = [Content.styled(escaped(text), style) for text, style in self._facts if text]
        found = self._head
        if found is not None and found.kind not in ("gone", "refused"):
            told = [kind_of(self._path.name) if self._path else ""]
            if found.bytes is not None:
                told.append(human.size(found.bytes))
            told += found.facts
            if found.cut:
                told.append("only its begin is shown")
            parts.append(Content.styled(escaped(" · ".join(told)), "$foreground-muted"))
        self.query_one("#preview-facts", Static).update(Content("\n").join(parts))

    def _note(self, text: str) -> None:
        self.query_one("#preview-note", Static).update(Content(text))
        self._only("preview-note")

    def _only(self, shown: str | None) -> None:
        for name in ("preview-note", "preview-picture", "preview-lines"):
            self.query_one(f"#{name}").display = name == shown
