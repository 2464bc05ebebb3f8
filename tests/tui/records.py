"""Records of finished jobs, written anew so that the jobs stay whole: each is what its seal says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axtui.data import digest, jobdir

Json = dict[str, Any]
SETUP_BYTES = 4096
"""The length of every setup.json: it names folders, and their lengths must not show."""


def replace(path: Path, record: Json) -> None:
    """Write a record of a finished job, whose folder is read-only."""
    _write(path, jobdir.dump_json(record))


def replace_setup(job: Path, setup: Json) -> None:
    """Write a job's setup, and into its completion record what it is now."""
    data = jobdir.dump_json(setup)
    data += b" " * (SETUP_BYTES - 1 - len(data)) + b"\n"
    assert len(data) == SETUP_BYTES
    path = job / jobdir.SETUP
    _write(path, data)
    if not (job / jobdir.POST).exists():
        return
    post, stat = jobdir.read_json(job / jobdir.POST), path.stat()
    post["files"][jobdir.SETUP] |= {
        "size": SETUP_BYTES,
        "digest": digest.of_bytes(data),
        "mtime_ns": stat.st_mtime_ns,
        "ctime_ns": stat.st_ctime_ns,
        "ino": stat.st_ino,
    }
    replace(job / jobdir.POST, jobdir.checked(post))


def _write(path: Path, data: bytes) -> None:
    folder, file = path.parent.stat().st_mode, path.stat().st_mode
    path.parent.chmod(0o755)
    beside = path.with_name(f".{path.name}")
    beside.write_bytes(data)
    beside.chmod(file & 0o777)
    beside.replace(path)
    path.parent.chmod(folder & 0o777)
