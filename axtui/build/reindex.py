"""All events of a workspace, told anew from what is truth: job directories and the urd."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from axtui.build.record import job_document, result_documents, run_document
from axtui.build.urdlog import UrdLog
from axtui.data import jobdir
from axtui.workspace import Workspace

EVENT_VERSION = 1


def events(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """Journal events from which the catalog can be made: oldest job first within each workdir."""
    yield _event("workspace", time.time(), {"workspace": str(workspace.root)})
    workdirs = workspace.config.workdirs
    for name, folder in workdirs.items():
        if not folder.is_dir():
            continue
        for number in sorted(jobdir.job_numbers(folder, name)):
            path = folder / f"{name}-{number}"
            try:
                told = list(_job_events(path, workspace))
            except (KeyError, TypeError, ValueError):  # a record that parses but is no record
                told = [_event("job", time.time(), _damaged(name, number, path))]
            yield from told
    yield from _urd_events(workspace)


def _damaged(workdir: str, number: int, path: Path) -> dict[str, Any]:
    """The document of a job whose records cannot be understood."""
    return {
        "jobid": path.name,
        "workdir": workdir,
        "number": number,
        "state": "damaged",
        "path": str(path),
    }


def _job_events(path: Path, workspace: Workspace) -> Iterator[dict[str, Any]]:
    doc = job_document(path, workspace.config.workdirs)
    at = doc["ended"] or doc["started"] or time.time()
    yield _event("job", at, doc)
    if doc["alarm"]:
        yield _event("alarm", at, doc["alarm"])
    if doc["is_build"]:
        yield _event("run", at, run_document(path))
        for result in result_documents(path):
            yield _event("result", at, result)


def _urd_events(workspace: Workspace) -> Iterator[dict[str, Any]]:
    if not workspace.config.urd.is_dir():
        return
    log = UrdLog(workspace.config.urd, workspace.config.user)
    for name in log.list():
        for entry in log.entries(name):
            deps = {other: dep["timestamp"] for other, dep in entry["deps"].items()}
            yield _event("urd", entry.pop("at"), {**entry, "action": "add", "deps": deps})


def _event(kind: str, at: float, doc: dict[str, Any]) -> dict[str, Any]:
    return {"v": EVENT_VERSION, "kind": kind, "at": at, "doc": doc}
