"""What every command shares: the workspace it works on, opened when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from axtui.workspace import Workspace

FORMATS = ("table", "json", "csv")


@dataclass
class Face:
    """One run of the program: which workspace was asked for."""

    folder: Path | None = None
    config_file: Path | None = None
    _workspace: Workspace | None = None

    def workspace(self) -> Workspace:
        """The workspace, made the one that this process reads. Raises ConfigError without one."""
        if self._workspace is None:
            from axtui.data import context
            from axtui.workspace import open_workspace

            self._workspace = open_workspace(self.folder, self.config_file)
            context.activate(self._workspace.context())
        return self._workspace

    def show(self, screen: str, subject: str = "", tab: str = "") -> NoReturn:
        """Show the dashboard at a place (see `axtui.tui.places`), and end as it ends."""
        from axtui.tui.launch import launch
        from axtui.tui.places import Place

        workspace = self.workspace()
        raise click.exceptions.Exit(launch(workspace, Place(screen, subject, tab)))


def format_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that lists its `--format table|json|csv`."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="How to write the list.",
    )(command)


def tui_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its `--tui`: the same in the dashboard. Where that cannot be shown it is off,
    and the command says what it says without."""
    return click.option(
        "--tui",
        is_flag=True,
        callback=_where_it_can,
        help="Show it in the dashboard.",
    )(command)


def _where_it_can(ctx: click.Context, param: click.Parameter, asked: bool) -> bool:
    if not asked:
        return False
    from axtui.cli.dashboard import hindrance

    reason = hindrance()
    if reason:
        click.echo(f"axtui: no dashboard here: {reason}", err=True)
    return reason is None
