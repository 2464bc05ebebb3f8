"""`axtui urd`: the log of finished builds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from axtui import human
from axtui.build.urdpaths import Found, FoundEntries, FoundEntry, FoundJob, FoundLists, find
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option
from axtui.cli.tables import Column, document, write, write_json
from axtui.errors import NoSuchWhateverError

if TYPE_CHECKING:
    from axtui.build.urdstore import UrdStore


def _to_the_second(timestamp: str) -> str:
    return timestamp.partition(".")[0]


_LISTS = (
    Column("list"),
    Column("entries", human.count, right=True),
    Column("first", _to_the_second, firm=True),
    Column("latest", _to_the_second, firm=True),
    Column("caption"),
)
_ENTRIES = (
    Column("timestamp", _to_the_second, firm=True),
    Column("caption"),
    Column("jobs", human.count, right=True),
    Column("last_job", firm=True),
    Column("build_job", firm=True),
)
_JOBS = (
    Column("list"),
    Column("timestamp"),
    Column("position", right=True),
    Column("name"),
    Column("job"),
)


@click.command("urd", short_help="Show the log of finished builds.")
@click.argument("paths", metavar="[PATH]...", nargs=-1, shell_complete=values.urd_entries)
@format_option
@click.pass_obj
def command(face: Face, paths: tuple[str, ...], format_: str) -> None:
    """List the lists of finished builds, the entries of a list, or the jobs of an entry.

    \b
    PATH is
      /                        all lists, as without a PATH
      LIST/                    the entries of a list
      LIST/since/TIMESTAMP     those after a timestamp
      LIST                     its latest entry
      LIST/TIMESTAMP           an entry
      :LIST/TIMESTAMP~2:       the entry two later; ^ is one earlier
      :LIST:JOB                a job of the latest entry, by name or number

    LIST is one of yours, or USER/LIST. TIMESTAMP may be `latest`, `first`, or begin with one of
    < <= > >= (quote it from the shell).

    \b
    Examples:
      axtui urd
      axtui urd import/
      axtui urd import/2024-01-31
      axtui urd "import/<=2024"
      axtui urd :import/first:csvimport
    """
    from axtui.build.urdstore import open_urd

    log = open_urd(face.workspace().config)
    found: list[Found] = []
    missing: list[str] = []
    for path in paths or ("/",):
        try:
            found.append(find(log, path))
        except NoSuchWhateverError as error:
            if len(paths) < 2:
                raise
            missing.append(str(error))
    _show_all(log, found, format_)
    for problem in log.problems:
        click.echo(f"axtui: warning: {problem}", err=True)
    if missing:
        raise NoSuchWhateverError("\n".join(missing))


def _show_all(log: UrdStore, found: list[Found], format_: str) -> None:
    """What was asked for: as documents if it is all of one kind, as tables in any case."""
    if format_ != "table" and len({type(one) for one in found}) > 1:
        raise click.UsageError("name lists, entries or jobs, but not several kinds at once")
    for number, (kind, group) in enumerate(groupby(found, type)):
        if number:
            click.echo()
        _SHOW[kind](log, list(group), format_)


def _show_lists(log: UrdStore, found: list[FoundLists], format_: str) -> None:
    rows = [_list_row(log, name) for name in found[0].names]
    write(_LISTS, rows, format_, empty="nothing is logged yet; urd.finish logs a build")


def _show_stamps(log: UrdStore, found: list[FoundEntries], format_: str) -> None:
    rows = [{"list": one.name, **_entry_row(entry)} for one in found for entry in one.entries]
    columns = _ENTRIES if format_ == "table" and len(found) == 1 else (Column("list"), *_ENTRIES)
    write(columns, rows, format_, empty="no entries")


def _show_jobs(log: UrdStore, found: list[FoundJob], format_: str) -> None:
    rows = [
        {
            "list": one.name,
            "timestamp": one.timestamp,
            "position": one.position,
            "name": one.method,
            "job": one.job,
        }
        for one in found
    ]
    if format_ == "table":
        for one in found:
            click.echo(one.job)
    else:
        write(_JOBS, rows, format_)


def _list_row(log: UrdStore, name: str) -> dict[str, Any]:
    entries = log.entries(name)
    return {
        "list": name,
        "entries": len(entries),
        "first": entries[0]["timestamp"] if entries else None,
        "latest": entries[-1]["timestamp"] if entries else None,
        "caption": entries[-1]["caption"] if entries else None,
    }


def _entry_row(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "timestamp": entry["timestamp"],
        "caption": entry["caption"],
        "jobs": len(entry["joblist"]),
        "last_job": entry["joblist"][-1][1],
        "build_job": entry["build_job"],
    }


def _show_entries(log: UrdStore, found: list[FoundEntry], format_: str) -> None:
    entries = [{**one.entry, "list": one.name} for one in found]
    if format_ == "json":
        write_json([document("urd", entry) for entry in entries])
    elif format_ == "csv":
        write(_JOBS, [row for entry in entries for row in _job_rows(entry)], format_)
    else:
        for number, entry in enumerate(entries):
            if number:
                click.echo()
            _show(entry)


def _job_rows(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    about = {"list": entry["list"], "timestamp": entry["timestamp"]}
    return [
        {**about, "position": number, "name": job_name, "job": jobid}
        for number, (job_name, jobid) in enumerate(entry["joblist"])
    ]


def _show(entry: Mapping[str, Any]) -> None:
    title = click.style(f"{entry['list']}/{entry['timestamp']}", bold=True)
    click.echo(f"{title}  {entry['caption']}".rstrip())
    click.echo(f"  built by {entry['build_job']}")
    for other, dep in entry["deps"].items():
        click.echo(f"  from {other}/{dep['timestamp']}")
    write(_JOBS[2:], _job_rows(entry), "table")


_SHOW: dict[type, Callable[[UrdStore, list[Any], str], None]] = {
    FoundLists: _show_lists,
    FoundEntries: _show_stamps,
    FoundEntry: _show_entries,
    FoundJob: _show_jobs,
}
