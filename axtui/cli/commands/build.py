"""`axtui build`: build one job by hand."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from axtui.cli.commands.run import Scripts
from axtui.cli.completion import values
from axtui.cli.face import Face, accelerator_option


def _pairs(
    ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """NAME=VALUE, each name once."""
    found: dict[str, str] = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"expected NAME=VALUE, got {word!r}")
        if name in found:
            raise click.BadParameter(f"{name} is given twice")
        found[name] = value
    return found


@click.command("build", short_help="Build one job of a method, by hand.")
@click.argument("method", shell_complete=values.methods)
@click.argument("given", metavar="[NAME=VALUE]...", nargs=-1, callback=_pairs)
@click.option("-q", "--quiet", is_flag=True, help="Show no progress, only failures.")
@click.option(
    "--detach",
    is_flag=True,
    help="Return once the build has begun; it goes on without this terminal.",
)
@click.option("--detached", type=(int, click.Path(path_type=Path)), hidden=True)
@accelerator_option
@click.pass_obj
def command(
    face: Face,
    method: str,
    given: dict[str, str],
    quiet: bool,
    detach: bool,
    detached: tuple[int, Path] | None,
) -> None:
    """Build one job of METHOD, if there is none with these options yet. Options are given as NAME=VALUE,
    text as it is, other values as in JSON; datasets and jobs by name, several with commas between.

    What a build script asks for is better kept there; this is for trying something out.

    \b
    Examples:
      axtui build csvimport filename=drives.csv
      axtui build afr source=dataset_sort age_step=8760
      axtui method csvimport         what a method takes
    """
    from axtui.build.byhand import values as as_given
    from axtui.build.byhand import write_script
    from axtui.build.session import Session

    workspace = face.workspace()
    with Session(workspace) as session:
        asked = as_given(workspace, session.methods.get(method), given)
    if detach:
        from axtui.cli.detach import start

        start(workspace)
        return
    begun = None
    if detached is not None:
        from axtui.cli.detach import Begun

        begun = Begun(*detached)
    there, script = write_script(workspace, method, asked)
    how = {"log": detached[1] if detached else None}
    with closing(Scripts(there, quiet, how, begun)) as running:
        running.run(script)
