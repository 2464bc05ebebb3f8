"""The catalog brought up to date before a command asks it."""

from __future__ import annotations

import click

from axtui.errors import UserError
from axtui.workspace import Workspace


def take_in(workspace: Workspace) -> None:
    """Take in what builds have told since; where that cannot be, what is there must do."""
    from axtui.build.refresh import refresh
    from catalog.errors import CatalogError, CatalogNewerError

    there = workspace.catalog.exists()
    try:
        workspace.dot_axtui.mkdir(exist_ok=True)
        report = refresh(workspace, wait=0 if there else None)
    except CatalogNewerError:
        raise
    except (CatalogError, OSError) as error:
        if not there:
            raise UserError(f"there is no catalog, and none can be made: {error}") from None
        click.echo(f"axtui: warning: the newest jobs may be missing: {error}", err=True)
        return
    for note in report.notes:
        click.echo(f"axtui: {note}", err=True)
