"""`axtui method`: list methods, or describe some."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from axtui.build import declared
from axtui.cli.arguments import AxCommand
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option, the_one, tui_option
from axtui.cli.tables import Column, document, write, write_json
from axtui.cli.wrapping import say
from axtui.workspace import Workspace

if TYPE_CHECKING:
    from axtui.build.methods import Method, MethodFile

_COLUMNS = (Column("method", firm=True), Column("package"), Column("description"), Column("path"))


def _place(face: Face, names: tuple[str, ...], **_: Any) -> tuple[str, str]:
    return "methods", the_one(names, "method")


@click.command("method", cls=AxCommand, short_help="List methods, or describe some.")
@click.argument("names", metavar="[METHOD]...", nargs=-1, shell_complete=values.methods)
@format_option
@click.pass_obj
@tui_option(_place)
def command(face: Face, names: tuple[str, ...], format_: str) -> None:
    """List all methods, those of the workspace first, or describe some: what they do, their
    options, datasets and jobs.

    \b
    Examples:
      axtui method
      axtui method csvimport
    """
    workspace = face.workspace()
    if not names:
        write(_COLUMNS if format_ != "table" else _COLUMNS[:3], _rows(workspace), format_)
        return
    described = _described(workspace, names)
    if format_ == "json":
        write_json([document("method", _facts(method)) for method in described])
    elif format_ == "csv":
        columns = [Column(name) for name in ("method", "kind", "name", "type", "default", "help")]
        write(columns, [row for method in described for row in _arguments(method)], format_)
    else:
        for number, method in enumerate(described):
            if number:
                click.echo()
            _show(method)


def _rows(workspace: Workspace) -> Iterable[dict[str, Any]]:
    from axtui.build.methods import find_methods

    found = find_methods(workspace).values()
    for file in sorted(found, key=lambda file: (file.standard, file.name)):
        yield {
            "method": file.name,
            "package": file.package,
            "description": _summary(file),
            "path": str(file.path),
        }


def _summary(file: MethodFile) -> str:
    return f"(broken: {file.broken})" if file.broken else declared.first_line(file.path)


def _described(workspace: Workspace, names: tuple[str, ...]) -> list[Method]:
    from axtui.build.session import Session

    with Session(workspace) as session:
        return [session.methods.get(name) for name in names]


def _facts(method: Method) -> dict[str, Any]:
    return {
        "method": method.name,
        "package": method.file.package,
        "path": str(method.file.path),
        "description": method.description,
        "stages": method.stages,
        "arguments": _arguments(method),
        "depend_extra": method.depend_extra,
    }


def _arguments(method: Method) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "method": method.name,
            "kind": "option",
            "name": option.name,
            "type": option.kind,
            "required": option.required,
            "default": None if option.required else option.default,
            "help": " ".join(option.help),
        }
        for option in method.options
    ]
    for kind, inputs in (("dataset", method.datasets), ("job", method.jobs)):
        for name, many in inputs:
            type_ = f"list of {kind}s" if many else kind
            rows.append({"method": method.name, "kind": kind, "name": name, "type": type_})
    return rows


def _show(method: Method) -> None:
    title = click.style(method.name, bold=True)
    click.echo(f"{title}  {click.style(str(method.file.path), dim=True)}")
    if method.description:
        click.echo(say(method.description, "  "))
    click.echo(f"  {click.style('runs', dim=True)} {', '.join(method.stages)}")
    rows = _arguments(method)
    for kind in ("option", "dataset", "job"):
        of_kind = [row for row in rows if row["kind"] == kind]
        if of_kind:
            click.secho(f"{kind}s", bold=True)
        for row in of_kind:
            _show_argument(row)


def _show_argument(row: dict[str, Any]) -> None:
    detail = row["type"]
    if row["kind"] == "option":
        detail += ", required" if row["required"] else f" = {row['default']!r}"
    click.echo(f"  {row['name']:<20} {detail}")
    if row.get("help"):
        click.secho(say(row["help"], " " * 23), dim=True)
