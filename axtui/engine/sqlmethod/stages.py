"""A SQL method's stages: its tables are made, its query runs, and what comes is written."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from axtui.data import context, query, querytree
from axtui.data.sqlview import quoted
from axtui.data.status import status
from axtui.engine.sqlmethod import tables, volatile
from axtui.engine.sqlmethod.columns import UnfitColumn, column_types
from axtui.engine.sqlmethod.header import Header
from axtui.engine.sqlmethod.text import Statement
from axtui.errors import DatasetUsageError, UserError

if TYPE_CHECKING:
    import pyarrow as pa

    from axtui.data.currentjob import CurrentJob
    from axtui.data.writer import DatasetWriter

_LINE = re.compile(r"^LINE (\d+): (.*\n)( *\^)?", re.MULTILINE)
_CLOSED = "file system operations are disabled by configuration"
_DESCRIBE = "DESCRIBE "
_RESULT = "axtui_result"


@dataclass(frozen=True)
class SqlMethod:
    """A method in SQL: its file, what it declares, its macros and views, its query and the names of
    the query's parameters. `given` of its functions holds `options`, `datasets` and `jobs`."""

    path: str
    header: Header
    before: Sequence[Statement]
    select: Statement
    parameters: frozenset[str]

    def whole(self, job: CurrentJob, given: Mapping[str, Any]) -> None:
        """The one stage of a query over all of the data. Without a hash label its rows are shared out
        evenly, in their order."""
        with self._opened(given, None) as connection, self._explained():
            writer = self._writer(connection, job, given)
            if self.header.hashlabel is not None:
                writer.write_table(self._answer(connection, self.select.text, given))
                return
            sql = f"CREATE TEMP TABLE {_RESULT} AS\n{self.select.text}"
            with self._explained(before=1):
                connection.execute(sql, self._values(given) or None)
            self._share_out(connection, writer)

    def slice(self, sliceno: int, writer: DatasetWriter, given: Mapping[str, Any]) -> None:
        """The query over one slice."""
        with self._opened(given, sliceno) as connection, self._explained():
            for batch in self._answer(connection, self.select.text, given):
                try:
                    writer.write_batch(batch)
                except DatasetUsageError as error:
                    raise self._misplaced(error) from None

    def writer(self, job: CurrentJob, given: Mapping[str, Any]) -> DatasetWriter:
        """The writer of the result of a query per slice."""
        with self._typed(given) as connection:
            return self._writer(connection, job, given)

    def _writer(self, connection: Any, job: CurrentJob, given: Mapping[str, Any]) -> DatasetWriter:
        """A writer with the columns that the query will give."""
        header = self.header
        self._note_unrepeatable(connection)
        with self._explained(len(_DESCRIBE)):
            described = connection.execute(
                _DESCRIBE + self.select.text, self._values(given) or None
            ).fetchall()
        try:
            kinds = column_types([(name, kind) for name, kind, *_ in described], header.columns)
        except UnfitColumn as error:
            raise self._error(str(error), self.select.line) from None
        if header.hashlabel is not None and header.hashlabel not in kinds:
            known = ", ".join(kinds)
            raise self._error(f"hashlabel {header.hashlabel!r} is none of the columns {known}", 0)
        writer = job.datasetwriter(
            hashlabel=header.hashlabel,
            caption=header.caption,
            previous=given["datasets"][header.previous] if header.previous else None,
        )
        for name, kind in kinds.items():
            writer.add(name, kind, none_support=True)
        return writer

    # -- the connection

    @contextmanager
    def _typed(self, given: Mapping[str, Any]) -> Iterator[Any]:
        """A connection whose tables have no rows."""
        with query.connected(0) as connection, self._named():
            for name, table in tables.tables(self.header, given).items():
                connection.execute(f"CREATE VIEW {quoted(name)} AS {table.typed}")
            query.close_in(connection, tables.show_files(connection, self.header, given))
            self._define(connection)
            yield connection

    @contextmanager
    def _opened(self, given: Mapping[str, Any], sliceno: int | None) -> Iterator[Any]:
        """A connection with all tables, closed to everything else."""
        with query.connected(sliceno, self.header.threads) as connection, self._named():
            there = tables.tables(self.header, given)
            found = self._volatile(connection)
            # what macros, views and text mention is not looked for: with them, all columns are read
            is_told = not self.before and not found.runs_text
            tree = querytree.tree_of(connection, self.select.text) if is_told else None
            wanted = querytree.mentioned(tree)
            files = query.show(connection, there, sliceno, wanted)
            files += tables.show_files(connection, self.header, given)
            if found.draws:  # seeded numbers come in one order with one thread only
                connection.execute("SET threads = 1")
            query.close_in(connection, files)
            if found.draws:
                connection.execute("SELECT setseed($1)", [random.uniform(-1, 1)]).fetchall()
            self._define(connection)
            with status("asking DuckDB"):
                yield connection
            context.active().status.rows(sum(table.rows(sliceno) for table in there.values()))

    def _volatile(self, connection: Any) -> volatile.Volatile:
        return volatile.look(connection, [*self.before, self.select])

    def _note_unrepeatable(self, connection: Any) -> None:
        for words in self._volatile(connection).told:
            context.active().note("unrecorded", words=f"its query asks for {words}")

    def _define(self, connection: Any) -> None:
        for statement in self.before:
            with self._explained(statement=statement):
                connection.execute(statement.text)

    def _values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {name: _value(given["options"][name]) for name in self.parameters}

    def _answer(self, connection: Any, sql: str, given: Mapping[str, Any]) -> pa.RecordBatchReader:
        answer = connection.sql(sql, params=self._values(given) or None)
        reader: pa.RecordBatchReader = answer.to_arrow_reader(query.BATCH_ROWS)
        return reader

    def _share_out(self, connection: Any, writer: DatasetWriter) -> None:
        """Write the rows of the result table to all slices: the first ones to slice 0, and so on."""
        slices = context.active().slices
        ((rows,),) = connection.execute(f"SELECT count(*) FROM {_RESULT}").fetchall()
        writer.set_slice(0)
        sliceno = row = 0
        for batch in connection.sql(f"FROM {_RESULT}").to_arrow_reader(query.BATCH_ROWS):
            while batch.num_rows:
                room = rows * (sliceno + 1) // slices - row
                part = batch.slice(0, room)
                if part.num_rows:
                    writer.write_batch(part)
                row, batch = row + part.num_rows, batch.slice(part.num_rows)
                if batch.num_rows:
                    sliceno += 1
                    writer.set_slice(sliceno)
        for empty in range(sliceno + 1, slices):
            writer.set_slice(empty)

    # -- errors

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Errors about what was given say which method it is that wants it otherwise."""
        try:
            yield
        except UserError as error:
            known = str(error).startswith(self.path)
            raise UserError(str(error) if known else f"{self.path}: {error}") from None

    @contextmanager
    def _explained(
        self, prefix: int = 0, before: int = 0, statement: Statement | None = None
    ) -> Iterator[None]:
        """What DuckDB says of a statement, told with its place in the file. It was asked with `before`
        more lines and `prefix` more characters in its first line."""
        import duckdb

        asked = statement or self.select
        try:
            yield
        except duckdb.Error as error:
            raise self._told(str(error), asked.line - before, prefix) from None

    def _told(self, said: str, first: int, prefix: int) -> UserError:
        line = max(first, self.select.line) if not _LINE.search(said) else 0

        def placed(found: re.Match[str]) -> str:
            nonlocal line
            line = first + int(found[1]) - 1
            cut = prefix if found[1] == "1" else 0
            shift = len(f"LINE {line}: ") - len(f"LINE {found[1]}: ") - cut
            caret = found[3] or ""
            moved = " " * max(0, len(caret) - 1 + shift) + "^" if caret else ""
            return f"LINE {line}: {found[2][cut:]}{moved}"

        text = _LINE.sub(placed, said)
        if _CLOSED in said:
            text += (
                "\nA SQL method reads what it declares: `-- dataset: NAME`, `-- job: NAME FILE`."
            )
        elif "Table with name" in said:
            names = ", ".join([*self.header.datasets, *self.header.jobs]) or "none"
            text += f"\nTables are declared: `-- dataset: NAME`. Declared here: {names}."
        return self._error(text, line)

    def _misplaced(self, error: DatasetUsageError) -> DatasetUsageError:
        if "wrong slice" not in str(error):
            return error
        return DatasetUsageError(
            f"{self.path}: a query per slice gave a row that `hashlabel: {self.header.hashlabel}` puts into "
            "another slice; with `per: whole` each row goes where it belongs"
        )

    def _error(self, message: str, line: int) -> UserError:
        return UserError(
            f"{self.path}, line {line}: {message}" if line else f"{self.path}: {message}"
        )


def _value(value: Any) -> Any:
    """An option as DuckDB takes it."""
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value
