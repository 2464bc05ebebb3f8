"""What every command shares: the workspace it works on, opened when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

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
