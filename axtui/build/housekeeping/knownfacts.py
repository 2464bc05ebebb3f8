"""What the census read of complete jobs before, for as long as their records stand untouched.

A complete job does not change: what its two records said is still so while their stamps have not
changed, which is how re-use tells that a job is undamaged, too. So the census of 100,000
jobs asks for their times, and reads what is new. Anything that is not told apart this way (jobs that run
or failed, records that were touched a moment ago) is read each time.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson

from axtui.build.housekeeping.jobfacts import JobFacts
from axtui.data import jobdir
from axtui.data.disk import Disk
from axtui.data.filestamp import stamp
from axtui.engine.looked import SETTLED_NS
from axtui.errors import DamagedJobError

_FORMAT = "axtui-census-1"
"""To be raised where the facts of a job become others than they were for the same records. Other fields
than those that were kept are told without that."""
_FILE = "census.json"
_NAMES = tuple(one.name for one in fields(JobFacts))
_SETS = tuple(_NAMES.index(name) for name in ("bound", "needs", "joblist"))
_FLAGS = _NAMES.index("flags")
_EMPTY: frozenset[str] = frozenset()
_RECORDS = (jobdir.SETUP, jobdir.POST)
_TIMES = (3, 4, 8, 9)
"""Where times stand in what `records` tells."""

_Row = list[Any]
"""[times and places of the records, values of the fields]."""


class KnownFacts:
    """The facts that are kept in `folder` (a workspace's `.axtui`); without a folder none are. What is
    kept may be lost at any time."""

    def __init__(self, folder: Path | None = None) -> None:
        self._place = folder / _FILE if folder is not None else None
        self._before = self._load()
        self._now: dict[str, _Row] = {}
        self._read = False

    def find(self, path: str) -> JobFacts | None:
        """What is known of the complete job in a directory; None where it has to be read."""
        row = self._before.get(path)
        if row is None or records(path) != row[0]:
            return None
        self._now[path] = row
        values = list(row[1])
        values[_FLAGS] = tuple(values[_FLAGS])
        for at in _SETS:
            values[at] = frozenset(values[at]) if values[at] else _EMPTY
        return JobFacts(*values)

    def keep(self, path: str, before: list[int] | None, facts: JobFacts) -> None:
        """Facts that were read from records that had these times `before` that."""
        if before is None or facts.state != "complete" or self._place is None:
            return
        settled = time.time_ns() - SETTLED_NS
        if any(before[at] > settled for at in _TIMES) or records(path) != before:
            return
        values = [getattr(facts, name) for name in _NAMES]
        for at in _SETS:
            values[at] = sorted(values[at])
        self._now[path] = [before, values]
        self._read = True

    def save(self) -> None:
        """Keep what was found or read since, and nothing of jobs that are gone."""
        if self._place is None or (not self._read and len(self._now) == len(self._before)):
            return
        held = jobdir.checked({"format": _FORMAT, "fields": _NAMES, "jobs": self._now})
        with contextlib.suppress(OSError):
            Disk(durable=False).write_whole(self._place, orjson.dumps(held))

    def _load(self) -> dict[str, _Row]:
        if self._place is None:
            return {}
        with contextlib.suppress(OSError, DamagedJobError):
            held = jobdir.read_checked(self._place)
            if held.get("format") == _FORMAT and held.get("fields") == list(_NAMES):
                jobs: dict[str, _Row] = held["jobs"]
                return jobs
        return {}


def records(path: str) -> list[int] | None:
    """Where the records of a job lie, their sizes and times; None where one is not there."""
    found: list[int] = []
    try:
        for name in _RECORDS:
            found += stamp(os.stat(f"{path}/{name}"))  # noqa: PTH116 - of all jobs
    except OSError:
        return None
    return found
