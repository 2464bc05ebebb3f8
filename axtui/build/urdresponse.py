"""`UrdResponse`: an entry of an urd list, as a build script sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axtui.build.joblist import JobList
from axtui.data.dotdict import DotDict
from axtui.data.job import Job


class UrdResponse(DotDict):
    """An urd entry: timestamp, caption, joblist, deps, build_job. False where there is none."""

    def __init__(self, entry: Mapping[str, Any] | None) -> None:
        super().__init__()
        held = entry or {}
        object.__setattr__(self, "_found", bool(entry))
        self.timestamp = held.get("timestamp", "0")
        self.caption = held.get("caption", "")
        self.joblist = JobList((name, Job(jobid)) for name, jobid in held.get("joblist", ()))
        self.deps = DotDict.nested(dict(held.get("deps", {})))
        self.build_job = Job(held["build_job"]) if held.get("build_job") else None

    def __bool__(self) -> bool:
        return bool(getattr(self, "_found", False))

    def as_dep(self) -> dict[str, Any]:
        """The entry as it is kept with those that depend on it."""
        return {
            "timestamp": self.timestamp,
            "caption": self.caption,
            "joblist": [[name, str(job)] for name, job in self.joblist.as_tuples],
        }
