"""Who brings the catalog up to date at the end of a build: the engine, where one runs already.

Its processes have loaded DuckDB and Arrow, which takes this one longer than the work.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from axtui.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from axtui.engine.protocol import Engine

_MOMENT = 0.2


def fold(workspace: Workspace, engine: Engine | None = None) -> list[str]:
    """Bring the catalog up to date, unless someone else is at it; sentences for the user.

    The catalog is an index: what goes wrong is told, and changes nothing of the build.
    """
    found = _by_engine(workspace, engine) if engine else None
    if found is None:
        found = _here(workspace)
    return found


def _by_engine(workspace: Workspace, engine: Engine) -> list[str] | None:
    """None where it could not: then the reason is found and told here."""
    from axtui.errors import ServerError

    config = str(workspace.config.path)
    try:
        answering = engine.chore(f"{__name__}:of_config", {"config": config})
        try:
            while not answering.over(_MOMENT):
                pass
        finally:
            answer = engine.answered(answering)
    except ServerError:
        return None
    return answer.get("ok")


def of_config(config: str) -> list[str]:
    """Fold the catalog of the workspace that a configuration file makes. Raises CatalogError where it
    cannot be written, ConfigError where the file is wrong by now."""
    from axtui.build.refresh import refresh

    return refresh(open_workspace(config_file=Path(config))).notes


def _here(workspace: Workspace) -> list[str]:
    from axtui.build.refresh import refresh
    from axtui.data.pandaslater import spare_pandas
    from catalog.errors import CatalogError

    spare_pandas()  # the catalog has no use for it
    try:
        return refresh(workspace).notes
    except CatalogError as error:
        return [str(error)]
