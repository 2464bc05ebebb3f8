"""`axtui pin`: keep jobs for good, or list those that are kept."""

from __future__ import annotations

from typing import Any

import click

from axtui import human
from axtui.build.specs import Specs
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option
from axtui.cli.tables import Column, write

COLUMNS = (
    Column("job"),
    Column("method"),
    Column("pinned", human.when),
    Column("user"),
    Column("note"),
)


@click.command("pin", short_help="Keep jobs for good, or list those that are kept.")
@click.argument("specs", metavar="[JOB]...", nargs=-1, shell_complete=values.job_specs)
@click.option("--note", default="", metavar="TEXT", help="Why it is kept.")
@format_option
@click.pass_obj
def command(face: Face, specs: tuple[str, ...], note: str, format_: str) -> None:
    """Pin jobs: `axtui gc` keeps them and all that they rest on, until they are unpinned.

    Without JOB the pins are listed.

    \b
    Examples:
      axtui pin dev-12 --note "figure 3 of the paper"
      axtui pin
      axtui unpin dev-12
    """
    workspace = face.workspace()
    from axtui.build.housekeeping.pins import pin, pins

    resolver = Specs(workspace)
    if not specs:
        found = pins(workspace.config.workdirs).values()
    else:
        jobids = [resolver.job(spec) for spec in specs]
        found = {jobid: pin(workspace, jobid, note) for jobid in jobids}.values()
    rows: list[dict[str, Any]] = [
        {
            "job": one.job,
            "method": resolver.method(one.job),
            "pinned": one.at,
            "user": one.user,
            "note": one.note,
        }
        for one in found
    ]
    write(COLUMNS, rows, format_, empty="No job is pinned.")
