"""`JobList`: the jobs of a session or an urd entry, by number or by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, SupportsIndex, overload

from axtui.data.job import Job

Entry = Job | str | tuple[str, str] | list[str]


class JobList(list[Job]):
    """Jobs in the order they were built, each with the name it has here as `.method`.

    That name is what `urd.build(..., name=...)` gave, else the method's. Made from jobs, job ids or
    (name, job) pairs. Indexing takes numbers, slices (a JobList) and names.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        super().__init__(_job(entry) for entry in entries)

    @overload
    def __getitem__(self, item: SupportsIndex) -> Job: ...
    @overload
    def __getitem__(self, item: slice) -> JobList: ...
    @overload
    def __getitem__(self, item: str) -> Job: ...
    def __getitem__(self, item: Any) -> Any:
        """A job by number, the last one of that name, or a JobList for a slice.

        Raises IndexError, naming what there is, where no job has the name.
        """
        if isinstance(item, slice):
            return JobList(super().__getitem__(item))
        if not isinstance(item, str):
            return super().__getitem__(item)
        for job in reversed(self):
            if job.method == item:
                return job
        known = ", ".join(dict.fromkeys(job.method for job in self)) or "none"
        raise IndexError(f"no job named {item!r} in this joblist (there are: {known})")

    def __add__(self, other: Any) -> Any:
        return JobList([*self, *other]) if isinstance(other, list) else NotImplemented

    def __radd__(self, other: Any) -> Any:
        return JobList([*other, *self]) if isinstance(other, list) else NotImplemented

    def __iadd__(self, other: Iterable[Entry]) -> JobList:  # type: ignore[override,misc]
        self.extend(other)
        return self

    def append(self, entry: Entry) -> None:
        """Add a job, or a (name, job) pair."""
        super().append(_job(entry))

    def extend(self, entries: Iterable[Entry]) -> None:
        """Add several."""
        super().extend([_job(entry) for entry in entries])

    def __repr__(self) -> str:
        return f"JobList({super().__repr__()})"

    def find(self, method: str) -> JobList:
        """All jobs of that name."""
        return JobList(job for job in self if job.method == method)

    def get(self, item: str | int, default: Any = None) -> Any:
        """The last job of that name (or the job of that number), else `default`."""
        try:
            return self[item]
        except IndexError:
            return default

    @property
    def as_tuples(self) -> list[tuple[str, Job]]:
        """The same as (name, job) pairs."""
        return [(job.method, job) for job in self]

    @property
    def pretty(self) -> str:
        """One line per job, for printing."""
        if not self:
            return "JobList([])"
        width = max(len(job.method) for job in self)
        digits = max(3, len(str(len(self) - 1)))
        lines = (f"   [{ix:{digits}}] {job.method:>{width}} : {job}" for ix, job in enumerate(self))
        return "\n".join(["JobList(", *lines, ")"])

    @property
    def exectime(self) -> tuple[float, dict[str, float]]:
        """(seconds in all, seconds per name) these jobs took when they ran, each counted once."""
        per_name: dict[str, float] = {}
        for job in {str(job): job for job in reversed(self)}.values():
            seconds = float(job.post["exectime"]["total"])
            per_name[job.method] = per_name.get(job.method, 0.0) + seconds
        return sum(per_name.values()), per_name

    def print_exectimes(self, verbose: bool = True) -> None:
        """Print what `exectime` says, the slowest first; only the sum unless `verbose`."""
        total, per_name = self.exectime
        if verbose and per_name:
            width = max(map(len, per_name))
            print("Time per method:")
            for name, seconds in sorted(per_name.items(), key=lambda item: -item[1]):
                share = round(100 * seconds / total) if total else 0
                print(f"   {name:<{width}}  {_seconds(seconds)}  ({share}%)")
        print("Total time", _seconds(total))


def _job(entry: Entry) -> Job:
    if isinstance(entry, (tuple, list)):
        name, jobid = entry
        return Job(str(jobid), str(name))
    return entry if isinstance(entry, Job) else Job(entry)


def _seconds(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.2f} seconds" if seconds < 10 else f"{seconds:.1f} seconds"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02} minutes"
