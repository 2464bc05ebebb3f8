"""An app of one table, and tables of rows, for the tests of the table."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from textual.app import App, ComposeResult
from textual.message import Message

from axtui.tui.table import Table


def jobs(numbers: range | list[int]) -> pa.Table:
    """Rows with a key, a name, a number with gaps and a state."""
    rows = list(numbers)
    return pa.table(
        {
            "job": [f"dev-{i}" for i in rows],
            "method": [["trips", "fares", "zones"][i % 3] for i in rows],
            "rows": [None if i % 5 == 4 else i * 1000 for i in rows],
            "note": ["a\nb\x1b[31m" if i == 1 else "東京 ok" if i == 2 else "[b]x" for i in rows],
        }
    )


class TableApp(App[None]):
    """Shows a table, and keeps what it tells."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.focus()

    def keep(self, message: Message) -> None:
        """Note a message of the table."""
        self.heard.append(message)

    on_table_row_opened = keep
    on_table_row_highlighted = keep
    on_table_copied = keep
    on_table_found = keep
    on_table_sorted = keep
    on_table_read_failed = keep

    def last(self, kind: type[Message]) -> Any:
        """The last message of a kind; None without one."""
        return next((m for m in reversed(self.heard) if isinstance(m, kind)), None)

    def line(self, y: int) -> str:
        """A line of the table as it is on the screen."""
        return self.table.render_line(y).text.rstrip()

    def column(self, start: int, end: int) -> list[str]:
        """What stands between two cells of the rows in view."""
        height = min(self.table.size.height, self.table.row_count + 1)
        return [self.table.render_line(y).text[start:end].strip() for y in range(1, height)]
