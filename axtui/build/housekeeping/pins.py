"""Pins: jobs that the user wants to keep, whatever the rules say.

A pin is a small file in the workdir of its job, beside the truth: it holds for all workspaces that
use the workdir, and survives the loss of `.axtui`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from axtui.build.inuse import InUse
from axtui.data import jobdir
from axtui.data.disk import Disk, explained
from axtui.errors import DamagedJobError, UserError
from axtui.workspace import Workspace
from catalog.journal import JournalWriter

FOLDER = ".pins"
FORMAT = "axtui-pin-1"


@dataclass(frozen=True)
class Pin:
    """A job that is kept, and with it all that it rests on: since when (`at`, Unix seconds), by whom
    and why."""

    job: str
    note: str
    user: str
    at: float


def pins(workdirs: Mapping[str, Path]) -> dict[str, Pin]:
    """All pins by job, in the order of the jobs. One that cannot be read still pins."""
    found = {}
    for name, folder in workdirs.items():
        for path in (folder / FOLDER).glob(f"{name}-*.json"):
            if path.stem[len(name) + 1 :].isdigit():
                found[path.stem] = _read(path)
    return dict(sorted(found.items(), key=lambda item: jobdir.split_jobid(item[0])))


def pin(workspace: Workspace, jobid: str, note: str = "") -> Pin:
    """Keep a job from being removed, until it is unpinned. A second pin replaces the first.

    Raises UserError where the job is not complete: there would be nothing to keep.
    """
    folder = _workdir(workspace, jobid)
    in_use = InUse(workspace.config.workdirs)
    try:
        if not in_use.claim(jobid):
            raise UserError(
                f"job {jobid} is {jobdir.state(folder / jobid)}, and only complete jobs can be pinned"
            )
        made = Pin(jobid, note, workspace.config.user, time.time())
        write_pin(folder, made)
        _tell(workspace, made, pinned=True)
        return made
    finally:
        in_use.close()


def write_pin(workdir: Path, made: Pin, disk: Disk | None = None) -> None:
    """Keep the pin of a job of this workdir, whether or not the job is there yet."""
    path = workdir / FOLDER / f"{made.job}.json"
    with explained("write", path):
        path.parent.mkdir(exist_ok=True)
        record = jobdir.dump_json({"format": FORMAT, **asdict(made)})
        (disk or Disk()).write_atomic(path, record)


def unpin(workspace: Workspace, jobid: str) -> Pin:
    """Take a pin away; what it was. Raises UserError where the job is not pinned."""
    path = _workdir(workspace, jobid) / FOLDER / f"{jobid}.json"
    if not path.exists():
        raise UserError(f"job {jobid} is not pinned (`axtui pin` lists the pins)")
    old = _read(path)
    with explained("remove", path):
        path.unlink(missing_ok=True)
    _tell(workspace, old, pinned=False)
    return old


def pin_document(found: Pin, pinned: bool) -> dict[str, Any]:
    """The document of event kind 'pin'."""
    return {"jobid": found.job, "pinned": pinned, "note": found.note, "user": found.user}


def _tell(workspace: Workspace, found: Pin, pinned: bool) -> None:
    with JournalWriter(workspace.dot_axtui) as journal:
        journal.append("pin", pin_document(found, pinned), found.at if pinned else None)


def _workdir(workspace: Workspace, jobid: str) -> Path:
    workdir, _ = jobdir.split_jobid(jobid)
    if workdir not in workspace.config.workdirs:
        known = ", ".join(workspace.config.workdirs)
        raise UserError(f"job {jobid!r} is in no workdir of this workspace (known: {known})")
    return workspace.config.workdirs[workdir]


def _read(path: Path) -> Pin:
    try:
        held = jobdir.read_json(path)
    except (OSError, DamagedJobError):
        held = {}
    at = held.get("at")
    return Pin(
        path.stem,
        str(held.get("note", "")),
        str(held.get("user", "")),
        float(at) if isinstance(at, (int, float)) else path.stat().st_mtime,
    )
