"""What in SQL gives something else each time: the time, chance, what DuckDB tells of itself, and text
that is run as SQL. Looked for in the query and in the macros and views before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from axtui.data import querytree
from axtui.engine.sqlmethod.text import Statement
from catalog.scan import Token, tokens

_DRAWN = frozenset(("random", "nextval"))
"""Numbers that come in one order with one thread only."""
_VOLATILE = frozenset(
    (
        *("get_current_time", "get_current_timestamp", "now", "today", "ago"),
        *("transaction_timestamp", "current_localtime", "current_localtimestamp"),
        *("pg_postmaster_start_time", "pg_conf_load_time", "pg_timezone_names"),
        *("uuid", "uuidv4", "uuidv7", "gen_random_uuid"),
        *("current_connection_id", "current_query_id", "current_transaction_id", "txid_current"),
    )
)
"""Functions that tell what is recorded nowhere: the time, and numbers that nobody seeds."""
_CLOCKS = frozenset(
    ("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp")
)
"""The same, written without parentheses."""
_RUNS_TEXT = frozenset(("query", "query_table", "json_execute_serialized_sql"))
_TELLS = frozenset(("current_setting", "which_secret", "pg_settings", "pg_database", "pg_views"))
_TELLS |= {"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"}
_TELLS |= {"information_schema"}
_TELLS_ALL = ("duckdb_", "pragma_")
"""Functions, views and a schema that show settings, paths and what else lies around a query."""

_SAMPLE = "a sample without REPEATABLE (seed)"


@dataclass(frozen=True)
class Volatile:
    """What was found. `told` are words for what is not the same each time, sorted; `draws` whether
    there may be random numbers, which are seeded and the same with one thread only; `runs_text`
    whether text is run as SQL, so that what is read cannot be known."""

    told: tuple[str, ...]
    draws: bool
    runs_text: bool


def look(connection: Any, statements: Iterable[Statement]) -> Volatile:
    """Look for it in statements. Where DuckDB gives no syntax tree (macros of several forms, PIVOT)
    the words of the text count, which finds too much rather than too little."""
    found: set[tuple[str, int | None]] = set()
    for statement in statements:
        tree = _tree(connection, statement.text)
        found.update(_in_text(statement.text) if tree is None else _in_tree(tree))
    called = {name for name, arguments in found if arguments is not None}
    runs_text = bool(called & _RUNS_TEXT)
    told = {words for name, arguments in found if (words := _told(name, arguments))}
    return Volatile(tuple(sorted(told)), runs_text or bool(called & _DRAWN), runs_text)


def _told(name: str, arguments: int | None) -> str:
    """What is to be said of something that is mentioned; `arguments` is None if it is not called."""
    each = "which gives something else each time"
    if name == _SAMPLE or (arguments is None and name in _CLOCKS):
        return f"{name}, {each}"
    if name in _TELLS or name.startswith(_TELLS_ALL):
        called = "" if arguments is None else "()"
        return f"{name}{called}, which tells of DuckDB and where it runs"
    if arguments is None:
        return ""
    if name in _RUNS_TEXT:
        return f"{name}(), which runs text as SQL that nobody looked at"
    if name in _VOLATILE | _CLOCKS or (name == "age" and arguments == 1):
        return f"{name}(), {each}"
    return ""


# -- the tree of a statement


def _tree(connection: Any, sql: str) -> Any:
    """The tree of a query, or of what a CREATE makes; None where there is none."""
    all_tokens = tokens(sql)
    if all_tokens[0].value.casefold() != "create":
        return querytree.tree_of(connection, sql)
    for at, token in _outside(all_tokens):
        if _is_word(token, "as"):
            after = all_tokens[at + 1 :]
            is_table = bool(after) and _is_word(after[0], "table")
            body = sql[after[0].end if is_table else token.end :]
            is_macro = bool({"macro", "function"} & _words(all_tokens[:at]))
            select = f"SELECT {body}" if is_macro and not is_table else body
            return querytree.tree_of(connection, select)
    return None


def _outside(all_tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """The tokens that stand in no parentheses, with their numbers."""
    depth = 0
    for at, token in enumerate(all_tokens):
        if token.kind == "sign" and token.value in "()":
            depth += 1 if token.value == "(" else -1
        elif not depth:
            yield at, token


def _words(some: Iterable[Token]) -> set[str]:
    return {token.value.casefold() for token in some if token.kind == "word"}


def _is_word(token: Token, word: str) -> bool:
    return token.kind == "word" and token.value.casefold() == word


def _in_tree(tree: Any) -> Iterator[tuple[str, int | None]]:
    for node in querytree.nodes(tree):
        if "function_name" in node:
            arguments = node.get("arguments", node.get("children"))  # of DuckDB 2, of DuckDB 1
            yield str(node["function_name"]).casefold(), len(arguments or ())
        yield from ((name, None) for name in _plain(node))
        sample = node.get("sample")
        if isinstance(sample, dict) and not sample.get("repeatable"):
            yield _SAMPLE, None


def _plain(node: Mapping[str, Any]) -> Iterator[str]:
    """The names of tables, of their schemas, and of columns that are said without a table."""
    for key in ("table_name", "schema_name"):
        if node.get("type") == "BASE_TABLE":
            yield str(node.get(key) or "").casefold()
    if node.get("class") == "COLUMN_REF" and len(node["column_names"]) == 1:
        name = str(node["column_names"][0]).casefold()
        if name in _CLOCKS:
            yield name


# -- its text, where it has no tree


def _in_text(sql: str) -> Iterator[tuple[str, int | None]]:
    found = [*tokens(sql), Token("sign", "", len(sql), len(sql))]
    for at, (token, after) in enumerate(pairwise(found)):
        if token.kind not in ("word", "name"):
            continue
        called = (after.kind, after.value) == ("sign", "(")
        yield token.value.casefold(), 1 if called else None
        if _is_word(token, "tablesample") or (
            _is_word(token, "sample") and at and _is_word(found[at - 1], "using")
        ):
            yield _SAMPLE, None
