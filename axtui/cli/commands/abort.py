"""`axtui abort`: stop running jobs and builds, whoever started them."""

from __future__ import annotations

import getpass
import os
import time
from typing import Any

import click

from axtui.build.live.watching import running
from axtui.cli.arguments import AxCommand
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option
from axtui.cli.running import Running, everything, named
from axtui.cli.tables import Column, write
from axtui.data import jobdir
from axtui.errors import BuildError
from axtui.workspace import Workspace

COLUMNS = tuple(Column(name) for name in ("job", "method", "script", "build_job", "pid", "user"))
_PAUSE = 0.05
_PATIENCE = 10.0


@click.command("abort", cls=AxCommand, short_help="Stop running jobs or builds.")
@click.argument("names", metavar="[JOB|SCRIPT]...", nargs=-1, shell_complete=values.running)
@click.option("--all", "all_", is_flag=True, help="Stop all builds of the workspace.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing of what was stopped.")
@click.option("--kill", is_flag=True, help="Kill the whole process of a build that does not stop.")
@format_option
@click.pass_obj
def command(
    face: Face, names: tuple[str, ...], all_: bool, quiet: bool, kill: bool, format_: str
) -> None:
    """Stop jobs, or whole builds, and wait until they are over.

    A job that is stopped ends as cancelled, with its subjobs; its build script gets a JobError at
    the line that asked for it. A build, named by its script or its own job, is stopped as Ctrl-C
    stops it; a name that is a script's and a method's means the script. Finished jobs stay. Without
    a name it says what could be stopped; in a project with an accelerator.conf it means --all, as
    `ax abort` does.

    \b
    Examples:
      axtui abort dev-13
      axtui abort import
      axtui abort --all
    """
    if all_ and names:
        raise click.UsageError("give names or --all, not both")
    if format_ != "table" and (names or all_):
        raise click.UsageError("--format is for the list of what could be stopped")
    workspace = face.workspace()
    if not names and format_ == "table":
        all_ = all_ or workspace.config.path.name.endswith(".conf")
    if not names and not all_:
        _say_what_runs(workspace, format_)
        return
    found = everything(workspace) if all_ else [named(workspace, name) for name in names]
    chosen = [one for one in found if one.is_build or not all_]
    if not chosen and not quiet:
        click.echo("nothing runs")
    for one in chosen:
        if kill:
            _kill(one)
        else:
            one.build.ask_to_stop(one.jobid, _who())
    for one in chosen:
        _wait(workspace, one)
        if not quiet:
            click.echo(_end(workspace, one))


def _say_what_runs(workspace: Workspace, format_: str) -> None:
    found = everything(workspace)
    if format_ != "table":
        write(COLUMNS, map(_row, found), format_)
        return
    if not found:
        click.echo("nothing runs")
        return
    click.echo("what could be stopped (axtui abort JOB, or --all):")
    for one in found:
        indent = "  " if one.is_build else "    "
        click.echo(f"{indent}{click.style(one.jobid, fg='cyan')}  {one.name}")


def _row(one: Running) -> dict[str, Any]:
    """What could be stopped, as a row; a build itself has no method."""
    return {
        "job": one.jobid,
        "method": None if one.is_build else one.name,
        "script": one.build.script,
        "build_job": one.build.build_job,
        "pid": one.build.pid,
        "user": one.build.user,
    }


def _who() -> str:
    """Who asks, as it will stand in the record of the job."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = str(os.getuid())
    return f"{user} (axtui abort)"


def _kill(one: Running) -> None:
    if not one.is_build:
        raise BuildError(
            f"--kill ends the process of a whole build; name {one.build.script} "
            f"({one.build.build_job}), or leave --kill out"
        )
    one.build.kill()


def _wait(workspace: Workspace, one: Running) -> None:
    """Wait until it is over; say so where that takes long."""
    said = time.monotonic() + _PATIENCE
    while _is_running(workspace, one):
        if time.monotonic() > said:
            said = float("inf")
            hint = f"axtui abort --kill {one.build.build_job} ends it at once"
            click.echo(f"{one.title} has not stopped yet; waiting ({hint})", err=True)
        time.sleep(_PAUSE)


def _end(workspace: Workspace, one: Running) -> str:
    if jobdir.state(workspace.context().job_path(one.jobid)) == "complete":
        return f"{one.title} was complete before it could be stopped"
    return f"stopped {one.title}"


def _is_running(workspace: Workspace, one: Running) -> bool:
    if one.is_build:
        return one.build.alive
    alive = any(build.build_job == one.build.build_job for build in running(workspace))
    return alive and one.build.now().job(one.jobid) is not None
