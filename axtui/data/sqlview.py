"""SQL text that shows a dataset as DuckDB reads it from its Parquet files.

Columns of parents lie in other files with the same rows in the same order; they stand beside one
another by POSITIONAL JOIN, slice by slice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from axtui.data import virtual
from axtui.data.declare import distinct_names
from axtui.errors import DatasetError

if TYPE_CHECKING:
    from axtui.data.dataset import Dataset
    from axtui.data.dsmeta import DatasetColumn, Meta

_TYPES = {
    "float64": "DOUBLE",
    "float32": "FLOAT",
    "int64": "BIGINT",
    "int32": "INTEGER",
    "complex64": "STRUCT(re DOUBLE, im DOUBLE)",
    "complex32": "STRUCT(re FLOAT, im FLOAT)",
    "bool": "BOOLEAN",
    "datetime": "TIMESTAMP",
    "time": "TIME",
    "date": "DATE",
    "bytes": "BLOB",
    "ascii": "VARCHAR",
    "unicode": "VARCHAR",
    "json": "VARCHAR",
    "pickle": "BLOB",
}


def view_sql(ds: Dataset) -> str:
    """A SELECT that gives all rows of a dataset, columns in order, types as in `arrowout` (but
    timestamps without zone).

    The names are those of `declare.distinct_names`. Raises DatasetError where a column comes from a
    dataset with other slices, which SQL cannot follow.
    """
    return _select(ds.meta, distinct_names(ds.meta.columns))


def chain_view_sql(ds: Dataset) -> str:
    """A SELECT over the whole chain that ends in `ds`, oldest first, by the columns all have in
    common in name; a column that has other types on the way is text where numbers do not do."""
    chain = ds.chain()
    return "\nUNION ALL BY NAME\n".join(f"({view_sql(one)})" for one in chain)


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _select(meta: Meta, names: dict[str, str]) -> str:
    parts = []
    for sliceno, rows in enumerate(meta.lines):
        if rows:
            parts.append(virtual.fragments(meta, sliceno))
    if not parts:
        return empty_sql(meta, names)
    if all(len(part) == 1 for part in parts):
        files = ", ".join(text(str(path)) for part in parts for path, _ in part)
        chosen = columns_sql(meta, names)
        return f"SELECT {chosen} FROM read_parquet([{files}], union_by_name=false)"
    return "\nUNION ALL\n".join(slice_sql(meta, names, part) for part in parts)


def slice_sql(
    meta: Meta, names: dict[str, str], fragments: list[tuple[Path, dict[str, str]]]
) -> str:
    """A SELECT of one stored slice from the files (`virtual.fragments`) that hold its columns."""
    tables = {}
    sources = []
    for number, (path, stored) in enumerate(fragments):
        table = f"f{number}"
        sources.append(f"read_parquet({text(str(path))}) AS {table}")
        for column in stored.values():
            tables[column] = table
    return f"SELECT {_columns(meta, names, tables)} FROM {' POSITIONAL JOIN '.join(sources)}"


def columns_sql(
    meta: Meta,
    names: dict[str, str],
    there: Sequence[str] | None = None,
    stored: Mapping[str, str] | None = None,
) -> str:
    """The columns of a SELECT from one table in the physical form; they are called `stored` in it,
    else as in their files. Those that are not `there` (None: all are) are NULL."""
    found = []
    for name, column in meta.columns.items():
        value = quoted(column.source_column if stored is None else stored[name])
        given = there is None or name in there
        expression = _expression(column, value) if given else _nothing(column)
        found.append(f"{expression} AS {quoted(names[name])}")
    return ", ".join(found)


def _columns(meta: Meta, names: dict[str, str], tables: dict[str, str]) -> str:
    found = []
    for name, column in meta.columns.items():
        prefix = f"{tables[name]}." if name in tables else ""
        found.append(
            f"{_expression(column, prefix + quoted(column.source_column))} AS {quoted(names[name])}"
        )
    return ", ".join(found)


def _expression(column: DatasetColumn, value: str) -> str:
    if column.type != "number":
        return value
    target = number_type(column)
    if target == "BIGINT":
        return f"{value}.int"
    if target == "DOUBLE":
        return f"coalesce({value}.float, {value}.int::DOUBLE)"
    return f"coalesce({value}.big, {value}.int::VARCHAR, {value}.float::VARCHAR)"


def number_type(column: DatasetColumn) -> str:
    """The SQL type that holds all of a `number` column without loss."""
    kinds = set(column.kinds)
    if "big" in kinds or {"float", "wide"} <= kinds:
        return "VARCHAR"
    return "DOUBLE" if "float" in kinds else "BIGINT"


def empty_sql(meta: Meta, names: dict[str, str]) -> str:
    """A SELECT without rows that has all columns. Raises DatasetError where there are none."""
    if not meta.columns:
        raise DatasetError(f"{meta.ref} has no columns")
    found = [
        f"{_nothing(column)} AS {quoted(names[name])}" for name, column in meta.columns.items()
    ]
    return f"SELECT {', '.join(found)} WHERE false"


def _nothing(column: DatasetColumn) -> str:
    return f"NULL::{number_type(column) if column.type == 'number' else _TYPES[column.type]}"
