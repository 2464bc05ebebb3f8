"""`axtui reindex`: the catalog made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import click

from axtui import human
from axtui.cli.face import Face


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
    from axtui.build.index import ReuseIndex
    from axtui.build.reindex import events
    from catalog.fold import reindex

    workspace.make_folders()
    seen: Counter[str] = Counter()

    def counted() -> Iterator[dict[str, Any]]:
        for event in events(workspace):
            seen[event["kind"]] += 1
            yield event

    report = reindex(workspace.dot_axtui, counted)
    index = ReuseIndex(workspace.config.workdirs, workspace.config.target)
    for name in workspace.config.workdirs:
        index.rebuild(name)
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
