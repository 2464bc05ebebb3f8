"""`axtui why`: why a job was built, and against which job that was found."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Any

import click

from axtui.build.specs import Specs
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option
from axtui.cli.tables import Column, document, write, write_json
from axtui.data import jobdir

_PARTS = {
    "source": "its code changed",
    "option": "an option changed",
    "dataset": "an input dataset holds something else",
    "job": "an input job holds something else",
    "input": "an input file changed",
    "package": "a package that its code imported changed",
    "python": "another Python",
    "environ": "an environment variable changed",
    "declared": "a file it declares to depend on changed",
    "slices": "another number of slices",
    "subjob": "a job that it built changed",
    "damaged": "the job that could have been used is damaged",
    "forced": "it was built by force",
    "first": "there was no job of this method to compare with",
}
_COLUMNS = (
    Column("job"),
    Column("method"),
    Column("against"),
    *(Column(name) for name in ("part", "name", "old", "new")),
)


@click.command("why", short_help="Show why a job was built.")
@click.argument("specs", metavar="JOB...", nargs=-1, required=True, shell_complete=values.job_specs)
@format_option
@click.pass_obj
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
    if reason["is_build"] or not reason["changes"]:
        click.echo("  build scripts always run; what they build is re-used")
        return
    if reason["against"]:
        click.echo(f"  was compared with {reason['against']}:")
    for change in reason["changes"]:
        _show_change(change)


def _differing(old: str | None, new: str | None) -> list[str]:
    """The parts of two long JSON values that differ, a line each; none where they are no such."""
    try:
        sides = [json.loads(text or "") for text in (old, new)]
    except ValueError:
        return []
    if not all(isinstance(side, (dict, list)) for side in sides):
        return []
    written = [json.dumps(side, indent=1, ensure_ascii=False).splitlines() for side in sides]
    if max(map(len, written)) <= _FEW:
        return []
    old_lines, new_lines = ([line.rstrip(",") for line in side] for side in written)
    return [
        f"{line[:1]} {line[1:].strip()}"
        for line in difflib.ndiff(old_lines, new_lines)
        if line[:1] in "+-"
    ]


_FEW = 5
"""Values of no more parts are shown whole."""


def _show_change(change: Mapping[str, Any]) -> None:
    words = _PARTS.get(change["part"], change["part"])
    named = change["part"] not in ("first", "forced", "python", "slices")
    name = f": {click.style(change['name'], bold=True)}" if named else ""
    click.echo(f"  {words}{name}")
    told = bool(change.get("detail")) and change["part"] == "source"  # lines say more than digests
    if change["part"] == "option" and (lines := _differing(change["old"], change["new"])):
        for line in lines:
            click.secho(f"    {line}", fg={"+": "green", "-": "red"}.get(line[:1]))
        return
    for sign, colour, value in (("-", "red", change["old"]), ("+", "green", change["new"])):
        if value is not None and not told:
            click.secho("\n".join(f"    {sign} {line}" for line in value.splitlines()), fg=colour)
    for line in (change.get("detail") or "").splitlines():
        click.secho(f"      {line}", fg={"+": "green", "-": "red", "@": "cyan"}.get(line[:1]))
