"""All jobs of a workspace's workdirs as they stand: state, age, size, and what each rests on.

Read from the job directories, which are the truth. What `gc`, `fsck` and `du` decide and show, they
decide and show of this.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from axtui.build.contents import split_dataset
from axtui.build.finish import dataset_metas
from axtui.build.housekeeping.jobfacts import JobFacts
from axtui.build.housekeeping.knownfacts import KnownFacts, records
from axtui.build.record import NO_RECORD
from axtui.build.workdirusers import config_of_run
from axtui.data import jobdir
from axtui.errors import AcceleratorError

Json = Mapping[str, Any]


def census(workdirs: Mapping[str, Path], kept: Path | None = None) -> dict[str, JobFacts]:
    """All jobs by id, in the order of their numbers within each workdir. In the folder `kept` stands what
    was read before of those that are complete (see `knownfacts`)."""
    found: dict[str, JobFacts] = {}
    known = KnownFacts(kept)
    for name, folder in workdirs.items():
        if folder.is_dir():
            for number in sorted(jobdir.job_numbers(folder, name)):
                jobid = f"{name}-{number}"
                found[jobid] = _facts(f"{folder}/{jobid}", known)
    known.save()
    return {jobid: _without_subjobs(job, found) for jobid, job in found.items()}


def _facts(path: str, known: KnownFacts) -> JobFacts:
    found = known.find(path)
    if found is None:
        before = records(path)
        found = facts(Path(path))
        known.keep(path, before, found)
    return found


def facts(path: Path) -> JobFacts:
    """The facts of one job directory (`seconds` with the subjobs in it)."""
    state = jobdir.state(path)
    try:
        setup: Json = jobdir.load_setup(path)
        end: Json = _end(path, state)
        needs = _given(setup, end)
        bound = _bound(path, end)
        joblist = frozenset(str(job[2]) for job in end.get("joblist", ()))
        flags = tuple(str(flag) for flag in setup.get("flags") or ())
        seconds, size = _seconds(setup, end), _sealed_bytes(path, end.get("files"))
    except (AcceleratorError, OSError, *NO_RECORD):
        if state == "complete" or state in jobdir.FAILURES:
            state = "damaged"
        setup, end, joblist = _readable_setup(path), {}, frozenset()
        needs = bound = frozenset()
        flags, seconds, size = (), 0.0, None
    own = {path.name}
    return JobFacts(
        jobid=path.name,
        state=state,
        method=str(setup.get("method", "?")),
        is_build=bool(setup.get("is_build")),
        script=setup.get("script"),
        workspace=config_of_run(dict(setup)),
        flags=flags,
        host=setup.get("host"),
        build_job=setup.get("build_job"),
        started=_number(setup.get("starttime")) or _touched(path),
        ended=_number(end.get("endtime") or end.get("ended")) or _touched(path),
        seconds=seconds,
        bytes=disk_bytes(path) if size is None else size,
        bound=bound - own,
        needs=(needs | bound) - own,
        has_key=setup.get("key") is not None,
        joblist=joblist | frozenset(end.get("subjobs", ()) if setup.get("is_build") else ()),
    )


def disk_bytes(path: Path) -> int:
    """The size of all files below a folder, in bytes; a file with several names in it counts once,
    a link as what it takes itself."""
    seen: set[tuple[int, int]] = set()
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                found = os.stat(f"{folder}/{name}", follow_symlinks=False)  # noqa: PTH116 - every file of all jobs
            except OSError:
                continue
            if found.st_nlink > 1:
                if (found.st_dev, found.st_ino) in seen:
                    continue
                seen.add((found.st_dev, found.st_ino))
            total += found.st_size
    return total


def _sealed_bytes(path: Path, files: Json | None) -> int | None:
    """The same of a complete job whose record tells of its files: no folder of it is listed, which was
    two thirds of a `gc --dry-run`. None of any other."""
    if not files:
        return None
    sizes = {fact.get("ino", name): int(fact["size"]) for name, fact in files.items()}
    return sum(sizes.values()) + (path / jobdir.POST).stat().st_size


def _end(path: Path, state: str) -> Json:
    if state == "complete":
        return jobdir.load_post(path)
    if state in jobdir.FAILURES:
        return jobdir.read_json(path / jobdir.FAILED)
    return {}


def _readable_setup(path: Path) -> Json:
    try:
        return jobdir.load_setup(path)
    except AcceleratorError:
        return {}


def _given(setup: Json, end: Json) -> frozenset[str]:
    """Jobs that were given to a job as datasets, jobs or in its options, or that it read from."""
    found: set[str] = set()
    for kind in ("datasets", "jobs"):
        for value in setup.get(kind, {}).values():
            found.update(split_dataset(ref)[0] for ref in _listed(value))
    found.update(split_dataset(ref)[0] for ref in end.get("reads", ()))
    found.update(_named(setup.get("options", {})))
    return frozenset(found)


def _listed(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if one]


def _named(options: Any) -> Iterator[str]:
    """Whatever in the options of a job looks like the id of a job or of a dataset."""
    if isinstance(options, str):
        jobid, _, _ = options.partition("/")
        workdir, dash, number = jobid.rpartition("-")
        if workdir and dash and number.isdigit():
            yield jobid
    elif isinstance(options, Mapping):
        for value in options.values():
            yield from _named(value)
    elif isinstance(options, list):
        for value in options:
            yield from _named(value)


def _bound(path: Path, end: Json) -> frozenset[str]:
    """Jobs whose files a job needs: of links, chains, parents and columns; and its subjobs."""
    found = set(end.get("links", ()))
    if not end.get("joblist"):
        found.update(end.get("subjobs", ()))
    for meta in dataset_metas(path).values() if end.get("datasets") else ():
        refs = [column["source"]["dataset"] for column in meta["columns"].values()]
        refs += [*_listed(meta.get("previous")), *_listed(meta.get("parent"))]
        found.update(split_dataset(ref)[0] for ref in refs)
    return frozenset(found)


def _seconds(setup: Json, end: Json) -> float:
    total = end.get("exectime", {}).get("total")
    if total is None:
        ended = _number(end.get("endtime") or end.get("ended"))
        total = ended - _number(setup.get("starttime")) if ended else 0.0
    return max(0.0, float(total))


def _without_subjobs(job: JobFacts, jobs: Mapping[str, JobFacts]) -> JobFacts:
    parts = job.joblist if job.is_build else job.bound
    made = sum(
        jobs[part].seconds for part in parts if part in jobs and jobs[part].started >= job.started
    )
    return replace(job, seconds=max(0.0, job.seconds - made)) if made else job


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
