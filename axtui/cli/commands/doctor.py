"""`axtui doctor`: what is wrong with the set-up, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from axtui import human
from axtui.cli.face import Face, format_option
from axtui.cli.tables import Column, write, write_json

if TYPE_CHECKING:
    from axtui.build.doctor.finding import Finding
    from axtui.workspace import Workspace

FORMAT = "axtui-doctor-1"
_COLUMNS = tuple(Column(name) for name in ("area", "check", "state", "text", "mend"))
_COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}
_NO_WORKSPACE = "make a workspace: axtui init DIR"

Found = tuple[str, "Finding"]


@click.command("doctor", short_help="Find what is wrong with the set-up, and how to mend it.")
@format_option
@click.pass_context
def command(ctx: click.Context, format_: str) -> None:
    """Look at the installation, the machine and the workspace, and say what is wrong and how to mend
    it. A small job is built apart, to see that builds work. Nothing is changed. Ends with 1 if there
    is a problem; outside a workspace only the installation is looked at.

    \b
    Examples:
      axtui doctor
      axtui doctor --format json
    """
    face = ctx.find_object(Face)
    assert face is not None
    found: list[Found] = []
    for area, finding in _look(face):
        found.append((area, finding))
        if format_ == "table":
            _show(found)
    problems = sum(finding.state == "problem" for _, finding in found)
    if format_ == "table":
        _sum_up(found)
    else:
        rows = [{"area": area, **asdict(finding)} for area, finding in found]
        if format_ == "json":
            write_json({"format": FORMAT, "healthy": not problems, "checks": rows})
        else:
            write(_COLUMNS, rows, format_)
    ctx.exit(1 if problems else 0)


def _look(face: Face) -> Iterator[Found]:
    """All findings, each with the area it belongs to, as they come in."""
    from axtui import config
    from axtui.build.doctor import code, index, installation, machine, places, trial
    from axtui.build.doctor.finding import carefully
    from axtui.cli import terminal

    workspace, of_workspace = _workspace(face)
    cores = config.cores()
    slices = workspace.config.slices if workspace else cores
    slots = workspace.config.engine.slots if workspace else cores
    asked = workspace.config.engine.memory if workspace else 0
    areas = {
        "installation": installation.checks,
        "machine": lambda: machine.checks(slices, slots, asked),
        "terminal": terminal.checks,
    }
    for area, check in areas.items():
        yield from ((area, finding) for finding in carefully(area, check))
    yield from (("workspace", finding) for finding in of_workspace)
    if workspace is not None:
        inside = {"code": code.checks, "folders": places.checks, "jobs": index.checks}
        for area, look in inside.items():
            findings = carefully(area, lambda look=look: look(workspace))  # type: ignore[misc]
            yield from ((area, finding) for finding in findings)
    yield from (("trial", f) for f in carefully("trial", lambda: trial.checks(workspace)))


def _workspace(face: Face) -> tuple[Workspace | None, list[Finding]]:
    """The workspace, if there is one that opens, and what is to be said about that."""
    from axtui.build.doctor.finding import ok, problem
    from axtui.errors import ConfigError, NoWorkspaceError

    try:
        workspace = face.workspace()
    except NoWorkspaceError as error:
        if face.folder is None:
            return None, [ok("workspace", f"none here; {_NO_WORKSPACE}")]
        return None, [problem("workspace", str(error), _NO_WORKSPACE)]
    except ConfigError as error:
        return None, [problem("workspace", str(error), "correct the file; docs/configuration.md")]
    return workspace, [ok("workspace", str(workspace.config.path))]


def _show(found: list[Found]) -> None:
    """Print the newest finding, and the name of its area if it is the first of it."""
    area, finding = found[-1]
    if len(found) == 1 or found[-2][0] != area:
        click.secho(area, bold=True)
    state = click.style(f"{finding.state:<8}", fg=_COLOURS[finding.state])
    click.echo(f"  {state} {finding.check:<12} {finding.text}")
    if finding.mend:
        click.echo(f"  {'':<8} {click.style('-> mend     ', bold=True)} {finding.mend}")


def _sum_up(found: list[Found]) -> None:
    counts: dict[str, int] = {
        state: len(list(group))
        for state, group in groupby(sorted(finding.state for _, finding in found))
    }
    problems, warnings = counts.get("problem", 0), counts.get("warning", 0)
    said: list[Any] = [
        human.plural(number, word)
        for number, word in ((problems, "problem"), (warnings, "warning"))
        if number
    ]
    colour = "red" if problems else "yellow" if warnings else "green"
    click.secho(" and ".join(said) if said else "all is well", bold=True, fg=colour)
