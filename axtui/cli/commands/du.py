"""`axtui du`: what takes how much of the disk."""

from __future__ import annotations

import click

from axtui import human
from axtui.cli.face import Face, format_option
from axtui.cli.tables import Column, write

KINDS = ("method", "job", "dataset", "workdir")


@click.command("du", short_help="Show what takes how much of the disk.")
@click.option(
    "--by", type=click.Choice(KINDS), default="method", show_default=True, help="What to sum up by."
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="How many to list, the greatest first; 0: all.",
)
@format_option
@click.pass_obj
def command(face: Face, by: str, limit: int, format_: str) -> None:
    """Show the disk use of methods, jobs, datasets or workdirs, read from the job directories.

    `bytes` are in files of its own: what would be free without it. Datasets also read columns in the
    files of others, which is counted once, with its owner: `lent` is what others read of it,
    `borrowed` what it reads of others.

    \b
    Examples:
      axtui du
      axtui du --by dataset -n 5
      axtui du --by job --format csv
    """
    workspace = face.workspace()
    from axtui.build.housekeeping.diskuse import disk_use

    found = disk_use(workspace, by)
    total = sum(use.bytes for use in found)
    rows = [
        {
            "method": use.method,
            by: use.name,
            "jobs": use.jobs,
            "bytes": use.bytes,
            "share": use.bytes / total if total else None,
            "lent": use.lent,
            "borrowed": use.borrowed,
            "seconds": use.seconds,
        }
        for use in (found[:limit] if limit else found)
    ]
    write(_columns(by), rows, format_, empty="There are no jobs.")
    if format_ == "table" and rows:
        left = f" ({len(found) - limit:,} more with --limit 0)" if 0 < limit < len(found) else ""
        click.echo(f"{human.size(total)} in all{left}")


def _columns(by: str) -> list[Column]:
    columns = [Column(by)]
    if by in ("job", "dataset"):
        columns.append(Column("method"))
    else:
        columns.append(Column("jobs", human.count, right=True))
    columns.append(Column("bytes", human.size, right=True))
    columns.append(Column("share", lambda share: f"{share:.0%}", right=True))
    columns += [Column("lent", _some, right=True), Column("borrowed", _some, right=True)]
    if by != "dataset":
        columns.append(Column("seconds", human.seconds, right=True))
    return columns


def _some(number: int) -> str:
    return human.size(number) if number else ""
