"""Which scripts were ever run in a workspace, and what their last runs were, by the catalog."""

from __future__ import annotations

from pathlib import Path

from axtui import config
from axtui.errors import AcceleratorError
from axtui.workspace import Workspace

_LAST = """
SELECT script, workspace, max(started) AS newest, max_by(build_job, started) AS last,
       max_by(build_job, started) FILTER (state = 'complete') AS complete
FROM runs WHERE script IS NOT NULL AND state <> 'running'
GROUP BY script, workspace ORDER BY newest
"""
_PATIENCE = 10.0


def last_runs(workspace: Workspace) -> list[str]:
    """The jobs of the last complete run and of the last run of each script, oldest first; empty where
    nothing was ever run. Runs in other workspaces are left out, but for those of this one where it was
    before it was moved or copied. Raises CatalogError where the catalog cannot be asked."""
    from axtui.build.refresh import refresh
    from catalog.read import query

    if any(workspace.journal.iterdir()):
        refresh(workspace, wait=_PATIENCE)  # a build that just ended may be at it
    if not workspace.catalog.exists():
        return []
    rows = query(workspace.dot_axtui, _LAST, wait=2.0).to_pylist()
    ours = [row for row in rows if _is_ours(row["workspace"], row["last"], workspace)]
    runs = [(row["complete"], row["last"]) for row in ours]
    return [build_job for pair in runs for build_job in dict.fromkeys(pair) if build_job]


def _is_ours(root: str | None, build_job: str, workspace: Workspace) -> bool:
    """Whether a run of the workspace at `root` was one of ours: that is us, or was (it is gone), or we
    are a copy of it: then it has nothing to do with the workdir that the run lies in."""
    if not root or root == str(workspace.root) or not Path(root, config.FILE_NAME).exists():
        return True
    try:
        theirs = config.load(Path(root, config.FILE_NAME)).workdirs.values()
    except AcceleratorError:
        return False
    ours = workspace.config.workdirs.get(build_job.rpartition("-")[0])
    return ours is not None and ours not in theirs
