"""Rows into DuckDB in bulk: an Arrow table per insert, every value made to fit its column."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog.encode import clean_text, to_json
from catalog.rows import Row, micros

_INT64 = 1 << 63
_TYPES = {  # all types that the tables use
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC"),
}


class Loader:
    """Inserts into the tables of one open, writable catalog."""

    def __init__(self, con: Any) -> None:
        self._con = con
        columns = con.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() "
            "WHERE database_name = current_database() AND NOT internal"
        ).fetchall()
        self._types = {(table, name): _TYPES.get(kind) for table, name, kind, _ in columns}
        self._required = {(table, name) for table, name, _, nullable in columns if not nullable}

    def insert(
        self, table: str, columns: Iterable[str], rows: list[Row], unless: Iterable[str] = ()
    ) -> None:
        """Insert `rows`; with a key in `unless`, only one of each key that is not there yet."""
        if not rows:
            return
        names = tuple(columns)
        self._con.register("incoming", self.arrow(table, names, rows))
        listed = ", ".join(names)
        if unless:
            keys = ", ".join(unless)
            same = " AND ".join(f"t.{key} IS NOT DISTINCT FROM i.{key}" for key in unless)
            select = (
                f"SELECT DISTINCT ON ({keys}) {listed} FROM incoming i "
                f"WHERE NOT EXISTS (SELECT 1 FROM {table} t WHERE {same})"
            )
        else:
            select = f"SELECT {listed} FROM incoming"
        self._con.execute(f"INSERT INTO {table} ({listed}) {select}")
        self._con.unregister("incoming")

    def delete(self, table: str, column: str, values: Iterable[str]) -> None:
        """Delete the rows whose `column` is one of `values`."""
        with self.listed(values) as listed:
            self._con.execute(f"DELETE FROM {table} WHERE {column} IN {listed}")

    @contextlib.contextmanager
    def listed(self, values: Iterable[str]) -> Iterator[str]:
        """Text for the right side of SQL's IN that stands for `values`, however many."""
        self._con.register("listed", pa.table({"value": pa.array(list(values), pa.string())}))
        try:
            yield "(SELECT value FROM listed)"
        finally:
            self._con.unregister("listed")

    def arrow(self, table: str, columns: tuple[str, ...], rows: list[Row]) -> pa.Table:
        """`rows` as an Arrow table with the types of `table`."""
        arrays = []
        for name, values in zip(columns, zip(*rows, strict=True), strict=True):
            array = _array(values, self._types[table, name])
            if array.null_count and (table, name) in self._required:
                array = pc.fill_null(array, _filler(array.type))
            arrays.append(array)
        return pa.Table.from_arrays(arrays, names=list(columns))


def _array(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(kind):
        whole = pa.array([micros(value) for value in values], pa.int64())
        return whole.cast(pa.timestamp("us", "UTC"))
    try:
        return pa.array(values, kind)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        # Somewhere a value is not of its column's type: rare, so only then one by one.
        return pa.array([_fitted(value, kind) for value in values], kind)


def _fitted(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    if pa.types.is_string(kind):
        return clean_text(value) if isinstance(value, str) else to_json(value).decode()
    if pa.types.is_boolean(kind):
        return bool(value)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if pa.types.is_floating(kind):
        return number
    if not math.isfinite(number) or abs(number) >= _INT64:
        return None
    return int(value) if isinstance(value, int) else int(number)


def _filler(kind: pa.DataType) -> pa.Scalar:
    if pa.types.is_string(kind):
        return pa.scalar("", kind)
    return pa.scalar(0, pa.int64()).cast(kind)
