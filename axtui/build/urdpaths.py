"""What people type to name something of the urd, looked up.

    /                                  all lists; so does nothing at all
    list, list/TIMESTAMP               an entry, the latest by default
    list/, list/since/TIMESTAMP        the entries of a list, those after a timestamp
    :list:, :list/TIMESTAMP:           an entry; behind the timestamp `~` is one later, `^` one earlier
    :list:NAME, :list:NUMBER           a job of its joblist

A list is one's own, or `user/list`. A TIMESTAMP may be `latest`, `first`, or begin with < <= > >=.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from axtui.build.timestamps import lookup
from axtui.build.urdstate import Entry
from axtui.build.urdstore import UrdStore
from axtui.errors import NoSuchJobError, NoSuchWhateverError, UrdError, UserError
from axtui.suggest import did_you_mean

_WALKS = re.compile(r"(.*?)((?:[~^]\d*)*)", re.DOTALL)
_WALK = re.compile(r"([~^])(\d*)")


@dataclass(frozen=True)
class FoundLists:
    """All lists."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class FoundEntries:
    """Entries of a list, in order."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class FoundEntry:
    """An entry."""

    name: str
    entry: Entry


@dataclass(frozen=True)
class FoundJob:
    """A job of an entry: its position in the joblist, its name there, its id."""

    name: str
    timestamp: str
    position: int
    method: str
    job: str


Found = FoundLists | FoundEntries | FoundEntry | FoundJob


def find(log: UrdStore, path: str) -> Found:
    """What a path names. Raises NoSuchWhateverError, naming near ones, where there is none; UrdError
    for what cannot be a timestamp; UserError for a `:` too many or too few."""
    if path in ("", "/"):
        return FoundLists(tuple(log.list()))
    if path.startswith(":"):
        return _of_spec(log, path)
    words = path.split("/")
    if len(words) > 1 and words[-1] == "":
        name = _list(log, words[:-1])
        return FoundEntries(name, tuple(log.entries(name)))
    if len(words) > 2 and words[-2] == "since":
        name = _list(log, words[:-2])
        later = set(log.since(name, words[-1]))
        return FoundEntries(name, tuple(one for one in log.entries(name) if _when(one) in later))
    return _entry(log, words)


def find_job(log: UrdStore, spec: str) -> str:
    """The id of the job that `:list[/TIMESTAMP]:[NAME or NUMBER]` names, the last one by default.

    Raises as `find`.
    """
    found = find(log, spec if not spec.endswith(":") else f"{spec}-1")
    assert isinstance(found, FoundJob)
    return found.job


def _of_spec(log: UrdStore, spec: str) -> Found:
    path, colon, which = spec[1:].rpartition(":")
    if not colon or not path:
        raise UserError(f"{spec!r} is no :list: or :list:job, which has two colons")
    match = _WALKS.fullmatch(path)
    assert match is not None
    found = _walked(log, _entry(log, match[1].split("/")), match[2])
    return found if which == "" else _job(found, which)


def _walked(log: UrdStore, found: FoundEntry, walks: str) -> FoundEntry:
    steps = sum(
        int(times or 1) * (1 if sign == "~" else -1) for sign, times in _WALK.findall(walks)
    )
    if steps == 0:
        return found
    entries = log.entries(found.name)
    index = [_when(entry) for entry in entries].index(_when(found.entry)) + steps
    if not 0 <= index < len(entries):
        raise NoSuchWhateverError(
            f"the urd list {found.name} has no entry {abs(steps)} "
            f"{'later' if steps > 0 else 'earlier'} than {_when(found.entry)}"
        )
    return FoundEntry(found.name, entries[index])


def _job(found: FoundEntry, which: str) -> FoundJob:
    joblist: Sequence[Sequence[str]] = found.entry["joblist"]
    where = f"{found.name}/{_when(found.entry)}"
    try:
        position = range(len(joblist))[int(which)]
    except IndexError:
        raise NoSuchJobError(f"{where} has {len(joblist)} jobs, and none at {which}") from None
    except ValueError:
        named = [ix for ix, (name, _) in enumerate(joblist) if name == which]
        if not named:
            names = list(dict.fromkeys(name for name, _ in joblist))
            raise NoSuchJobError(
                f"{where} has no job {which!r}; it has {', '.join(names)}."
                + did_you_mean(which, names)
            ) from None
        position = named[-1]
    return FoundJob(found.name, _when(found.entry), position, *joblist[position])


def _entry(log: UrdStore, words: list[str]) -> FoundEntry:
    name, timestamp = _split(log, words)
    entry = log.get(name, timestamp)
    if entry is None:
        known = [_when(one) for one in log.entries(_list(log, name.split("/")))]
        raise NoSuchWhateverError(
            f"the urd list {name} has no entry {timestamp!r}." + did_you_mean(timestamp, known)
        )
    return FoundEntry(log.path(name), entry)


def _split(log: UrdStore, words: list[str]) -> tuple[str, str]:
    """(list, timestamp): of two words the second is a timestamp, unless the two are a list."""
    if len(words) == 1:
        return words[0], "latest"
    if len(words) == 2:
        known = log.list()
        whole = "/".join(words)
        if whole in known and (log.path(words[0]) not in known or not _is_timestamp(words[1])):
            return whole, "latest"
        if not _is_timestamp(words[1]) and log.path(words[0]) not in known:
            _list(log, words)
    if len(words) > 3:
        raise UserError(f"{'/'.join(words)!r} is no list, list/TIMESTAMP or user/list/TIMESTAMP")
    return "/".join(words[:-1]), words[-1]


def _is_timestamp(text: str) -> bool:
    try:
        lookup(text)
    except UrdError:
        return False
    return True


def _list(log: UrdStore, words: list[str]) -> str:
    """A list that there is, as user/list."""
    given = "/".join(words)
    known = log.list()
    name = log.path(given) if len(words) <= 2 else ""
    if name in known:
        return name
    own = [one.removeprefix(f"{log.user}/") for one in known]
    there = f" There is: {', '.join(own)}." if own else " Nothing is logged yet."
    raise NoSuchWhateverError(
        f"there is no urd list {given!r}." + (did_you_mean(given, own) or there)
    )


def _when(entry: Entry) -> str:
    return str(entry["timestamp"])
