"""What the actions of an urd amount to: the entries in force, and those that are ghosts.

An entry becomes a ghost when it is replaced or truncated away, or when an entry that it depends on
does: what it rests on is no longer what the urd says.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from axtui.build.timestamps import SortKey, last_key, sort_key
from axtui.valueobject import value_object

Entry = dict[str, Any]
Place = tuple[str, str]
"""(user/list, timestamp)."""

DEP_FIELDS = ("timestamp", "joblist", "caption")
"""What an entry remembers of one that it depends on: where that differs now, it is stale."""

_COMPARED = ("joblist", "caption", "deps")


@value_object
class Judgement:
    """What adding an entry would do. `against` is the entry it would replace, if any."""

    new: bool
    changed: bool
    is_ghost: bool
    against: Entry | None = None


@dataclass(eq=False, repr=False)
class _List:
    """The entries of one list in force, with their timestamps in order."""

    entries: dict[str, Entry] = field(default_factory=dict)
    order: list[tuple[SortKey, str]] = field(default_factory=list)

    def put(self, entry: Entry) -> None:
        timestamp = entry["timestamp"]
        if timestamp not in self.entries:
            insort(self.order, (sort_key(timestamp), timestamp))
        self.entries[timestamp] = entry

    def take(self, timestamp: str) -> Entry:
        del self.order[bisect_left(self.order, (sort_key(timestamp), timestamp))]
        return self.entries.pop(timestamp)


class UrdState:
    """All lists, by 'user/list'."""

    def __init__(self) -> None:
        self._lists: dict[str, _List] = {}
        self._ghosts: dict[Place, list[Entry]] = defaultdict(list)
        self._dependants: dict[Place, set[Place]] = defaultdict(set)

    # -- changes

    def judge(self, path: str, entry: Entry) -> Judgement:
        """What `add` would do, without doing it."""
        place = (path, entry["timestamp"])
        is_ghost = self._is_stale(entry)
        olds = self._ghosts.get(place, []) if is_ghost else self._in_force(place)
        changed = bool(olds) and not any(differences(old, entry) == [] for old in olds)
        return Judgement(not olds, changed, is_ghost, olds[-1] if olds else None)

    def add(self, path: str, entry: Entry) -> int:
        """Put an entry in force (or among the ghosts); how many others became ghosts by that."""
        place = (path, entry["timestamp"])
        judgement = self.judge(path, entry)
        if not judgement.new and not judgement.changed:
            return 0
        if judgement.is_ghost:
            self._ghosts[place].append(entry)
            return 0
        if judgement.against is not None:
            self._ghosts[place].append(judgement.against)
            self._forget_deps(place, judgement.against)
        self._lists.setdefault(path, _List()).put(entry)
        for other, dep in entry["deps"].items():
            self._dependants[other, dep["timestamp"]].add(place)
        return self._ghost_dependants([place])

    def truncate(self, path: str, timestamp: str) -> tuple[int, int]:
        """Make ghosts of a list's entries from `timestamp` on: (how many, how many dependants)."""
        found = self._lists.get(path)
        if found is None:
            return 0, 0
        start = bisect_left(found.order, (sort_key(timestamp), ""))
        places = [(path, later) for _, later in found.order[start:]]
        for place in places:
            self._make_ghost(place)
        return len(places), self._ghost_dependants(places)

    def _ghost_dependants(self, places: list[Place]) -> int:
        """Make ghosts of all that no longer rests on what is in force, at any distance."""
        count = 0
        queue = list(places)
        while queue:
            for place in sorted(self._dependants.get(queue.pop(), ())):
                current = self._in_force(place)
                if current and self._is_stale(current[0]):
                    self._make_ghost(place)
                    queue.append(place)
                    count += 1
        return count

    def _make_ghost(self, place: Place) -> None:
        entry = self._lists[place[0]].take(place[1])
        self._ghosts[place].append(entry)
        self._forget_deps(place, entry)

    def _forget_deps(self, place: Place, entry: Entry) -> None:
        for other, dep in entry["deps"].items():
            self._dependants[other, dep["timestamp"]].discard(place)

    def _is_stale(self, entry: Entry) -> bool:
        for other, dep in entry["deps"].items():
            current = self._in_force((other, dep["timestamp"]))
            if not current or any(current[0][name] != dep[name] for name in DEP_FIELDS):
                return True
        return False

    def _in_force(self, place: Place) -> list[Entry]:
        found = self._lists.get(place[0])
        entry = found.entries.get(place[1]) if found else None
        return [] if entry is None else [entry]

    # -- look-ups

    def find(self, path: str, how: str, timestamp: str) -> Entry | None:
        """The entry a look-up names ('' exactly, an operator, 'latest', 'first'), or None."""
        found = self._lists.get(path)
        if found is None or not found.order:
            return None
        if how == "":
            return found.entries.get(timestamp)
        ix = _index(found.order, how, timestamp)
        return found.entries[found.order[ix][1]] if 0 <= ix < len(found.order) else None

    def since(self, path: str, timestamp: str) -> list[Entry]:
        """Entries later than `timestamp`, in order."""
        found = self._lists.get(path, _List())
        start = bisect_right(found.order, sort_key(timestamp), key=lambda item: item[0])
        return [found.entries[later] for _, later in found.order[start:]]

    def entries(self, path: str) -> list[Entry]:
        """All entries in force, in order."""
        found = self._lists.get(path, _List())
        return [found.entries[timestamp] for _, timestamp in found.order]

    def ghosts(self, path: str) -> list[Entry]:
        """All that were in force once, or were added as ghosts, by timestamp."""
        places = [place for place in self._ghosts if place[0] == path]
        return [e for place in sorted(places, key=_place_key) for e in self._ghosts[place]]

    def lists(self) -> list[str]:
        """Lists that have entries in force, by name."""
        return sorted(path for path, found in self._lists.items() if found.entries)


def _place_key(place: Place) -> SortKey:
    return sort_key(place[1])


def _index(order: list[tuple[SortKey, str]], how: str, timestamp: str) -> int:
    if how in ("latest", "first"):
        return len(order) - 1 if how == "latest" else 0
    key = last_key(timestamp) if how == "<=" else sort_key(timestamp)
    side = bisect_right if how in ("<=", ">") else bisect_left
    ix = side(order, key, key=lambda item: item[0])
    return ix if how in (">", ">=") else ix - 1


def differences(old: Entry, new: Entry) -> list[str]:
    """What differs between two entries of one timestamp, in words; the build's own job may."""
    found = []
    for name in _COMPARED:
        if old[name] == new[name]:
            continue
        if name == "joblist":
            found.append(_joblist_difference(old[name], new[name]))
        elif name == "deps":
            changed = sorted(
                path
                for path in {*old[name], *new[name]}
                if old[name].get(path) != new[name].get(path)
            )
            found.append(f"what it depends on ({', '.join(changed)})")
        else:
            found.append(f"{name} ({old[name]!r} instead of {new[name]!r})")
    return found


def _joblist_difference(old: list[list[str]], new: list[list[str]]) -> str:
    for ix, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return f"job {ix} ({one[0]} {one[1]} instead of {other[0]} {other[1]})"
    return f"number of jobs ({len(old)} instead of {len(new)})"
