"""`axtui help`: the help of a command, for those who type it this way round."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from axtui.cli.face import Face, tui_option


def _commands(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    group = ctx.find_root().command
    assert isinstance(group, click.Group)
    return [
        CompletionItem(name)
        for name in group.list_commands(ctx.find_root())
        if name.startswith(incomplete)
    ]


def _place(face: Face, name: str | None) -> tuple[str, str]:
    return "help", name or ""


@click.command("help", short_help="Show the help of a command.")
@click.argument("name", metavar="[COMMAND]", required=False, shell_complete=_commands)
@click.pass_obj
@tui_option(_place)
def command(face: Face, name: str | None) -> None:
    """Show the help of a command, as `axtui COMMAND --help` does, or of the program.

    \b
    Examples:
      axtui help
      axtui help run
    """
    root = click.get_current_context().find_root()
    group = root.command
    assert isinstance(group, click.Group)
    if name is None:
        click.echo(root.get_help())
        return
    found_name, found, _ = group.resolve_command(root, [name])
    assert found is not None
    with click.Context(found, info_name=found_name, parent=root) as of_command:
        click.echo(found.get_help(of_command))
