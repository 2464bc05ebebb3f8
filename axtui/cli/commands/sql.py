"""`axtui sql`: questions to the catalog and to datasets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from axtui.build.asking import asked, is_saved, query_folders, resolver
from axtui.build.sql.parameters import plain_value
from axtui.cli.completion import values
from axtui.cli.face import FORMATS, Face, tui_option
from axtui.cli.refreshed import take_in
from axtui.cli.tables import Column, write
from axtui.workspace import Workspace

if TYPE_CHECKING:
    from catalog.saved import SavedQuery

_LISTED = (Column("query"), Column("answers"), Column("parameters"))


def _parameters(
    ctx: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"expected NAME=VALUE, got {value!r}")
        found[name] = text
    return found


def _place(face: Face, query: str | None, **_: Any) -> tuple[str, str]:
    return "sql", query or ""


@click.command("sql", short_help="Ask the catalog, or any dataset, in SQL.")
@click.argument(
    "query", metavar="[QUERY|NAME|-]", required=False, shell_complete=values.saved_queries
)
@click.option("--list", "list_", is_flag=True, help="List the saved queries.")
@click.option("--show", is_flag=True, help="Show the SQL of a saved query instead of running it.")
@click.option(
    "-p",
    "--param",
    "given",
    metavar="NAME=VALUE",
    multiple=True,
    callback=_parameters,
    shell_complete=values.query_parameters,
    help="The value of $NAME.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice([*FORMATS, "parquet"]),
    help="How to write the rows (default: by the name of the file, else table).",
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the rows to a file.",
)
@click.pass_obj
@tui_option(_place)
def command(
    face: Face,
    query: str | None,
    list_: bool,
    show: bool,
    given: dict[str, str],
    format_: str | None,
    output: Path | None,
) -> None:
    """Run a query, or a saved one by its NAME; `-` reads it from stdin. It can only read.

    The tables and views of the catalog tell about jobs (`SELECT * FROM jobs`; `SHOW TABLES` names
    them all), `dataset('dev-12')` is a dataset, `chain('dev-12')` all of its chain. The folder
    `queries` of a workspace may hold saved queries of your own.

    \b
    Examples:
      axtui sql "SELECT job, method, wall_s, why FROM jobs ORDER BY wall_s DESC LIMIT 5"
      axtui sql "SELECT model, count(*) FROM dataset('dataset_sort') GROUP BY ALL"
      axtui sql --list
      axtui sql package_below -p package=pandas -p version=3
      axtui sql "FROM dataset('dev-12')" --output rows.parquet
    """
    workspace = face.workspace()
    if list_:
        _list(workspace, "table" if format_ in (None, "parquet") else format_)
        return
    if query is None:
        raise click.UsageError("give a query, or --list for the saved ones")
    text, params = _asked(workspace, query, given, show)
    if show:
        click.echo(text.rstrip())
        return
    from axtui.cli import sqlwrite

    if format_ is None:
        format_ = "table" if output is None else sqlwrite.format_of(output)
    take_in(workspace)
    from catalog.read import query as run

    table = run(workspace.dot_axtui, text, params, resolve=resolver(workspace))
    sqlwrite.write(table, format_, output, units=is_saved(query))


def _list(workspace: Workspace, format_: str) -> None:
    from catalog.saved import saved_queries

    def tell(error: Exception) -> None:
        click.echo(f"axtui: warning: {error}", err=True)

    rows = [
        {"query": name, "answers": query.description, "parameters": _signature(query)}
        for name, query in saved_queries(query_folders(workspace), tell).items()
    ]
    write(_LISTED, rows, format_)


def _signature(query: SavedQuery) -> str:
    return " ".join(
        f"{parameter.name}={'' if parameter.default is None else parameter.default}"
        for parameter in query.parameters
    )


def _asked(
    workspace: Workspace, query: str, given: dict[str, str], show: bool
) -> tuple[str, dict[str, Any]]:
    """The SQL text and the values of its parameters."""
    if query == "-":
        return sys.stdin.read(), {name: plain_value(text) for name, text in given.items()}
    if not is_saved(query):
        return query, {name: plain_value(text) for name, text in given.items()}
    if show:
        from catalog.saved import load_query

        return load_query(query, query_folders(workspace)).sql, {}
    return asked(workspace, query, given)
