"""`axtui workdir`: list workdirs, or the jobs of some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import click

from axtui import human
from axtui.build import jobinfo
from axtui.build.specs import Specs
from axtui.cli.arguments import AxCommand
from axtui.cli.commands.job import COLUMNS as JOBS
from axtui.cli.commands.job import write_jobs
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option
from axtui.cli.tables import Column, write
from axtui.data import jobdir
from axtui.workspace import Workspace

_COUNTED = ("complete", "failed", "cancelled", "running", "lost")
COLUMNS = (
    Column("workdir"),
    Column("target", lambda target: "target" if target else ""),
    Column("jobs", human.count, right=True),
    *(Column(state, human.count, right=True) for state in _COUNTED),
    Column("latest", firm=True),
    Column("path"),
)


@click.command("workdir", cls=AxCommand, short_help="List workdirs, or the jobs of one.")
@click.argument("names", metavar="[WORKDIR]...", nargs=-1, shell_complete=values.workdirs)
@click.option("-a", "--all", "all_", is_flag=True, help="List the jobs of all workdirs.")
@click.option("-p", "--full-path", is_flag=True, help="Show the folders of jobs.")
@format_option
@click.pass_obj
def command(face: Face, names: tuple[str, ...], all_: bool, full_path: bool, format_: str) -> None:
    """List the workdirs with counts of their jobs, or all jobs of the named ones: their state, and
    whether the source that they ran is `current` or `old`.

    \b
    Examples:
      axtui workdir
      axtui workdir dev
    """
    workspace = face.workspace()
    specs = Specs(workspace)
    if all_:
        names = tuple(workspace.config.workdirs)
    if not names:
        write(
            COLUMNS, (_row(workspace, specs, name) for name in workspace.config.workdirs), format_
        )
        return
    for name in names:
        workspace.config.workdir(name)
    if full_path and format_ == "table":
        for row in _jobs(specs, names):
            state = row["source"] or row["state"]
            click.echo(f"{specs.path(row['job'])}  {row['method']}  {state}")
        return
    columns = [*JOBS[:4], Column("source"), *JOBS[4:]]
    write_jobs(_jobs(specs, names), format_, columns=columns)


def _jobs(specs: Specs, names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for name in names:
        for jobid in specs.jobs(name):
            row = jobinfo.row(specs, jobid)
            source = "current" if specs.is_current(jobid) else "old"
            yield row | {"source": source if row["state"] == "complete" else None}


def _row(workspace: Workspace, specs: Specs, name: str) -> dict[str, Any]:
    jobids = list(specs.jobs(name))
    states = Counter(jobdir.state(specs.path(jobid)) for jobid in jobids)
    return {
        "workdir": name,
        "target": name == workspace.config.target,
        "jobs": len(jobids),
        **{state: states[state] for state in _COUNTED},
        "latest": jobids[0] if jobids else None,
        "path": str(workspace.config.workdirs[name]),
    }
