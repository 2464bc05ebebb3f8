"""Removing a job directory: renamed away in one step, then deleted at leisure.

`.trash-JOB-RANDOM` in a workdir is a job that no longer exists; what a killed `gc` left of these is
deleted by the next.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from axtui.data.disk import explained

_PREFIX = ".trash-"


def throw_away(path: Path) -> Path:
    """Rename a job directory, so that the job is gone; where it is now."""
    with explained("remove", path):
        # in the same folder: moving a read-only folder to another is refused
        return path.rename(path.with_name(f"{_PREFIX}{path.name}-{secrets.token_hex(4)}"))


def delete(path: Path) -> None:
    """Delete a folder whose folders are read-only."""
    with explained("delete", path):
        for folder, _, _ in os.walk(path):
            Path(folder).chmod(0o755)
        shutil.rmtree(path)


def trash(workdir: Path) -> Iterator[Path]:
    """What is in the trash of a workdir."""
    if workdir.is_dir():
        yield from sorted(workdir.glob(f"{_PREFIX}*"))
