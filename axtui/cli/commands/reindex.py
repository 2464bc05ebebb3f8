"""`axtui reindex`: the catalog made anew."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from axtui import human
from axtui.cli.face import Face
from axtui.cli.passing import passing_line

_PATIENCE = 0.5
"""Seconds that nobody needs to be told anything."""
_EVERY = 0.1


@click.command("reindex", short_help="Make the catalog anew from the job directories.")
@click.pass_obj
def command(face: Face) -> None:
    """Make the catalog, and the index that finds jobs for re-use, anew from the job directories
    and the urd. They are only indexes: nothing is lost without them, and this loses nothing.

    \b
    Example:
      axtui reindex
    """
    workspace = face.workspace()
    from axtui.build.reindex import reindex

    workspace.make_folders()
    seen: Counter[str] = Counter()
    with _counting(seen) as told:
        report = reindex(workspace, told)
    for note in report.notes:
        click.echo(note)
    for problem in report.problems:
        where = f"{problem.journal}, byte {problem.position}: " if problem.journal else ""
        click.echo(f"axtui: warning: {where}{problem.text}", err=True)
    found = ", ".join(
        human.plural(seen[kind], words)
        for kind, words in (("job", "job"), ("run", "run"), ("result", "result"))
    )
    took = human.seconds(report.seconds)
    click.echo(
        f"{workspace.catalog}: {found} and {human.plural(seen['urd'], 'urd entry', 'urd entries')} in {took}"
    )


@contextmanager
def _counting(seen: Counter[str]) -> Iterator[Callable[[str], None]]:
    """What counts into `seen`; on a terminal it shows now and then how many jobs were read."""
    due = time.monotonic() + _PATIENCE
    with passing_line() as show:

        def told(kind: str) -> None:
            nonlocal due
            seen[kind] += 1
            if kind == "job" and time.monotonic() >= due:
                due = time.monotonic() + _EVERY
                show(f"{human.plural(seen[kind], 'job')} read")

        yield told
