"""What the table tells its screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from textual.message import Message

from axtui.tui.table.column import Row

if TYPE_CHECKING:
    from axtui.tui.table.table import Table

What = Literal["cell", "row"]


class TableMessage(Message):
    """Told by a table; `@on(Table.RowOpened, "#jobs")` selects the table by its id."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> Table:
        """The table that tells."""
        return self.table


class RowMessage(TableMessage):
    """Something about one row.

    `row_index` is its number in the source as it was given, whatever the order on the screen
    (of a paged source: its place); `key` its value in the key column, None without one; `values`
    all its values by the names of the source's columns.
    """

    def __init__(self, table: Table, row_index: int, key: Any, values: Row) -> None:
        super().__init__(table)
        self.row_index = row_index
        self.key = key
        self.values = values


class RowOpened(RowMessage, namespace="table"):
    """Enter or a double click on a row."""


class RowHighlighted(RowMessage, namespace="table"):
    """The cursor has come to rest on another row."""


class Copied(TableMessage, namespace="table"):
    """A cell or a row went to the clipboard as `text`."""

    def __init__(self, table: Table, text: str, what: What) -> None:
        super().__init__(table)
        self.text = text
        self.what = what


class Found(TableMessage, namespace="table"):
    """A search has ended, at the place of a row, or with None where no row has the text."""

    def __init__(self, table: Table, text: str, place: int | None) -> None:
        super().__init__(table)
        self.text = text
        self.place = place


class Sorted(TableMessage, namespace="table"):
    """The rows stand in the order that was asked for."""


class ReadFailed(TableMessage, namespace="table"):
    """Rows could not be read, sorted or searched; the table stays as it was."""

    def __init__(self, table: Table, error: Exception) -> None:
        super().__init__(table)
        self.error = error
