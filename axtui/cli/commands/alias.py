"""`axtui alias`: which words stand for which commands."""

from __future__ import annotations

import shlex

import click

from axtui import userconfig
from axtui.cli import aliases
from axtui.errors import UserError
from axtui.suggest import did_you_mean


def _known(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    return [name for name in userconfig.read().aliases if name.startswith(begun)]


@click.command("alias", short_help="Show the aliases of commands.")
@click.argument("names", metavar="[NAME...]", nargs=-1, shell_complete=_known)
def command(names: tuple[str, ...]) -> None:
    """Without a name it shows all aliases, with names what each stands for in the end.

    `noalias` before a command takes it as it is, whatever an alias says. Aliases are set in
    `~/.config/axtui/config` (or that of the Accelerator, `accelerator/config`):

    \b
      [alias]
      today = job --filter "since:today"

    \b
    Examples:
      axtui alias
      axtui alias cat
    """
    known = userconfig.read().aliases
    for name in names or sorted(known):
        if name not in known:
            raise UserError(f"there is no alias {name!r}.{did_you_mean(name, known)}")
        line = shlex.join(aliases.expanded([name], known)) if names else known[name]
        click.echo(line if len(names) == 1 else f"{name} = {line}")
