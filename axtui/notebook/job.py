"""Jobs, read only: what they were given, what they made, and everything that was kept of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from axtui import human
from axtui.build import jobinfo
from axtui.data import jobdir
from axtui.data.files import load_json, load_pickle, sliced_name
from axtui.data.job import typed_setup
from axtui.errors import AcceleratorError, NoSuchWhateverError, UserError
from axtui.notebook.chain import datasets_of
from axtui.notebook.dataset import Dataset
from axtui.notebook.files import File, files_of
from axtui.notebook.grid import pairs_html, pairs_text
from axtui.notebook.inline import open_to_read
from axtui.notebook.jobfacts import JobFacts
from axtui.notebook.listing import Listing
from axtui.suggest import did_you_mean
from axtui.texttable import Column

_INPUTS = (Column("argument"), Column("kind"), Column("what"))
_JOBS = (Column("job"), Column("method"), Column("state"))
_MOST_FACTS = 8


class Job(JobFacts):
    """A job by its id. What it says is read from its directory when it is asked."""

    @property
    def build_job(self) -> Job | None:
        """The build script's job in which it was made."""
        return self._other(self._told("build_job"))

    @property
    def parent(self) -> Job | None:
        """The job that asked for it: a build script's, or the one it is a subjob of."""
        return self._other(self._told("parent"))

    @property
    def subjobs(self) -> Listing[Job]:
        """The jobs that it asked for."""
        found = {jobid: Job(self._opened, jobid) for jobid in self._end().get("subjobs", {})}
        return Listing(found, f"subjobs of {self.id}", _JOBS, job_row)

    # -- what it was given

    @property
    def params(self) -> Any:
        """Its setup as the method saw it: `params.options.x`, `params.datasets`, `params.jobs`, ..."""
        return typed_setup(self._setup())

    @property
    def options(self) -> dict[str, Any]:
        """Its options as Python values."""
        return dict(self.params.options)

    @property
    def inputs(self) -> Listing[Any]:
        """The datasets and jobs it was given, by the names its method has for them; a list where the
        method takes several."""
        setup = self._setup()
        found: dict[str, Any] = {}
        for name, value in setup.get("datasets", {}).items():
            found[name] = _each(value, self._dataset_of)
        for name, value in setup.get("jobs", {}).items():
            found[name] = _each(value, self._other)
        given = {name: value for name, value in found.items() if value}
        return Listing(given, f"inputs of {self.id}", _INPUTS, _input_row)

    @property
    def input_files(self) -> list[str]:
        """The input files it read, as they were recorded."""
        facts = self._end().get("recorded", {}).get("inputs", [])
        return [str(fact["path"]).removeprefix("input:") for fact in facts]

    # -- what it made

    @property
    def datasets(self) -> Listing[Dataset]:
        """Its datasets, in the order they were finished."""
        with self._opened.reading():
            names = self._opened.specs.dataset_names(self.id)
        return datasets_of(self._opened, self.id, names)

    def dataset(self, name: str = "default") -> Dataset:
        """One of its datasets. Raises NoSuchDatasetError, naming those it has."""
        with self._opened.reading():
            self._opened.specs.metadata(self.id, name)
        return Dataset(self._opened, self.id, name)

    @property
    def files(self) -> Listing[File]:
        """The files it made, by name."""
        return files_of(self._opened, self.id, self.path, self._end().get("registered", []))

    def filename(self, name: str, sliceno: int | None = None) -> Path:
        """The path of one of its files. Raises NoSuchWhateverError, naming those it has."""
        name = sliced_name(name, sliceno)
        path = self.path / name
        if not path.is_file():
            self._setup()  # says so where the whole job is gone
            has = list(self._end().get("registered", []))
            told = f"it has: {', '.join(has)}" if has else "it has none"
            raise NoSuchWhateverError(
                f"job {self.id} ({self.method}) has no file {name!r}; {told}."
                + did_you_mean(name, has)
            )
        return path

    def open(
        self,
        name: str,
        mode: str = "r",
        sliceno: int | None = None,
        encoding: str | None = None,
    ) -> IO[Any]:
        """Open one of its files for reading."""
        return open_to_read(self.filename(name, sliceno), mode, encoding)

    def load(self, name: str = "result.pickle", sliceno: int | None = None) -> Any:
        """A pickled value: what its synthesis returned, unless a file is named.

        A pickle runs code when it is loaded: only load from a workspace that you trust.
        """
        path = self.filename(name, sliceno)
        with self._opened.reading():
            try:
                return load_pickle(path)
            except Exception as error:  # whatever a pickle runs may raise anything
                reason = f"{type(error).__name__}: {error}"
                raise UserError(f"{path} cannot be loaded as a pickle: {reason}") from None

    def json_load(self, name: str = "result.json", sliceno: int | None = None) -> Any:
        """A JSON value."""
        path = self.filename(name, sliceno)
        with self._opened.reading():
            try:
                return load_json(path)
            except ValueError as error:
                raise UserError(f"{path} is not JSON: {error}") from None

    # -- the inside

    def _other(self, jobid: str | None) -> Job | None:
        return Job(self._opened, jobid) if jobid else None

    def _dataset_of(self, ref: str | None) -> Dataset | None:
        if not ref:
            return None
        jobid, _, name = ref.partition("/")
        return Dataset(self._opened, jobid, name or "default")

    def __str__(self) -> str:
        return self.id

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Job) and (other._opened, other.id) == (self._opened, self.id)

    def __hash__(self) -> int:
        return hash((self._opened, self.id))

    def _shown(self) -> tuple[str, list[tuple[str, str]]]:
        try:
            title = f"{self.id}  {self.method}  {self.state}"
            return title, [(name, value) for name, value in self._facts() if value]
        except AcceleratorError as error:
            return self.id, [("error", str(error))]

    def _facts(self) -> Iterator[tuple[str, str]]:
        yield "caption", self.caption or ""
        wall = self.wall_s
        took = f", took {human.seconds(wall)}" if wall is not None else ""
        yield "started", human.when(self._told("starttime")) + took
        yield "script", self.script or ""
        yield "why", str(self.why)
        options = jobinfo.options(self._setup())
        yield "options", _lines(f"{name} = {value}" for name, value in options.items())
        yield "inputs", _lines(f"{n} = {_named(v)}" for n, v in self._by_name(self.inputs))
        yield "datasets", _lines(_dataset_words(one) for one in self.datasets)
        yield "files", _lines(self.files.names)
        yield "error", self.error or ""

    @staticmethod
    def _by_name(listing: Listing[Any]) -> Iterator[tuple[str, Any]]:
        return zip(listing.names, listing, strict=True)

    def __repr__(self) -> str:
        return pairs_text(*self._shown())

    def _repr_html_(self) -> str:
        return pairs_html(*self._shown())


def job_row(jobid: str, job: Job) -> dict[str, Any]:
    """A job as a row of a list."""
    try:
        return {"job": jobid, "method": job.method, "state": job.state}
    except AcceleratorError:
        return {"job": jobid, "state": jobdir.state(job.path)}


def _each(value: Any, make: Callable[[str | None], Any]) -> Any:
    """One thing, or a list of them."""
    return [make(one) for one in value] if isinstance(value, list) else make(value)


def _named(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _input_row(name: str, value: Any) -> dict[str, Any]:
    first = value[0] if isinstance(value, list) else value
    return {"argument": name, "kind": type(first).__name__.lower(), "what": _named(value)}


def _dataset_words(found: Dataset) -> str:
    try:
        columns, rows = found.shape
    except AcceleratorError as error:
        return f"{found.name}: {error}"
    return f"{found.name}  {human.plural(rows, 'row')}, {human.plural(columns, 'column')}"


def _lines(items: Any) -> str:
    """One per line, not too many, not too long."""
    lines = [line if len(line) <= 120 else line[:119] + "…" for line in items]
    if len(lines) > _MOST_FACTS:
        lines[_MOST_FACTS:] = [f"… and {len(lines) - _MOST_FACTS} more"]
    return "\n".join(lines)
