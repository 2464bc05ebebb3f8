"""The log of builds of an Accelerator project, taken over into the urd of this workspace.

Only what is in force is: entries that were replaced, truncated, or that rest on such, are history of
another log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axtui.build.acceleratorlog import read_accelerator_log
from axtui.build.urdfiles import UrdFiles
from axtui.build.urdlog import UrdLog
from axtui.build.urdstate import Entry, UrdState
from axtui.errors import UrdConflictError, UrdError
from catalog.journal import JournalWriter

_FIELDS = ("timestamp", "caption", "joblist", "deps", "build_job", "flags", "at")


@dataclass
class TakenOver:
    """How many entries are new, how many were there, and what could not be taken over, in words."""

    new: int = 0
    known: int = 0
    left: list[str] = field(default_factory=list)


def take_over(old: Path, own: Path, ids: Mapping[str, str], journal: JournalWriter) -> TakenOver:
    """Log the entries of the folder `old` in the folder `own`, with the ids that their jobs have here,
    and tell the catalog. An entry with a job that is not here is left. A second time does nothing, also
    for an entry that was truncated since."""
    found = TakenOver()
    entries, found.left = _in_force(old)
    known = _logged(own)
    logs: dict[str, UrdLog] = {}
    for entry in entries:
        name = f"{entry['user']}/{entry['list']}"
        if (name, entry["timestamp"], entry["at"]) in known:
            found.known += 1
            continue
        try:
            new = _translated(entry, ids)
            log = logs.setdefault(entry["user"], UrdLog(own, entry["user"]))
            made = log.add(name, entry["timestamp"], at=entry["at"], **new)
        except UrdConflictError:
            found.left.append(f"{name}/{entry['timestamp']}: there is another entry in its place")
            continue
        except (UrdError, KeyError) as error:
            why = f"its job {error.args[0]} is not here" if isinstance(error, KeyError) else error
            found.left.append(f"{name}/{entry['timestamp']}: {why}")
            continue
        found.new += bool(made["new"] or made["changed"])
        found.known += not (made["new"] or made["changed"])
        _tell(journal, log, name, entry)
    return found


def _in_force(old: Path) -> tuple[list[Entry], list[str]]:
    """The entries that a reader of the old log would see, first things first."""
    actions, problems = read_accelerator_log(old)
    state = UrdState()
    for action in actions:
        if action["action"] == "truncate":
            state.truncate(action["list"], action["timestamp"])
        else:
            user, _, name = action["list"].partition("/")
            fields = {key: action[key] for key in _FIELDS}
            state.add(action["list"], {**fields, "user": user, "list": name})
    entries = [entry for name in state.lists() for entry in state.entries(name)]
    return sorted(entries, key=lambda entry: float(entry["at"])), problems


def _logged(own: Path) -> set[tuple[str, str, Any]]:
    files = UrdFiles(own)
    with files.locked(write=False):
        records, _ = files.read()
    return {
        (str(record.get("list")), str(record.get("timestamp")), record.get("at"))
        for record in records
        if record.get("action") == "add"
    }


def _translated(entry: Entry, ids: Mapping[str, str]) -> dict[str, Any]:
    """What `UrdLog.add` takes. KeyError for a job that is not here."""

    def jobs(pairs: Any) -> list[list[str]]:
        return [[name, ids[job]] for name, job in pairs]

    return {
        "joblist": jobs(entry["joblist"]),
        "caption": entry["caption"],
        "deps": {
            name: {**dep, "joblist": jobs(dep["joblist"])} for name, dep in entry["deps"].items()
        },
        "build_job": ids.get(entry["build_job"], ""),
    }


def _tell(journal: JournalWriter, log: UrdLog, name: str, entry: Entry) -> None:
    made = log.get(name, entry["timestamp"])
    if made is not None:
        deps = {other: dep["timestamp"] for other, dep in made["deps"].items()}
        at = float(made.pop("at"))
        journal.append("urd", {**made, "action": "add", "deps": deps}, at)
