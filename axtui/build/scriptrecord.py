"""The records of a build script's own job, as they lie in its directory: setup, completion, failure."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from axtui.build.builder import Built
from axtui.build.circumstances import circumstances
from axtui.build.scripts import DEFAULT
from axtui.build.session import Session
from axtui.data import jobdir


def setup_record(
    session: Session,
    jobid: str,
    script: str,
    path: Path,
    flags: Iterable[str],
    horizon: str | None,
    started: float,
) -> dict[str, Any]:
    """`setup.json` of a run of the script at `path`, with all that it takes to run it so again."""
    return {
        "format": jobdir.SETUP_FORMAT,
        "version": 1,
        "jobid": jobid,
        "method": f"build_{script}" if script != DEFAULT else DEFAULT,
        "package": session.config.package_of(path.parent),
        "path": session.present.places.key(str(path)),
        "is_build": True,
        "script": script,
        "caption": None,
        "name": None,
        "build_job": None,
        "parent": None,
        "slices": session.config.slices,
        "seed": 0,
        "hash": "",
        "key": None,
        "options": {},
        "datasets": {},
        "jobs": {},
        "flags": sorted(flags),
        "horizon": horizon,
        "into": session.workdir,
        "concurrency": [[method, limit] for method, limit in session.concurrency.items()],
        "argv": sys.argv,
        "workspace": str(session.config.root),
        "config": str(session.config.path),
        **circumstances(session, started),
    }


def post_record(
    jobid: str, started: float, built: Iterable[tuple[str, Built]], *parts: Mapping[str, Any]
) -> dict[str, Any]:
    """`post.json` of a run that ended well; `parts` are how it ended, and its sealed files."""
    ended = time.time()
    record = {
        "format": jobdir.POST_FORMAT,
        "version": 1,
        "jobid": jobid,
        "key": None,
        "starttime": started,
        "endtime": ended,
        "exectime": {"total": ended - started},
        "stages": [],
        "subjobs": {job.jobid: job.made for _, job in built},
        "recorded": {},
        "reads": {},
        "links": [],
    }
    for part in parts:
        record |= part
    return record


def failure_record(
    jobid: str, started: float, kind: str, message: str, text: str, ended: Mapping[str, Any]
) -> dict[str, Any]:
    """`failed.json` of a run; `ended` is how it ended."""
    return {
        "format": jobdir.FAILED_FORMAT,
        "jobid": jobid,
        "started": started,
        "ended": time.time(),
        "kind": kind,
        "stage": None,
        "sliceno": None,
        "message": message,
        "traceback": text,
        "status": [],
        "stages": [],
        **ended,
    }


def ended_record(
    exit_code: int,
    warnings: list[str],
    links: list[dict[str, Any]],
    built: Iterable[tuple[str, Built]],
) -> dict[str, Any]:
    """What the records of a run hold however it ended."""
    return {
        "exit": exit_code,
        "warnings": warnings,
        "results": links,
        "joblist": [[name, job.method, job.jobid, job.made] for name, job in built],
    }
