"""What a dataset or job holds, as one digest: the identity by which it is an input to others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axtui.data import digest, jobdir
from axtui.errors import (
    AcceleratorError,
    DamagedJobError,
    NoSuchDatasetError,
    NoSuchJobError,
    UserError,
)

_OWN = (jobdir.SETUP,)
_NO_INPUT = {"missing": "does not exist", "failed": "failed", "cancelled": "was stopped"}
_OWN_FOLDERS = (f"{jobdir.SOURCE}/", f"{jobdir.OUTPUT}/", f"{jobdir.DATASETS}/")


def split_dataset(dataset: str) -> tuple[str, str]:
    """(job id, dataset name) of 'dev-3' or 'dev-3/name'."""
    jobid, slash, name = str(dataset).partition("/")
    jobdir.split_jobid(jobid)
    return jobid, name if slash else "default"


def join_dataset(jobid: str, name: str) -> str:
    """The canonical id of a dataset: without the name where it is 'default'."""
    return jobid if name == "default" else f"{jobid}/{name}"


def user_files(names: Iterable[str]) -> list[str]:
    """Those of a job's files that user code made, without prints, sources and datasets."""
    return [name for name in names if name not in _OWN and not name.startswith(_OWN_FOLDERS)]


def job_content(
    files: Mapping[str, Mapping[str, Any]], registered: Iterable[str], datasets: Mapping[str, str]
) -> str:
    """Digest of a job's files, which of them it registered, and its datasets ({name: content
    digest}), whatever its id."""
    held = digest.of_mapping((name, files[name]["digest"]) for name in user_files(files))
    listed = digest.of_list(sorted(registered))
    return digest.of_list(["job-1", held, listed, digest.of_mapping(datasets.items())])


class Contents:
    """Looks contents up, through records that were read already.

    `claim` is told each job before its record is read, so that the job stays while it is used. Jobs that
    are `being_made` can be inputs of their own subjobs: a job as nothing but itself, its datasets and
    files as they are by then.
    """

    def __init__(
        self, workdirs: Mapping[str, Path], claim: Callable[[str], object] = lambda jobid: None
    ) -> None:
        self._workdirs, self._claim = workdirs, claim
        self._paths: dict[str, Path] = {}
        self._posts: dict[str, dict[str, Any]] = {}
        self._setups: dict[str, dict[str, Any]] = {}
        self._datasets: dict[str, str] = {}
        self._unfinished: set[str] = set()
        self._chains: dict[str, str] = {}

    @contextmanager
    def being_made(self, jobid: str) -> Iterator[None]:
        """The block makes this job."""
        self._unfinished.add(jobid)
        try:
            yield
        finally:
            self._unfinished.discard(jobid)

    def is_being_made(self, jobid: str) -> bool:
        """Whether this process makes the job now."""
        return jobid in self._unfinished

    def path(self, jobid: str) -> Path:
        """The directory of a job. Raises NoSuchJobError for an unknown workdir."""
        held = self._paths.get(jobid)
        if held is None:
            held = self._paths[jobid] = Path(self.folder(jobid))
        return held

    def folder(self, jobid: str) -> str:
        """`path` as text, which a look-up needs several times and which is made ten times as fast."""
        workdir, _ = jobdir.split_jobid(jobid)
        if workdir not in self._workdirs:
            known = ", ".join(self._workdirs)
            raise NoSuchJobError(
                f"job {jobid!r} is in no workdir of this workspace (known: {known})"
            )
        return f"{self._workdirs[workdir]}/{jobid}"

    def post(self, jobid: str) -> dict[str, Any]:
        """The completion record of a job. Raises NoSuchJobError where it is not complete,
        DamagedJobError where one bit of it was changed: re-use is decided by what it says."""
        held = self._posts.get(jobid)
        if held is None:
            place = f"{self.folder(jobid)}/{jobdir.POST}"
            self._claim(jobid)
            try:
                held = jobdir.read_checked(place)
            except OSError as error:
                _refuse_incomplete(jobid, self.path(jobid))
                raise DamagedJobError(f"{place} cannot be read: {error.strerror}") from None
            self._posts[jobid] = held
        return held

    def knows(self, jobid: str) -> bool:
        """Whether the completion record of a job was read already."""
        return jobid in self._posts

    def setup(self, jobid: str) -> dict[str, Any]:
        """The setup record of a finished job. Raises DamagedJobError where it cannot be read."""
        held = self._setups.get(jobid)
        if held is None:
            held = self._setups[jobid] = jobdir.load_setup(self.path(jobid))
        return held

    def forget(self) -> None:
        """Read every record anew."""
        self._posts.clear()
        self._setups.clear()
        self._datasets.clear()
        self._chains.clear()

    def job(self, jobid: str) -> str:
        """Content digest of a job."""
        if jobid in self._unfinished:
            return digest.of_list(["unfinished", jobid])
        return str(self.post(jobid)["content"])

    def job_chain(self, jobid: str) -> str:
        """Content digest of a job and those before it through `jobs.previous`: that of the job alone
        where none is. So a chain is as long as it was asked for, whatever its jobs hold."""
        links: list[str] = []
        current: str | None = jobid
        while current and current not in self._chains:
            links.append(current)
            current = self._previous(current)
        below = self._chains[current] if current else None
        for one in reversed(links):
            own = self.job(one)
            below = own if below is None else digest.of_list(["chain", own, below])
            if one not in self._unfinished:
                self._chains[one] = below
        assert below is not None
        return below

    def _previous(self, jobid: str) -> str | None:
        """The job before one; None where there is none any more."""
        if jobid in self._unfinished:
            return None
        try:
            found = jobdir.load_setup(self.path(jobid)).get("jobs", {}).get("previous")
            if not isinstance(found, str) or not found:
                return None
            self.job(found)
        except AcceleratorError:
            return None
        return found

    def dataset(self, dataset: str) -> str:
        """Content digest of a dataset."""
        known = self._datasets.get(dataset)
        if known is None:
            jobid, name = split_dataset(dataset)
            if jobid in self._unfinished:
                return self._unfinished_dataset(jobid, name)
            contents = self.post(jobid).get("dataset_contents", {})
            if name not in contents:
                has = ", ".join(contents) or "none"
                raise NoSuchDatasetError(f"job {jobid} has no dataset {name!r} (it has: {has})")
            known = self._datasets[dataset] = contents[name]
        return known

    def _unfinished_dataset(self, jobid: str, name: str) -> str:
        from axtui.data import dsmeta

        try:
            return str(jobdir.read_json(self.path(jobid) / dsmeta.meta_name(name))["content"])
        except FileNotFoundError:
            raise NoSuchDatasetError(
                f"job {jobid} has no dataset {name!r} yet: finish() it before it is given to a subjob"
            ) from None

    def _facts(self, jobid: str) -> Mapping[str, Mapping[str, Any]]:
        """Facts of the files of a job, by name."""
        if jobid not in self._unfinished:
            found: Mapping[str, Mapping[str, Any]] = self.post(jobid)["files"]
            return found
        return {name: jobdir.file_fact(path) for name, path in jobdir.walk_files(self.path(jobid))}

    def files(self, jobid: str, name: str, sliced: bool) -> list[str]:
        """Digests of a file of a job, one per slice where it is sliced. Raises UserError without it."""
        facts = self._facts(jobid)
        names = [name]
        if sliced:
            names = [found for found in facts if _is_part(found, name)]
        if not names or any(one not in facts for one in names):
            raise UserError(f"job {jobid} has no {'sliced ' if sliced else ''}file {name!r}")
        return [facts[one]["digest"] for one in sorted(names)]


def _refuse_incomplete(jobid: str, path: Path) -> None:
    found = jobdir.state(path)
    if found == "complete":
        return
    gone = _epitaph(path) if found == "missing" else None
    if gone:
        raise NoSuchJobError(gone)
    words = _NO_INPUT.get(found, f"is not finished ({found})")
    raise NoSuchJobError(f"job {jobid!r} {words}, so it cannot be an input")


def _epitaph(path: Path) -> str | None:
    from axtui.build.housekeeping.collected import epitaph

    return epitaph(path.parent, path.name)


def _is_part(found: str, name: str) -> bool:
    return found.startswith(name + ".") and found[len(name) + 1 :].isdigit()
