"""`axtui fsck`: check that all is as it was written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from axtui import human
from axtui.build.specs import Specs
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option
from axtui.cli.tables import Column, write, write_json

if TYPE_CHECKING:
    from axtui.build.housekeeping.fsck import Checked

JOBS = (Column("job"), Column("state"), Column("what"), Column("mend"))
FINDINGS = (
    Column("problem"),
    Column("kind"),
    Column("subject"),
    Column("what"),
    Column("mend"),
)


@click.command("fsck", short_help="Check that all is as it was written.")
@click.argument("specs", metavar="[JOB]...", nargs=-1, shell_complete=values.job_specs)
@click.option("--deep", is_flag=True, help="Read every byte of every file of the jobs.")
@format_option
@click.pass_context
def command(ctx: click.Context, specs: tuple[str, ...], deep: bool, format_: str) -> None:
    """Check jobs, and all that names jobs: the re-use index, results, urd, pins, catalog. Changes
    nothing but to bring the catalog up to date, and says for each problem what to do.

    A job is complete, running, failed, cancelled (someone stopped it), lost (the process that built
    it is gone) or damaged. Without --deep, size and times of its files are compared with what was
    committed, and the bytes where a time differs. The exit code is 0 where there is no problem, and
    1 otherwise; failed, cancelled and lost jobs are none.

    \b
    Examples:
      axtui fsck
      axtui fsck --deep
      axtui fsck dev-12 --deep       the state of one job
    """
    face: Face = ctx.obj
    workspace = face.workspace()
    from axtui.build.housekeeping.fsck import check_jobs, check_workspace

    resolver = Specs(workspace)
    if specs:
        found = check_jobs(workspace, [resolver.job(spec) for spec in specs], deep)
    else:
        found = check_workspace(workspace, deep)
    if format_ == "json":
        _json(found)
    elif specs:
        _states(found, format_)
    else:
        _findings(found, format_)
    ctx.exit(1 if found.problems else 0)


def _rows(found: Checked) -> list[dict[str, object]]:
    return [
        {
            "problem": "problem" if finding.problem else "note",
            "kind": finding.kind,
            "subject": finding.subject,
            "what": finding.what,
            "mend": finding.mend,
        }
        for finding in found.findings
    ]


def _json(found: Checked) -> None:
    findings = [row | {"problem": row["problem"] == "problem"} for row in _rows(found)]
    write_json({"clean": not found.problems, "states": dict(found.states), "findings": findings})


def _states(found: Checked, format_: str) -> None:
    said = {finding.subject: finding for finding in found.findings}
    write(
        JOBS,
        (
            {
                "job": jobid,
                "state": state,
                "what": said[jobid].what if jobid in said else None,
                "mend": said[jobid].mend if jobid in said else None,
            }
            for jobid, state in found.states.items()
        ),
        format_,
    )


def _findings(found: Checked, format_: str) -> None:
    if format_ == "csv":
        write(FINDINGS, _rows(found), format_)
        return
    for finding in found.findings:
        colour = "red" if finding.problem else None
        click.echo(f"{click.style(finding.subject, bold=True, fg=colour)} {finding.what}")
        click.secho(f"  mend: {finding.mend}", dim=True)
    counted = Counter(found.states.values())
    states = ", ".join(f"{human.count(counted[state])} {state}" for state in sorted(counted))
    problems = len(found.problems)
    verdict = human.plural(problems, "problem") if problems else "no problem"
    click.echo(
        f"{human.plural(len(found.states), 'job')}{f' ({states})' if states else ''}: {verdict}"
    )
