"""A text of any length in which a key costs the same everywhere."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual.geometry import Size
from textual.widgets import TextArea

_STEP = 32
"""Cells by which the width of the text grows."""
_COLOURED = 50
"""Lines whose colours are found together."""


class Sheet(TextArea):
    """A text area that looks with every key at no more than what is seen of it."""

    def __init__(self, **options: Any) -> None:
        self._coloured: set[int] = set()
        super().__init__(**options)

    def _refresh_size(self) -> None:
        """Its size grows in steps: each time it does all of the screen is laid out anew."""
        width, height = self.document.get_size(self.indent_width)
        needed = width + self.gutter_width + 1
        room = self.scrollable_content_region.width
        self.virtual_size = Size(room if needed <= room else -(-needed // _STEP) * _STEP, height)
        self._refresh_scrollbars()

    def _build_highlight_map(self) -> None:
        """The text has changed: what is coloured is found when its lines are seen, not in all of it
        with every key."""
        self._line_cache.clear()
        self._highlights.clear()
        self._coloured.clear()

    def _colour(self, line_index: int) -> None:
        """Find what is coloured around a line."""
        first = line_index - line_index % _COLOURED
        if first in self._coloured or not self._highlight_query:
            return
        self._coloured.add(first)
        ends = (first, 0), (first + _COLOURED, 0)
        for name, nodes in self.document.query_syntax_tree(self._highlight_query, *ends).items():
            for node in nodes:
                (top, left), (bottom, right) = node.start_point, node.end_point
                for line in range(max(top, first), min(bottom, first + _COLOURED - 1) + 1):
                    begin = left if line == top else 0
                    self._highlights[line].append((begin, right if line == bottom else None, name))

    def get_line(self, line_index: int) -> Text:
        self._colour(line_index)
        return super().get_line(line_index)
