"""Lines of text of any number: only those in view are made into something to paint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style

from axtui.tui.job.reading import MOVES

Line = str | Content
_KEPT = 500
_MEASURED = 2000
"""Lines whose widths are looked at to know how far one can scroll to the side."""


class Lines(ScrollView, can_focus=True, inherit_bindings=False):
    """Text to read: scrolled by lines, searched, copied by the mouse. It does not wrap.

    `paint` makes a line of plain text into what is shown, when it comes into view.
    """

    DEFAULT_CSS = """
    Lines {
        height: 1fr; width: 1fr;
        scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1;
        color: $foreground;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *MOVES,
        Binding("left", "aside(-8)", "To the left", show=False, id="lines.left"),
        Binding("right", "aside(8)", "To the right", show=False, id="lines.right"),
        Binding("n", "again(1)", "Next match", show=False, id="lines.next"),
        Binding("N", "again(-1)", "Match before", show=False, id="lines.before"),
    ]

    class Scrolled(Message):
        """Another part is in view, or was asked for where there is none; `at_top` and `at_end` tell
        whether it ends there."""

        def __init__(self, lines: Lines) -> None:
            super().__init__()
            self.at_top = lines.scroll_y <= 0
            self.at_end = lines.at_end

    class EdgeWanted(Message):
        """The begin of all was asked for, or the `end`: there may be more than is here."""

        def __init__(self, end: bool) -> None:
            super().__init__()
            self.end = end

    def __init__(
        self,
        paint: Callable[[str], Content] = Content,
        *,
        numbers: bool = False,
        empty: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.lines: list[Line] = []
        self.empty = empty
        self._paint, self._numbers = paint, numbers
        self._found = ""
        self._match = -1
        self._painted: LRUCache[int, Strip] = LRUCache(_KEPT)

    # -- what is shown

    def show(
        self, lines: Sequence[Line], *, keep: bool = False, numbers: bool | None = None
    ) -> None:
        """Show other lines, from the first, or with `keep` from the line that was first in view."""
        self.lines = list(lines)
        self._numbers = self._numbers if numbers is None else numbers
        self._measure()
        if not keep:
            self.scroll_to(0, 0, animate=False, force=True)

    def add(self, lines: Sequence[Line], follow: bool = True) -> None:
        """Show more lines at the end, which stays in view if it was, and if one is to `follow`."""
        following = follow and self.at_end
        self.lines += lines
        self._measure()
        if following:
            self.scroll_end(animate=False, force=True, immediate=True)

    def add_before(self, lines: Sequence[Line]) -> None:
        """Show more lines at the begin; what was in view stays where it is."""
        at = self.scroll_y
        self.lines = [*lines, *self.lines]
        self._measure()
        self.scroll_to(None, at + len(lines), animate=False, force=True, immediate=True)

    @property
    def at_end(self) -> bool:
        """Whether the last line is in view."""
        return self.scroll_y >= self.max_scroll_y

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(map(str, self.lines))

    def _measure(self) -> None:
        self._painted.clear()
        widest = max((cell_len(str(line)) for line in self.lines[-_MEASURED:]), default=0)
        self.virtual_size = Size(widest + self._margin + 1, len(self.lines))
        self.refresh()

    @property
    def _margin(self) -> int:
        return len(str(len(self.lines))) + 3 if self._numbers and self.lines else 1

    # -- searching

    def find(self, word: str) -> bool:
        """Go to the first line from here on that contains a word; False if none has."""
        self._found = word.lower()
        self._match = int(self.scroll_y) - 1
        self._painted.clear()
        self.refresh()
        return bool(self._found) and self._go_on(1)

    @property
    def match(self) -> int:
        """The number of the line that was found last, from 0."""
        return self._match

    def action_again(self, step: int) -> None:
        """Go to the next match, or the one before."""
        if self._found:
            self._go_on(step)

    def _go_on(self, step: int) -> bool:
        count = len(self.lines)
        for number in range(1, count + 1):
            at = (self._match + step * number) % count
            if self._found in str(self.lines[at]).lower():
                self._match = at
                self._painted.clear()
                height = self.scrollable_content_region.height
                if not self.scroll_y <= at < self.scroll_y + height:
                    self.scroll_to(None, max(0, at - height // 3), animate=False, force=True)
                self.refresh()
                return True
        return False

    # -- moving

    def action_by(self, lines: int) -> None:
        self._relative(lines)

    def _relative(self, lines: int) -> None:
        self.scroll_relative(y=lines, animate=False)
        if self.at_end if lines > 0 else self.scroll_y <= 0:
            self.post_message(self.Scrolled(self))

    def action_aside(self, cells: int) -> None:
        self.scroll_relative(x=cells, animate=False)

    def action_begin(self) -> None:
        self.scroll_to(0, 0, animate=False)
        self.post_message(self.EdgeWanted(end=False))

    def action_end(self) -> None:
        self.scroll_end(animate=False)
        self.post_message(self.EdgeWanted(end=True))

    def action_page(self, pages: float) -> None:
        lines = max(1, self.scrollable_content_region.height - 1)
        self._relative(round(lines * pages))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Scrolled(self))

    # -- painting

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._painted.clear()

    def render_line(self, y: int) -> Strip:
        scroll_x, scroll_y = self.scroll_offset
        width = self.size.width
        number = scroll_y + y
        if number >= len(self.lines):
            return self._blank(y, width)
        strip = self._painted.get(number)
        if strip is None or self.text_selection is not None:
            strip = self._strip(number)
            if self.text_selection is None:
                self._painted[number] = strip
        margin = self._margin
        shown = strip.crop_extend(scroll_x, scroll_x + width - margin, self.rich_style)
        shown = shown.apply_offsets(scroll_x, number)
        return Strip.join([self._number(number), shown])

    def _blank(self, y: int, width: int) -> Strip:
        if self.lines or y != 1 or not self.empty:
            return Strip.blank(width, self.rich_style)
        content = Content.styled(f" {self.empty}", "$foreground-muted")
        return self._segments(content).crop_extend(0, width, self.rich_style)

    def _number(self, number: int) -> Strip:
        if not self._numbers:
            return Strip([Segment(" ", self.rich_style)])
        text = f"{number + 1:>{self._margin - 2}}  "
        return self._segments(Content.styled(text, "$foreground-muted"))

    def _strip(self, number: int) -> Strip:
        line = self.lines[number]
        content = self._paint(line) if isinstance(line, str) else line
        if self._found and self._found in content.plain.lower():
            at = content.plain.lower().index(self._found)
            style = "bold reverse" if number == self._match else "bold underline"
            content = content.stylize(style, at, at + len(self._found))
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(number)) is not None:
            begin, end = span
            selected = self.screen.get_visual_style("screen--selection")
            content = content.stylize(selected, begin, len(content) if end == -1 else end)
        return self._segments(content)

    def _segments(self, content: Content) -> Strip:
        base = Style.from_rich_style(self.rich_style)
        parse = self.app.stylesheet.parse_style
        return Strip(
            Segment(text, style.rich_style) for text, style in content.render(base, "", parse)
        )

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract(self.text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self._painted.clear()
        self.refresh()
