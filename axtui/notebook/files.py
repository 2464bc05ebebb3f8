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
    from axtui.build.linked import Linked
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

    def __init__(self, opened: Opened, name: str, job: str | None, path: Path) -> None:
        self._opened = opened
        self.name = name
        self.path = path
        self._job = job

    @property
    def job(self) -> Job | None:
        """The job that made it; None where it is gone with its file."""
        from axtui.notebook.job import Job

        return Job(self._opened, self._job) if self._job else None

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
                    f"{self.name} is no longer there ({self.path}): its job was removed or damaged; "
                    "run its build script again"
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
        if size is None:
            return f"{self.name}  is gone"
        return f"{self.name}  {human.size(size)}, of job {self._job}"

    def __repr__(self) -> str:
        return f"{self._headline()}\n{self.path}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return inline.bundle(self.path, self._headline(), repr(self))


class Result(File):
    """A file that a build script linked into the results folder; `path` is where it is linked."""

    def __init__(self, opened: Opened, linked: Linked) -> None:
        super().__init__(opened, linked.name, linked.job, linked.path)
        self.header = linked.header
        self.description = linked.description

    @property
    def told(self) -> str:
        """Header and description in one line."""
        return " ".join(text for text in (self.header, self.description) if text)

    def _headline(self) -> str:
        return super()._headline() + (f": {self.told}" if self.told else "")


def files_of(opened: Opened, job: str, folder: Path, names: list[str]) -> Listing[File]:
    """The named files of a job."""
    found = {name: File(opened, name, job, folder / name) for name in names}
    return Listing(found, f"files of {job}", _FILES, lambda n, f: {"name": n, "size": f.size})


def results_of(opened: Opened) -> Listing[Result]:
    """What is in the results folder now, with what the catalog knows of it."""
    from axtui.build.linked import TOLD, results

    rows = opened.ask(TOLD).to_pylist()
    with opened.reading():
        found = {linked.name: Result(opened, linked) for linked in results(opened.workspace, rows)}
    return Listing(found, "results", _RESULTS, _result_row)


def _result_row(name: str, result: Result) -> dict[str, Any]:
    return {
        "name": name,
        "size": result.size,
        "job": result._job or "gone",
        "description": result.told,
    }
