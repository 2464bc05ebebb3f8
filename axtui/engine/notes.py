"""What a stage notes for re-use and commit, collected in its process and sent at its end."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from axtui.data import digest

FRESH_SECONDS = 2.0
"""A file touched this recently may change again without its times changing."""


def stat_fact(path: Path) -> list[int]:
    """[device, inode, size, mtime_ns, ctime_ns] of a path."""
    found = path.stat()
    return [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def is_fresh(fact: list[int]) -> bool:
    """Whether the file was touched so recently (or in the future) that its times prove nothing."""
    newest = max(fact[3], fact[4])
    return newest > time.time_ns() - int(FRESH_SECONDS * 1e9)


class Notes:
    """Receives `context.note(kind, **facts)`."""

    def __init__(self) -> None:
        self.inputs: dict[str, dict[str, Any]] = {}
        self.reads: dict[str, set[str]] = {}
        self.files: dict[str, bool] = {}
        self.links: set[str] = set()
        self.identity = False
        self.background: list[Any] = []
        self.slices_used = False

    def __call__(self, kind: str, **facts: Any) -> None:
        getattr(self, f"_{kind}", self._ignore)(**facts)

    def _ignore(self, **facts: Any) -> None:
        pass

    def _input(self, path: str) -> None:
        name = os.path.abspath(path)  # noqa: PTH100 - must not follow links: the name is the fact
        if name in self.inputs:
            return
        place = Path(name)
        fact: dict[str, Any] = {"path": name}
        if place.is_file():
            fact["stat"] = stat_fact(place)
            if is_fresh(fact["stat"]):
                fact["digest"] = digest.of_file(place)
        self.inputs[name] = fact

    def _reads(self, dataset: str, columns: Any) -> None:
        self.reads.setdefault(str(dataset), set()).update(map(str, columns))

    def _identity(self, job: str) -> None:
        self.identity = True

    def _file(self, name: str, temp: bool) -> None:
        self.files[name] = temp

    def _unfile(self, name: str) -> None:
        self.files.pop(name, None)

    def _link(self, job: str) -> None:
        self.links.add(job)

    def _background(self, saved: Any) -> None:
        self.background.append(saved)

    def record(self) -> dict[str, Any]:
        """All of it, JSON-able."""
        return {
            "inputs": list(self.inputs.values()),
            "reads": {name: sorted(columns) for name, columns in sorted(self.reads.items())},
            "files": self.files,
            "links": sorted(self.links),
            "identity": self.identity,
        }
