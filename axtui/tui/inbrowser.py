"""What is different where the dashboard is shown in a browser (`axtui serve`)."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from urllib.parse import quote

from textual.app import App

from axtui.workspace import Workspace


def opened(app: App[int], workspace: Workspace, path: Path) -> bool:
    """Open a file in the browser that shows the dashboard; False where none does.

    What is linked in the results folder is opened by its own address there; any other file is
    handed over. A folder cannot be opened: that is told.
    """
    if not app.is_web:
        return False
    name = result_name(workspace, path)
    if name is not None:
        app.open_url(f"/results/{quote(name)}")
    elif path.is_file():
        kind = mimetypes.guess_type(path.name)[0]
        app.deliver_binary(path, open_method="browser", mime_type=kind)
    else:
        app.notify(f"A browser cannot open the folder {path}", markup=False)
    return True


def result_name(workspace: Workspace, path: Path) -> str | None:
    """The name in the results folder of a file that is linked there, or of the link itself."""
    from axtui.build.results import linked_jobs

    folder = workspace.config.results
    linked = linked_jobs(folder)
    for name, target in linked.items():
        if path in (folder / name, target) or path.resolve() == target.resolve():
            return name
    return None
