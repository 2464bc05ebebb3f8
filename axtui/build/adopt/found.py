"""What there is to adopt at the places that a user names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from axtui import acceleratorconf
from axtui.build.adopt.oldworkdir import OldWorkdir
from axtui.build.urdfiles import SUFFIX
from axtui.config import ACCELERATOR_FILE
from axtui.errors import UserError
from axtui.workspace import Workspace

_URD = "urd.db"


@dataclass
class Found:
    """Workdirs, and folders of logs of builds, in the order in which they were named."""

    workdirs: list[OldWorkdir]
    urds: list[Path]


def find(workspace: Workspace, paths: Iterable[Path]) -> Found:
    """What is at `paths`: workdirs, projects (a folder with an `accelerator.conf`, or that file) with
    their workdirs and log, or logs alone (`urd.db`). No path means the project that the workspace is.

    Raises UserError for a place that holds nothing of the kind.
    """
    found = Found([], [])
    own = workspace.config.path
    named = list(paths)
    if not named and own.name != ACCELERATOR_FILE:
        raise UserError(
            "name what to adopt: a workdir, a project with its accelerator.conf, or an urd.db"
        )
    for path in named or [own]:
        if not path.exists():
            raise UserError(f"there is no {path}")
        if path.is_file() or (path / ACCELERATOR_FILE).is_file():
            _project(path if path.is_file() else path / ACCELERATOR_FILE, found)
        elif any(path.glob(f"*/*{SUFFIX}")):
            found.urds.append(path.resolve())
        else:
            found.workdirs.append(OldWorkdir(path))
    return found


def _project(conf: Path, found: Found) -> None:
    """All that an `accelerator.conf` names and is there."""
    root, folders = acceleratorconf.own_folders(conf)
    for folder in folders:
        if folder.is_dir() and any(folder.glob("*-*/setup.json")):
            found.workdirs.append(OldWorkdir(folder))
    if (root / _URD).is_dir():
        found.urds.append(root / _URD)
    if not (found.workdirs or found.urds):
        raise UserError(f"the workdirs that {conf} names hold no jobs")
