"""One old job made a job of this workspace.

All of it is written into a folder beside its place, as a build would leave it, sealed and committed
there; then that folder is renamed. So a job is there in full or not at all, whenever this is killed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from axtui.build.adopt import records
from axtui.build.adopt.crew import Crew
from axtui.build.adopt.newdataset import DatasetMaker
from axtui.build.adopt.oldworkdir import OUTPUT, OldJob
from axtui.build.adopt.plan import PREFIX, Plan
from axtui.build.contents import job_content
from axtui.build.finish import dataset_metas
from axtui.build.housekeeping.pins import Pin, write_pin
from axtui.build.housekeeping.trash import delete
from axtui.build.session import environment_file
from axtui.data import jobdir
from axtui.data.disk import Disk, explained
from axtui.engine.source import INDEX, frozen_name
from axtui.errors import DamagedJobError, StorageError

Json = dict[str, Any]
_TAKEN = frozenset({*jobdir.RESERVED, "environment.json"})
_COPY = 1 << 20
_ODD = (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError)
"""What comes of records that are JSON, but not what the Accelerator writes."""


class Maker:
    """Makes jobs of a plan, for `user`, one at a time; each needs those before it.

    A job that was made is there for others when `publish` has been called: the disk is waited for once
    for many jobs, not for every file. `unhashed` are the datasets whose rows do not lie where
    their hash has them, and that are without their hash label therefore; `left` are files that could
    not be taken over, in words.
    """

    def __init__(self, plan: Plan, crew: Crew, user: str, now: float) -> None:
        self._plan, self._user, self._now = plan, user, now
        self._disk = Disk(durable=False)
        self._datasets = DatasetMaker(plan, crew)
        self._made: list[OldJob] = []
        self.left: list[str] = []

    @property
    def unhashed(self) -> list[str]:
        """Datasets that are here without their hash label."""
        return self._datasets.unhashed

    @property
    def waiting(self) -> int:
        """Jobs that are made, and not published."""
        return len(self._made)

    def make(self, jobs: Sequence[OldJob]) -> None:
        """Make a job, or some that need one another. Raises DamagedJobError where one is not whole, and
        nothing of them is left then; StorageError where they cannot be written."""
        left = len(self.left)
        stagings = [self._plan.staging(self._plan.ids[job.jobid]) for job in jobs]
        try:
            with explained("write", stagings[0]):
                self._fill(jobs)
        except BaseException as error:
            del self.left[left:]
            for staging in stagings:
                if staging.exists():
                    delete(staging)
            if isinstance(error, _ODD):
                raise DamagedJobError(
                    f"its records are not understood ({type(error).__name__}: {error})"
                ) from error
            raise
        self._made += jobs

    def publish(self) -> list[Path]:
        """Have all jobs that were made exist, in full; their folders."""
        if not self._made:
            return []
        os.sync()
        found = []
        while self._made:
            found.append(self._publish(self._made[0]))
            del self._made[0]
        for workdir in {path.parent for path in found}:
            Disk().sync(workdir)
        return found

    def _publish(self, job: OldJob) -> Path:
        """From here on the job exists. Its pin comes first: `gc` cannot know that it is new."""
        jobid = self._plan.ids[job.jobid]
        final = self._plan.final(jobid)
        note = f"adopted from {job.jobid} in {job.path.parent}"
        with explained("write", final):
            try:
                self._disk.mkdir(final)
            except FileExistsError:
                raise StorageError(
                    f"a build took the id {jobid} meanwhile; adopt again, and another is found"
                ) from None
            write_pin(final.parent, Pin(jobid, note, self._user, self._now), self._disk)
            self._disk.replace(self._plan.staging(jobid), final)
        return final

    def _fill(self, jobs: Sequence[OldJob]) -> None:
        sources = [records.source_keys(job, job.sources()) for job in jobs]
        files = []
        for job, (keys, _) in zip(jobs, sources, strict=True):
            staging = self._plan.staging(self._plan.ids[job.jobid])
            staging.mkdir()
            _write_sources(staging, keys)
            _write_output(staging, job)
            files.append(self._files(job, staging))
        needed = self._datasets.make(jobs)
        for job, (keys, path), (renamed, links) in zip(jobs, sources, files, strict=True):
            self._complete(job, keys, path, renamed, links | needed[job.jobid])

    def _complete(
        self,
        job: OldJob,
        keys: dict[str, bytes],
        path: str | None,
        renamed: dict[str, str],
        links: set[str],
    ) -> None:
        """Write the records of a job of which all else is there."""
        jobid = self._plan.ids[job.jobid]
        staging = self._plan.staging(jobid)
        setup = records.setup_record(self._plan, job, path, self._environment(job), renamed)
        jobdir.write_json(staging / jobdir.SETUP, setup)
        began = job.times()[0]
        os.utime(staging / jobdir.SETUP, (began, began))
        metas = dataset_metas(staging)
        known = {part["file"]: part["digest"] for meta in metas.values() for part in meta["slices"]}
        facts = jobdir.seal(self._disk, staging, known)
        contents = {name: meta["content"] for name, meta in metas.items()}
        names = {renamed.get(name, name) for name in job.post["files"]}
        listed = sorted(name for name in names if name in facts)
        sealed = {
            "files": facts,
            "registered": listed,
            "datasets": list(metas),
            "dataset_contents": contents,
            "content": job_content(facts, listed, contents),
            "links": sorted(links - {jobid}),
        }
        jobdir.commit(self._disk, staging, records.post_record(self._plan, job, keys, sealed))

    def _environment(self, job: OldJob) -> str:
        found = records.environment(job)
        workdir = self._plan.final(self._plan.ids[job.jobid]).parent
        place = environment_file(workdir, found["digest"])
        if not place.exists():
            place.parent.mkdir(exist_ok=True)
            jobdir.write_json(place, found, self._disk)
        return str(found["digest"])

    # -- files

    def _files(self, job: OldJob, staging: Path) -> tuple[dict[str, str], set[str]]:
        """Copy what user code left: ({old name: new name} where that is another, linked jobs)."""
        renamed: dict[str, str] = {}
        links: set[str] = set()
        for found in job.files():
            if _is_of_dataset(found.name, job, self._plan):
                continue
            name = _free_name(found.name)
            if name != found.name:
                renamed[found.name] = name
            target = staging / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if found.kind == "file":
                _copy(job, found.name, target)
            elif found.kind == "link":
                links.add(self._link(job, found.name, target))
            else:
                self.left.append(f"{job.jobid}: {found.name} is neither a file nor a link")
        return renamed, links

    def _link(self, job: OldJob, name: str, target: Path) -> str:
        """A link to a file of another job, or of its own, as one here; the job's id."""
        old, file = self._plan.linked(job, name)
        new = self._plan.ids[old]
        if old == job.jobid:
            target.symlink_to(os.path.relpath(file, Path(name).parent))
            return new
        if not (self._plan.folder(new) / file).exists():
            raise DamagedJobError(f"{name} is a link to {old}/{file}, which is not there")
        # the folder of the staged job is beside its place: from both the way is the same
        target.symlink_to(os.path.relpath(self._plan.final(new) / file, target.parent))
        return new


def _write_sources(staging: Path, keys: dict[str, bytes]) -> None:
    folder = staging / jobdir.SOURCE
    folder.mkdir()
    for key, data in keys.items():
        place = folder / frozen_name(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    lines = (orjson.dumps(line) + b"\n" for line in records.index_lines(keys))
    (folder / INDEX).write_bytes(b"".join(lines))


def _write_output(staging: Path, job: OldJob) -> None:
    """Prints, with the line ends that the terminal gave them taken off."""
    for name in _output_names(job):
        target = (
            staging / jobdir.OUTPUT / ("build" if job.is_build and name == "synthesis" else name)
        )
        target.parent.mkdir(exist_ok=True)
        with _there(job, f"{OUTPUT}/{name}") as stream:
            printed = stream.read()
        target.write_bytes(printed.replace(b"\r\n", b"\n"))


def _output_names(job: OldJob) -> Iterator[str]:
    folder = job.path / OUTPUT
    if folder.is_dir() and not folder.is_symlink():
        for path in sorted(folder.iterdir()):
            if path.name in ("prepare", "synthesis") or path.name.isdigit():
                yield path.name


def _is_of_dataset(name: str, job: OldJob, plan: Plan) -> bool:
    """Whether a file holds a dataset where those were not in a folder of their own yet."""
    if int(job.setup["version"]) >= 4:
        return False
    if name == "datasets.txt":
        return True
    return any(name.startswith(f"{dataset}/") for dataset in plan.datasets(job.jobid))


def _free_name(name: str) -> str:
    """A name that is not one of axtui's own."""
    first, slash, rest = name.partition("/")
    return f"{first}.adopted{slash}{rest}" if first in _TAKEN else name


def _copy(job: OldJob, name: str, target: Path) -> None:
    with _there(job, name) as source, target.open("xb") as sink:
        shutil.copyfileobj(source, sink, _COPY)
        found = os.fstat(source.fileno())
    os.utime(target, ns=(found.st_mtime_ns, found.st_mtime_ns))


def _there(job: OldJob, name: str) -> BinaryIO:
    try:
        return job.open(name)
    except FileNotFoundError:
        raise DamagedJobError(f"{name} went away while it was read") from None


def clean_up(workdir: Path) -> None:
    """Take away what a process that was killed left of jobs that it had not finished."""
    for staging in workdir.glob(f"{PREFIX}*"):
        final = workdir / staging.name.removeprefix(PREFIX)
        if final.is_dir() and not any(final.iterdir()):
            final.rmdir()
        delete(staging)
