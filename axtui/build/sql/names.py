"""The names that SQL may use: relations of the catalog, functions, keywords, datasets, queries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from axtui.build.asking import query_folders
from axtui.workspace import Workspace

if TYPE_CHECKING:
    from catalog.read import Reader
    from catalog.saved import SavedQuery

_RELATIONS = """
SELECT table_name AS name, 'table' AS kind, comment FROM duckdb_tables()
WHERE database_name = 'catalog'
UNION ALL
SELECT view_name, 'view', comment FROM duckdb_views()
WHERE database_name = 'catalog' AND NOT internal
ORDER BY kind DESC, name
"""
_COLUMNS = """
SELECT table_name AS relation, column_name AS name, data_type AS type, comment
FROM duckdb_columns() WHERE database_name = 'catalog' AND NOT internal
ORDER BY table_name, column_index
"""
_FUNCTIONS = """
SELECT
    function_name AS name, arg_min(function_type, len(parameters)) AS kind,
    arg_max(parameters, len(parameters)) AS parameters,
    coalesce(max(comment), max(description)) AS comment, bool_or(NOT internal) AS own
FROM duckdb_functions() WHERE function_type != 'pragma' GROUP BY ALL ORDER BY name
"""
_KEYWORDS = """
SELECT keyword_name AS name, keyword_category = 'reserved' AS reserved FROM duckdb_keywords()
"""
_DATASETS = """
SELECT dataset, method, rows, columns, previous IS NOT NULL AS chained
FROM datasets ORDER BY started DESC, dataset LIMIT 3000
"""
_FUNCTION_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Column:
    """A column of a relation: name, type as SQL has it, and what it is."""

    name: str
    type: str = ""
    about: str = ""


@dataclass(frozen=True)
class Relation:
    """A table or view of the catalog."""

    name: str
    kind: str
    about: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Function:
    """A function; `gives_rows` where it stands behind FROM, `own` if the catalog made it."""

    name: str
    parameters: tuple[str, ...]
    about: str
    gives_rows: bool = False
    own: bool = False


@dataclass(frozen=True)
class DatasetName:
    """A dataset as it is named in `dataset('…')`, with its method; `chained` if others go before it
    in a chain; `is_newest` if it is named by its method, as the newest of it."""

    name: str
    method: str
    rows: int
    columns: int = 0
    chained: bool = False
    is_newest: bool = False


@dataclass(frozen=True)
class Names:
    """All of them, as they were when they were read. Relations: views first."""

    relations: Mapping[str, Relation] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    keywords: tuple[str, ...] = ()
    reserved: frozenset[str] = frozenset()
    datasets: tuple[DatasetName, ...] = ()
    queries: Mapping[str, SavedQuery] = field(default_factory=dict)


ColumnsOf = Callable[[str], "tuple[Column, ...]"]
"""The columns of a dataset by what names it; () where nothing is of that name."""


def read_names(workspace: Workspace, reader: Reader) -> Names:
    """The names, from an open reader of the catalog and the workspace's folders."""
    from catalog.saved import saved_queries

    columns: dict[str, list[Column]] = {}
    for row in _rows(reader, _COLUMNS):
        found = Column(row["name"], row["type"], row["comment"] or "")
        columns.setdefault(row["relation"], []).append(found)
    relations = {
        row["name"]: Relation(
            row["name"], row["kind"], row["comment"] or "", tuple(columns.get(row["name"], ()))
        )
        for row in _rows(reader, _RELATIONS)
    }
    keywords = _rows(reader, _KEYWORDS)
    return Names(
        relations,
        tuple(_functions(reader)),
        tuple(sorted(row["name"] for row in keywords)),
        frozenset(row["name"] for row in keywords if row["reserved"]),
        tuple(_datasets(reader)),
        saved_queries(query_folders(workspace)),
    )


def _rows(reader: Reader, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = reader.query(sql).to_pylist()
    return found


def _functions(reader: Reader) -> list[Function]:
    return [
        Function(
            row["name"],
            tuple(row["parameters"] or ()),
            " ".join((row["comment"] or "").split()),
            row["kind"] in ("table", "table_macro"),
            row["own"],
        )
        for row in _rows(reader, _FUNCTIONS)
        if _FUNCTION_NAME.fullmatch(row["name"])
    ]


def _datasets(reader: Reader) -> list[DatasetName]:
    """Datasets, newest first; a default one by its job alone. In front, by its method, the newest
    default dataset of each."""
    each, newest = [], {}
    for row in _rows(reader, _DATASETS):
        name = row["dataset"].removesuffix("/default")
        found = DatasetName(
            name, row["method"], row["rows"] or 0, row["columns"] or 0, row["chained"]
        )
        each.append(found)
        if name != row["dataset"] and row["method"] not in newest:
            newest[row["method"]] = DatasetName(
                row["method"], f"newest: {name}", found.rows, found.columns, found.chained, True
            )
    return [*newest.values(), *each]


def dataset_columns(workspace: Workspace, spec: str) -> tuple[Column, ...]:
    """The columns of a dataset by what names it. The workspace must be the active one.

    Raises NoSuchWhateverError where nothing has that name.
    """
    from axtui.build.specs import Specs
    from axtui.data.dataset import Dataset
    from axtui.data.dsmeta import join_ref

    dataset = Dataset(join_ref(*Specs(workspace).dataset(spec)))
    return tuple(Column(name, column.type) for name, column in dataset.columns.items())
