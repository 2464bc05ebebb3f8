"""Walking over a grid: the cursor by keys, and the part in view that follows it."""

from __future__ import annotations

from textual import events
from textual.binding import Binding

from axtui.tui.table.fetch import FetchingGrid
from axtui.tui.table.lanes import EDGE, GAP, Lane


class WalkedGrid(FetchingGrid):
    """A grid whose cursor moves by the arrows, and by the keys of vi."""

    BINDINGS = [
        Binding("down,j", "down", "Down", show=False, id="table.down"),
        Binding("up,k", "up", "Up", show=False, id="table.up"),
        Binding("left,h", "left", "Column to the left", show=False, id="table.left"),
        Binding("right,l", "right", "Column to the right", show=False, id="table.right"),
        Binding("home,g", "first", "First row", show=False, id="table.first"),
        Binding("end,G", "last", "Last row", show=False, id="table.last"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="table.page_down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="table.page_up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="table.half_down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="table.half_up"),
        Binding("0,circumflex_accent", "column(0)", "First column", show=False, id="table.column_first"),
        Binding("dollar_sign", "column(-1)", "Last column", show=False, id="table.column_last"),
    ]  # fmt: skip

    def move_cursor(self, row: int | None = None, column: int | None = None) -> None:
        """Put the cursor on a row and a lane, as far as they are there, and bring it into view."""
        old = self.cursor_row
        if row is not None:
            self.cursor_row = max(0, min(row, self.row_count - 1))
        if column is not None and self.lanes:
            self.cursor_column = max(0, min(column, len(self.lanes) - 1))
            self.refresh_line(self.first_row)  # the heading of the lane
        self.bring_into_view()
        for changed in {old, self.cursor_row}:
            self.refresh_line(changed + 1)
        self.cursor_moved()

    def bring_into_view(self) -> None:
        """Scroll as little as needed to show the cursor."""
        y = min(self.first_row, self.cursor_row)
        y = max(y, self.cursor_row - self.rows_in_view + 1)
        self.scroll_now(y, self._left_for(self.lane) if self.lane else None)

    def scroll_now(self, row: int, left: int | None = None) -> None:
        """Make a row the first in view, and a cell the first behind pinned lanes; no animation."""
        if row != self.scroll_y or (left is not None and left != self.scroll_x):
            self.scroll_to(left, row, animate=False, force=True)

    def _left_for(self, lane: Lane) -> int:
        left = round(self.scroll_x)
        pinned = self.pinned_lanes
        if self.cursor_column < pinned:
            return 0
        edge = self.lanes[pinned - 1].end + GAP if pinned else EDGE
        room = self.view_width - edge
        if self.cursor_column == pinned:
            return 0
        least = lane.end - edge - room  # to see its end; from the start of a lane, not in a word
        starts = [each.x - edge for each in self.lanes[pinned:]]
        left = next((x for x in starts if x >= max(left, least)), left)
        return min(left, lane.x - edge)

    def on_resize(self, event: events.Resize) -> None:
        seen = self.first_row <= self.cursor_row < self.first_row + self.rows_in_view
        super().on_resize(event)
        if seen:
            self.call_after_refresh(self.bring_into_view)

    def lane_at(self, x: int) -> int | None:
        pinned = self.pinned_lanes
        if not pinned or x >= self.lanes[pinned - 1].end:
            x += round(self.scroll_x)
        reached = [i for i, lane in enumerate(self.lanes) if lane.x <= x]
        return reached[-1] if reached else 0 if self.lanes else None

    # keys

    def action_down(self) -> None:
        self.move_cursor(self.cursor_row + 1)

    def action_up(self) -> None:
        self.move_cursor(self.cursor_row - 1)

    def action_left(self) -> None:
        self.move_cursor(column=self.cursor_column - 1)

    def action_right(self) -> None:
        self.move_cursor(column=self.cursor_column + 1)

    def action_column(self, number: int) -> None:
        self.move_cursor(column=number if number >= 0 else len(self.lanes) + number)

    def action_first(self) -> None:
        self.move_cursor(0)

    def action_last(self) -> None:
        self.move_cursor(self.row_count - 1)

    def action_page(self, screens: float) -> None:
        """Move cursor and view together, so that the cursor stays at its line."""
        rows = round(max(1, self.rows_in_view - 1) * screens) or (1 if screens > 0 else -1)
        last = max(0, self.row_count - self.rows_in_view)
        self.scroll_now(max(0, min(self.first_row + rows, last)))
        self.move_cursor(self.cursor_row + rows)
