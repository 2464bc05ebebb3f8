"""`axtui server`: that none is needed."""

from __future__ import annotations

import click


@click.command(
    "server",
    short_help="Not needed: builds need no server.",
    context_settings={"ignore_unknown_options": True},
)
@click.option("--keep-temp-files", is_flag=True, help="Taken and ignored.")
@click.option("--debuggable", is_flag=True, help="Taken and ignored: see `axtui help run`.")
def command(keep_temp_files: bool, debuggable: bool) -> None:
    """The Accelerator builds in a server that must run; axtui has none.

    `axtui run` builds by itself, several at once share one machine, and what runs is seen with
    `axtui status` or in the dashboard. So this command says so and ends well: scripts that start a
    server in the background go on.

    \b
    Example:
      axtui server
    """
    click.echo("axtui needs no server: `axtui run` builds by itself. The dashboard is `axtui`.")
