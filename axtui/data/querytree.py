"""What a query mentions, by the tree that DuckDB's parser makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_ANY_COLUMN = frozenset(("STAR", "POSITIONAL_REFERENCE", "SHOW_REF", "PIVOT"))
_UNREPEATABLE = frozenset(
    (
        *("current_date", "get_current_time", "get_current_timestamp", "now", "today"),
        *("transaction_timestamp", "current_localtime", "current_localtimestamp"),
        *("uuid", "uuidv4", "uuidv7", "gen_random_uuid"),
        *("current_connection_id", "current_query_id", "current_transaction_id", "txid_current"),
    )
)
"""Functions that tell what is recorded nowhere: the time, and numbers that nobody seeds."""
SAMPLE = "a sample without REPEATABLE (seed)"


def tree_of(connection: Any, sql: str) -> Any:
    """The syntax tree of a SELECT; None for what DuckDB gives no tree of (PIVOT, several statements
    that are no SELECT, ...)."""
    ((said,),) = connection.execute("SELECT json_serialize_sql($1)", [sql]).fetchall()
    tree = json.loads(said)
    return None if tree["error"] else tree["statements"]


def mentioned(tree: Any) -> set[str] | None:
    """Every name in a tree, in lower case: the query reads no columns but some of these. None where it
    may read any, as with `*`."""
    if tree is None:
        return None
    names: set[str] = set()
    columns: set[str] = set()
    tables: set[str] = set()
    for node in _nodes(tree):
        kinds = {node.get("class"), node.get("type")}
        if (
            kinds & _ANY_COLUMN
            or node.get("ref_type") == "NATURAL"
            or node.get("column_name_alias")
        ):
            return None
        if "COLUMN_REF" in kinds:
            columns.add(node["column_names"][-1].casefold())
        if "class" not in node:  # no expression: a table, perhaps
            tables.update(str(node.get(key) or "").casefold() for key in ("table_name", "alias"))
        names.update(text.casefold() for text in _texts(node))
    is_row = columns & (tables - {""})  # a table's name where a column should be is its whole row
    return None if is_row else names


def unrepeatable(tree: Any) -> list[str]:
    """What in a tree gives something else each time, in words; sorted."""
    found: set[str] = set()
    for node in _nodes(tree or []):
        name = str(node.get("function_name", "")).casefold()
        if name in _UNREPEATABLE:
            found.add(f"{name}()")
        sample = node.get("sample")
        if isinstance(sample, dict) and not sample.get("repeatable"):
            found.add(SAMPLE)
    return sorted(found)


def draws(tree: Any) -> bool:
    """Whether it draws random numbers, which are seeded and then the same with one thread only."""
    return any(str(node.get("function_name", "")).casefold() == "random" for node in _nodes(tree))


def _nodes(tree: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(tree, list):
        for item in tree:
            yield from _nodes(item)
    elif isinstance(tree, dict):
        yield tree
        for item in tree.values():
            yield from _nodes(item)


def _texts(node: Mapping[str, Any]) -> Iterator[str]:
    for value in node.values():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str):
                yield item
