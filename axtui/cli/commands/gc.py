"""`axtui gc`: remove the jobs that nothing needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import click

from axtui import human
from axtui.build.specs import Specs
from axtui.cli.arguments import AxCommand
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option
from axtui.cli.tables import Column, write, write_json
from axtui.retention import DURATION, SIZE, Retention, duration, size

if TYPE_CHECKING:
    from collections.abc import Callable

    from axtui.build.housekeeping.doomed import Verdict
    from axtui.build.housekeeping.gc import Decision
    from axtui.build.housekeeping.jobfacts import JobFacts
    from axtui.build.housekeeping.leftovers import Leftover

COLUMNS = (
    Column("job"),
    Column("method"),
    Column("goes", lambda goes: "goes" if goes else "stays"),
    Column("state"),
    Column("ended", human.when),
    Column("seconds", human.seconds, right=True),
    Column("bytes", human.size, right=True),
    Column("why"),
)


@click.command("gc", cls=AxCommand, short_help="Remove the jobs that nothing needs.")
@click.argument("specs", metavar="[JOB]...", nargs=-1, shell_complete=values.job_specs)
@click.option("-n", "--dry-run", is_flag=True, help="Show what would go, and remove nothing.")
@click.option("-a", "--all", "all_", is_flag=True, help="List what stays, too, and why.")
@click.option(
    "-m",
    "--method",
    "methods",
    multiple=True,
    metavar="PATTERN",
    shell_complete=values.methods,
    help="Only jobs of these methods.",
)
@click.option("--grace", metavar="TIME", help='Instead of what axtui.toml says: "12 hours", "0".')
@click.option("--size", "most", metavar="SIZE", help='Instead of what axtui.toml says: "50 GB".')
@click.option("--alone", is_flag=True, help="No other workspace uses these workdirs any more.")
@format_option
@click.pass_obj
def command(
    face: Face,
    specs: tuple[str, ...],
    dry_run: bool,
    all_: bool,
    methods: tuple[str, ...],
    grace: str | None,
    most: str | None,
    alone: bool,
    format_: str,
) -> None:
    """Remove the jobs that nothing needs any more, and what killed processes left behind.

    Never removed is what runs or is in use, what is pinned, a result, in the urd, was used by the last
    run of a build script or in the last days, and all that those rest on. `[retention]` in axtui.toml
    has the rules. Builds may go on meanwhile. What was removed stays in the catalog, as collected.

    With JOB only those may go, and it is said why one stays.

    \b
    Examples:
      axtui gc --dry-run             what would go, how much that is, and why
      axtui gc
      axtui gc dev-12                only this one, if nothing needs it
      axtui gc --grace 0 -m "train_*"
    """
    workspace = face.workspace()
    rules = _rules(workspace.config.retention, grace, most)
    resolver = Specs(workspace)
    named = frozenset(resolver.job(spec) for spec in specs)
    only = _only(named, methods)
    from axtui.build.housekeeping.gc import collect, decide

    if dry_run:
        decision = decide(workspace, rules, only=only, alone=alone)
        _report(_planned(decision, named, all_), decision.leftovers, decision.notes, format_, True)
        return
    stays = decide(workspace, rules, only=only, alone=alone).plan.stay if named or all_ else {}
    done = collect(workspace, rules, only=only, alone=alone, waiting=_waiting)
    shown = [*done.gone, *done.spared, *_staying(stays, named, all_)]
    _report(shown, done.swept, done.warnings, format_, False)
    _fold(face)


def _rules(rules: Retention, grace: str | None, most: str | None) -> Retention:
    if grace is not None:
        seconds = duration(grace)
        if seconds is None:
            raise click.BadParameter(f"must be {DURATION}, not {grace!r}", param_hint="--grace")
        rules = replace(rules, grace=seconds, failed=min(seconds, rules.failed))
    if most is not None:
        most_bytes = size(most)
        if most_bytes is None:
            raise click.BadParameter(f"must be {SIZE}, not {most!r}", param_hint="--size")
        rules = replace(rules, size=most_bytes)
    return rules


def _only(named: frozenset[str], methods: tuple[str, ...]) -> Callable[[JobFacts], bool]:
    def only(job: JobFacts) -> bool:
        if named and job.jobid not in named:
            return False
        return not methods or any(fnmatchcase(job.method, pattern) for pattern in methods)

    return only


def _waiting(pid: int) -> None:
    click.echo(f"waiting for another gc (process {pid}) to end", err=True)


def _planned(decision: Decision, named: frozenset[str], all_: bool) -> list[Verdict]:
    return [*decision.plan.go, *_staying(decision.plan.stay, named, all_)]


def _staying(stay: Mapping[str, Verdict], named: frozenset[str], all_: bool) -> list[Verdict]:
    return [verdict for jobid, verdict in stay.items() if all_ or jobid in named]


def _report(
    verdicts: Iterable[Verdict],
    leftovers: Iterable[Leftover],
    notes: Iterable[str],
    format_: str,
    dry: bool,
) -> None:
    rows, others = [_row(verdict) for verdict in verdicts], [_leftover(one) for one in leftovers]
    went = [row for row in rows if row["goes"]]
    total = {
        "jobs": len(went),
        "bytes": sum(row["bytes"] for row in [*went, *others]),
        "seconds": sum(row["seconds"] for row in went),
    }
    if format_ == "json":
        write_json(
            {
                "dry_run": dry,
                "jobs": rows,
                "leftovers": others,
                "total": total,
                "notes": list(notes),
            }
        )
        return
    if rows or format_ == "csv":
        write(_columns(rows) if format_ == "table" else COLUMNS, rows, format_)
    for note in notes:
        click.echo(f"axtui: warning: {note}", err=True)
    if format_ == "table":
        for one in others:
            click.echo(f"{one['path']}  {human.size(one['bytes'])}  {one['why']}")
        _total(total, len(others), dry)


def _columns(rows: list[dict[str, Any]]) -> list[Column]:
    """The columns of a table, with room for the reason; what is the same in all rows is left out."""
    left_out = {"state", "ended"} | ({"goes"} if all(row["goes"] for row in rows) else set())
    return [column for column in COLUMNS if column.name not in left_out]


def _total(total: Mapping[str, Any], others: int, dry: bool) -> None:
    if not total["jobs"] and not others:
        click.echo("There is nothing to remove.")
        return
    found = human.plural(total["jobs"], "job")
    if others:
        found += f" and {human.plural(others, 'leftover')}"
    would = "would go" if dry else "removed"
    cost = f"; making the jobs took {human.seconds(total['seconds'])}" if total["jobs"] else ""
    click.echo(f"{found} {would}: {human.size(total['bytes'])}{cost}")


def _row(verdict: Verdict) -> dict[str, Any]:
    job = verdict.job
    return {
        "job": job.jobid,
        "method": job.method,
        "goes": verdict.goes,
        "state": job.state,
        "ended": job.ended,
        "seconds": job.seconds,
        "bytes": job.bytes,
        "why": verdict.why,
    }


def _leftover(one: Leftover) -> dict[str, Any]:
    return {"path": str(one.path), "bytes": one.bytes, "why": one.why}


def _fold(face: Face) -> None:
    """Let the catalog know at once, if nobody else is at it."""
    from axtui.build.refresh import refresh
    from catalog.errors import CatalogError

    try:
        refresh(face.workspace())
    except CatalogError as error:
        click.echo(f"axtui: warning: {error}", err=True)
