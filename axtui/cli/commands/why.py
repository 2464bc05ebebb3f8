"""`axtui why`: why a job was built, and against which job that was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from axtui.build import whytext
from axtui.build.specs import Specs
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option, the_one, tui_option
from axtui.cli.tables import Column, document, write, write_json
from axtui.data import jobdir

_COLUMNS = (
    Column("job"),
    Column("method"),
    Column("against"),
    *(Column(name) for name in ("part", "name", "old", "new")),
)
_COLOURS = {"old": "red", "new": "green", "place": "cyan"}


def _place(face: Face, specs: tuple[str, ...], **_: Any) -> tuple[str, str, str]:
    return "job", Specs(face.workspace()).job(the_one(specs, "job")), "why"


@click.command("why", short_help="Show why a job was built.")
@click.argument("specs", metavar="JOB...", nargs=-1, required=True, shell_complete=values.job_specs)
@format_option
@click.pass_obj
@tui_option(_place)
def command(face: Face, specs: tuple[str, ...], format_: str) -> None:
    """Show why jobs were built: what differs from the job that came nearest to being re-used.
    What a build would do now, `axtui run --why` shows.

    \b
    Examples:
      axtui why dev-12
      axtui why csvimport            the newest job of a method
      axtui why csvimport~1          the one before
    """
    resolver = Specs(face.workspace())
    found = [_reason(resolver, resolver.job(spec)) for spec in specs]
    if format_ == "json":
        write_json([document("why", reason) for reason in found])
    elif format_ == "csv":
        rows = [{**reason, **change} for reason in found for change in reason["changes"]]
        write(_COLUMNS, rows, format_)
    else:
        for number, reason in enumerate(found):
            if number:
                click.echo()
            _show(reason)


def _reason(resolver: Specs, jobid: str) -> dict[str, Any]:
    setup = jobdir.load_setup(resolver.path(jobid))
    reason = setup.get("reason") or {}
    return {
        "job": jobid,
        "method": setup.get("method"),
        "is_build": bool(setup.get("is_build")),
        "kind": reason.get("kind"),
        "against": reason.get("against"),
        "text": reason.get("text"),
        "changes": reason.get("changes", []),
    }


def _show(reason: Mapping[str, Any]) -> None:
    click.echo(f"{click.style(reason['job'], bold=True)}  {reason['method']}")
    for line in whytext.lines(reason, reason["is_build"]):
        _show_line(line)


def _show_line(line: whytext.Line) -> None:
    colour = _COLOURS.get(line.kind)
    if line.kind == "change":
        name = f": {click.style(line.name, bold=True)}" if line.name else ""
        click.echo(f"  {line.text}{name}")
    elif line.deep:
        click.secho(f"      {line.text}", fg=colour)
    elif line.kind == "plain":
        click.echo(f"  {line.text}")
    else:
        click.secho(f"    {'-' if line.kind == 'old' else '+'} {line.text}", fg=colour)
