"""Everything a job directory says about a job, as plain values for tables and JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axtui.build.record import NO_RECORD
from axtui.build.specs import Specs
from axtui.data import canonical, dsmeta, jobdir
from axtui.engine.source import INDEX
from axtui.errors import DamagedJobError

Facts = dict[str, Any]


def row(specs: Specs, jobid: str) -> Facts:
    """One line of a list of jobs: job, method, name, state, started, wall_s, why, caption."""
    path = specs.path(jobid)
    state = jobdir.state(path)
    try:
        setup = jobdir.load_setup(path)
        end = end_record(path, state)
    except DamagedJobError:
        return {"job": jobid, "state": "damaged"}
    started, ended = setup.get("starttime"), end.get("endtime", end.get("ended"))
    return {
        "job": jobid,
        "method": setup.get("method"),
        "name": specs.name(jobid),
        "state": state,
        "started": started,
        "wall_s": ended - started if ended and started else None,
        "why": setup.get("reason", {}).get("text"),
        "caption": setup.get("caption"),
    }


def everything(specs: Specs, jobid: str) -> Facts:
    """All facts of one job but its printed output. Raises DamagedJobError where its records cannot be
    read, or understood."""
    try:
        return _everything(specs, jobid)
    except NO_RECORD:
        path = specs.path(jobid)
        raise DamagedJobError(
            f"{path} has records that cannot be understood: its build script makes the job anew"
        ) from None


def _everything(specs: Specs, jobid: str) -> Facts:
    # what is handed on is copied, so that another shape of it raises here and not where it is shown
    path = specs.path(jobid)
    setup = jobdir.load_setup(path)
    state = jobdir.state(path)
    end = end_record(path, state)
    damage = jobdir.damage(path, end) if state == "complete" else None
    files = end.get("files", {})
    return {
        **row(specs, jobid),
        "state": "damaged" if damage else state,
        "damage": f"{damage.name} {damage.what}" if damage else None,
        "path": str(path),
        "package": setup.get("package"),
        "script": setup.get("script"),
        "build_job": setup.get("build_job"),
        "parent": setup.get("parent"),
        "ended": end.get("endtime", end.get("ended")),
        "slices": setup.get("slices"),
        "meaning": end.get("recorded", {}).get("meaning"),
        "seed": setup.get("seed"),
        "key": setup.get("key"),
        "user": setup.get("user"),
        "host": setup.get("host"),
        "options": options(setup),
        "datasets_in": _given(setup.get("datasets")),
        "jobs_in": _given(setup.get("jobs")),
        "inputs": _inputs(end),
        "reason": setup.get("reason"),
        "subjobs": {**end.get("subjobs", {})},
        "datasets": [_dataset(specs, jobid, name) for name in specs.dataset_names(jobid)],
        "files": [{"name": name, "bytes": _size(path, name, files)} for name in _user_files(end)],
        "bytes": sum(fact.get("size", 0) for fact in files.values()),
        "stages": [*end.get("stages", [])],
        "error": _error(end) if state in jobdir.FAILURES else None,
    }


def sources(path: Path) -> list[tuple[str, str]]:
    """(name, text) of the sources that a job was run from, frozen with it."""
    folder = path / jobdir.SOURCE
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != INDEX)
    return [
        (file.relative_to(folder).as_posix(), file.read_text("utf-8", "replace")) for file in files
    ]


def registered(path: Path) -> list[str]:
    """The files that a complete job has for others; none where its record cannot be read."""
    try:
        return _user_files(jobdir.load_post(path))
    except DamagedJobError:
        return []


def end_record(path: Path, state: str) -> Facts:
    """The record of a job's end: its completion, its failure, or nothing yet."""
    if state == "complete":
        return jobdir.load_post(path)
    if state in jobdir.FAILURES:
        return jobdir.read_json(path / jobdir.FAILED)
    return {}


def options(setup: Facts) -> dict[str, str]:
    """The options of a job, by its setup, as text."""
    given = setup.get("options", {})
    return {name: canonical.plain(canonical.from_json(value)) for name, value in given.items()}


def _given(inputs: Facts | None) -> Facts:
    return {name: value for name, value in (inputs or {}).items() if value}


def _inputs(end: Facts) -> list[str]:
    """Input files that were read, as they were recorded."""
    facts = end.get("recorded", {}).get("inputs", [])
    return [str(fact.get("path")) for fact in facts]


def _user_files(end: Facts) -> list[str]:
    return list(end.get("registered", []))


def _size(path: Path, name: str, files: Facts) -> int | None:
    size = files.get(name, {}).get("size")
    return int(size) if size is not None else None


def _dataset(specs: Specs, jobid: str, name: str) -> Facts:
    metadata = specs.metadata(jobid, name)
    return {
        "name": name,
        "rows": sum(metadata.get("lines", ())),
        "columns": len(metadata.get("columns", ())),
        "hashlabel": dsmeta.hashlabel_of(metadata),
        "previous": metadata.get("previous"),
        "parent": metadata.get("parent"),
    }


def _error(end: Facts) -> Facts:
    keys = ("kind", "stage", "sliceno", "message", "traceback", "status")
    return {key: end.get(key) for key in keys}
