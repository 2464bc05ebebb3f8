"""A pane of lines: one widget that draws all of them itself, and again only those that changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from axtui.tui.dashboard.line import TONES, Key, Line

_GUTTER = 2
"""Cells at the left: the cursor's mark, and a gap."""


class LineList(ScrollView, can_focus=True):
    """Lines, with a cursor over those that have a key. `show` is given all of them as often as one
    likes: what is the same is not painted again."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"lines--{tone}" for tone in TONES),
        "lines--cursor",
    }
    DEFAULT_CSS = """
    LineList {
        height: 1fr; overflow-x: hidden; overflow-y: auto;
        scrollbar-gutter: stable; scrollbar-size: 0 1;
        & > .lines--muted { color: $text-muted; }
        & > .lines--faint { color: $foreground 25%; }
        & > .lines--bold { text-style: bold; }
        & > .lines--primary { color: $text-primary; }
        & > .lines--secondary { color: $text-secondary; }
        & > .lines--success { color: $text-success; }
        & > .lines--warning { color: $text-warning; }
        & > .lines--error { color: $text-error; }
        & > .lines--accent { color: $text-accent; }
        & > .lines--cursor { background: $foreground 12%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="lines.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="lines.up"),
        Binding("pagedown,ctrl+d", "page(1)", "Page down", show=False, id="lines.pagedown"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False, id="lines.pageup"),
        Binding("g,home", "first", "First line", show=False, id="lines.first"),
        Binding("G,end", "last", "Last line", show=False, id="lines.last"),
        Binding("enter", "open", "Open", id="lines.open"),
    ]

    cursor: reactive[int | None] = reactive(None, repaint=False)

    class Opened(Message):
        """Enter was pressed on a line, or it was clicked on twice."""

        def __init__(self, of: LineList, line: Line) -> None:
            super().__init__()
            self.of, self.line = of, line

        @property
        def control(self) -> LineList:
            return self.of

    def __init__(
        self, *, unicode: bool = True, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.unicode = unicode
        self.lines: list[Line] = []
        self._looks: dict[str, Style] = {}
        self._chosen_by_hand = False
        self._width = 0  # kept, since asking for it takes longer than to draw a line

    # -- what is shown

    @property
    def room(self) -> Size:
        """How many cells and lines there are for lines."""
        size = self.scrollable_content_region.size
        return Size(max(0, size.width - _GUTTER), size.height)

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines. The cursor stays on what it is on, or near it where that is gone."""
        before, here = self.lines, self.chosen
        if before == lines:
            return
        self.lines = list(lines)
        changed = [at for at in range(min(len(before), len(lines))) if before[at] != self.lines[at]]
        changed += range(min(len(before), len(lines)), max(len(before), len(lines)))
        if len(before) != len(lines):
            self.virtual_size = Size(0, len(lines))
        self._put_cursor_back(here.key if here else ())
        for at in changed:
            self._repaint(at)

    def _put_cursor_back(self, key: Key) -> None:
        if not self._chosen_by_hand:
            self.cursor = self._near(0, 1)
            return
        found = next((at for at, one in enumerate(self.lines) if key and one.key == key), None)
        if found is None:
            found = self._near(min(self.cursor or 0, len(self.lines) - 1), -1)
            found = self._near(0, 1) if found is None else found
        self.cursor = found

    def _near(self, at: int, step: int) -> int | None:
        """The nearest line that the cursor can stand on, in one direction."""
        while 0 <= at < len(self.lines):
            if self.lines[at].key:
                return at
            at += step
        return None

    @property
    def chosen(self) -> Line | None:
        """The line that the cursor is on."""
        at = self.cursor
        return self.lines[at] if at is not None and at < len(self.lines) else None

    def choose(self, key: Key) -> None:
        """Put the cursor on what a key names, if it is there."""
        for at, one in enumerate(self.lines):
            if key and one.key == key:
                self.cursor, self._chosen_by_hand = at, True

    # -- painting

    def render_line(self, y: int) -> Strip:
        width = self._width or self.scrollable_content_region.width
        at = y + self.scroll_offset.y
        base = self.rich_style
        if at >= len(self.lines):
            return Strip.blank(width, base)
        here = at == self.cursor and self.has_focus
        mark = ("▌" if self.unicode else ">") if here else " "
        over = Style(bgcolor=self._look("cursor").bgcolor) if here else Style.null()
        segments = [Segment(mark + " " * (_GUTTER - 1), self._look("primary") + over)]
        segments += [Segment(text, self._look(tone) + over) for text, tone in self.lines[at].pieces]
        strip = Strip(segments).adjust_cell_length(width, base + over)
        if self.text_selection is not None:
            strip = self._selected(strip, at)
        return strip.apply_offsets(0, at)

    def _selected(self, strip: Strip, at: int) -> Strip:
        span = self.text_selection.get_span(at) if self.text_selection else None
        if span is None:
            return strip
        begin, end = span
        end = strip.cell_length if end == -1 else end
        chosen = self.screen.get_component_rich_style("screen--selection")
        parts = list(strip.divide([begin, end, strip.cell_length]))
        if len(parts) > 1:
            parts[1] = Strip(Segment(s.text, (s.style or Style()) + chosen) for s in parts[1])
        return Strip.join(parts)

    def _look(self, tone: str) -> Style:
        found = self._looks.get(tone)
        if found is None:
            names = [f"lines--{one}" for one in tone.split()]
            found = self.get_component_rich_style(*names) if names else self.rich_style
            self._looks[tone] = found
        return found

    def notify_style_update(self) -> None:
        self._looks = {}
        super().notify_style_update()

    def _repaint(self, at: int) -> None:
        y = at - self.scroll_offset.y
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        text = "\n".join(" " * _GUTTER + one.text for one in self.lines)
        return selection.extract(text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    # -- moving

    def watch_cursor(self, before: int | None, now: int | None) -> None:
        for at in (before, now):
            if at is not None:
                self._repaint(at)

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self._looks = {}
        self.refresh()

    def on_resize(self, event: Resize) -> None:
        self._width = self.scrollable_content_region.width
        self._show_cursor()

    def _show_cursor(self) -> None:
        """Scroll to where the cursor is."""
        if self.cursor is not None and self.size.height:
            self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, immediate=True)

    def action_move(self, by: int) -> None:
        """Go to the next line, or scroll where there is none."""
        self._chosen_by_hand = True
        found = self._near((-1 if self.cursor is None else self.cursor) + by, by)
        if found is None:
            self.scroll_relative(y=by, animate=False, immediate=True)
            return
        self.cursor = found
        self._show_cursor()

    def action_page(self, by: int) -> None:
        """Go a page on."""
        self._chosen_by_hand = True
        at = (self.cursor or 0) + by * max(1, self.size.height - 1)
        at = min(max(0, at), len(self.lines) - 1)
        found = self._near(at, by)
        self.cursor = self._near(at, -by) if found is None else found
        self._show_cursor()

    def action_first(self) -> None:
        """Go to the first line."""
        self._chosen_by_hand = True
        self.cursor = self._near(0, 1)
        self.scroll_home(animate=False, immediate=True)

    def action_last(self) -> None:
        """Go to the last line."""
        self._chosen_by_hand = True
        self.cursor = self._near(len(self.lines) - 1, -1)
        self.scroll_end(animate=False)  # once lines that have just come are there

    def action_open(self) -> None:
        """Tell that the line under the cursor is to be opened."""
        if self.chosen is not None:
            self.post_message(self.Opened(self, self.chosen))

    def on_click(self, event: Click) -> None:
        at = event.y - self.gutter.top + self.scroll_offset.y
        if 0 <= at < len(self.lines) and self.lines[at].key:
            self.cursor, self._chosen_by_hand = at, True
            if event.chain > 1:
                self.action_open()
