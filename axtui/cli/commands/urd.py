"""`axtui urd`: the log of finished builds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from axtui import human
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option
from axtui.cli.tables import Column, document, write, write_json
from axtui.errors import NoSuchWhateverError
from axtui.suggest import did_you_mean

if TYPE_CHECKING:
    from axtui.build.urdlog import UrdLog


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
@click.argument(
    "paths", metavar="[LIST[/TIMESTAMP]]...", nargs=-1, shell_complete=values.urd_entries
)
@format_option
@click.pass_obj
def command(face: Face, paths: tuple[str, ...], format_: str) -> None:
    """List the lists of finished builds, the entries of a list, or the jobs of an entry.

    LIST is one of yours, or USER/LIST. TIMESTAMP may be `latest`, `first`, or begin with one of
    < <= > >= (quote it from the shell).

    \b
    Examples:
      axtui urd
      axtui urd import
      axtui urd import/2024-01-31
      axtui urd "import/<=2024"
    """
    log = _open(face)
    if not paths:
        rows = [_list_row(log, name) for name in log.list()]
        write(_LISTS, rows, format_, empty="nothing is logged yet; urd.finish logs a build")
    else:
        asked = [_split(log, path) for path in paths]
        if all(timestamp is None for _, timestamp in asked):
            _show_lists(log, [name for name, _ in asked], format_)
        elif None not in (timestamp for _, timestamp in asked):
            _show_entries([_entry(log, name, str(timestamp)) for name, timestamp in asked], format_)
        else:
            raise click.UsageError("name lists, or entries, but not both at once")
    for problem in log.problems:
        click.echo(f"axtui: warning: {problem}", err=True)


def _show_lists(log: UrdLog, names: list[str], format_: str) -> None:
    rows = [{"list": name, **_entry_row(entry)} for name in names for entry in log.entries(name)]
    columns = _ENTRIES if format_ == "table" and len(names) == 1 else (Column("list"), *_ENTRIES)
    write(columns, rows, format_, empty="no entries")


def _entry(log: UrdLog, name: str, timestamp: str) -> dict[str, Any]:
    entry = log.get(name, timestamp)
    if entry is None:
        known = [found["timestamp"] for found in log.entries(name)]
        raise NoSuchWhateverError(
            f"the urd list {name} has no entry {timestamp!r}." + did_you_mean(timestamp, known)
        )
    return {**entry, "list": name}


def _open(face: Face) -> UrdLog:
    from axtui.build.urdlog import UrdLog

    config = face.workspace().config
    return UrdLog(config.urd, config.user)


def _split(log: UrdLog, path: str) -> tuple[str, str | None]:
    """The list that a path names, and the timestamp behind it, if any."""
    known = log.list()
    head, _, rest = path.rstrip("/").rpartition("/")
    if head and log.path(head) in known:
        return log.path(head), rest
    whole = path.rstrip("/")
    if whole.count("/") < 2 and log.path(whole) in known:
        return log.path(whole), None
    own = [name.removeprefix(f"{log.user}/") for name in known]
    there = f" There is: {', '.join(own)}." if own else " Nothing is logged yet."
    raise NoSuchWhateverError(
        f"there is no urd list {whole!r}." + (did_you_mean(whole, own) or there)
    )


def _list_row(log: UrdLog, name: str) -> dict[str, Any]:
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


def _show_entries(entries: list[dict[str, Any]], format_: str) -> None:
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
