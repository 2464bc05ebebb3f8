"""A row, and the header, as one line of segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip

from axtui.tui.table.fit import fitted, width_of
from axtui.tui.table.lanes import EDGE, GAP, Lane, RowView
from axtui.tui.table.pages import Page
from axtui.tui.table.palette import Palette

CursorKind = Literal["row", "cell"]
_MARK = "▸"


@dataclass(frozen=True)
class Frame:
    """What part of the lanes is in view: `width` cells from `left`, the first lanes pinned."""

    width: int
    left: int = 0
    pinned: int = 0


@dataclass(frozen=True)
class Cursor:
    """What of a row the cursor covers, and the lane it is in."""

    kind: CursorKind
    lane: int


class Painter:
    """Paints rows of lanes."""

    def __init__(
        self, lanes: Sequence[Lane], names: Mapping[str, int], palette: Palette, frame: Frame
    ) -> None:
        self._lanes = lanes
        self._names = names
        self._palette = palette
        self._frame = frame
        self._pinned_end = lanes[frame.pinned - 1].end + GAP if frame.pinned else EDGE
        self._seen = [
            i
            for i, lane in enumerate(lanes)
            if i >= frame.pinned
            and lane.end + GAP > self._pinned_end + frame.left
            and lane.x < frame.left + frame.width
        ]

    def header(self, current: int | None, marks: Mapping[str, str]) -> Strip:
        """The line of headings; `current` is the lane of the cursor, `marks` tell the order."""
        palette = self._palette

        def heading(number: int) -> list[Segment]:
            lane = self._lanes[number]
            mark = marks.get(lane.column.sorted_by, "")
            room = lane.width - len(mark)
            title = fitted(lane.title, min(room, width_of(lane.title))) + mark
            style = palette.header + palette.current if number == current else palette.header
            space = lane.width - width_of(title)
            before = space if lane.align == "right" else 0
            return [
                Segment(" " * before, palette.header),
                Segment(title, style),
                Segment(" " * (space - before + GAP), palette.header),
            ]

        return self._line([Segment(" " * EDGE, palette.header)], heading, palette.header)

    def row(self, page: Page, number: int, odd: bool, cursor: Cursor | None) -> Strip:
        """A row that is there."""
        palette = self._palette
        ground = palette.odd if odd else palette.base
        whole = cursor is not None and cursor.kind == "row"
        fill = ground + palette.cursor if whole else ground
        view = RowView(page, number, self._names)

        def cell(at: int) -> list[Segment]:
            lane = self._lanes[at]
            value = page.shown(lane.index)[number]
            on_cursor = whole or (cursor is not None and cursor.lane == at)
            segments = self._cell(lane, value, view, ground, on_cursor)
            segments.append(Segment(" " * GAP, fill))
            return segments

        edge = Segment(_MARK if cursor else " ", fill)
        return self._line([edge], cell, fill)

    def waiting(self, text: str, odd: bool, cursor: Cursor | None) -> Strip:
        """A row that is not there yet, or that could not be read."""
        ground = self._palette.odd if odd else self._palette.base
        if cursor is not None:
            ground += self._palette.cursor
        edge = Segment(_MARK if cursor else " ", ground)
        style = ground + self._palette.waiting
        return Strip([edge, Segment(fitted(text, max(0, self._frame.width - EDGE)), style)])

    def _cell(
        self, lane: Lane, value: Any, view: RowView, ground: Style, on_cursor: bool
    ) -> list[Segment]:
        palette = self._palette
        text = lane.cell(value)
        if isinstance(text, Content) and not on_cursor:
            return _segments(text, lane, ground, palette)
        plain = fitted(str(text), lane.width, lane.align)
        if on_cursor:
            return [Segment(plain, ground + palette.cursor)]
        if value is None:
            return [Segment(plain, ground + palette.null)]
        words = _words(lane, value, view)
        return [Segment(plain, palette.over(ground, words) if words else ground)]

    def _line(
        self, edge: list[Segment], cell: Callable[[int], list[Segment]], fill: Style
    ) -> Strip:
        width = self._frame.width
        for number in range(self._frame.pinned):
            edge += cell(number)
        if not self._seen:
            return Strip(edge).adjust_cell_length(width, fill)
        rest: list[Segment] = []
        for number in self._seen:
            rest += cell(number)
        skipped = self._pinned_end + self._frame.left - self._lanes[self._seen[0]].x
        room = width - self._pinned_end
        return Strip(edge + list(Strip(rest).crop(skipped, skipped + room))).adjust_cell_length(
            width, fill
        )


def _words(lane: Lane, value: Any, view: RowView) -> str:
    style = lane.column.style
    if not callable(style):
        return style
    try:
        return style(value, view)
    except (TypeError, ValueError, LookupError, AttributeError):
        return ""  # a value that the screen did not expect is shown without colour


def _segments(content: Content, lane: Lane, ground: Style, palette: Palette) -> list[Segment]:
    """A cell of several styles, in exactly the width of its lane."""
    space = lane.width - content.cell_length
    if space < 0:
        content = content.truncate(lane.width, ellipsis=True)
        space = lane.width - content.cell_length
    before = space if lane.align == "right" else space // 2 if lane.align == "center" else 0
    drawn = [
        Segment(text, palette.over(ground, style))
        for text, style in content.render(end="", parse_style=palette.parse)
    ]
    return [Segment(" " * before, ground), *drawn, Segment(" " * (space - before), ground)]
