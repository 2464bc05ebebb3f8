"""`axtui adopt`: take over what the Accelerator made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from axtui import human
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option
from axtui.cli.passing import passing_line
from axtui.cli.tables import Column, write, write_json

if TYPE_CHECKING:
    from axtui.build.adopt.adopter import Adopted, Step

SKIPPED = (Column("job"), Column("why"))
_MOST = 10


@click.command("adopt", short_help="Take over jobs that the Accelerator made.")
@click.argument(
    "paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path, exists=True)
)
@click.option(
    "--into",
    metavar="WORKDIR",
    shell_complete=values.workdirs,
    help="The workdir that they go to, if not that of the same name.",
)
@format_option
@click.pass_context
def command(ctx: click.Context, paths: tuple[Path, ...], into: str | None, format_: str) -> None:
    """Make jobs of the jobs in an old workdir of the Accelerator: their datasets (as Parquet), files,
    results, prints, options, sources and times, and what came of what. They keep their ids where these
    are free, and are pinned, for nothing could build them again. Of a project the log of builds is
    taken over, too.

    PATH is a workdir, a project (a folder with an accelerator.conf), or an urd.db; without PATH it is
    the project that the workspace is. The old workdir is only read, and nothing in it is ever run. What
    was adopted before is left as it is, so it can be done again at any time, also after it was stopped.

    Builds never take an adopted job for one they would have built; they can be given one as input.

    \b
    Examples:
      axtui adopt                              in a project that has an accelerator.conf
      axtui adopt ../old/workdirs/dev ../old/urd.db
      axtui adopt ../old --into archive
    """
    face: Face = ctx.obj
    workspace = face.workspace()
    from axtui.build.adopt.adopter import adopt

    with passing_line(format_ != "json") as show:
        found = adopt(workspace, paths, into, observe=lambda step: show(_how_far(step)))
    if format_ == "json":
        _json(found)
    else:
        _tell(found, format_)
    ctx.exit(1 if found.skipped else 0)


def _how_far(step: Step) -> str:
    return f"{step.done + 1:,} of {step.total:,}  {step.job}"


def _tell(found: Adopted, format_: str) -> None:
    jobs = human.plural(len(found.jobs), "job")
    took = human.seconds(found.seconds)
    click.echo(f"{jobs} adopted: {found.rows:,} rows, {human.size(found.bytes)} in {took}")
    if found.known:
        click.echo(f"{human.plural(found.known, 'job')} adopted before")
    if found.unfinished:
        click.echo(f"{human.plural(found.unfinished, 'job')} left out: never finished")
    if found.urd.new or found.urd.known:
        new = human.plural(found.urd.new, "urd entry", "urd entries")
        click.echo(f"{new} taken over, {found.urd.known:,} there before")
    for line in _some([f"{old} is {new} here" for old, new in found.renumbered.items()]):
        click.echo(line)
    if found.unhashed:
        click.echo(
            f"{human.plural(len(found.unhashed), 'dataset')} without hash label now: some rows lie in "
            "other slices than their hash has them; use dataset_hashpart"
        )
    for note in _some([*found.notes, *found.urd.left]):
        click.echo(f"axtui: warning: {note}", err=True)
    if found.skipped:
        click.echo(f"{human.plural(len(found.skipped), 'job')} skipped:")
        write(SKIPPED, [{"job": one.job, "why": one.why} for one in found.skipped], format_)


def _some(notes: Sequence[str]) -> Iterator[str]:
    """The first notes, and how many more there are."""
    yield from notes[:_MOST]
    if len(notes) > _MOST:
        yield f"... and {len(notes) - _MOST:,} more (see --format json)"


def _json(found: Adopted) -> None:
    write_json(
        {
            "jobs": found.jobs,
            "known": found.known,
            "unfinished": found.unfinished,
            "skipped": [{"job": one.job, "why": one.why} for one in found.skipped],
            "renumbered": found.renumbered,
            "unhashed": found.unhashed,
            "notes": found.notes,
            "urd": {"new": found.urd.new, "known": found.urd.known, "left": found.urd.left},
            "rows": found.rows,
            "bytes": found.bytes,
            "seconds": found.seconds,
        }
    )
