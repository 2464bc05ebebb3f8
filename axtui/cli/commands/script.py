"""`axtui script`: list build scripts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from axtui.build import declared
from axtui.cli.arguments import AxCommand
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option, the_one, tui_option
from axtui.cli.tables import Column, write
from axtui.cli.wrapping import say
from axtui.errors import NoSuchWhateverError
from axtui.suggest import did_you_mean

_COLUMNS = (Column("script", firm=True), Column("description"), Column("path"))


def _place(face: Face, names: tuple[str, ...], **_: Any) -> tuple[str, str, str]:
    return "methods", the_one(names, "script"), "script"


@click.command("script", cls=AxCommand, short_help="List build scripts.")
@click.argument("names", metavar="[SCRIPT]...", nargs=-1, shell_complete=values.scripts)
@click.option("-s", "--short", is_flag=True, help="Show only the names.")
@click.option("-p", "--path", "with_path", is_flag=True, help="Show where they are, too.")
@format_option
@click.pass_obj
@tui_option(_place)
def command(face: Face, names: tuple[str, ...], short: bool, with_path: bool, format_: str) -> None:
    """List all build scripts with the first line of their description, or show the whole
    description of some: of the one called SCRIPT, or else of all that have that in their names.

    \b
    Examples:
      axtui script
      axtui script import
    """
    from axtui.build.scripts import find_scripts

    scripts = find_scripts(face.workspace())
    names = tuple(dict.fromkeys(found for name in names for found in _named(name, scripts)))
    if names and format_ == "table" and not short:
        for name in names:
            click.echo(
                f"{click.style(name, bold=True)}  {click.style(str(scripts[name]), dim=True)}"
            )
            if text := declared.description(scripts[name]):
                click.echo(say(text, "  "))
        return
    rows = [
        {"script": name, "description": declared.first_line(path), "path": str(path)}
        for name, path in scripts.items()
        if not names or name in names
    ]
    if short:
        for row in rows:
            click.echo(row["script"])
        return
    columns = _COLUMNS if format_ != "table" or with_path else _COLUMNS[:2]
    write(columns, rows, format_, empty="no build scripts yet; a script is a file build_NAME.py")


def _named(name: str, scripts: Mapping[str, Path]) -> list[str]:
    """The script of a name, with or without `build_`; else all that have it in theirs or in that of
    their package. Raises NoSuchWhateverError."""
    for exact in (name, name.removeprefix("build_")):
        if exact in scripts:
            return [exact]
    found = [
        one for one, path in scripts.items() if name in f"{'.'.join(path.parts[-3:-1])}.{path.stem}"
    ]
    if not found:
        raise NoSuchWhateverError(
            f"there is no build script {name!r}." + did_you_mean(name, scripts)
        )
    return found
