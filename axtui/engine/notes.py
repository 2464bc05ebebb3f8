"""What a stage notes for re-use and commit, collected in its process and sent at its end."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from axtui.data import digest
from axtui.data.filestamp import stamp

FRESH_SECONDS = 2.0
"""A file touched this recently may change again without its times changing."""


def stat_fact(path: Path) -> list[int]:
    """[device, inode, size, mtime_ns, ctime_ns] of a path."""
    return list(stamp(path.stat()))


def is_fresh(fact: list[int]) -> bool:
    """Whether the file was touched so recently (or in the future) that its times prove nothing."""
    newest = max(fact[3], fact[4])
    return newest > time.time_ns() - int(FRESH_SECONDS * 1e9)


_TOLD = frozenset(
    ("input", "absent", "listing", "reads", "identity", "slices", "meaning", "unrecorded")
)


def names_digest(folder: Path) -> str | None:
    """Digest of the names in a folder; None where it cannot be listed."""
    try:
        return digest.of_list(sorted(map(os.fsencode, os.listdir(folder))))  # noqa: PTH208
    except OSError:
        return None


def input_fact(path: str) -> dict[str, Any]:
    """What is told of an input when it is first read: its times, and where they prove nothing yet
    (see `is_fresh`) its digest."""
    name = os.path.abspath(path)  # noqa: PTH100 - must not follow links: the name is the fact
    place = Path(name)
    fact: dict[str, Any] = {"path": name}
    if place.is_file():
        fact["stat"] = stat_fact(place)
        if is_fresh(fact["stat"]):
            fact["digest"] = digest.of_file(place)
    return fact


def note_earlier(path: Path, files: Mapping[str, bool]) -> None:
    """Keep, for the stages to come, which files were noted so far; True where temporary."""
    path.write_text(json.dumps(dict(files)))


class Notes:
    """Receives `context.note(kind, **facts)`.

    A process that user code forks (a `multiprocessing.Pool`) has a copy of this object that nobody
    asks at the end, so what decides re-use goes to the file `spill` there. `earlier` is where it stands
    which files the stages before noted (see `note_earlier`).
    """

    def __init__(self, spill: Path | None = None, earlier: Path | None = None) -> None:
        self._spill, self._pid, self._earlier = spill, os.getpid(), earlier
        self.inputs: dict[str, dict[str, Any]] = {}
        self.reads: dict[str, set[str]] = {}
        self.asked: dict[str, set[str]] = {}
        self.files: dict[str, bool] = {}
        self.links: set[str] = set()
        self.identity = False
        self.background: list[Any] = []
        self.slices_used = False
        self.meaning: str | None = None
        self.unrecorded: set[str] = set()

    def __call__(self, kind: str, **facts: Any) -> None:
        if os.getpid() != self._pid:
            self._tell_parent(kind, facts)
            return
        getattr(self, f"_{kind}", self._ignore)(**facts)

    def _ignore(self, **facts: Any) -> None:
        pass

    def _tell_parent(self, kind: str, facts: dict[str, Any]) -> None:
        if self._spill is None or kind not in _TOLD:
            return
        if kind == "input":
            facts = {"fact": input_fact(facts["path"])}
        line = json.dumps({"kind": kind, "facts": facts}, default=str) + "\n"
        fd = os.open(self._spill, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(fd, line.encode())
        finally:
            os.close(fd)

    def _hear_children(self) -> None:
        if self._spill is None or not self._spill.exists():
            return
        for line in self._spill.read_text().splitlines():
            told = json.loads(line)
            if told["kind"] == "input":
                fact = told["facts"]["fact"]
                self.inputs.setdefault(fact["path"], fact)
            else:
                self(told["kind"], **told["facts"])

    def _input(self, path: str) -> None:
        name = os.path.abspath(path)  # noqa: PTH100 - must not follow links: the name is the fact
        if name not in self.inputs:
            self.inputs[name] = input_fact(name)

    def _absent(self, path: str) -> None:
        self.inputs.setdefault(path, {"path": path, "absent": True})

    def _listing(self, path: str) -> None:
        self.inputs.setdefault(f"{path}/", {"path": path, "listing": names_digest(Path(path))})

    def _reads(self, dataset: str, columns: Any) -> None:
        self.reads.setdefault(str(dataset), set()).update(map(str, columns))

    def _asked(self, dataset: str, columns: Any) -> None:
        self.asked.setdefault(str(dataset), set()).update(map(str, columns))

    def _slices(self) -> None:
        self.slices_used = True

    def _meaning(self, accelerator: str) -> None:
        self.meaning = accelerator

    def _unrecorded(self, words: str) -> None:
        """It depends on something that nobody records."""
        self.unrecorded.add(words)

    def _identity(self, job: str) -> None:
        self.identity = True

    def _file(self, name: str, temp: bool) -> None:
        self.files[name] = temp

    def _unfile(self, name: str) -> None:
        self.files.pop(name, None)

    def is_noted(self, name: str) -> bool:
        """Whether a file was registered, or said to be temporary, by now."""
        return name in self.files or name in self._files_before

    @cached_property
    def _files_before(self) -> dict[str, bool]:
        if self._earlier is None or not self._earlier.exists():
            return {}
        found: dict[str, bool] = json.loads(self._earlier.read_text())
        return found

    def _link(self, job: str) -> None:
        self.links.add(job)

    def _background(self, saved: Any) -> None:
        self.background.append(saved)

    def record(self) -> dict[str, Any]:
        """All of it, JSON-able."""
        self._hear_children()
        return {
            "inputs": list(self.inputs.values()),
            "reads": {name: sorted(columns) for name, columns in sorted(self.reads.items())},
            "asked": {name: sorted(columns) for name, columns in sorted(self.asked.items())},
            "files": self.files,
            "links": sorted(self.links),
            "identity": self.identity,
            "meaning": self.meaning,
        }
