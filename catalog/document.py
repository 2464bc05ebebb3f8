"""Makes docs/catalog.md from the catalog's comments: `python -m catalog.document FILE`."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.fold import fold
from catalog.layout import database_path
from catalog.saved import SavedQuery, saved_queries
from catalog.schema import newest_version, sql_files
from catalog.store import connection

_HEAD = """\
# The catalog

`.axtui/catalog.duckdb` is a DuckDB file that says what there is and what happened. It is an index:
job directories are the truth, and `axtui reindex` makes it anew from them. Ask it with
`axtui sql QUERY`, or with any DuckDB of version 1.5 or later: `duckdb -readonly
.axtui/catalog.duckdb`. Nobody keeps it open, so both work while builds run.

Views are for reading: their names are in the plural and change only with a version. Tables are
what the views are made of: their names are in the singular, one row is one thing. A table's key is
given with it; the program keeps it unique. Times are points in time, shown on this machine's clock.

This page is made from the comments in the catalog (`python -m catalog.document docs/catalog.md`).
The version of the tables is {version}.
"""


def document() -> str:
    """The text of docs/catalog.md."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fold(folder)
        with connection(database_path(folder), read_only=True) as con:
            parts = [
                _HEAD.format(version=newest_version()),
                *_relations(con, "views", "Views"),
                *_macros(con),
                *_queries(),
                *_relations(con, "schema", "Tables"),
            ]
    return "\n".join(parts)


def _relations(con: Any, folder: str, title: str) -> Iterator[str]:
    """A table of columns for each view (or table), under the heading of the file it stands in."""
    yield f"## {title}\n"
    about = _rows(con, "SELECT view_name, comment FROM duckdb_views() WHERE {ours}")
    about |= _rows(con, "SELECT table_name, comment FROM duckdb_tables() WHERE {ours}")
    for path in sql_files(folder):
        text = path.read_text(encoding="utf-8")
        names = re.findall(r"^CREATE (?:VIEW|TABLE) (\w+)", text, re.MULTILINE)
        if names:
            yield f"{_opening(text)}\n"
        for name in names:
            yield f"### {name}\n\n{about[name]}\n"
            yield "| column | type | what it is |\n| --- | --- | --- |"
            for column, kind, comment in con.execute(
                "SELECT column_name, data_type, comment FROM duckdb_columns() "
                "WHERE database_name = current_database() AND table_name = $1 "
                "ORDER BY column_index",
                [name],
            ).fetchall():
                yield f"| {column} | {_type(kind)} | {_cell(comment)} |"
            yield ""


def _macros(con: Any) -> Iterator[str]:
    yield "## Macros\n"
    yield "| call | what it gives |\n| --- | --- |"
    for name, kind, parameters, comment in con.execute(
        "SELECT DISTINCT function_name, function_type, parameters, comment "
        "FROM duckdb_functions() WHERE database_name = current_database() AND NOT internal "
        "ORDER BY function_name"
    ).fetchall():
        call = f"{name}({', '.join(parameters)})"
        shown = f"FROM {call}" if kind == "table_macro" else call
        yield f"| `{shown}` | {_cell(comment)} |"
    yield ""


def _queries() -> Iterator[str]:
    yield "## Saved queries\n"
    yield "`axtui sql NAME` runs one; they are files in `catalog/queries`.\n"
    yield "| name | what it answers | parameters |\n| --- | --- | --- |"
    for query in saved_queries().values():
        yield f"| {query.name} | {_cell(query.description)} | {_parameters(query)} |"
    yield ""


def _parameters(query: SavedQuery) -> str:
    return "<br>".join(
        f"`{p.name}`"
        + (f" = {_cell(p.default) or 'none'}" if p.default is not None else "")
        + f": {_cell(p.text)}"
        for p in query.parameters
    )


def _rows(con: Any, sql: str) -> dict[str, str]:
    ours = "database_name = current_database() AND NOT internal"
    return dict(con.execute(sql.format(ours=ours)).fetchall())


def _opening(text: str) -> str:
    """The comment that a file begins with."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line[2:].strip())
    return " ".join(lines)


def _type(kind: str) -> str:
    return "TIMESTAMPTZ" if kind == "TIMESTAMP WITH TIME ZONE" else kind


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
