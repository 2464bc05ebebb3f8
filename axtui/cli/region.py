"""A region at the foot of the terminal that is drawn over and over, with text scrolling above it.

It survives a change of the terminal's width: terminals wrap the lines that were drawn before, and
the rows to climb are counted anew from the width that there is now.
"""

from __future__ import annotations

import os
from typing import TextIO

from rich.console import Console
from rich.text import Text

_HIDE, _SHOW = "\x1b[?25l", "\x1b[?25h"
_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"
_ERASE_DOWN = "\r\x1b[J"


class Region:
    """The region; `draw` it as often as you like, `close` it once."""

    def __init__(self, stream: TextIO, console: Console) -> None:
        self._stream = stream
        self._console = console
        self._drawn: list[int] = []

    def size(self) -> tuple[int, int]:
        """Columns and rows of the terminal now."""
        try:
            columns, rows = os.get_terminal_size(self._stream.fileno())
        except (OSError, ValueError):
            columns, rows = 80, 24
        return max(columns, 10), max(rows, 3)

    def draw(self, lines: list[Text], above: str = "") -> None:
        """Show `lines`, each of which fits the width, and write `above` once over them."""
        body = "\n".join(self._ansi(line) for line in lines)
        start = self._start()
        self._drawn = [line.cell_len for line in lines]
        hide = _HIDE if lines else _SHOW
        self._write(f"{_BEGIN}{hide}{start}{above}{body}{_END}")

    def close(self) -> None:
        """Take the region off the terminal and show the cursor."""
        self._write(f"{self._start()}{_SHOW}")
        self._drawn = []

    def _start(self) -> str:
        """Move to where the region begins, and erase from there."""
        if not self._drawn:
            return ""
        columns, _ = self.size()
        rows = sum(max(1, -(-cells // columns)) for cells in self._drawn)
        climb = f"\x1b[{rows - 1}A" if rows > 1 else ""
        return f"{climb}{_ERASE_DOWN}"

    def _ansi(self, line: Text) -> str:
        with self._console.capture() as captured:
            self._console.print(line, end="", soft_wrap=True, highlight=False)
        return captured.get()

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            # A terminal that has gone away must not stop the build.
            self._drawn = []
