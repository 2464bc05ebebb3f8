"""The answer to a question of which nobody knows how large it gets: bounded in rows and memory."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from axtui import human
from axtui.build.asking import resolver
from axtui.build.sql.export import unique
from axtui.workspace import Workspace
from catalog.errors import CatalogQueryError

if TYPE_CHECKING:
    import pyarrow as pa

    from catalog.read import Batches, Reader

T = TypeVar("T")

ROWS = 1_000_000
"""Rows that are fetched where nobody says otherwise."""
_SHARE = 8
_LEAST_MEMORY, _MOST_MEMORY = 256 << 20, 2 << 30
_ON_DISK = "2GB"
"""What a query may put aside on disk, where its memory does not do."""


@dataclass(frozen=True)
class Question:
    """SQL and the values of its parameters."""

    sql: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Limits:
    """How much an answer may take: `rows`, and `memory` in bytes, for the query as for its rows."""

    rows: int
    memory: int


@dataclass(frozen=True)
class Answer:
    """`table` (a pyarrow Table), the seconds it took, and what cut it: '' if it is all there is."""

    table: pa.Table
    seconds: float
    cut: Literal["", "rows", "memory"]


def limits(rows: int = ROWS) -> Limits:
    """Limits that leave most of this machine's memory to others."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Limits(rows, max(_LEAST_MEMORY, min(_MOST_MEMORY, there // _SHARE)))


def answer(workspace: Workspace, reader: Reader, question: Question, within: Limits) -> Answer:
    """Ask an open reader of the catalog. The workspace must be the active one.

    Raises CatalogQueryError, also where the query needs more memory than it may have.
    """
    began = time.monotonic()

    def fetch(batches: Batches) -> Answer:
        table, cut = _gather(batches, within)
        return Answer(table, time.monotonic() - began, cut)

    return stream(workspace, reader, question, within, fetch)


def stream(
    workspace: Workspace,
    reader: Reader,
    question: Question,
    within: Limits,
    fetch: Callable[[Batches], T],
) -> T:
    """What `fetch` makes of all rows as they come, however many; see `answer`."""
    with _aside(within) as prepare:
        try:
            found: T = reader.query(
                question.sql,
                question.values,
                prepare=prepare,
                resolve=resolver(workspace),
                fetch=fetch,
            )
        except CatalogQueryError as error:
            if "Out of Memory" in f"{error} {error.__cause__}":
                raise CatalogQueryError(_too_much(within)) from None
            raise
        return found


def _too_much(within: Limits) -> str:
    return (
        f"this query needs more than the {human.size(within.memory)} of memory that a question "
        "may take; nothing else was disturbed. Ask for less: a WHERE or a LIMIT on each table, a "
        "condition on every JOIN, fewer rows to sort"
    )


@contextmanager
def _aside(within: Limits) -> Iterator[Callable[[Any], None]]:
    """Settings for a query that may be large; what it puts on disk goes away with it."""
    folder = tempfile.mkdtemp(prefix="axtui-sql-")

    def prepare(con: Any) -> None:
        quoted = folder.replace("'", "''")
        con.execute(f"SET memory_limit = '{within.memory // 1_000_000}MB'")
        con.execute(f"SET threads = {max(1, (os.cpu_count() or 2) - 1)}")
        con.execute(f"SET temp_directory = '{quoted}'")
        con.execute(f"SET max_temp_directory_size = '{_ON_DISK}'")

    try:
        yield prepare
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _gather(batches: Batches, within: Limits) -> tuple[pa.Table, Literal["", "rows", "memory"]]:
    """The rows that fit, and what there was no room for."""
    import pyarrow as pa

    found: list[pa.RecordBatch] = []
    rows = size = 0
    cut: Literal["", "rows", "memory"] = ""
    for batch in batches:
        if rows + batch.num_rows > within.rows:
            batch, cut = batch.slice(0, within.rows - rows), "rows"
        found.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if cut:
            break
        if size > within.memory:
            cut = "memory"
            break
    table = pa.Table.from_batches(found, schema=batches.schema)
    return table.rename_columns(unique(table.column_names)), cut
