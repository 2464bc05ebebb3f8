"""Bringing the log of another urd into ours, with its order, times and ghosts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from axtui.build.urdfiles import Record, UrdFiles
from axtui.build.urdlog import UrdLog


@dataclass
class Imported:
    """How many actions were written, and which lists were left alone, as they have entries of ours."""

    written: int = 0
    kept: list[str] = field(default_factory=list)


def import_log(
    log: UrdLog, records: Iterable[Record], renamed: Callable[[str], str] = str
) -> Imported:
    """Append the actions that `read_accelerator_log` gave, in their order, for all users.

    `renamed` gives the job id that an old one has here. What was imported before is not written
    again: of a list that holds nothing but the beginning of what is imported, the rest is added. Any
    other list that has actions is left as it is, and told. Raises StorageError where a file cannot be
    written.
    """
    records = list(records)
    known = _known(UrdFiles(log.place))
    by_list: dict[str, list[Record]] = {}
    for record in records:
        by_list.setdefault(record["list"], []).append(record)
    found = Imported()
    new: set[int] = set()
    for path, actions in by_list.items():
        there = known.get(path, [])
        if [_identity(action) for action in actions[: len(there)]] == there:
            new.update(map(id, actions[len(there) :]))
        else:
            found.kept.append(path)
    log.adopt(_renamed(record, renamed) for record in records if id(record) in new)
    found.written = len(new)
    return found


def _known(files: UrdFiles) -> dict[str, list[Any]]:
    """What identifies each action of each list that there is, in order."""
    with files.locked(write=False):
        records, _ = files.read()
    found: dict[str, list[Any]] = {}
    for record in sorted(records, key=lambda record: record.get("seq", 0)):
        found.setdefault(record.get("list", ""), []).append(_identity(record))
    return found


def _identity(record: Record) -> tuple[Any, ...]:
    return record.get("action"), record.get("timestamp"), record.get("at")


def _renamed(record: Record, renamed: Callable[[str], str]) -> Record:
    if record["action"] != "add":
        return record
    deps = {
        path: {**dep, "joblist": _jobs(dep["joblist"], renamed)}
        for path, dep in record["deps"].items()
    }
    build_job = renamed(record["build_job"]) if record["build_job"] else ""
    joblist = _jobs(record["joblist"], renamed)
    return {**record, "joblist": joblist, "deps": deps, "build_job": build_job}


def _jobs(joblist: Iterable[Any], renamed: Callable[[str], str]) -> list[list[str]]:
    return [[name, renamed(job)] for name, job in joblist]
