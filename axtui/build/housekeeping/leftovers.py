"""What dead processes left behind, and descriptions that no job refers to any more."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from axtui.build.housekeeping.census import disk_bytes
from axtui.build.housekeeping.trash import trash
from axtui.build.inuse import dead_sessions
from axtui.data import jobdir
from axtui.errors import AcceleratorError
from axtui.workspace import Workspace

ENVIRONMENTS = ".environments"
_OLD = 86400.0
"""Seconds after which a temporary folder is nobody's."""


@dataclass(frozen=True)
class Leftover:
    """A file or folder that may be deleted; `why` says what it is."""

    path: Path
    why: str
    bytes: int


def leftovers(
    workspace: Workspace, now: float | None = None, going: frozenset[str] = frozenset()
) -> list[Leftover]:
    """Everything of that kind in a workspace, whoever left it, and what will be once the jobs in
    `going` are gone."""
    moment = time.time() if now is None else now
    found: list[Leftover] = []
    for name, folder in workspace.config.workdirs.items():
        found += [_of(path, "a job that was being removed") for path in trash(folder)]
        found += [
            _of(path, "the claims of a build that was killed") for path in dead_sessions(folder)
        ]
        found += [_of(path, "an environment of no job") for path in orphans(folder, name, going)]
    found += [
        _of(path, "a temporary folder of a command that was killed")
        for pattern in ("preview-*", "tmp*")
        for path in sorted(workspace.dot_axtui.glob(pattern))
        if path.is_dir() and moment - path.stat().st_mtime > _OLD
    ]
    return found


def orphans(workdir: Path, name: str, going: frozenset[str] = frozenset()) -> Iterator[Path]:
    """Descriptions of environments that no job of a workdir refers to, but for those in `going`."""
    unused = {path.stem: path for path in (workdir / ENVIRONMENTS).glob("*.json")}
    used = _environments(workdir, name, going)
    while unused and (one := next(used, None)) is not None:  # mostly the first job has the only one
        unused.pop(one, None)
    yield from sorted(unused.values())


def _environments(workdir: Path, name: str, going: frozenset[str]) -> Iterator[str]:
    for number in jobdir.job_numbers(workdir, name):
        if f"{name}-{number}" in going:
            continue
        try:
            setup: Mapping[str, object] = jobdir.load_setup(workdir / f"{name}-{number}")
        except AcceleratorError:
            continue
        yield str(setup.get("environment", "")).partition(":")[2]


def _of(path: Path, why: str) -> Leftover:
    try:
        size = disk_bytes(path) if path.is_dir() else path.stat().st_size
    except OSError:
        size = 0
    return Leftover(path, why, size)
