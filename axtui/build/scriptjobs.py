"""The jobs that a build script asked for, in that order, some of them perhaps still being built."""

from __future__ import annotations

from dataclasses import dataclass

from axtui.build.builder import Built
from axtui.build.submit import Submitted, settled
from axtui.data.job import Job
from axtui.data.joblist import JobList


@dataclass(eq=False, repr=False)
class Entry:
    """A job, or what stands for it, with its name in the joblist; `made` where it was not submitted."""

    name: str
    job: Job | Submitted
    made: Built | None = None

    @property
    def built(self) -> Built | None:
        """The job as built, if that is over and went well."""
        return self.job.built if isinstance(self.job, Submitted) else self.made


class ScriptJobs:
    """The joblist of a session in the making."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._settled = 0
        self._list = JobList()

    def add(self, entry: Entry) -> None:
        """One more was asked for."""
        self._entries.append(entry)

    def settled(self) -> JobList:
        """All of them, waited for, without those whose error the script has seen. Raises the first
        other error."""
        while self._settled < len(self._entries):
            entry = self._entries[self._settled]
            if not _given_up(entry.job):
                self._list.append((entry.name, settled(entry.job)))
            self._settled += 1
        return self._list

    def built(self) -> list[tuple[str, Built]]:
        """(name, job) of those that are over and went well."""
        return [(entry.name, entry.built) for entry in self._entries if entry.built is not None]


def _given_up(job: Job | Submitted) -> bool:
    if not isinstance(job, Submitted):
        return False
    job.wait()
    return job.failed and job.seen
