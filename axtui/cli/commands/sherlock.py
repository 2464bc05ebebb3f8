"""`axtui sherlock`: which job made a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from axtui.cli.arguments import AxCommand
from axtui.cli.face import Face
from axtui.cli.refreshed import take_in


@click.command("sherlock", cls=AxCommand, short_help="Show which job made a file.")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option("-v", "--verbose", is_flag=True, help="Tell the method, and the file's name there.")
@click.pass_obj
def command(face: Face, files: tuple[Path, ...], verbose: bool) -> None:
    """Find the jobs that made a file, wherever it was copied to and whatever it is called now: a file
    is known by its bytes. Notes that the Accelerator's board wrote into downloaded files are read, too.
    It exits with 1 where nothing is known of a file.

    \b
    Examples:
      axtui sherlock ~/Downloads/afr.html
      axtui sherlock -v *.png
    """
    workspace = face.workspace()
    take_in(workspace)
    unknown = False
    for path in files:
        before = f"{path}: " if len(files) > 1 else ""
        told = list(_told(face, path, verbose))
        unknown |= not told
        for line in told:
            click.echo(before + line)
        if not told:
            click.echo(f"{before}no job is known that made it", err=True)
    if unknown:
        raise click.exceptions.Exit(1)


def _told(face: Face, path: Path, verbose: bool) -> list[str]:
    from axtui.build import sherlock

    lines = []
    for maker in sherlock.makers(face.workspace(), path):
        more = f" ({maker.method}, {maker.name})" if verbose else ""
        state = "" if maker.state == "complete" else f" {maker.state}"
        lines.append(maker.job + state + more)
    for note in sherlock.notes(path):
        more = f" ({note.method}, {datetime.fromtimestamp(note.time):%Y-%m-%d %H:%M})"
        lines.append(f"{note.path if verbose else note.job} by its note{more if verbose else ''}")
    return lines
