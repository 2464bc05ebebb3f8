"""The urd, read only: the log of finished builds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from axtui import human
from axtui.build.urdstore import UrdStore, open_urd
from axtui.errors import NoSuchWhateverError
from axtui.notebook.grid import Grid, pairs_html, pairs_text
from axtui.notebook.job import Job
from axtui.notebook.listing import Listing
from axtui.notebook.opened import Opened
from axtui.suggest import did_you_mean
from axtui.texttable import Column

_ENTRIES = (
    Column("timestamp"),
    Column("caption"),
    Column("jobs", human.count, right=True),
    Column("last_job"),
    Column("build_job"),
)
_JOBS = (Column("name"), Column("job"))
_LISTS = (
    Column("list"),
    Column("entries", human.count, right=True),
    Column("first"),
    Column("latest"),
)


class Entry:
    """A finished build: `entry["csvimport"]` is a job of it, `entry.jobs` are all."""

    def __init__(self, opened: Opened, entry: Mapping[str, Any]) -> None:
        self._opened = opened
        self.list = f"{entry['user']}/{entry['list']}"
        self.timestamp = str(entry["timestamp"])
        self.caption = str(entry["caption"] or "")
        self.joblist = [(str(name), str(jobid)) for name, jobid in entry["joblist"]]
        self.deps: dict[str, str] = {
            other: str(dep["timestamp"]) for other, dep in entry["deps"].items()
        }
        self._build_job = entry["build_job"]

    @property
    def build_job(self) -> Job:
        """The job of the build script."""
        return Job(self._opened, self._build_job)

    @property
    def jobs(self) -> Listing[Job]:
        """Its jobs in the order they were built; of several of one name, `name` is the last and
        `name (1)`, ... the others in turn."""
        found: dict[str, Job] = {}
        counts: dict[str, int] = {}
        for name, jobid in self.joblist:
            if name in found:
                counts[name] = counts.get(name, 0) + 1
                found[f"{name} ({counts[name]})"] = found.pop(name)
            found[name] = Job(self._opened, jobid)
        title = f"jobs of {self.list}/{self.timestamp}"
        return Listing(found, title, _JOBS, lambda name, job: {"name": name, "job": job.id})

    def __getitem__(self, name: str | int) -> Job:
        return self.jobs[name]

    def _ipython_key_completions_(self) -> list[str]:
        return self.jobs.names

    def _shown(self) -> tuple[str, list[tuple[str, str]]]:
        listed = [f"{name}  {jobid}" for name, jobid in self.joblist]
        if len(listed) > 20:
            listed[19:] = [f"… {len(self.joblist):,} in all"]
        facts = [
            ("caption", self.caption),
            ("built by", self._build_job),
            ("from", "\n".join(f"{other}/{when}" for other, when in self.deps.items())),
            ("jobs", "\n".join(listed)),
        ]
        return f"{self.list}/{self.timestamp}", [(name, value) for name, value in facts if value]

    def __repr__(self) -> str:
        return pairs_text(*self._shown())

    def _repr_html_(self) -> str:
        return pairs_html(*self._shown())


class Urd:
    """Lists of finished builds. A list is named `list` (one's own) or `user/list`."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    @cached_property
    def _log(self) -> UrdStore:
        return open_urd(self._opened.workspace.config)

    @property
    def lists(self) -> list[str]:
        """All lists that have entries, as 'user/list'."""
        with self._opened.reading():
            return self._log.list()

    def get(self, name: str, timestamp: Any) -> Entry:
        """An entry. The timestamp may begin with < <= > >=, or be 'latest' or 'first'.

        Raises NoSuchWhateverError, naming near ones, where there is none.
        """
        with self._opened.reading():
            self._check(name)
            entry = self._log.get(name, timestamp)
            if entry is None:
                known = [found["timestamp"] for found in self._log.entries(name)]
                raise NoSuchWhateverError(
                    f"the urd list {name} has no entry {timestamp!r}."
                    + did_you_mean(str(timestamp), known)
                )
            return Entry(self._opened, entry)

    def latest(self, name: str) -> Entry:
        """The last entry of a list."""
        return self.get(name, "latest")

    def first(self, name: str) -> Entry:
        """The first entry of a list."""
        return self.get(name, "first")

    def since(self, name: str, timestamp: Any) -> list[str]:
        """Timestamps of a list after `timestamp`, in order."""
        with self._opened.reading():
            self._check(name)
            return [str(found) for found in self._log.since(name, timestamp)]

    def entries(self, name: str) -> Listing[Entry]:
        """All entries of a list, by timestamp, in order."""
        with self._opened.reading():
            self._check(name)
            found = [Entry(self._opened, entry) for entry in self._log.entries(name)]
        title = f"urd list {self._log.path(name)}"
        return Listing({entry.timestamp: entry for entry in found}, title, _ENTRIES, _entry_row)

    __getitem__ = entries

    def _check(self, name: str) -> None:
        """Raises NoSuchWhateverError where a list has no entries, naming near ones."""
        known = self._log.list()
        if self._log.path(name) not in known:
            own = [listed.removeprefix(f"{self._log.user}/") for listed in known]
            has = f"there is: {', '.join(own)}" if own else "there is none"
            raise NoSuchWhateverError(
                f"there is no urd list {name!r}; {has}." + did_you_mean(name, own)
            )

    def _ipython_key_completions_(self) -> list[str]:
        return [name.removeprefix(f"{self._log.user}/") for name in self.lists]

    def _grid(self) -> Grid:
        rows = []
        for name in self.lists:
            entries = self.entries(name)
            first, last = entries[0].timestamp, entries[-1].timestamp
            rows.append({"list": name, "entries": len(entries), "first": first, "latest": last})
        return Grid(_LISTS, rows, len(rows), "urd" if rows else "urd: no lists yet")

    def __repr__(self) -> str:
        return self._grid().text()

    def _repr_html_(self) -> str:
        return self._grid().html()


def _entry_row(timestamp: str, entry: Entry) -> dict[str, Any]:
    return {
        "timestamp": timestamp,
        "caption": entry.caption,
        "jobs": len(entry.joblist),
        "last_job": entry.joblist[-1][1],
        "build_job": entry.build_job.id,
    }
