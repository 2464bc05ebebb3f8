"""`Job`: a job id that knows its directory.

A `Job` is a `str` ('dev-12'), as in the Accelerator, and pickles as a plain string.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from axtui.data import canonical, context, jobdir
from axtui.data.disk import read_small
from axtui.data.dotdict import DotDict
from axtui.data.files import Name, load_json, load_pickle, sliced_name
from axtui.errors import (
    MisuseError,
    NoSuchDatasetError,
    NoSuchFileError,
    NoSuchJobError,
    UserError,
)

if TYPE_CHECKING:
    from axtui.data.dataset import Dataset
    from axtui.data.jobwithfile import JobWithFile

_NOTHING: Any = object()


class Job(str):
    """A job by its id. Reading anything of it but its files tells re-use that identity matters."""

    workdir: str
    number: int

    def __new__(cls, jobid: str, method: str | None = None) -> Job:
        self = str.__new__(cls, jobid)
        self.workdir, self.number = jobdir.split_jobid(str(jobid))
        if method is not None:
            self.__dict__["method"] = method
        return self

    @classmethod
    def _create(cls, name: str, number: int) -> Job:
        return cls(f"{name}-{number}")

    def __reduce__(self) -> Any:
        return (str, (str(self),))

    # -- what it is

    @cached_property
    def directory(self) -> Path:
        """The job directory (published files)."""
        return context.active().job_path(str(self))

    @property
    def path(self) -> str:
        """The job directory as text, as the Accelerator gives it."""
        return str(self.directory)

    @cached_property
    def _setup(self) -> dict[str, Any]:
        if not self.directory.is_dir():
            raise NoSuchJobError(
                f"there is no job {str(self)!r} (looked in {self.directory.parent})"
            )
        return jobdir.load_setup(self.directory)

    def _looked_at(self) -> dict[str, Any]:
        """The setup, for what is not among the job's contents: user code that sees it depends on
        this very job, not only on what it holds."""
        context.active().note("identity", job=str(self))
        return self._setup

    @cached_property
    def method(self) -> str:
        """Name of the method (or `build_x` of a build script)."""
        return str(self._looked_at()["method"])

    @cached_property
    def params(self) -> DotDict:
        """The typed setup: options, datasets, jobs, seed, slices, hash, ...; of a finished job also
        endtime and exectime."""
        params = typed_setup(self._looked_at())
        if (self.directory / jobdir.POST).exists():
            params.update({name: self.post[name] for name in ("endtime", "exectime")})
        return params

    @cached_property
    def post(self) -> DotDict:
        """The completion record, with starttime, endtime, exectime, files and subjobs."""
        context.active().note("identity", job=str(self))
        post: DotDict = DotDict.nested(jobdir.load_post(self.directory))
        return post

    @property
    def input_directory(self) -> str:
        """The input directory that was in force when the job was made."""
        return str(self._looked_at()["input_directory"])

    @property
    def is_build(self) -> bool:
        """Whether this is the job of a build script."""
        return bool(self._looked_at().get("is_build"))

    @property
    def parent(self) -> Job:
        """The job that asked for this one: a build script's, or a job it is a subjob of (NoJob for a
        build script's own)."""
        found = self._looked_at().get("parent")
        return Job(found) if found else NoJob

    @property
    def build_job(self) -> Job:
        """The build script's job in which this one was made (NoJob for such a job itself)."""
        found = self._looked_at().get("build_job")
        return Job(found) if found else NoJob

    @property
    def version(self) -> int:
        """Version of the setup format."""
        return int(self._setup.get("version", 1))

    # -- what it holds

    def _existing(self, name: Name, sliceno: int | None) -> Path:
        return self.directory / sliced_name(name, sliceno)

    def filename(self, filename: Name, sliceno: int | None = None) -> str:
        """Path of a file of this job; `sliceno` chooses one slice's part."""
        return str(self._existing(filename, sliceno))

    def open(
        self,
        filename: Name,
        mode: str = "r",
        sliceno: int | None = None,
        encoding: str | None = None,
        errors: str | None = None,
    ) -> IO[Any]:
        """Open a file of this job for reading."""
        if mode not in ("r", "rb", "rt"):
            raise UserError(
                f"job {self!s} is finished: its files can only be read, not opened as {mode!r}"
            )
        if encoding is None and "b" not in mode:
            encoding = "utf-8"
        return self._existing(filename, sliceno).open(mode, encoding=encoding, errors=errors)

    def load(
        self,
        filename: Name = "result.pickle",
        sliceno: int | None = None,
        encoding: str = "bytes",
        default: Any = _NOTHING,
    ) -> Any:
        """A pickled value of this job: its result, unless a file is named."""
        path = self._existing(filename, sliceno)
        if path.exists() or default is _NOTHING:
            return load_pickle(self._there(path), encoding)
        return default

    def _there(self, path: Path) -> Path:
        if not path.exists():
            raise NoSuchFileError(f"job {self!s} ({self.method}) {_lacks(path.name)}")
        return path

    def json_load(
        self,
        filename: Name = "result.json",
        sliceno: int | None = None,
        unicode_as_utf8bytes: bool = False,
        default: Any = _NOTHING,
    ) -> Any:
        """A JSON value of this job; objects come as DotDict."""
        path = self._existing(filename, sliceno)
        if path.exists() or default is _NOTHING:
            return load_json(self._there(path), unicode_as_utf8bytes)
        return default

    def dataset(self, name: str = "default") -> Dataset:
        """A dataset of this job."""
        from axtui.data.dataset import Dataset

        return Dataset(self, name)

    @property
    def datasets(self) -> Any:
        """All datasets of this job, in the order they were finished."""
        from axtui.data.chain import DatasetList
        from axtui.data.dataset import Dataset

        post = jobdir.load_post(self.directory)
        return DatasetList(Dataset(self, name) for name in post.get("datasets", ()))

    def files(self, pattern: str = "*") -> set[str]:
        """Names of the registered files that match."""
        if not (self.directory / jobdir.POST).exists():
            return set()
        post = jobdir.load_post(self.directory)
        return {name for name in post.get("registered", ()) if fnmatch(name, pattern)}

    def output(self, what: str | int | None = None) -> Any:
        """What was printed: everything, one stage ('prepare', 'analysis', 'synthesis'), one slice
        (a number), or with 'parts' a dict of all of them."""
        if isinstance(what, str) and what not in ("prepare", "analysis", "synthesis", "parts"):
            raise MisuseError(
                f"output({what!r}): ask for 'prepare', 'analysis', 'synthesis', 'parts' or a slice"
            )
        self._looked_at()
        parts = output_parts(self.directory)
        if what == "parts":
            return parts
        if what is None:
            return "".join(parts.values())
        if what == "analysis":
            return "".join(text for key, text in parts.items() if isinstance(key, int))
        return parts.get(what, "")

    def withfile(self, filename: Name, sliced: bool = False, extra: Any = None) -> JobWithFile:
        """A file of this job, to be given to another job as an option."""
        from axtui.data.jobwithfile import JobWithFile

        return JobWithFile(self, os.fspath(filename), sliced, extra)

    def chain(self, length: int = -1, reverse: bool = False, stop_job: Any = None) -> list[Job]:
        """This job and those before it through `jobs.previous`, oldest first (newest with reverse).

        `stop_job` ends the chain before that job; `{job: name}` names a job parameter of `job`.
        """
        if isinstance(stop_job, dict):
            ((of, name),) = stop_job.items()
            stop_job = Job(of).params.jobs.get(name)
        found: list[Job] = []
        job: Job | None = self
        while job and len(found) != length and str(job) != str(stop_job or ""):
            found.append(job)
            previous = job._looked_at().get("jobs", {}).get("previous")
            job = Job(previous) if previous else None
        return found if reverse else found[::-1]

    def link_result(
        self,
        filename: str = "result.pickle",
        linkname: str | None = None,
        header: str | None = None,
        description: str | None = None,
    ) -> None:
        """Link a file of this job into the results folder (in build scripts)."""
        request = context.active().request
        place = context.active().place
        if request is None or place is None or place.stage != "build":
            raise UserError("link_result can only be used in build scripts")
        request(
            "link_result",
            {
                "job": str(self),
                "filename": filename,
                "linkname": linkname,
                "header": header,
                "description": description,
            },
        )

    def link_to_here(self, filename: str = "result.pickle") -> None:
        """Link a file of this (sub)job into the running job, under the same name."""
        place = running_place()
        target = place.attempt / filename
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = (place.job_path / filename).parent
        target.symlink_to(os.path.relpath(self._existing(filename, None), folder))
        context.active().note("file", name=filename, temp=False)
        context.active().note("link", job=str(self))


class _NoJob(Job):
    """The value of a job parameter that was not given: empty and false, with nothing in it."""

    workdir = None  # type: ignore[assignment]
    number = version = -1
    method = ""
    filename = open = withfile = link_result = link_to_here = None  # type: ignore[assignment]
    path = directory = params = post = None  # type: ignore[assignment]
    input_directory = None  # type: ignore[assignment]
    is_build = False

    def __new__(cls) -> _NoJob:
        return str.__new__(cls, "")

    def __reduce__(self) -> Any:
        return (_no_job, ())

    @property
    def parent(self) -> Job:
        """Nothing asked for it."""
        return self

    build_job = parent

    def load(
        self,
        filename: Name | None = None,
        sliceno: int | None = None,
        encoding: str = "bytes",
        default: Any = _NOTHING,
    ) -> Any:
        """None, or the default. Raises NoSuchJobError where a file or slice is named."""
        if default is not _NOTHING:
            return default
        if filename is not None or sliceno is not None:
            raise NoSuchJobError("this job parameter was not given, so it has no files")
        return None

    def json_load(
        self,
        filename: Name | None = None,
        sliceno: int | None = None,
        unicode_as_utf8bytes: bool = False,
        default: Any = _NOTHING,
    ) -> Any:
        """As `load`."""
        return self.load(filename, sliceno, default=default)

    def output(self, what: str | int | None = None) -> Any:
        """It printed nothing."""
        return ""

    def files(self, pattern: str = "*") -> set[str]:
        """No files."""
        return set()

    def chain(self, *args: Any, **kwargs: Any) -> list[Job]:
        """No jobs."""
        return []

    def dataset(self, name: str = "default") -> Dataset:
        """Raises NoSuchDatasetError."""
        raise NoSuchDatasetError("this job parameter was not given, so it has no datasets")

    @property
    def datasets(self) -> Any:
        """No datasets."""
        from axtui.data.chain import DatasetList

        return DatasetList()


def _no_job() -> _NoJob:
    return NoJob


NoJob = _NoJob()


def typed_setup(setup: dict[str, Any]) -> DotDict:
    """A setup record with its options as typed Python values, in the order of their names."""
    from axtui.data.chain import DatasetList
    from axtui.data.dataset import Dataset, NoDataset
    from axtui.data.joblist import JobList

    typed: DotDict = DotDict.nested(setup)
    given = sorted(setup.get("options", {}).items())
    options = {name: canonical.from_json(value) for name, value in given}
    typed.options = DotDict.nested(options)
    typed.datasets = _each(setup.get("datasets", {}), Dataset.named, NoDataset, DatasetList)
    typed.jobs = _each(setup.get("jobs", {}), Job, NoJob, JobList)
    typed.jobid = Job(setup["jobid"])
    return typed


def _each(
    given: dict[str, Any], make: Callable[[str], Any], none: Any, many: Callable[..., Any]
) -> DotDict:
    """What was given as inputs, by name, as objects; several as a list of their kind."""
    found: DotDict = DotDict()
    for name, value in given.items():
        if isinstance(value, list):
            found[name] = many(make(one) if one else none for one in value)
        else:
            found[name] = make(value) if value else none
    return found


def output_parts(directory: Path) -> dict[str | int, str]:
    """Captured prints by stage name or slice number, in the order the stages ran."""
    folder = f"{directory}/{jobdir.OUTPUT}"
    found: dict[str | int, str] = {}
    try:
        held = os.listdir(folder)  # noqa: PTH208 - names, not paths: asked of job after job
    except (FileNotFoundError, NotADirectoryError):
        return found
    order = {"import": -2, "build": -1, "prepare": -1, "synthesis": 1 << 40}
    names = [name for name in held if re.fullmatch(r"\d+|[a-z]+", name)]
    for name in sorted(names, key=lambda n: order.get(n, int(n) if n.isdigit() else 0)):
        text = read_small(f"{folder}/{name}").decode("utf-8", "replace")
        found[int(name) if name.isdigit() else name] = text
    return found


def jobs_of(value: str | list[str] | None) -> Iterator[str]:
    """The job ids in a `jobs` parameter value."""
    if isinstance(value, str):
        yield value
    elif value:
        yield from value


def running_place() -> context.Place:
    """Where the running job reads and writes. Raises UserError where none runs."""
    place = context.active().place
    if place is None:
        raise UserError("this can only be done in a running job")
    return place


def _lacks(name: str) -> str:
    """That a job has no file of a name, in words."""
    if name == "result.pickle":
        return "has no result: its method has no synthesis(), or that returned nothing"
    return f"has no file {name!r}"
