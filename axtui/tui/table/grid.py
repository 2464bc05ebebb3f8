"""The grid: rows of a source drawn line by line, with a cursor, scrolling and the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from textual import events
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from axtui.tui.table.column import Column
from axtui.tui.table.fit import escaped, fitted
from axtui.tui.table.lanes import Lane, lanes_of, lay_out, sample_rows
from axtui.tui.table.order import Order
from axtui.tui.table.pages import Pages
from axtui.tui.table.paint import Cursor, CursorKind, Frame, Painter
from axtui.tui.table.palette import COMPONENTS, STYLES, Palette, palette_of
from axtui.tui.table.source import Source

if TYPE_CHECKING:
    import pyarrow as pa

_STRIPS = 1000  # painted lines that are kept: some screens of the tallest terminal


class Grid(ScrollView, can_focus=True, inherit_bindings=False):
    """Draws a source. Only lines in view are read, formatted and painted, each of them once."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES = COMPONENTS
    DEFAULT_CSS = STYLES

    def __init__(
        self,
        columns: Sequence[Column],
        cursor: CursorKind,
        pinned: int,
        empty: str,
        zebra: bool,
        name: str | None,
        id: str | None,
        classes: str | None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.columns = tuple(columns)
        self.cursor_kind = cursor
        self.pinned = pinned
        self.empty = empty
        self.zebra = zebra
        self.cursor_row = 0
        self.cursor_column = 0
        self.widths_by_hand: dict[str, int] = {}
        self.lanes: list[Lane] = []
        self.pages: Pages | None = None
        self.sampled = False
        self._marks: dict[str, str] = {}
        self._strips: LRUCache[tuple[int, int | None], Strip] = LRUCache(_STRIPS)
        self._palette: Palette | None = None
        self._painter: Painter | None = None
        self._short_of_pages = False

    # what is shown

    @property
    def source(self) -> Source | None:
        """What is shown, in the order it is shown in."""
        return self.pages.source if self.pages else None

    @property
    def row_count(self) -> int:
        """How many rows there are, read or not."""
        return self.pages.source.rows if self.pages else 0

    @property
    def order(self) -> Order:
        """The order that the rows stand in."""
        return self.pages.source.order if self.pages else ()

    @property
    def lane(self) -> Lane | None:
        """The lane that the cursor is in."""
        return self.lanes[self.cursor_column] if self.lanes else None

    def values(self, place: int) -> dict[str, Any] | None:
        """The whole values of a row by name; None where it is not read yet, or not there."""
        if self.pages is None or not 0 <= place < self.row_count:
            return None
        page, number = self.pages.page(place)
        return page.row(number) if page and number < page.rows else None

    def arrow_value(self, place: int, name: str) -> pa.Scalar | None:
        """A value as Arrow has it; None where the row or the column is not there (yet)."""
        pages, source = self.pages, self.source
        if pages is None or source is None or not 0 <= place < source.rows:
            return None
        page, number = pages.page(place)
        if page is None or number >= page.rows or name not in page.table.column_names:
            return None
        return page.table[name][number]

    def set_source(self, source: Source) -> None:
        """Show a source, leaving cursor and scroll where they are."""
        self.pages = Pages(source)
        self.sampled = False
        self.sample()

    def sample(self) -> None:
        """Make the lanes once there is a schema, and again when there are rows to measure."""
        pages, schema = self.pages, self.source.schema if self.source else None
        if pages is None or schema is None:
            return
        sample = pages.sample(sample_rows(len(self.columns) or len(schema)), self.first_row)
        self.sampled = bool(sample)
        names = [lane.column.name for lane in self.lanes]
        known = {lane.column.name: lane.natural for lane in self.lanes}
        lanes = lanes_of(self.columns, schema, sample, known)
        if [lane.column.name for lane in lanes] != names:  # another table: nothing to hold on to
            lanes = lanes_of(self.columns, schema, sample, {})
        self.lanes = lanes
        self.cursor_column = max(0, min(self.cursor_column, len(lanes) - 1))
        self.lay_out()

    def lay_out(self) -> None:
        """Give the lanes their widths and places, and paint all anew."""
        self._marks = _marks(self.order)
        width = lay_out(self.lanes, self.view_width, self.widths_by_hand, self._marks)
        size = Size(width, self.row_count + 1)
        if size != self.virtual_size:
            self.virtual_size = size
        self.repaint()

    def repaint(self) -> None:
        """Forget what was painted, and paint it again."""
        self._strips.clear()
        self._painter = None
        self.refresh()

    # the part in view

    @property
    def first_row(self) -> int:
        """The place of the first row in view."""
        return round(self.scroll_y)

    @property
    def rows_in_view(self) -> int:
        """How many rows the screen has room for; the header takes one line."""
        return max(1, self.scrollable_content_region.height - 1)

    @property
    def view_width(self) -> int:
        """The cells beside the scrollbar."""
        return self.scrollable_content_region.width

    @property
    def pinned_lanes(self) -> int:
        """The lanes that stay: none where they would take more than half of the screen."""
        pinned = min(self.pinned, len(self.lanes))
        return pinned if pinned and self.lanes[pinned - 1].end <= self.view_width // 2 else 0

    def cursor_moved(self) -> None:
        """Called when the cursor may be on another row."""

    def read_failed(self, error: Exception) -> None:
        """Called when rows could not be read; in their place the grid says so."""

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_x(old_value, new_value)
        if round(old_value) != round(new_value):
            self.repaint()

    def watch_show_vertical_scrollbar(self) -> None:
        self.lay_out()  # its column is taken from the lanes, or given back

    def on_resize(self, event: events.Resize) -> None:
        self.lay_out()

    # painting

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._palette = None
        self._painter = None
        self._strips.clear()

    def on_focus(self) -> None:
        self.notify_style_update()
        self.refresh()

    def on_blur(self) -> None:
        self.notify_style_update()
        self.refresh()

    @property
    def palette(self) -> Palette:
        """The styles of the theme."""
        if self._palette is None:
            self._palette = palette_of(self, self.zebra)
        return self._palette

    @property
    def painter(self) -> Painter:
        """What paints the lines that are in view."""
        if self._painter is None:
            schema = self.source.schema if self.source else None
            names = {name: i for i, name in enumerate(schema.names)} if schema else {}
            frame = Frame(self.view_width, round(self.scroll_x), self.pinned_lanes)
            self._painter = Painter(self.lanes, names, self.palette, frame)
        return self._painter

    def render_lines(self, crop: Region) -> list[Strip]:
        lines = super().render_lines(crop)
        if self._short_of_pages:
            self._short_of_pages = False
            self.call_later(self.fetch_pages)
        return lines

    def render_line(self, y: int) -> Strip:
        if y == 0:
            return self.painter.header(self.cursor_column if self.has_focus else None, self._marks)
        place = self.first_row + y - 1
        if place >= self.row_count:
            return self._empty_line(y - 2)
        cursor = self._cursor_at(place)
        key = (place, cursor.lane if cursor else None)
        strip = self._strips.get(key)
        if strip is None:
            strip, keep = self._row_line(place, cursor)
            if keep:
                self._strips[key] = strip
        return strip

    def _cursor_at(self, place: int) -> Cursor | None:
        if place != self.cursor_row:
            return None
        return Cursor(self.cursor_kind, self.cursor_column if self.cursor_kind == "cell" else 0)

    def _row_line(self, place: int, cursor: Cursor | None) -> tuple[Strip, bool]:
        """The line of a row, and whether it will stay like this."""
        assert self.pages is not None
        odd = place % 2 == 1
        page, number = self.pages.page(place)
        if page is not None and number < page.rows:
            return self.painter.row(page, number, odd, cursor), True
        error = self.pages.errors.get(place // self.pages.source.page_rows)
        if error is not None:
            return self.painter.waiting(f"cannot be read: {escaped(str(error))}", odd, cursor), True
        self._short_of_pages |= page is None
        return self.painter.waiting("…", odd, cursor), False

    def _empty_line(self, number: int) -> Strip:
        width = self.view_width
        lines = self.empty.split("\n") if self.pages and not self.row_count else []
        text = escaped(lines[number]) if 0 <= number < len(lines) else ""
        style = self.palette.empty
        return Strip([Segment(fitted("  " + text, width), style)])

    def fetch_pages(self) -> None:
        """Called after painting, where rows in view are not there yet."""


def _marks(order: Order) -> dict[str, str]:
    """What the headings of sorted lanes add: an arrow, and the position where there are several."""
    many = len(order) > 1
    return {
        name: f" {'▲' if way == 'ascending' else '▼'}{i if many else ''}"
        for i, (name, way) in enumerate(order, 1)
    }
