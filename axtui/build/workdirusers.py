"""Which workspaces use a workdir: each that takes a job from it leaves a note there.

A workspace may use the jobs of a workdir and make its own in another, so that none of its runs lies here:
the note `.workspaces/DIGEST.json` is what `gc` knows of it. A workspace is its configuration file:
two files in one folder are two.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from axtui.config import FILE_NAME
from axtui.data import digest, jobdir
from axtui.data.disk import Disk, explained
from axtui.errors import DamagedJobError
from axtui.valueobject import value_object

FOLDER = ".workspaces"
FORMAT = "axtui-workspace-1"


@value_object
class User:
    """A workspace that uses a workdir: its configuration file, and the machine on which it has that
    path; `note` is the file that tells of it."""

    config: str
    host: str
    note: Path


def note_user(workdir: Path, config: Path, disk: Disk | None = None) -> None:
    """Note that the workspace of a configuration file uses this workdir. Costs one look if that is
    known; where this user may not write it is left out. Raises StorageError."""
    host = os.uname().nodename
    name = digest.of_bytes(f"{host}\n{config}".encode()).partition(":")[2][:32]
    place = workdir / FOLDER / f"{name}.json"
    if place.exists():
        return
    record = {"format": FORMAT, "config": str(config), "root": str(config.parent), "host": host}
    with explained("write", place), contextlib.suppress(PermissionError):
        place.parent.mkdir(exist_ok=True)
        (disk or Disk()).write_atomic(place, jobdir.dump_json(record))


def users(workdir: Path) -> list[User]:
    """All workspaces that have left a note in a workdir."""
    found = []
    for place in sorted((workdir / FOLDER).glob("*.json")):
        with contextlib.suppress(OSError, DamagedJobError):
            record = jobdir.read_json(place)
            if record.get("format") == FORMAT:
                found.append(User(str(record["config"]), str(record["host"]), place))
    return found


def config_of_run(setup: dict[str, Any]) -> str | None:
    """The configuration file of the workspace that made a run; of runs that do not tell, the one that
    a folder has by default."""
    config, root = setup.get("config"), setup.get("workspace")
    if config:
        return str(config)
    return str(Path(root) / FILE_NAME) if root else None
