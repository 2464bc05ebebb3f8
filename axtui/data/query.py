"""DuckDB queries over slices of datasets: answers as Arrow, in bounded memory, from declared data only.

A connection is *closed* once its tables are there: it reads the files of these tables and nothing
else, so that no result rests on what nobody recorded. It works in UTC, whatever the machine's zone,
with one thread in a slice, for the other slices run beside it, and puts what does not fit into memory
into a folder of the running job.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from axtui.data import context, database, jobdir, querytree, slicesql
from axtui.data.declare import distinct_names
from axtui.data.slicesql import Table
from axtui.data.sqlview import quoted, text
from axtui.errors import DatasetError, UserError

if TYPE_CHECKING:
    from axtui.data.dataset import Dataset

BATCH_ROWS = 65_536


@contextmanager
def connected(sliceno: int | None, threads: int | None = None) -> Iterator[Any]:
    """A connection for slice `sliceno`, or (None) for all of the data."""
    import duckdb

    active = context.active()
    alone = sliceno is None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    together = max(1, min(active.slices, cores or 1))  # what all slices may take, one query may
    config: dict[str, Any] = {
        "threads": threads or (together if alone else 1),
        "memory_limit": f"{database.room() * (together if alone else 1)}B",
        "python_enable_replacements": False,
        "autoinstall_known_extensions": False,
    }
    if active.place is not None:
        config["temp_directory"] = str(active.place.job_path / jobdir.TMP / f"spill.{sliceno}")
    with duckdb.connect(config=config) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def close_in(connection: Any, files: Iterable[Path]) -> None:
    """From now on the connection reads these files only, and its settings stay."""
    paths = ", ".join(text(str(path)) for path in files)
    connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def show(
    connection: Any,
    tables: Mapping[str, Table],
    sliceno: int | None,
    wanted: set[str] | None,
) -> list[Path]:
    """Make views of tables and note that they are read. `wanted` are the names that a query mentions
    (see `querytree.mentioned`). The files that the views read."""
    files: list[Path] = []
    for name, table in tables.items():
        for ds in table.datasets:
            context.active().note("reads", dataset=ds.ref, columns=sorted(_read(ds, wanted)))
        found = slicesql.shown(connection, table, sliceno, wanted)
        connection.execute(f"CREATE VIEW {quoted(name)} AS {found.select}")
        files += found.files
    return files


def _read(ds: Dataset, wanted: set[str] | None) -> Iterator[str]:
    for name, shown in distinct_names(ds.meta.columns).items():
        if wanted is None or shown.casefold() in wanted:
            yield name


def query(
    datasets: Sequence[Dataset], sliceno: int | None, sql: str, params: Mapping[str, Any] | None
) -> pa.RecordBatchReader:
    """The answer to a query in which the datasets are the table THIS, batch by batch.

    Raises UserError for a query that cannot be, DatasetError where there is no dataset.
    """
    if not datasets:
        raise DatasetError("a query needs a dataset: the chain is empty")
    answers = _answers(datasets, sliceno, sql, params)
    schema = next(answers)
    assert isinstance(schema, pa.Schema)
    return pa.RecordBatchReader.from_batches(schema, answers)


def _answers(
    datasets: Sequence[Dataset], sliceno: int | None, sql: str, params: Mapping[str, Any] | None
) -> Iterator[Any]:
    """The schema, then the batches."""
    import duckdb

    table = Table(datasets)
    with connected(sliceno) as connection:
        wanted = querytree.mentioned(querytree.tree_of(connection, sql))
        close_in(connection, show(connection, {"this": table}, sliceno, wanted))
        try:
            answer = connection.sql(sql, params=dict(params) if params else None)
            if answer is None:
                raise UserError("a query of a slice gives rows: SELECT, FROM, WITH")
            reader = answer.to_arrow_reader(BATCH_ROWS)
            yield reader.schema
            yield from reader
        except duckdb.Error as error:
            raise UserError(f"the query on {datasets[-1].ref} failed: {error}") from None
    context.active().status.rows(table.rows(sliceno))
