"""The source that a job ran, frozen with it: highlighted, or as the diff to the job before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from axtui import human
from axtui.build import sourcediff
from axtui.build.jobpage import JobPage
from axtui.tui.job import before
from axtui.tui.job.pane import Pane
from axtui.tui.job.searched import Searched
from axtui.tui.job.why import STYLES

_SIGNS = {"old": "-", "new": "+", "same": " ", "place": "", "file": ""}


class SourcePane(Pane):
    """The files at the left, where there are several; `d` shows what changed."""

    DEFAULT_CSS = """
    SourcePane {
        & #source-files {
            width: 34; height: 1fr; border: none; padding: 0; background: $background;
            border-right: vkey $surface-lighten-2;
        }
        & #source-head { height: 1; padding: 0 1; color: $text-muted; }
        &.-single #source-files { display: none; }
        &.-narrow #source-files { width: 24; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "diff", "Diff", id="source.diff", tooltip="What changed since the job before"),
        Binding("comma", "file(-1)", "File before", show=False, id="source.before"),
        Binding("full_stop", "file(1)", "Next file", show=False, id="source.next"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.diffing = False
        self._chosen = 0
        self._old: JobPage | None = None
        self._diffs: list[sourcediff.FileDiff] = []

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield OptionList(id="source-files")
            with Vertical():
                yield Static("", id="source-head", markup=False)
                yield Searched(numbers=True, empty="No source was kept.")

    # -- filling

    def fill(self, page: JobPage, again: bool) -> None:
        wanted = self.argument == "diff"
        if again and wanted == self.diffing:
            return
        self.diffing = wanted
        if not again:
            self._chosen, self._old, self._diffs = 0, None, []
        self._list(page)
        self.start(self._show)

    async def _show(self, page: JobPage) -> None:
        if self.diffing and not self._diffs:
            old = await before.page_before(self.axtui, page)
            if not self.shows(page):
                return
            self._old = old
            if old is None:
                self.notify("There is no job before it to compare with.")
                self.action_diff()
                return
            self._diffs = await self.axtui.catalogue.call(
                sourcediff.diff, old.sources, page.sources
            )
            changed = [at for at, one in enumerate(self._diffs) if not one.same]
            self._chosen = changed[0] if changed else 0
            self._list(page)
        if self.diffing:
            self._show_diff()
            return
        sources = page.sources
        text = str(sources[self._chosen]["text"]) if sources else ""
        language = "sql" if sources and sources[self._chosen]["path"].endswith(".sql") else "python"
        content = await self.axtui.catalogue.call(_highlighted, text, language, self._theme())
        if self.shows(page):
            self._lines().show(content, numbers=True)
            self._head(_about(sources[self._chosen]) if sources else "")

    def _theme(self) -> bool:
        return self.app.theme.startswith(("ansi", "textual-ansi"))

    def _list(self, page: JobPage) -> None:
        """The files at the left, with how much of each changed."""
        files = self.query_one("#source-files", OptionList)
        files.clear_options()
        names: Sequence[tuple[str, str]]
        if self.diffing and self._diffs:
            names = [(one.path, _counted(one)) for one in self._diffs]
        else:
            names = [(one["path"], "") for one in page.sources]
        for path, mark in names:
            files.add_option(Option(Content(_short(path)) + Content.styled(mark, "$text-warning")))
        self._chosen = min(self._chosen, max(0, len(names) - 1))
        if names:
            files.highlighted = self._chosen
        self.set_class(len(names) < 2, "-single")
        self.set_class(self.app.size.width < 100, "-narrow")

    def _show_diff(self) -> None:
        if not self._diffs or self._old is None:
            return
        found = self._diffs[self._chosen]
        lines = [diff_line(line) for line in found.lines]
        same = Content.styled("This file is the same in both.", "$foreground-muted")
        self._lines().show(lines or [same], numbers=False)
        self._head(f"{found.path}: {self._old.jobid} → {self.page.jobid if self.page else ''}")

    def _lines(self) -> Any:
        return self.query_one(Searched).lines

    def _head(self, text: str) -> None:
        self.query_one("#source-head", Static).update(text)

    # -- keys

    def take_focus(self) -> None:
        self._lines().focus()

    @on(OptionList.OptionHighlighted)
    def _file_chosen(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()
        if message.option_index != self._chosen:
            self._chosen = message.option_index
            self.start(self._show)

    @on(OptionList.OptionSelected)
    def _file_opened(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.take_focus()

    def action_file(self, step: int) -> None:
        """Show the file after or before."""
        files = self.query_one("#source-files", OptionList)
        if files.option_count:
            files.highlighted = (self._chosen + step) % files.option_count

    def action_diff(self) -> None:
        """Show what changed, or all of the source again."""
        self.post_message(Pane.Wanted("source" if self.diffing else "source:diff"))


def diff_line(line: sourcediff.DiffLine) -> Content:
    """A line of a diff: its sign, and a colour that repeats it."""
    style = STYLES.get(line.side, "bold" if line.side == "file" else "")
    return Content.styled(f"{_SIGNS[line.side]}{line.text}".expandtabs(8), style)


def _highlighted(text: str, language: str, ansi: bool) -> list[Content]:
    """The lines of a source in colours. Takes a while: pygments is imported and run."""
    from textual.highlight import ANSIDarkHighlightTheme, HighlightTheme, highlight

    theme = ANSIDarkHighlightTheme if ansi else HighlightTheme
    return highlight(text, language=language, theme=theme, tab_size=8).split(allow_blank=True)


def _about(source: Mapping[str, Any]) -> str:
    roles = {"method": "the method", "script": "the build script", "depend_extra": "depended on"}
    text = str(source["text"])
    lines = human.plural(text.count("\n") + (not text.endswith("\n")), "line")
    return f"{source['path']} · {roles.get(source['role'], 'imported')} · {lines}"


def _counted(one: sourcediff.FileDiff) -> str:
    return "" if one.same else f"  +{one.added} -{one.removed}"


def _short(path: str) -> str:
    """A path as far as it tells files apart: its last two parts."""
    return "/".join(path.split("/")[-2:])
