"""Bringing the catalog up to date: what builds have told, and what those that died could not tell."""

from __future__ import annotations

import time
from pathlib import Path

from axtui.build.record import known_document, run_document
from axtui.build.reindex import events
from axtui.data import jobdir
from axtui.workspace import Workspace
from catalog.fold import FoldReport, fold
from catalog.journal import JournalWriter
from catalog.read import query

_RUNNING = "SELECT job, path FROM jobs WHERE state = 'running'"


def refresh(
    workspace: Workspace, wait: float | None = 0.0, folder: Path | None = None
) -> FoldReport:
    """Fold the journals; then tell of jobs that show as running but whose builder is gone.

    `folder` is where the catalog and its journals are, if not in the workspace (see `catalog.aside`).
    Raises CatalogError where the catalog cannot be written (see `catalog.fold.fold`).
    """
    place = folder or workspace.dot_axtui
    report = fold(place, lambda: events(workspace), wait=wait)
    if report.status != "busy" and _tell_lost(workspace, place):
        fold(place, lambda: events(workspace), wait=wait)
    return report


def _tell_lost(workspace: Workspace, place: Path) -> int:
    """Write into the journal how jobs that the catalog calls running really are; how many."""
    gone = [
        (row["job"], Path(row["path"]))
        for row in query(place, _RUNNING).to_pylist()
        if row["path"] and jobdir.state(Path(row["path"])) != "running"
    ]
    if not gone:
        return 0
    with JournalWriter(place) as journal:
        for jobid, path in gone:
            if not path.exists():
                journal.append("forget", {"jobid": jobid})
                continue
            document = known_document(path, workspace.config.workdirs)
            document["ended"] = document.get("ended") or time.time()
            journal.append("job", document)
            if document.get("is_build"):
                journal.append("run", run_document(path))
    return len(gone)
