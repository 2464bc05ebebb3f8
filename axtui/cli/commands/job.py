"""`axtui job`: list jobs, or show one."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click

from axtui import human, userconfig
from axtui.accelerator.colourwrapper import Colour, colours_of
from axtui.build import jobfiles, jobinfo
from axtui.build.named import Named
from axtui.build.specs import Specs
from axtui.cli import profileshow
from axtui.cli.arguments import AxCommand, MaybeValue, given
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option, the_one, tui_option
from axtui.cli.jobshow import show
from axtui.cli.tables import Column, document, write, write_json
from axtui.data import jobdir
from axtui.errors import NoSuchWhateverError
from axtui.tui.places import TABS

COLUMNS = (
    Column("job", firm=True),
    Column("method"),
    Column("name"),
    Column("state", firm=True),
    Column("started", human.when, firm=True),
    Column("wall_s", human.seconds, right=True),
    Column("why"),
)


def _place(face: Face, specs: tuple[str, ...], filter_: str, **_: Any) -> tuple[str, str]:
    spec = the_one(specs, "job")
    return ("job", Named(face.workspace()).find("JOB", spec)) if spec else ("jobs", filter_)


@click.command("job", cls=AxCommand, short_help="List jobs, or show one.")
@click.argument("specs", metavar="[JOB]...", nargs=-1, shell_complete=values.job_specs)
@click.option("-o", "--output", is_flag=True, help="Show what it printed, too.")
@click.option("-O", "--just-output", is_flag=True, help="Show only what it printed.")
@click.option("-P", "--just-path", is_flag=True, help="Show only its folder.")
@click.option("-s", "--source", is_flag=True, help="Show only the source it was run from.")
@click.option(
    "-S",
    "--source-file",
    cls=MaybeValue,
    metavar="[PATTERN]",
    help="Show only files of that source: 'a_*.py'; all, if none is said.",
)
@click.option(
    "-f",
    "--file",
    cls=MaybeValue,
    metavar="[PATTERN]",
    help="Show only files that it made: '*.txt'; all, if none is said.",
)
@click.option(
    "--profile", is_flag=True, help="Show only where its time went, and its hot lines if known."
)
@click.option(
    "--again",
    is_flag=True,
    help="With --profile: build it once more, and look which lines take longest.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show its whole setup, too.")
@click.option(
    "--filter",
    "filter_",
    metavar="FILTER",
    default="",
    help="List the jobs that fit: 'state:failed method:import since:2h text'.",
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="How many jobs to list, newest first; 0: all.",
)
@format_option
@click.pass_obj
@tui_option(_place, TABS["job"])
def command(
    face: Face,
    specs: tuple[str, ...],
    output: bool,
    just_output: bool,
    just_path: bool,
    source: bool,
    filter_: str,
    limit: int,
    format_: str,
    **more: Any,
) -> None:
    """List the newest jobs, or show everything about some.

    JOB is a job id, a method or build script (its newest job), a name that a build script gave with
    `name=`, WORKDIR-LATEST, a job's folder, or `:LIST/TIMESTAMP:NAME` of the urd (its latest entry
    and the last job there, if they are not said).
    `~N` behind it is N jobs of that method earlier, `+N` later, `^` the job in `previous`, `<N` and `>N`
    go by number; `!` takes only jobs whose source is as it is now, `.NAME` goes to an input.

    \b
    Examples:
      axtui job                      the newest jobs
      axtui job dev-12               everything about a job
      axtui job --filter 'state:failed since:2d'
      axtui job csvimport~1 -O       what the last but one csvimport printed
      axtui job :import:.source -f   the files of its input `source`
      axtui job import --profile     where its time went, by slice
    """
    resolver = Specs(face.workspace())
    if specs and filter_:
        raise click.UsageError("--filter is for the list of jobs")
    patterns = dict(given("source_file", "file"))
    profile, again = more["profile"], more["again"]
    if again and not profile:
        raise click.UsageError("--again is for --profile")
    if not specs:
        if patterns or output or just_output or source or profile:
            raise click.UsageError("of which job? Name one: axtui job JOB")
        if filter_:
            write_jobs(_fitting(face, filter_, limit), format_, "no job is like that")
            return
        found = islice(resolver.jobs(), limit or None)
        write_jobs((jobinfo.row(resolver, jobid) for jobid in found), format_)
        return
    jobids = [resolver.job(spec) for spec in specs]
    if profile:
        _profile(
            face,
            resolver,
            [_built_again(face, each) for each in jobids] if again else jobids,
            format_,
        )
    elif patterns:
        _show_files(resolver, jobids, patterns)
    elif format_ == "csv":
        write(COLUMNS, (jobinfo.row(resolver, jobid) for jobid in jobids), format_)
    elif format_ == "json":
        write_json([_complete(resolver, jobid) for jobid in jobids])
    else:
        for number, jobid in enumerate(jobids):
            if number and not just_path:
                click.echo()
            _one(resolver, jobid, output, just_output, just_path, source)
            if more["verbose"]:
                click.echo(jobfiles.setup_text(resolver.path(jobid)))
            if not (just_output or just_path or source):
                _warn_unfinished(resolver.path(jobid))


def _profile(face: Face, resolver: Specs, jobids: list[str], format_: str) -> None:
    found = [jobinfo.everything(resolver, jobid) for jobid in jobids]
    if format_ == "json":
        write_json([document("job", profileshow.document(facts)) for facts in found])
        return
    if format_ == "csv":
        raise click.UsageError("a profile is written as a table or as json")
    for number, facts in enumerate(found):
        if number:
            click.echo()
        profileshow.show(facts)


def _built_again(face: Face, jobid: str) -> str:
    """Build a job once more, looking for its hot lines; the job that came of it."""
    from axtui.build.byhand import write_again
    from axtui.cli.commands.run import Scripts

    workspace = face.workspace()
    method = str(jobdir.load_setup(workspace.context().job_path(jobid))["method"])
    there, script = write_again(workspace, jobid, method)
    with closing(Scripts(there, False, {"hot": True}, None)) as running:
        return running.run(script).built[0]


def _warn_unfinished(path: Path) -> None:
    if jobdir.state(path) not in ("complete", "missing"):
        colour = Colour(colours_of(userconfig.read().colours))
        colour.configure_from_environ()
        click.echo(colour("WARNING: Job did not finish", "job/warning"), color=True)


def _show_files(resolver: Specs, jobids: list[str], patterns: dict[str, str | None]) -> None:
    """The files of jobs that fit a pattern, each below its name if there are several."""
    found: list[tuple[str, bytes]] = []
    for jobid in jobids:
        path = resolver.path(jobid)
        if "source_file" in patterns:
            found += jobfiles.sources(path, patterns["source_file"] or "*")
        if "file" in patterns:
            found += jobfiles.made(path, patterns["file"] or "*")
    if not found:
        wanted = " and ".join(pattern or "*" for pattern in patterns.values())
        raise NoSuchWhateverError(f"no file of {', '.join(jobids)} is called {wanted}")
    for name, data in found:
        if len(found) > 1:
            click.echo(f"{name}\n{'=' * len(name)}")
        click.echo(data, nl=not data.endswith(b"\n") and sys.stdout.isatty())


def _fitting(face: Face, filter_: str, limit: int) -> list[dict[str, Any]]:
    """The jobs that a filter lets through, newest first."""
    from axtui.build.joblisting import listing
    from axtui.cli.refreshed import take_in
    from catalog.read import query

    asked = listing(filter_, datetime.now().astimezone(), limit=limit)
    workspace = face.workspace()
    take_in(workspace)
    rows: list[dict[str, Any]] = query(workspace.dot_axtui, asked.sql, asked.params).to_pylist()
    return [
        {**row, "started": row["started"] and row["started"].timestamp(), "why": row["why"] or None}
        for row in rows
    ]


def write_jobs(
    rows: Iterable[dict[str, Any]],
    format_: str,
    empty: str = "no jobs yet; axtui run makes some",
    columns: Sequence[Column] = COLUMNS,
) -> None:
    """Write a list of jobs; in a table the names stand where there are such."""
    rows = list(rows)
    named = format_ != "table" or any(row.get("name") for row in rows)
    shown = [column for column in columns if named or column.name != "name"]
    write(shown, rows, format_, empty=empty)


def _one(
    resolver: Specs, jobid: str, output: bool, just_output: bool, just_path: bool, source: bool
) -> None:
    path = resolver.path(jobid)
    if just_path:
        click.echo(str(path))
    elif source:
        for name, text in jobinfo.sources(path):
            click.secho(f"# {name}", dim=True)
            click.echo(text.rstrip("\n"))
    elif just_output:
        _print_output(resolver, jobid)
    else:
        show(jobinfo.everything(resolver, jobid))
        if output:
            click.secho("\noutput", bold=True)
            _print_output(resolver, jobid)


def _print_output(resolver: Specs, jobid: str) -> None:
    parts = _output(resolver, jobid)
    for stage, text in parts.items():
        if len(parts) > 1:
            click.secho(f"# {'analysis ' if stage.isdigit() else ''}{stage}", dim=True)
        click.echo(text, nl=not text.endswith("\n"))


def _output(resolver: Specs, jobid: str) -> dict[str, str]:
    """What a job printed by stage or slice, also while it runs."""
    from axtui.build.joboutput import printed

    return {
        one.label: one.path.read_bytes().decode("utf-8", "replace")
        for one in printed(resolver.path(jobid), {})
        if one.path is not None
    }


def _complete(resolver: Specs, jobid: str) -> dict[str, Any]:
    if not (resolver.path(jobid) / jobdir.SETUP).exists():
        return document("job", jobinfo.row(resolver, jobid))
    shown = {**jobinfo.everything(resolver, jobid), "output": _output(resolver, jobid)}
    return document("job", shown)
