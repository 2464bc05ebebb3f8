"""Datasets as columns: Arrow batches and tables, data frames, and SQL on DuckDB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from axtui.data import arrowout, context, virtual
from axtui.data.sqlview import chain_view_sql, view_sql
from axtui.errors import DatasetError, UserError

if TYPE_CHECKING:
    from axtui.data.dataset import Dataset

__all__ = [
    "batches",
    "chain_batches",
    "chain_view_sql",
    "relation",
    "sql",
    "to_arrow",
    "to_pandas",
    "to_polars",
    "view_sql",
    "window",
]


def _names(ds: Dataset, columns: Any) -> list[str]:
    if columns is None:
        return list(ds.meta.columns)
    names = [columns] if isinstance(columns, str) else list(columns)
    for name in names:
        virtual.column_of(ds.meta, name)
    return names


def _schema(ds: Dataset, names: Sequence[str], physical: bool) -> pa.Schema:
    make = arrowout.physical_schema if physical else arrowout.friendly_schema
    return make(ds.meta, names)


def _stored(ds: Dataset, sliceno: int | None, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Physical batches of a (virtual) slice, or of all stored slices in turn."""
    active = context.active()
    active.note("reads", dataset=ds.ref, columns=sorted(set(names)))
    if sliceno is not None:
        if not 0 <= sliceno < active.slices:
            raise DatasetError(f"there is no slice {sliceno}: slices are 0 to {active.slices - 1}")
        yield from virtual.share(ds.meta, sliceno, active.slices, names)
        return
    for stored in range(len(ds.meta.lines)):
        yield from virtual.stream(ds.meta, stored, names)


def batches(
    ds: Dataset,
    sliceno: int | None = None,
    columns: Any = None,
    batch_rows: int = 65_536,
    physical: bool = False,
) -> Iterator[pa.RecordBatch]:
    """Record batches of at most `batch_rows` rows of one slice, or of all in turn (sliceno None).

    Columns come in the order asked for (None: all, in the dataset's order). The form is friendly
    (see `arrowout`): `number` as int64, double or text; with `physical`, as stored.
    """
    names = _names(ds, columns)
    schema = _schema(ds, names, physical)
    return _given(ds, sliceno, names, schema, batch_rows, physical)


def _given(
    ds: Dataset,
    sliceno: int | None,
    names: Sequence[str],
    schema: pa.Schema,
    batch_rows: int,
    physical: bool,
) -> Iterator[pa.RecordBatch]:
    status = context.active().status
    for stored in _stored(ds, sliceno, names):
        for start in range(0, stored.num_rows, batch_rows):
            batch = stored.slice(start, batch_rows)
            status.rows(batch.num_rows)
            if physical:
                yield arrowout.physical(schema, batch)
            else:
                yield arrowout.friendly(ds.meta, names, schema, batch)


def chain_batches(
    datasets: Sequence[Dataset], sliceno: int | None, columns: Any, batch_rows: int
) -> Iterator[pa.RecordBatch]:
    """See `DatasetList.batches`."""
    if not datasets:
        return
    if columns is None:
        common = set.intersection(*(set(ds.meta.columns) for ds in datasets))
        columns = [name for name in datasets[-1].meta.columns if name in common]
    names = [_names(ds, columns) for ds in datasets]
    schemas = [_schema(ds, found, False) for ds, found in zip(datasets, names, strict=True)]
    schema = pa.unify_schemas(schemas, promote_options="permissive")
    for ds in datasets:
        for batch in batches(ds, sliceno, columns, batch_rows):
            yield batch if batch.schema == schema else batch.cast(schema)


def to_arrow(
    ds: Dataset, columns: Any = None, sliceno: int | None = None, physical: bool = False
) -> pa.Table:
    """A table of one slice, or of all; columns and form as in `batches`."""
    names = _names(ds, columns)
    schema = _schema(ds, names, physical)
    return pa.Table.from_batches(_given(ds, sliceno, names, schema, 65_536, physical), schema)


def window(ds: Dataset, offset: int, limit: int, columns: Any = None) -> pa.Table:
    """Some rows, counted through all stored slices, in the friendly form of `batches`; other rows are
    read no further than their row groups."""
    names = _names(ds, columns)
    schema = _schema(ds, names, False)
    last = min(offset + limit, ds.meta.rows)
    wanted = [(offset, last)] if offset < last else []
    found = (
        arrowout.friendly(ds.meta, names, schema, batch)
        for batch in (virtual.run(ds.meta, wanted, names) if wanted else ())
    )
    return pa.Table.from_batches(found, schema)


def to_polars(ds: Dataset, columns: Any = None, sliceno: int | None = None) -> Any:
    """A polars DataFrame. Raises UserError where polars is not installed."""
    try:
        import polars
    except ImportError:
        raise UserError("to_polars needs polars: pip install 'axtui[polars]'") from None
    return polars.from_arrow(to_arrow(ds, columns, sliceno))


def to_pandas(ds: Dataset, columns: Any = None, sliceno: int | None = None) -> Any:
    """A pandas DataFrame. Raises UserError where pandas is not installed."""
    try:
        import pandas  # noqa: F401
    except ImportError:
        raise UserError("to_pandas needs pandas: pip install 'axtui[pandas]'") from None
    return to_arrow(ds, columns, sliceno).to_pandas()


def relation(ds: Dataset, connection: Any = None) -> Any:
    """A DuckDB relation over a dataset. DuckDB reads the Parquet files itself, only what it needs;
    where columns come from a dataset with other slices it is given Arrow."""
    import duckdb

    connection = connection or duckdb.connect()
    context.active().note("reads", dataset=ds.ref, columns=sorted(ds.meta.columns))
    try:
        return connection.sql(view_sql(ds))
    except DatasetError:
        return connection.from_arrow(to_arrow(ds))


def sql(ds: Dataset, query: str) -> pa.Table:
    """The answer to a query in which the dataset is the table THIS, e.g.
    `ds.sql("SELECT model, count(*) FROM this GROUP BY model")`. Raises UserError for bad SQL."""
    import duckdb

    with duckdb.connect() as connection:
        view = relation(ds, connection)
        view.create_view("this")
        try:
            return connection.sql(query).to_arrow_table()
        except duckdb.Error as error:
            raise UserError(f"the query on {ds.ref} failed: {error}") from None
