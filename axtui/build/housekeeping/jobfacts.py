"""What is known of one job, by which `gc`, `fsck` and `du` decide and show."""

from __future__ import annotations

from axtui.data import jobdir
from axtui.valueobject import value_object


@value_object
class JobFacts:
    """One job.

    `state` is one of complete, failed, cancelled, running, lost, damaged (its records cannot be
    read). `bound` are the jobs without which it cannot be read or re-used: those whose files it
    links to, and its subjobs. `needs` are these and all that was given to it. `ended` is when it
    was complete or failed (of others: when it was last written to); `seconds` what it took
    to make, without the subjobs made
    for it; `bytes` the size of all its files. Of the job of a build script, `joblist` is what it built,
    `workspace` the configuration file of the workspace, `flags` what it was given. What was adopted has
    no key (`has_key`): nothing finds it for re-use.
    """

    jobid: str
    state: str
    method: str = "?"
    is_build: bool = False
    script: str | None = None
    workspace: str | None = None
    flags: tuple[str, ...] = ()
    host: str | None = None
    build_job: str | None = None
    started: float = 0.0
    ended: float = 0.0
    seconds: float = 0.0
    bytes: int = 0
    bound: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    joblist: frozenset[str] = frozenset()
    has_key: bool = True

    @property
    def workdir(self) -> str:
        """The workdir that it lies in."""
        return jobdir.split_jobid(self.jobid)[0]
