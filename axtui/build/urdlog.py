"""`UrdLog`: the log of finished builds, without a server. Any number of processes may use it.

An *entry* is a dict: `user`, `list`, `timestamp`, `caption`, `joblist` ([[name, job id], ...]),
`deps` ({user/list: {timestamp, joblist, caption}} of the entries it was built from), `build_job`,
`flags`. Lists are named `list` (one's own) or `user/list`.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axtui.build.timestamps import lookup, normal
from axtui.build.urdfiles import Record, UrdFiles
from axtui.build.urdstate import DEP_FIELDS, Entry, UrdState, differences
from axtui.errors import UrdConflictError, UrdError, UrdPermissionError

_ENTRY_FIELDS = (
    "timestamp",
    "caption",
    "joblist",
    "deps",
    "build_job",
    "flags",
    "at",
    "user",
    "list",
)
_NEEDED = {"add": ("list", "timestamp", "joblist", "deps"), "truncate": ("list", "timestamp")}

Entries = list[Entry]
Values = list[Any]


class UrdLog:
    """The urd of a workspace, as `user` sees it: reads all lists, writes this user's."""

    def __init__(self, folder: Path | str, user: str) -> None:
        self.user = _name(user, "user")
        self._files = UrdFiles(Path(folder))
        self._state = UrdState()
        self._last = 0
        self._unknown: Values = []
        self._mutex = threading.RLock()

    @property
    def problems(self) -> list[str]:
        """Lines that could not be read, in words. They are left out; the rest is used."""
        with self._fresh(write=False):
            return self._files.problems + self._unknown

    def path(self, name: str) -> str:
        """'user/list' of a list's name. Raises UrdError where it cannot be one."""
        user, _, own = name.rpartition("/")
        user = _name(user, "user") if "/" in name else self.user
        return f"{user}/{_name(own, 'list')}"

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
        path = self._own(name)
        entry = self._entry(path, timestamp, joblist, caption, deps or {}, build_job, update)
        entry["at"] = time.time() if at is None else at
        with self._fresh(write=True):
            judgement = self._state.judge(path, entry)
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
                self._write({"action": "add", "list": path, **_stored(entry)})
                ghosted = self._state.add(path, entry)
                if judgement.changed:
                    found["deps"] = ghosted
            return found

    def truncate(self, name: str, timestamp: Any) -> dict[str, int]:
        """Hide a list's entries from `timestamp` on and, as ghosts, all that depends on them:
        {count, deps}. Raises UrdPermissionError for another user's list."""
        path = self._own(name)
        when = normal(timestamp)
        with self._fresh(write=True):
            self._write({"action": "truncate", "list": path, "timestamp": when})
            count, deps = self._state.truncate(path, when)
        return {"count": count, "deps": deps}

    def _own(self, name: str) -> str:
        path = self.path(name)
        owner = path.partition("/")[0]
        if owner != self.user:
            raise UrdPermissionError(
                f"the urd list {path} belongs to {owner}; you ({self.user}) can only write your own"
            )
        return path

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

    def _write(self, record: Record) -> None:
        user, _, own = record["list"].partition("/")
        self._files.append(user, own, {"seq": self._last + 1, "at": time.time(), **record})
        self._last += 1

    # -- reading

    def get(self, name: str, timestamp: Any) -> Entry | None:
        """An entry, or None. The timestamp may begin with < <= > >= (as text, or first in a tuple),
        or be 'latest' or 'first'. `<=` with a date takes all that begins so."""
        how, when = lookup(timestamp)
        path = self.path(name)
        with self._fresh(write=False):
            return copy.deepcopy(self._state.find(path, how, when))

    def latest(self, name: str, horizon: Any = None) -> Entry | None:
        """The last entry; with `horizon`, the last that is not after it."""
        return self.get(name, "latest" if horizon is None else "<=" + normal(horizon))

    def first(self, name: str) -> Entry | None:
        """The first entry."""
        return self.get(name, "first")

    def since(self, name: str, timestamp: Any, captions: bool = False) -> Values:
        """Timestamps after `timestamp`, in order; with `captions`, (timestamp, caption) pairs."""
        path, when = self.path(name), normal(timestamp)
        with self._fresh(write=False):
            found = self._state.since(path, when)
        if captions:
            return [(entry["timestamp"], entry["caption"]) for entry in found]
        return [entry["timestamp"] for entry in found]

    def list(self) -> list[str]:
        """All lists that have entries, as 'user/list'."""
        with self._fresh(write=False):
            return self._state.lists()

    def entries(self, name: str) -> Entries:
        """All entries of a list, in order."""
        path = self.path(name)
        with self._fresh(write=False):
            return copy.deepcopy(self._state.entries(path))

    def ghosts(self, name: str) -> Entries:
        """Entries of a list that are no longer in force, in order."""
        path = self.path(name)
        with self._fresh(write=False):
            return copy.deepcopy(self._state.ghosts(path))

    # -- keeping up with the files

    @contextmanager
    def _fresh(self, write: bool) -> Iterator[None]:
        """Hold the lock, with all that any process has logged read."""
        with self._mutex, self._files.locked(write):
            records, again = self._files.read()
            records.sort(key=_order)
            if not again and records and _order(records[0])[0] <= self._last:
                # an action of before what is known (a file was copied in): all in order, again
                self._files.forget()
                records, again = sorted(self._files.read()[0], key=_order), True
            if again:
                self._state, self._last, self._unknown = UrdState(), 0, []
            for record in records:
                self._replay(record)
            yield

    def _replay(self, record: Record) -> None:
        self._last = max(self._last, _order(record)[0])
        action = record.get("action")
        if any(record.get(name) is None for name in _NEEDED.get(str(action), ("nothing",))):
            self._unknown.append(
                f"action {record.get('seq')} of urd {record.get('list')} is not understood "
                f"({action!r}, written by a newer axtui?) and left out"
            )
        elif action == "truncate":
            self._state.truncate(record["list"], record["timestamp"])
        else:
            user, _, own = record["list"].partition("/")
            entry = {name: record.get(name) for name in _ENTRY_FIELDS}
            self._state.add(record["list"], {**entry, "user": user, "list": own})


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


def _order(record: Record) -> tuple[int, str]:
    seq = record.get("seq")
    return (seq if isinstance(seq, int) else 0), str(record.get("list"))


def _name(text: str, what: str) -> str:
    if not text or "/" in text or "\0" in text:
        raise UrdError(
            f"{text!r} cannot be the name of an urd {what}: it is empty or has a / in it"
        )
    return text
