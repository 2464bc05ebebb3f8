"""`axtui open`: results, shown by the program that the system has for them."""

from __future__ import annotations

import os
from typing import Any

import click

from axtui import human
from axtui.build import opener
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option, the_one, tui_option
from axtui.cli.tables import Column, write
from axtui.errors import UserError

_COLUMNS = (
    Column("result"),
    Column("job", firm=True),
    Column("linked", human.when, firm=True),
    Column("bytes", human.size, right=True),
    Column("description"),
)
_MORE = (Column("file"), Column("header"), Column("gone"), Column("path"))


def _place(face: Face, names: tuple[str, ...], **_: Any) -> tuple[str, str]:
    from axtui.build.linked import result_name

    name = the_one(names, "result")
    return "results", (result_name(face.workspace(), name) or name) if name else ""


@click.command("open", short_help="Open a result.")
@click.argument(
    "names",
    metavar="[RESULT]...",
    nargs=-1,
    shell_complete=values.either(values.results, values.job_files),
)
@click.option("--print", "just_print", is_flag=True, help="Print the path and open nothing.")
@format_option
@click.pass_obj
@tui_option(_place)
def command(face: Face, names: tuple[str, ...], just_print: bool, format_: str) -> None:
    """Open a result with the program that the system has for it ($BROWSER for pages, if set), or
    list all results.

    RESULT is a name in the results folder (without its ending, if it is the only one), or
    JOB/FILE. Where nothing can be shown, as over ssh, the path is printed.

    \b
    Examples:
      axtui open                     list the results
      axtui open afr.html
      axtui open dev-46/afr.html
      cp "$(axtui open afr --print)" ~/shared
    """
    from axtui.build.linked import result_path

    workspace = face.workspace()
    if not names:
        _list(face, format_)
        return
    for path in [result_path(workspace, name) for name in names]:
        reason = None if just_print else opener.hindrance(path, os.environ)
        if just_print or reason:
            click.echo(str(path))
        if reason:
            click.echo(f"axtui: not opened: {reason}", err=True)
        elif not just_print and (problem := opener.open_file(path, os.environ)):
            raise UserError(f"{problem}; the file is {path}")


def _list(face: Face, format_: str) -> None:
    from axtui.build.linked import results

    rows = [
        {
            "result": linked.name,
            "job": linked.job,
            "linked": linked.when,
            "bytes": linked.bytes,
            "description": linked.description or linked.header,
            "header": linked.header,
            "file": linked.file,
            "gone": linked.gone,
            "path": str(linked.path),
        }
        for linked in results(face.workspace())
    ]
    if format_ == "table":
        for row in rows:
            if row["gone"]:
                row["description"] = f"(gone: {row['file']} of {row['job'] or 'a job'})"
        write(_COLUMNS, rows, format_, empty="no results yet; job.link_result() links them")
    else:
        write((*_COLUMNS, *_MORE), rows, format_)
