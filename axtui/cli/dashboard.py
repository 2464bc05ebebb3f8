"""`axtui` without a command: the dashboard; where it cannot be shown, the same as a few plain lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from axtui import human

if TYPE_CHECKING:
    from axtui.workspace import Workspace

_RESULTS = 5
_FAILURES = 5
_LOOKED_AT = 200  # jobs, newest first, among which failures count as recent


def hindrance(environ: Mapping[str, str] = os.environ) -> str | None:
    """Why the dashboard cannot be shown here, or None where it can."""
    if environ.get("AXTUI_BROWSER"):
        return None
    if not sys.stdin.isatty():
        return "standard input is no terminal"
    if not sys.stdout.isatty():
        return "standard output is no terminal"
    if environ.get("TERM", "dumb") in ("dumb", ""):
        return "the terminal cannot move its cursor (TERM is dumb, or not set)"
    return None


def summary(ctx: click.Context, workspace: Workspace) -> None:
    """What the dashboard shows first, for pipes and screen readers: what runs, the newest results,
    what failed lately, and whether saves are watched."""
    from axtui.cli.commands.status import command as status

    click.echo(f"Workspace {workspace.root}")
    _title("Running now")
    ctx.invoke(status)
    _title("Newest results")
    _results(workspace)
    _title("Failed lately")
    _failures(workspace)
    _title("Watching")
    click.echo(_watching(workspace))


def _title(text: str) -> None:
    click.secho(f"\n{text}", bold=True)


def _results(workspace: Workspace) -> None:
    from axtui.build.linked import results

    found = sorted(results(workspace), key=lambda one: one.when or 0.0, reverse=True)
    for one in found[:_RESULTS]:
        when = "its file is gone" if one.gone else f"linked {human.when(one.when)}"
        of = f" of {one.job}" if one.job else ""
        click.echo(f"{one.name}{of}, {when}")
    if not found:
        click.echo("none yet")
    elif len(found) > _RESULTS:
        click.echo(f"and {human.count(len(found) - _RESULTS)} more: axtui open")


def _failures(workspace: Workspace) -> None:
    from axtui.build import jobinfo
    from axtui.build.specs import Specs
    from axtui.data import jobdir

    specs = Specs(workspace)
    rows = (jobinfo.row(specs, jobid) for jobid in islice(specs.jobs(), _LOOKED_AT))
    failed = [row for row in rows if row["state"] in (*jobdir.FAILURES, "damaged")]
    for row in failed[:_FAILURES]:
        click.echo(_failure(row))
    if failed:
        click.echo(f"What went wrong: axtui job {failed[0]['job']}")
    else:
        click.echo("none")


def _failure(row: Mapping[str, Any]) -> str:
    when = f", started {human.when(row['started'])}" if row.get("started") else ""
    return f"{row.get('method') or 'a job'} {row['job']}: {row['state']}{when}"


def _watching(workspace: Workspace) -> str:
    from axtui.build.watch.lock import watched_by

    found = watched_by(workspace)
    if found is None:
        return "nobody: `axtui watch` rebuilds what saves change, and tells it line by line"
    since = f" since {human.when(found['since'])}" if found["since"] else ""
    return f"process {found['pid']} of {found['user']} rebuilds what saves change{since}"
