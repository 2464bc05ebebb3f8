"""What a query may be: one statement that reads. All else is refused before it runs."""

from __future__ import annotations

from typing import Any

from catalog.errors import CatalogQueryError
from catalog.names import Rewritten
from catalog.problem import query_error
from catalog.scan import Token, tokens

_READING_PRAGMAS = frozenset(
    {
        *("collations", "database_list", "database_size", "functions", "metadata_info", "platform"),
        *(
            "show",
            "show_tables",
            "show_tables_expanded",
            "storage_info",
            "table_info",
            "user_agent",
        ),
        "version",
    }
)
_PIVOTS = frozenset({"pivot", "pivot_wider"})


def check_reads(query: Rewritten) -> Any:
    """The one statement of `query`, as DuckDB's statement object, when all it does is read.

    Raises CatalogQueryError for anything else, with what to do instead, and for what cannot be
    parsed.
    """
    words = tokens(query.sql)
    if not words:
        raise CatalogQueryError("there is no query")
    statements = _parsed(query)
    ends = [token for token in words if token.value == ";" and token.kind == "sign"]
    if ends and any(token.start > ends[0].start and token not in ends for token in words):
        place = query.place_of(ends[0].end)
        raise CatalogQueryError("one query at a time: there is more after the ';'", place)
    kinds = {statement.type.name for statement in statements}
    first = words[0].value.lower()
    if kinds == {"EXPLAIN"}:
        inner = query.sql[_explained(words) :]
        check_reads(Rewritten(inner, inner))
    elif not (kinds <= {"SELECT"} or _reading_pragma(kinds, words) or _pivot(kinds, words)):
        raise CatalogQueryError(
            f"{first.upper()} is not allowed here: a query only reads "
            "(SELECT, FROM, WITH, VALUES, DESCRIBE, SHOW, SUMMARIZE, EXPLAIN)",
            query.place_of(words[0].start),
        )
    return statements[-1]


def _reading_pragma(kinds: set[str], words: list[Token]) -> bool:
    named = len(words) > 1 and words[1].value.lower() in _READING_PRAGMAS
    return kinds == {"PRAGMA"} and named


def _pivot(kinds: set[str], words: list[Token]) -> bool:
    """A PIVOT without IN becomes several statements, or one of several parts."""
    if words[0].value.lower() == "create" or not kinds <= {"CREATE", "SELECT", "MULTI"}:
        return False
    return any(token.kind == "word" and token.value.lower() in _PIVOTS for token in words)


def _parsed(query: Rewritten) -> list[Any]:
    import duckdb

    try:
        statements = duckdb.extract_statements(query.sql)
    except duckdb.Error as error:
        raise query_error(error, query) from error
    if not statements:
        raise CatalogQueryError("there is no query")
    return list(statements)


def _explained(words: list[Token]) -> int:
    """Where the statement after EXPLAIN [ANALYZE] [(options)] begins."""
    place = 1
    if place < len(words) and words[place].value.lower() in ("analyze", "analyse"):
        place += 1
    if place < len(words) and words[place].value == "(" and _has_options(words, place):
        depth = 0
        while place < len(words):
            depth += {"(": 1, ")": -1}.get(words[place].value, 0)
            place += 1
            if depth == 0:
                break
    return words[place].start if place < len(words) else words[-1].end


def _has_options(words: list[Token], place: int) -> bool:
    """Whether the parenthesis holds options of EXPLAIN and not a query."""
    following = words[place + 1].value.lower() if place + 1 < len(words) else ""
    return following in ("format", "analyze", "analyse", "codegen", "verbose")
