"""`axtui completion`: the TAB key."""

from __future__ import annotations

import click

from axtui.cli.completion.install import places, script, usual_shell
from axtui.cli.completion.protocol import SHELLS
from axtui.errors import UserError


@click.command(
    "completion", short_help="Make TAB complete commands, jobs, datasets ... in your shell."
)
@click.argument("shell", metavar="[bash|zsh|fish]", type=click.Choice(SHELLS), required=False)
@click.option("--install", is_flag=True, help="Put it where the shell loads it.")
def command(shell: str | None, install: bool) -> None:
    """Print what makes a shell complete `axtui` and `ax`: commands, options, scripts, methods, job
    ids (newest first), datasets, results, urd lists, saved queries, workdirs. With --install it is
    put where the shell loads it; doing that again changes nothing. Without a name it is the shell
    you are logged in with.

    \b
    Examples:
      axtui completion --install
      axtui completion zsh --install
      eval "$(axtui completion bash)"     for this shell only
    """
    shell = shell or usual_shell()
    if shell is None:
        raise UserError(f"which shell? Name one: axtui completion {'|'.join(SHELLS)}")
    if not install:
        click.echo(script(shell), nl=False)
        return
    where = places(shell)
    changed = where.install(shell)
    for path in changed:
        what = "a line that loads it is in" if path == where.start else "wrote"
        click.echo(f"{what} {path}")
    if changed:
        click.echo(f"New {shell} windows complete axtui and ax.")
    else:
        click.echo(f"{shell} completes axtui and ax already; nothing was changed.")
