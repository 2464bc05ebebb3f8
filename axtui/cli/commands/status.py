"""`axtui status`: what runs in the workspace."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from typing import Any

import click

from axtui import human
from axtui.build.live.state import Job, State, Task
from axtui.build.live.watching import DeadBuild, LiveBuild, dead, running
from axtui.cli.arguments import AxCommand
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option, tui_option
from axtui.cli.nowtext import about, build_lines, job_lines, own_width
from axtui.cli.running import named
from axtui.cli.tables import Column, write, write_json
from axtui.workspace import Workspace

COLUMNS = tuple(
    Column(name)
    for name in (
        "script", "build_job", "job", "method", "parent", "stage", "slice", "state", "started",
        "seconds", "rows", "rate", "status", "tail",
    )
)  # fmt: skip
_FRAME = 0.5


def _place(face: Face, name: str | None, **_: Any) -> tuple[str, str]:
    return ("job", named(face.workspace(), name).jobid) if name else ("dashboard", "")


@click.command("status", cls=AxCommand, short_help="Show what runs now: builds, jobs, slices.")
@click.argument("name", metavar="[JOB|SCRIPT]", required=False, shell_complete=values.running)
@click.option("-F", "--follow", is_flag=True, help="Show it again and again until all is over.")
@click.option("-s", "--short", is_flag=True, help="One line for each job that runs.")
@format_option
@click.pass_obj
@tui_option(_place)
def command(face: Face, name: str | None, follow: bool, short: bool, format_: str) -> None:
    """Show all builds that run in the workspace, whoever started them: their jobs with their
    subjobs, and of each slice its rows, its `status()` texts and the last lines it printed.

    JOB is the id of a running job or build, the name of a running script or method.

    \b
    Examples:
      axtui status
      axtui status dev-12 --follow
      axtui status --format json
    """
    workspace = face.workspace()
    if follow and format_ != "table":
        raise click.UsageError("--follow shows a table; it cannot be --format " + format_)
    if format_ == "json":
        write_json(_json(workspace, name))
    elif format_ == "csv":
        write(COLUMNS, _rows(workspace, name), format_)
    elif follow:
        _follow(workspace, name)
    elif short:
        click.echo("\n".join(_short(workspace, name)) or "nothing runs")
    else:
        _died(workspace)
        click.echo("\n".join(_table(workspace, name)))


def _short(workspace: Workspace, name: str | None) -> list[str]:
    """A line for each job that runs: its method, what it is at, and since when."""
    now = time.time()
    lines = []
    for _, state, wanted in _wanted(workspace, name):
        for job in state.jobs:
            if job.jobid in wanted:
                lines.append(f"{job.method} {job.stage} ({human.seconds(now - job.started)})")
    return lines


def _died(workspace: Workspace) -> None:
    """Tell of builds that were killed, once."""
    for one in dead(workspace):
        build = one.build
        head = click.style(f"{build.script} {build.build_job} died", fg="red")
        click.echo(f"{head}  process {build.pid} of {build.user}, {_unfinished(one)}")
        one.clear()


def _unfinished(one: DeadBuild) -> str:
    if not one.unfinished:
        return "no job was unfinished"
    jobs = ", ".join(f"{method} {jobid}" for jobid, method in one.unfinished)
    return f"unfinished: {jobs}; run it again to make what is missing"


def _table(workspace: Workspace, name: str | None) -> list[str]:
    now = time.time()
    width = own_width()
    if name is not None:
        one = named(workspace, name)
        if not one.is_build:
            head = click.style(f"of {one.build.script} {one.build.build_job}", dim=True)
            return [head, *job_lines(one.state, one.jobid, now, width)]
        builds = [(one.build, one.state)]
    else:
        builds = [(build, build.now()) for build in running(workspace)]
    lines: list[str] = []
    for build, state in builds:
        lines += [""] if lines else []
        lines += build_lines(state, now, about(build), width)
    return lines or ["nothing runs"]


def _follow(workspace: Workspace, name: str | None) -> None:
    """The same, drawn over itself on a terminal, until nothing of it runs any more."""
    _died(workspace)
    ids = {named(workspace, name).jobid} if name is not None else set()
    drawn = ""
    while True:
        builds = running(workspace)
        alive = {build.build_job for build in builds}
        alive |= {job.jobid for build in builds for job in build.now().jobs} if ids else set()
        if not (ids & alive if ids else alive):
            break
        drawn = _draw(_table(workspace, next(iter(ids), None)), drawn)
        time.sleep(_FRAME)
    _died(workspace)
    click.echo("it is over" if ids else "nothing runs")


def _draw(lines: list[str], drawn: str) -> str:
    """Show lines in the place of those before, as many as the terminal has; elsewhere below them."""
    if not sys.stdout.isatty():
        text = "\n".join(lines)
        if text != drawn:
            click.echo(text + "\n")
        return text
    height = shutil.get_terminal_size().lines - 1
    if len(lines) > height:
        lines = [*lines[: height - 1], click.style(f"… {len(lines) - height + 1} more", dim=True)]
    click.echo("\x1b[H\x1b[J" + "\n".join(lines))
    return ""


# -- for programs


def _wanted(workspace: Workspace, name: str | None) -> list[tuple[LiveBuild, State, set[str]]]:
    """(build, its state, ids of the jobs that were asked for) of what runs."""
    if name is None:
        found = [(build, build.now()) for build in running(workspace)]
        return [(build, state, {job.jobid for job in state.jobs}) for build, state in found]
    one = named(workspace, name)
    jobs = one.state.tree(None if one.is_build else one.jobid)
    return [(one.build, one.state, {job.jobid for _, job in jobs})]


def _json(workspace: Workspace, name: str | None) -> list[dict[str, Any]]:
    builds = [
        _about(build)
        | {"state": "running", "built": state.built, "reused": state.reused, "failed": state.failed}
        | {"tail": [line for line in state.tail if line]}
        | {"jobs": [_job(job) for job in state.jobs if job.jobid in ids]}
        | {"waiting": [{**vars(waiting)} for waiting in state.waiting]}
        for build, state, ids in _wanted(workspace, name)
    ]
    for one in dead(workspace) if name is None else []:
        unfinished = [{"job": jobid, "method": method} for jobid, method in one.unfinished]
        builds.append(_about(one.build) | {"state": "died", "unfinished": unfinished})
        one.clear()
    return builds


def _about(build: LiveBuild) -> dict[str, Any]:
    return {
        "script": build.script,
        "build_job": build.build_job,
        "pid": build.pid,
        "host": build.host,
        "user": build.user,
        "started": build.started,
        "argv": list(build.argv),
        "log": str(build.log) if build.log else None,
    }


def _job(job: Job) -> dict[str, Any]:
    held = {"job": job.jobid, **vars(job), "tasks": [_task(task) for task in job.tasks]}
    del held["jobid"]
    return held


def _task(task: Task) -> dict[str, Any]:
    held = {**vars(task), "slice": task.sliceno, "tail": [line for line in task.tail if line]}
    del held["sliceno"]
    return held


def _rows(workspace: Workspace, name: str | None) -> Iterator[dict[str, Any]]:
    """A row per slice of each job, and one per build that no job runs of."""
    now = time.time()
    for build, state, ids in _wanted(workspace, name):
        whose = {"script": build.script, "build_job": build.build_job}
        jobs = [job for job in state.jobs if job.jobid in ids]
        for job in jobs:
            ours = {"job": job.jobid, "method": job.method, "parent": job.parent}
            for task in job.tasks or [Task("", None)]:
                yield whose | ours | _task_row(task, now)
        if not jobs:
            yield whose | {"state": "running", "started": build.started}


def _task_row(task: Task, now: float) -> dict[str, Any]:
    seconds = task.wall if task.wall is not None else now - task.started if task.started else None
    return _task(task) | {
        "seconds": seconds,
        "status": " > ".join(task.status),
        "tail": "\n".join(line for line in task.tail if line),
    }
