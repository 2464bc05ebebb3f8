"""What the files of an urd folder amount to, kept up with while any number of processes append."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axtui.build.urdfiles import UrdFiles
from axtui.build.urdlines import Record
from axtui.build.urdstate import UrdState

_ENTRY_FIELDS = (
    "timestamp",
    "caption",
    "joblist",
    "deps",
    "build_job",
    "flags",
    "at",
)
_NEEDED = {"add": ("list", "timestamp", "joblist", "deps"), "truncate": ("list", "timestamp")}


class UrdReplay:
    """The state of an urd folder. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        self._files = UrdFiles(folder)
        self._state = UrdState()
        self._last = 0
        self._unknown: list[str] = []
        self._mutex = threading.RLock()

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self._files.folder

    @property
    def problems(self) -> list[str]:
        """What could not be read, as far as it was read; ask in `fresh`."""
        return self._files.problems + self._unknown

    @contextmanager
    def fresh(self, write: bool) -> Iterator[UrdState]:
        """Hold the folder's lock, with all that any process has logged read."""
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
            yield self._state

    def write(self, record: Record) -> None:
        """Append one action, as the last of all. In `fresh(write=True)`; the state is the caller's to
        change with it."""
        user, _, own = record["list"].partition("/")
        self._files.append(user, own, {"seq": self._last + 1, "at": time.time(), **record})
        self._last += 1

    def write_unread(self, record: Record) -> bool:
        """Append one action to what nobody has read yet, on which nothing rests and which nothing before
        can be in the way of; False where it has to be read first, and nothing was written.

        Every run logs what it built. To read all that others logged for that took longer with each of
        them: 90 ms after sixty runs of a thousand jobs.
        """
        with self._mutex, self._files.locked(write=True):
            last = self._files.last_actions()
            if last is None:
                return False
            seq = max((_order(one)[0] for one in last), default=0) + 1
            user, _, own = record["list"].partition("/")
            action = {"seq": seq, "at": time.time(), **record}
            self._files.append(user, own, action, unread=True)
            return True

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


def _order(record: Record) -> tuple[int, str]:
    seq = record.get("seq")
    return (seq if isinstance(seq, int) else 0), str(record.get("list"))
