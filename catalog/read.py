"""Queries: a read-only connection for one query, opened when asked for, closed right after.

Nothing that writes gets through: the file is attached read-only, and a statement that could write
elsewhere (COPY, ATTACH, INSTALL, ...) is refused before it runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from catalog.errors import CatalogError, CatalogQueryError
from catalog.guard import check_reads
from catalog.interruptible import interruptible
from catalog.layout import database_path
from catalog.names import Rewritten, rewrite
from catalog.problem import query_error
from catalog.schema import refuse_newer, version_of
from catalog.store import DamagedError, connection, explain

Resolve = Callable[[str, str], str]
Prepare = Callable[[Any], None]
Fetch = Callable[["Batches"], Any]
_RETRY_S = 0.05
_BATCH = 50_000
"""Rows that are handed on at a time."""


class Batches:
    """Rows as they come: pyarrow RecordBatches of one `schema`, each when it is asked for."""

    def __init__(self, reader: Any, query: Rewritten) -> None:
        self.schema = reader.schema
        self._reader, self._query = reader, query

    def __iter__(self) -> Iterator[Any]:
        """Raises CatalogQueryError where the query fails or is interrupted on the way."""
        while True:
            try:
                batch = self._reader.read_next_batch()
            except StopIteration:
                return
            except OSError as error:  # so Arrow tells of DuckDB's errors
                if "INTERRUPT" in str(error):
                    raise CatalogQueryError("the query was interrupted") from None
                raise query_error(error, self._query) from error
            yield batch


class Reader:
    """One open read-only connection to a catalog, for use in a `with`; see `open_reader`.

    What it sees does not change while it is open, however often the catalog is folded meanwhile.
    """

    def __init__(self, con: Any, leave: Callable[[], None]) -> None:
        self._con = con
        self._leave = leave

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._leave()

    def interrupt(self) -> None:
        """End the query that runs in another thread; it raises CatalogQueryError there."""
        self._con.interrupt()

    def query(
        self,
        sql: str,
        params: Mapping[str, Any] | None = None,
        *,
        prepare: Prepare | None = None,
        resolve: Resolve | None = None,
        fetch: Fetch | None = None,
    ) -> Any:
        """The rows of one reading statement, as a pyarrow Table; or what `fetch` makes of them as
        they come.

        `params` are the values of `$name` parameters; those the statement does not name are left
        out. `prepare(con)` may add temporary views first. `resolve(kind, spec)` gives the SELECT
        that stands for `dataset('spec')` or `chain('spec')`; what it raises goes through.
        Ctrl-C ends the query. Raises CatalogQueryError.
        """
        import duckdb

        found = rewrite(sql, params)
        if found.views and resolve is None:
            raise CatalogQueryError("dataset() and chain() cannot be used here")
        statement = check_reads(found)
        wanted = {name: (params or {}).get(name) for name in statement.named_parameters}
        if missing := sorted(wanted.keys() - (params or {}).keys()):
            raise CatalogQueryError(f"no value for {', '.join('$' + name for name in missing)}")
        if prepare is not None:
            prepare(self._con)
        for view, (kind, spec) in found.views.items():
            assert resolve is not None
            quoted = view.replace('"', '""')
            self._con.execute(f'CREATE OR REPLACE TEMP VIEW "{quoted}" AS {resolve(kind, spec)}')
        try:
            return interruptible(lambda: self._rows(found, wanted, fetch), self._con.interrupt)
        except duckdb.InterruptException:
            raise CatalogQueryError("the query was interrupted") from None
        except duckdb.Error as error:
            raise query_error(error, found) from error

    def _rows(self, query: Rewritten, params: Mapping[str, Any], fetch: Fetch | None) -> Any:
        import duckdb

        sql, values = query.sql, dict(params) or None
        try:
            found = self._con.sql(sql, params=values)
            if fetch is None:
                return found.to_arrow_table()
            return fetch(Batches(found.to_arrow_reader(_BATCH), query))
        except (duckdb.BinderException, duckdb.CatalogException):
            # Said again by `execute`, which tells the place too; it fails before it runs.
            self._con.execute(sql, values)
            raise


def open_reader(folder: Path | str, *, wait: float = 5.0) -> Reader:
    """A Reader of the catalog in `folder` (a workspace's `.axtui`).

    Should another program hold the file for writing, it is tried again for `wait` seconds. Raises
    CatalogNewerError if it is for a newer program, CatalogError if there is none or it is damaged.
    """
    import duckdb

    path = database_path(Path(folder))
    deadline = time.monotonic() + wait
    while True:
        if not path.exists():
            raise CatalogError(f"there is no catalog in {folder} yet: run `axtui reindex`")
        opened = connection(path, read_only=True)
        try:
            con = opened.__enter__()
            version, _, _ = version_of(con)
        except (duckdb.Error, CatalogError) as error:
            reason = explain(path, error)
            if "held open" in str(reason) and time.monotonic() < deadline:
                time.sleep(_RETRY_S)
                continue
            if isinstance(reason, DamagedError):
                raise CatalogError(
                    f"{path} is damaged ({reason}): run `axtui reindex`, no job is touched"
                ) from error
            raise reason from error
        leave = _closer(opened)
        try:
            refuse_newer(version, path)
            con.execute("SET errors_as_json = true")
        except BaseException:
            leave()
            raise
        return Reader(con, leave)


def _closer(opened: Any) -> Callable[[], None]:
    left: list[bool] = []

    def leave() -> None:
        if not left:
            left.append(True)
            opened.__exit__(None, None, None)

    return leave


def query(
    folder: Path | str,
    sql: str,
    params: Mapping[str, Any] | None = None,
    *,
    prepare: Prepare | None = None,
    resolve: Resolve | None = None,
    wait: float = 5.0,
) -> Any:
    """Open a reader, run one query (see `Reader.query`), close it; returns a pyarrow Table."""
    with open_reader(folder, wait=wait) as reader:
        return reader.query(sql, params, prepare=prepare, resolve=resolve)
