"""`axtui unpin`: let go of jobs that were pinned."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from axtui.cli.completion import values
from axtui.cli.face import Face
from axtui.workspace import Workspace


@values.completer
def _pinned(workspace: Workspace, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    from axtui.build.housekeeping.pins import pins

    found = pins(workspace.config.workdirs).values()
    return [CompletionItem(one.job, help=one.note or None) for one in found]


@click.command("unpin", short_help="Let go of jobs that were pinned.")
@click.argument("jobids", metavar="JOB...", nargs=-1, required=True, shell_complete=_pinned)
@click.pass_obj
def command(face: Face, jobids: tuple[str, ...]) -> None:
    """Unpin jobs: from here on the rules decide how long they are kept.

    JOB is a job id, as `axtui pin` lists them; the job itself may be gone.

    \b
    Example:
      axtui unpin dev-12
    """
    workspace = face.workspace()
    from axtui.build.housekeeping.pins import unpin

    for jobid in jobids:
        unpin(workspace, jobid)
        click.echo(f"{jobid} is no longer pinned")
