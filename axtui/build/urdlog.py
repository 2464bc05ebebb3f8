"""`UrdLog`: the log of finished builds, without a server. Any number of processes may use it.

An *entry* is a dict: `user`, `list`, `timestamp`, `caption`, `joblist` ([[name, job id], ...]),
`deps` ({user/list: {timestamp, joblist, caption}} of the entries it was built from), `build_job`,
`flags`. Lists are named `list` (one's own) or `user/list`.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from axtui.build.timestamps import lookup, normal
from axtui.build.urdlines import Record
from axtui.build.urdnames import AUTO, checked_name, list_path, own_path
from axtui.build.urdreplay import UrdReplay
from axtui.build.urdstate import DEP_FIELDS, Entry, differences
from axtui.errors import UrdConflictError, UrdError

Entries = list[Entry]
Values = list[Any]


class UrdLog:
    """The urd of a workspace, as `user` sees it: reads all lists, writes this user's."""

    def __init__(self, folder: Path | str, user: str) -> None:
        self.user = checked_name(user, "user")
        self._replay = UrdReplay(Path(folder))

    def as_user(self, user: str) -> UrdLog:
        """The same urd as another user sees it."""
        other = copy.copy(self)
        other.user = checked_name(user, "user")
        return other

    @property
    def place(self) -> Path:
        """The folder."""
        return self._replay.folder

    @property
    def problems(self) -> list[str]:
        """Lines that could not be read, in words. They are left out; the rest is used."""
        with self._replay.fresh(write=False):
            return self._replay.problems

    def check_user(self) -> None:
        """Does nothing: who may write which file is the disk's to say."""

    def path(self, name: str) -> str:
        """'user/list' of a list's name. Raises UrdError where it cannot be one."""
        return list_path(name, self.user)

    # -- writing

    def add(
        self,
        name: str,
        timestamp: Any,
        joblist: Iterable[Iterable[str]],
        *,
        caption: str = "",
        deps: Mapping[str, Mapping[str, Any]] | None = None,
        build_job: str = "",
        update: bool = False,
        at: float | None = None,
    ) -> dict[str, Any]:
        """Log a finished build: {new, changed, is_ghost}, and `deps` (entries that became ghosts)
        if something was changed. Adding what is there already does nothing. `at` is the time it is
        logged at (Unix seconds, now by default).

        Raises UrdConflictError where the entry exists with other contents, unless `update`;
        UrdPermissionError for another user's list; UrdError where a value cannot be logged.
        """
        path = own_path(name, self.user)
        entry = self._entry(path, timestamp, joblist, caption, deps or {}, build_job, update)
        entry["at"] = time.time() if at is None else at
        action = {"action": "add", "list": path, **_stored(entry)}
        if (
            update
            and entry["list"] == AUTO
            and not entry["deps"]
            and self._replay.write_unread(action)
        ):
            return {"new": True, "changed": False, "is_ghost": False}
        with self._replay.fresh(write=True) as state:
            judgement = state.judge(path, entry)
            if judgement.changed and not update:
                assert judgement.against is not None
                what = "; ".join(differences(judgement.against, entry))
                raise UrdConflictError(
                    f"urd {path}/{entry['timestamp']} exists with other contents: {what}. "
                    "Use update=True in urd.begin to replace it, or another timestamp"
                )
            found: dict[str, Any] = {
                "new": judgement.new,
                "changed": judgement.changed,
                "is_ghost": judgement.is_ghost,
            }
            if judgement.new or judgement.changed:
                self._replay.write(action)
                ghosted = state.add(path, entry)
                if judgement.changed:
                    found["deps"] = ghosted
            return found

    def truncate(self, name: str, timestamp: Any) -> dict[str, int]:
        """Hide a list's entries from `timestamp` on and, as ghosts, all that depends on them:
        {count, deps}. Raises UrdPermissionError for another user's list."""
        path = own_path(name, self.user)
        when = normal(timestamp)
        with self._replay.fresh(write=True) as state:
            self._replay.write({"action": "truncate", "list": path, "timestamp": when})
            count, deps = state.truncate(path, when)
        return {"count": count, "deps": deps}

    def _entry(
        self,
        path: str,
        timestamp: Any,
        joblist: Iterable[Iterable[str]],
        caption: str,
        deps: Mapping[str, Mapping[str, Any]],
        build_job: str,
        update: bool,
    ) -> Entry:
        when = normal(timestamp)
        if when == "0":
            raise UrdError(f"the timestamp 0 means 'before everything' and cannot be in {path}")
        user, _, own = path.partition("/")
        entry: Entry = {
            "timestamp": when,
            "caption": str(caption),
            "joblist": _pairs(path, joblist),
            "deps": {self.path(other): as_dep(dep) for other, dep in sorted(deps.items())},
            "build_job": str(build_job),
            "flags": ["update"] if update else [],
            "user": user,
            "list": own,
        }
        if not entry["joblist"]:
            raise UrdError(f"urd {path}/{when}: there are no jobs to log")
        return entry

    # -- reading

    def get(self, name: str, timestamp: Any) -> Entry | None:
        """An entry, or None. The timestamp may begin with < <= > >= (as text, or first in a tuple),
        or be 'latest' or 'first'. `<=` with a date takes all that begins so."""
        how, when = lookup(timestamp)
        path = self.path(name)
        with self._replay.fresh(write=False) as state:
            return copy.deepcopy(state.find(path, how, when))

    def latest(self, name: str, horizon: Any = None) -> Entry | None:
        """The last entry; with `horizon`, the last that is not after it."""
        return self.get(name, "latest" if horizon is None else "<=" + normal(horizon))

    def first(self, name: str) -> Entry | None:
        """The first entry."""
        return self.get(name, "first")

    def since(self, name: str, timestamp: Any, captions: bool = False) -> Values:
        """Timestamps after `timestamp`, in order; with `captions`, (timestamp, caption) pairs."""
        path, when = self.path(name), normal(timestamp)
        with self._replay.fresh(write=False) as state:
            found = state.since(path, when)
        if captions:
            return [(entry["timestamp"], entry["caption"]) for entry in found]
        return [entry["timestamp"] for entry in found]

    def list(self) -> list[str]:
        """All lists that have entries, as 'user/list'."""
        with self._replay.fresh(write=False) as state:
            return state.lists()

    def entries(self, name: str) -> Entries:
        """All entries of a list, in order."""
        path = self.path(name)
        with self._replay.fresh(write=False) as state:
            return copy.deepcopy(state.entries(path))

    def ghosts(self, name: str) -> Entries:
        """Entries of a list that are no longer in force, in order."""
        path = self.path(name)
        with self._replay.fresh(write=False) as state:
            return copy.deepcopy(state.ghosts(path))


def as_dep(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry that depends on this one remembers of it."""
    return {name: entry[name] for name in DEP_FIELDS}


def _stored(entry: Entry) -> Record:
    return {name: value for name, value in entry.items() if name not in ("user", "list")}


def _pairs(path: str, joblist: Iterable[Iterable[str]]) -> list[list[str]]:
    found = []
    for item in joblist:
        pair = [str(part) for part in item] if not isinstance(item, str) else []
        if len(pair) != 2:
            raise UrdError(f"urd {path}: a joblist holds (name, job) pairs, not {item!r}")
        found.append(pair)
    return found
