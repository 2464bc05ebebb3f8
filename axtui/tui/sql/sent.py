"""A question on its way: what was sent, where it stood, and what is done with its answer in threads."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from axtui.build.sql import export
from axtui.build.sql.answer import Answer, Limits, Question, answer, stream
from axtui.build.sql.parameters import values
from axtui.errors import AcceleratorError
from axtui.workspace import Workspace
from catalog.errors import CatalogError, CatalogQueryError
from catalog.saved import Parameter

if TYPE_CHECKING:
    import pyarrow as pa

    from catalog.read import Batches, Reader

_CLIPBOARD = 1_000_000
"""Characters that terminals take into the clipboard; many take no more."""


@dataclass(frozen=True)
class Sent:
    """SQL with the values that were typed for its parameters. `subject` reopens it; `start` is
    where it begins in the editor, None if it does not stand there."""

    sql: str
    subject: str
    start: int | None = None
    wanted: tuple[Parameter, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)


class CancelledError(AcceleratorError):
    """The user wanted no more of it."""


def ask(workspace: Workspace, sent: Sent, within: Limits, reader: Reader) -> Answer:
    """The answer. Raises CatalogQueryError."""
    found = answer(workspace, reader, _question(workspace, sent), within)
    found.table.slice(0, 1).to_pylist()  # Arrow imports what it needs for that here, in the thread
    return found


def _question(workspace: Workspace, sent: Sent) -> Question:
    return Question(sent.sql, values(workspace, sent.wanted, sent.given))


class Exporting:
    """The writing of an answer to a file: `rows` so far; `end` ends it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._ended = Event()

    def end(self) -> None:
        """Write no more of it; nothing stays of what was written."""
        self._ended.set()

    def table(self, table: pa.Table) -> int:
        """Write the rows that are there; returns how many."""
        return self._write(table.schema, table.to_batches())

    def all(self, workspace: Workspace, sent: Sent, within: Limits, reader: Reader) -> int:
        """Ask again, and write all rows as they come; returns how many."""

        def fetch(batches: Batches) -> int:
            return self._write(batches.schema, batches)

        return stream(workspace, reader, _question(workspace, sent), within, fetch)

    def _write(self, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
        format_ = export.format_of(self.path)
        return export.export(schema, batches, self.path, format_, self._progress)

    def _progress(self, rows: int) -> None:
        self.rows = rows
        if self._ended.is_set():
            raise CancelledError(f"the export was cancelled; {self.path.name} was not written")


def as_text(table: pa.Table) -> tuple[str, int]:
    """(rows between tabs, with the names of the columns first; how many rows), as many as fit into
    the clipboard."""
    from axtui.tui.table.formats import full

    text = io.StringIO()
    text.write("\t".join(table.column_names) + "\n")
    count = 0
    for row in export.rows(table.to_batches()):
        line = "\t".join("" if one is None else _cell(full(one)) for one in row) + "\n"
        if text.tell() + len(line) > _CLIPBOARD:
            break
        text.write(line)
        count += 1
    return text.getvalue(), count


def _cell(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ")


def problem(error: Exception) -> tuple[str, int | None]:
    """(what to tell of an error, the character of the query it is at)."""
    if isinstance(error, CatalogQueryError):
        return str(error), error.position
    if isinstance(error, (CatalogError, AcceleratorError)):
        return str(error), None
    return f"{type(error).__name__}: {error}", None
