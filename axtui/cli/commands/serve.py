"""`axtui serve`: the dashboard in a browser."""

from __future__ import annotations

import webbrowser
from typing import NoReturn

import click

from axtui.cli.face import Face, accelerator_option
from axtui.errors import UserError


@click.command("serve", short_help="Show the dashboard in a browser.")
@click.option("--port", type=click.IntRange(0, 65535), default=8730, show_default=True, metavar="N",
              help="Where to listen; 0: wherever is free.")  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS",
              help="The address of this machine to listen on; only its own are taken.")  # fmt: skip
@click.option("--open", "open_", is_flag=True, help="Open it in the browser.")
@accelerator_option
@click.pass_obj
def command(face: Face, port: int, host: str, open_: bool) -> None:
    """Serve the dashboard and the results to browsers on this machine, until Ctrl-C. The address it
    prints has a secret token in it, without which nothing is shown. Each page that is opened is a
    dashboard of its own.

    From another machine: `ssh -L 8730:127.0.0.1:8730 HOST`, and open the same address there.

    \b
    Examples:
      axtui serve --open
      axtui serve --port 0           on a free port
    """
    listen(face, host, port, open_)


def listen(face: Face, host: str, port: int, open_: bool = False) -> NoReturn:
    """Serve the workspace's dashboard until a signal, and end as it says. Raises UserError."""
    try:
        from axtui.serve.server import serve
    except ModuleNotFoundError as error:
        raise UserError(
            f"axtui serve needs textual-serve ({error.name} is not there); install it with: "
            "pip install 'axtui[serve]'"
        ) from None
    workspace = face.workspace()

    def opened(address: str, real: int) -> None:
        click.echo(f"The dashboard of {workspace.root.name} is at")
        click.secho(f"  {address}", bold=True)
        click.echo(f"and its results are at http://{host}:{real}/results/ then. Ctrl-C ends it.")
        if open_ and not webbrowser.open(address):
            click.echo("axtui: found no browser to open it with", err=True)

    raise click.exceptions.Exit(128 + serve(workspace, host, port, opened))
