"""What every command shares: the workspace it works on, opened when first asked for."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from axtui.config import ACCELERATOR_VARIABLE, ACCELERATORS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

    from axtui.workspace import Workspace

FORMATS = ("table", "json", "csv")


@dataclass(eq=False, repr=False)
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


def accelerator_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that builds its `--accelerator today|2021`. It is heard where the environment is:
    by this process and those that it starts."""

    def choose(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
        if value is not None:
            os.environ[ACCELERATOR_VARIABLE] = value

    return click.option(
        "--accelerator",
        type=click.Choice(ACCELERATORS),
        callback=choose,
        expose_value=False,
        is_eager=True,
        help="Whose meaning typed chains have: until 2022 a chain became one dataset.",
    )(command)


def tui_option(
    place: Callable[..., tuple[str, ...]], tabs: Sequence[str] = ()
) -> Callable[[Callable[..., Any]], Any]:
    """Give a command its `--tui`: the same in the dashboard; and `--tab` where the screen has parts.

    `place` is called with the face and the command's parameters and tells the screen and the subject,
    perhaps the tab (see `axtui.tui.places`). It goes below `click.pass_obj`. Where the dashboard cannot be
    shown the command says what it says without.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @click.option("--tui", is_flag=True, help="Show it in the dashboard.")
        @functools.wraps(command)
        def either(face: Face, tui: bool, tab: str | None = None, **params: Any) -> Any:
            if tab and not tui:
                raise click.UsageError("--tab is for --tui")
            if tui and _can_be_shown():
                screen, subject, *given = place(face, **params)
                face.show(screen, subject, *(given or [tab or ""]))
            return command(face, **params)

        if not tabs:
            return either
        choice = click.Choice(tabs)
        return click.option("--tab", type=choice, help="With --tui: the part of the screen.")(
            either
        )

    return decorate


def the_one(words: tuple[str, ...], what: str) -> str:
    """The only one of the names that were given, or '' without any: a screen shows one at a time."""
    if len(words) > 1:
        raise click.UsageError(f"--tui shows one {what} at a time")
    return words[0] if words else ""


def _can_be_shown() -> bool:
    from axtui.cli.dashboard import hindrance

    reason = hindrance()
    if reason:
        click.echo(f"axtui: no dashboard here: {reason}", err=True)
    return reason is None
