"""Copying a built workspace: what names its folder names that of the copy afterwards."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from axtui.data import jobdir
from catalog.layout import database_path
from catalog.store import transaction
from tests.tui import records

_COLUMNS = (
    ("job", "path"),
    ("run", "workspace"),
    ("job_error", "traceback"),
)


def copy(source: Path, target: Path) -> Path:
    """Copy the workspace at `source` to `target`, which is not there yet; `target`."""
    shutil.copytree(source, target, symlinks=True)
    (target / ".axtui/inputs.json").unlink(missing_ok=True)  # both are made again
    shutil.rmtree(target / "workdirs/dev/.workspaces")
    old, new = str(source), str(target)
    for job in (target / "workdirs").glob("*/*-*"):
        records.replace_setup(job, _renamed(job / jobdir.SETUP, old, new))
        if (job / jobdir.FAILED).exists():
            records.replace(job / jobdir.FAILED, _renamed(job / jobdir.FAILED, old, new))
    for path in (target / ".axtui/methods").glob("*.json"):
        path.write_text(path.read_text().replace(old, new))
    for path in (target / "results").rglob("*"):
        if path.is_symlink():
            to, made = str(path.readlink()).replace(old, new), path.lstat().st_mtime
            path.unlink()
            path.symlink_to(to)
            os.utime(path, (made, made), follow_symlinks=False)
    with transaction(database_path(target / ".axtui")) as con:
        for table, column in _COLUMNS:
            con.execute(f"UPDATE {table} SET {column} = replace({column}, $1, $2)", [old, new])
    return target


def _renamed(path: Path, old: str, new: str) -> Any:
    return json.loads(path.read_text().replace(old, new))
