"""`axtui board-server`: the dashboard in a browser, as people of the Accelerator ask for it."""

from __future__ import annotations

import click

from axtui.addresses import host_and_port
from axtui.cli.arguments import AxCommand
from axtui.cli.commands import serve
from axtui.cli.face import Face
from axtui.errors import UserError


@click.command("board-server", cls=AxCommand, short_help="The same as serve, as `ax` has it.")
@click.argument("address", metavar="[HOST:PORT]", default="localhost:8520")
@click.option("--development", is_flag=True, help="Taken and ignored.")
@click.pass_obj
def command(face: Face, address: str, development: bool) -> None:
    """What the Accelerator's board is for, is in the dashboard: this is `axtui serve`, on the address
    given (default: localhost:8520). It needs the token in the address that it prints, and listens on
    this machine only, and on no socket.

    \b
    Examples:
      axtui board-server
      axtui board-server localhost:9000
    """
    try:
        host, port = host_and_port(address, "localhost")
    except ValueError:
        raise UserError(
            f"{address!r} is no HOST:PORT: browsers cannot open sockets, so axtui listens on ports"
        ) from None
    serve.listen(face, host, port)
