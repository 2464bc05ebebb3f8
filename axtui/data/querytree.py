"""What a query mentions, by the tree that DuckDB's parser makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_ANY_COLUMN = frozenset(("STAR", "POSITIONAL_REFERENCE", "SHOW_REF", "PIVOT"))


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
    for node in nodes(tree):
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


def nodes(tree: Any) -> Iterator[Mapping[str, Any]]:
    """All nodes of a tree, from the outside in."""
    if isinstance(tree, list):
        for item in tree:
            yield from nodes(item)
    elif isinstance(tree, dict):
        yield tree
        for item in tree.values():
            yield from nodes(item)


def _texts(node: Mapping[str, Any]) -> Iterator[str]:
    for value in node.values():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str):
                yield item
