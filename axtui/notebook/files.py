"""Files of jobs, and results: the files that are linked into the results folder."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from axtui import human
from axtui.errors import NoSuchWhateverError
from axtui.notebook import inline
from axtui.notebook.listing import Listing
from axtui.notebook.opened import Opened
from axtui.texttable import Column

if TYPE_CHECKING:
    from axtui.notebook.job import Job

_FILES = (Column("name"), Column("size", human.size, right=True))
_RESULTS = (
    Column("name"),
    Column("size", human.size, right=True),
    Column("job"),
    Column("description"),
)


class File:
    """A file of a job. At the end of a cell it is shown: images, films, pages, text."""

    def __init__(self, opened: Opened, name: str, job: str, path: Path) -> None:
        self._opened = opened
        self.name = name
        self.path = path
        self._job = job

    @property
    def job(self) -> Job:
        """The job that made it."""
        from axtui.notebook.job import Job

        return Job(self._opened, self._job)

    @property
    def size(self) -> int | None:
        """Bytes; None where the file is gone."""
        try:
            return self.path.stat().st_size
        except OSError:
            return None

    def open(self, mode: str = "r", encoding: str | None = None) -> IO[Any]:
        """Open it for reading, as text or (`"rb"`) as bytes."""
        return inline.open_to_read(self._existing(), mode, encoding)

    def read_text(self) -> str:
        """Its text."""
        return self._existing().read_text("utf-8", "replace")

    def read_bytes(self) -> bytes:
        """Its bytes."""
        return self._existing().read_bytes()

    def _existing(self) -> Path:
        """The path. Raises NoSuchWhateverError where the file is gone since."""
        with self._opened.reading():
            if not self.path.is_file():
                raise NoSuchWhateverError(
                    f"{self.name} of job {self._job} is no longer there ({self.path}): the job was "
                    "removed or damaged; build it again"
                )
        return self.path

    def __fspath__(self) -> str:
        return str(self.path)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str, Path]:
        return self.name, self.path

    def _headline(self) -> str:
        size = self.size
        held = "is gone" if size is None else human.size(size)
        return f"{self.name}  {held}, of job {self._job}"

    def __repr__(self) -> str:
        return f"{self._headline()}\n{self.path}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return inline.bundle(self.path, self._headline(), repr(self))


class Result(File):
    """A file that a build script linked into the results folder."""

    def __init__(
        self,
        opened: Opened,
        name: str,
        job: str,
        path: Path,
        header: str | None,
        description: str | None,
    ) -> None:
        super().__init__(opened, name, job, path)
        self.header = header
        self.description = description

    def _headline(self) -> str:
        told = " ".join(text for text in (self.header, self.description) if text)
        return super()._headline() + (f": {told}" if told else "")


def files_of(opened: Opened, job: str, folder: Path, names: list[str]) -> Listing[File]:
    """The named files of a job."""
    found = {name: File(opened, name, job, folder / name) for name in names}
    return Listing(found, f"files of {job}", _FILES, lambda n, f: {"name": n, "size": f.size})


_TOLD = "SELECT link, job, header, description FROM results"


def results_of(opened: Opened) -> Listing[Result]:
    """What is in the results folder now, with what the catalog knows of it."""
    from axtui.build.results import job_of, linked_jobs

    with opened.reading():
        linked = linked_jobs(opened.workspace.config.results)
    told: dict[tuple[str, str], Any] = {}
    if linked:
        answer = opened.ask(_TOLD).to_pylist()
        told = {(row["link"], row["job"]): row for row in answer}
    found = {}
    for name, path in linked.items():
        job = job_of(path)
        if job is not None:
            row = told.get((name, job), {})
            found[name] = Result(opened, name, job, path, row.get("header"), row.get("description"))
    return Listing(found, "results", _RESULTS, _result_row)


def _result_row(name: str, result: Result) -> dict[str, Any]:
    told = " ".join(text for text in (result.header, result.description) if text)
    return {"name": name, "size": result.size, "job": result._job, "description": told}
