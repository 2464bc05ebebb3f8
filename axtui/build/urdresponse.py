"""`UrdResponse`: an entry of an urd list, as a build script sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axtui.data.dotdict import DotDict
from axtui.data.job import Job
from axtui.data.joblist import JobList


class UrdResponse(DotDict):
    """An urd entry: timestamp, caption, joblist, deps, build_job, and whose list it is (user, build).

    False where there is none: then without `user` and `build`, its timestamp `0`. `deps` has of each
    list the timestamp, caption and joblist that the entry was built from.
    """

    def __init__(self, entry: Mapping[str, Any] | None) -> None:
        super().__init__()
        held = entry or {}
        object.__setattr__(self, "_found", bool(entry))
        self.timestamp = held.get("timestamp", "0")
        if entry:
            self.user, self.build = entry["user"], entry["list"]
        self.caption = held.get("caption", "")
        self.joblist = JobList(held.get("joblist", ()))
        self.deps = DotDict((name, _dep(dep)) for name, dep in held.get("deps", {}).items())
        self.build_job = Job(held["build_job"]) if held.get("build_job") else None

    def __bool__(self) -> bool:
        return bool(getattr(self, "_found", False))

    @property
    def as_dep(self) -> DotDict:
        """The entry as it is kept with those that depend on it."""
        joblist = [[name, str(job)] for name, job in self.joblist.as_tuples]
        return DotDict(timestamp=self.timestamp, joblist=joblist, caption=self.caption)


def _dep(dep: Mapping[str, Any]) -> DotDict:
    return DotDict({**dep, "joblist": JobList(dep["joblist"])})
