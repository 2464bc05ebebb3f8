"""axtui keeps computations as assets: methods become jobs, jobs keep everything they made.

`axtui.open(".")` opens a workspace for reading, in a notebook or a script.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from axtui.notebook.workspace import Workspace

__version__ = "0.1.0"


def open(
    path: str | os.PathLike[str] = ".", config: str | os.PathLike[str] | None = None
) -> Workspace:
    """Open a workspace for reading: its jobs, datasets, results and urd, and SQL over all of them.

    The workspace is the nearest folder with an `axtui.toml`, from `path` upwards; `config` names a
    configuration file instead. Opening and reading build nothing and write nothing into it. Raises
    ConfigError where there is no workspace.
    """
    from axtui.notebook.workspace import open_workspace

    return open_workspace(path, config)
