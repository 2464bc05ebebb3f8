"""Everything the job directories and the urd files say, as events to make the catalog anew from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from axtui.build.record import job_document
from axtui.build.urdfiles import UrdFiles
from axtui.data import jobdir
from axtui.errors import AcceleratorError
from axtui.workspace import Workspace

Event = dict[str, Any]


def events(workspace: Workspace) -> Iterator[Event]:
    """All events of a workspace in the form of its journals: `{"kind", "at", "doc"}`."""
    for name, folder in workspace.config.workdirs.items():
        if folder.is_dir():
            for number in sorted(jobdir.job_numbers(folder, name)):
                yield from _of_job(workspace, folder / f"{name}-{number}")
    yield from _of_urd(workspace.config.urd)


def _of_job(workspace: Workspace, path: Path) -> Iterator[Event]:
    document = job_document(path, workspace.config.workdirs)
    at = document.get("ended") or document.get("started") or _modified(path)
    yield {"kind": "job", "at": at, "doc": document}
    if document.get("is_build"):
        yield from _of_run(workspace, path, document, at)


def _of_run(workspace: Workspace, path: Path, document: Event, at: float) -> Iterator[Event]:
    """A build script's job tells of the run, too, and of the results it linked."""
    setup, end = _read(path / jobdir.SETUP), _end(path)
    jobs = [
        {"position": position, "name": name, "jobid": jobid, "built": built}
        for position, (name, jobid, built) in enumerate(end.get("joblist", ()))
    ]
    run = {
        "run": path.name,
        "script": setup.get("script"),
        "build_job": path.name,
        "workspace": str(workspace.root),
        "argv": setup.get("argv"),
        "started": document.get("started"),
        "ended": document.get("ended"),
        "state": document.get("state"),
        "exit": 0 if document.get("state") == "complete" else 1,
        "user": setup.get("user"),
        "host": setup.get("host"),
        "warnings": [],
        "jobs": jobs,
    }
    yield {"kind": "run", "at": at, "doc": run}
    for result in end.get("results", ()):
        yield {"kind": "result", "at": at, "doc": result}


def _of_urd(folder: Path) -> Iterator[Event]:
    files = UrdFiles(folder)
    with files.locked(write=False):
        records, _ = files.read()
    for record in sorted(records, key=lambda record: int(record.get("seq", 0))):
        user, _, name = str(record["list"]).partition("/")
        deps = {other: dep["timestamp"] for other, dep in (record.get("deps") or {}).items()}
        document = {**record, "user": user, "list": name, "deps": deps}
        yield {"kind": "urd", "at": record["at"], "doc": document}


def _read(path: Path) -> Event:
    try:
        return jobdir.read_json(path)
    except (OSError, AcceleratorError):
        return {}


def _end(path: Path) -> Event:
    return _read(path / jobdir.POST) or _read(path / jobdir.FAILED)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
