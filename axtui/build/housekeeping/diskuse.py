"""Which method, job, dataset or workdir takes how much of the disk.

`bytes` is what would be free without it: files of its own. Datasets share files with others by naming
their columns: `lent` is what others read of one's own files, `borrowed` what one reads of theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from axtui.build.contents import join_dataset, split_dataset
from axtui.build.finish import dataset_metas
from axtui.build.housekeeping.census import census
from axtui.build.housekeeping.jobfacts import JobFacts
from axtui.errors import AcceleratorError
from axtui.workspace import Workspace


@dataclass(frozen=True)
class Use:
    """The disk use of one thing: in bytes, how many jobs it is, and the seconds they took to make."""

    name: str
    method: str = ""
    jobs: int = 1
    bytes: int = 0
    lent: int = 0
    borrowed: int = 0
    seconds: float = 0.0


@dataclass
class _Data:
    """The files of one dataset: their size, and which datasets' files it reads."""

    bytes: int
    sources: set[str] = field(default_factory=set)


def disk_use(workspace: Workspace, by: str = "method") -> list[Use]:
    """Disk use by 'method', 'job', 'dataset' or 'workdir', the greatest first."""
    workdirs = workspace.config.workdirs
    jobs = census(workdirs)
    data = dict(_datasets(jobs.values(), workdirs))
    lent, borrowed = _shared(data)
    if by == "dataset":
        found = [
            Use(
                name,
                jobs[split_dataset(name)[0]].method,
                1,
                one.bytes,
                one.bytes if lent[name] else 0,
                borrowed[name],
            )
            for name, one in data.items()
        ]
    else:
        found = _by_job(jobs, data, workdirs, by)
    return sorted(found, key=lambda use: (-use.bytes, use.name))


def _by_job(
    jobs: Mapping[str, JobFacts],
    data: Mapping[str, _Data],
    workdirs: Mapping[str, Path],
    by: str,
) -> list[Use]:
    def place(job: JobFacts) -> str:
        return {"job": job.jobid, "method": job.method, "workdir": job.workdir}[by]

    found: dict[str, Use] = {}
    if by == "workdir":
        found = {name: Use(name, jobs=0) for name in workdirs}
    for job in jobs.values():
        name = place(job)
        held = found.get(name, Use(name, job.method if by == "job" else "", jobs=0))
        found[name] = replace(
            held,
            jobs=held.jobs + 1,
            bytes=held.bytes + job.bytes,
            seconds=held.seconds + job.seconds,
        )
    lent: dict[str, set[str]] = defaultdict(set)
    borrowed: dict[str, set[str]] = defaultdict(set)
    for name, one in data.items():
        reader = place(jobs[split_dataset(name)[0]])
        for source in one.sources & data.keys():
            owner = place(jobs[split_dataset(source)[0]])
            if owner != reader:
                lent[owner].add(source)
                borrowed[reader].add(source)
    return [
        replace(
            use,
            lent=sum(data[source].bytes for source in lent[name]),
            borrowed=sum(data[source].bytes for source in borrowed[name]),
        )
        for name, use in found.items()
    ]


def _shared(data: Mapping[str, _Data]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """How many other datasets read each one's files, and how many bytes each reads of others."""
    lent: dict[str, int] = defaultdict(int)
    borrowed: dict[str, int] = defaultdict(int)
    for name, one in data.items():
        for source in one.sources & data.keys():
            lent[source] += 1
            borrowed[name] += data[source].bytes
    return lent, borrowed


def _datasets(
    jobs: Iterable[JobFacts], workdirs: Mapping[str, Path]
) -> Iterator[tuple[str, _Data]]:
    for job in jobs:
        if job.state != "complete":
            continue
        try:
            metas = dataset_metas(workdirs[job.workdir] / job.jobid)
        except (AcceleratorError, OSError):
            continue
        for name, meta in metas.items():
            own = join_dataset(job.jobid, name)
            yield own, _Data(sum(part["bytes"] for part in meta["slices"]), _sources(meta) - {own})


def _sources(meta: Mapping[str, Any]) -> set[str]:
    refs = {column["source"]["dataset"] for column in meta["columns"].values()}
    return {join_dataset(*split_dataset(ref)) for ref in refs}
