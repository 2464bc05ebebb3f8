"""`JobWithFile`: a file of a job, as an option of another."""

from __future__ import annotations

from typing import IO, Any, NamedTuple

from axtui.data.job import Job
from axtui.errors import MisuseError

_NOTHING: Any = object()


class JobWithFile(NamedTuple):
    """A file of a job, as an option of another. `sliced`: one file per slice, `name.<sliceno>`."""

    job: Any
    name: str
    sliced: bool = False
    extra: Any = None

    def _name(self, sliceno: int | None) -> tuple[Job, str, int | None]:
        if self.sliced != (sliceno is not None):
            need = "needs a sliceno" if self.sliced else "is not sliced: give no sliceno"
            raise MisuseError(f"{self.name!r} of {self.job!s} {need}")
        return Job(self.job), self.name, sliceno

    def filename(self, sliceno: int | None = None) -> str:
        """Path of the file (of one slice's part)."""
        job, name, part = self._name(sliceno)
        return job.filename(name, part)

    def load(
        self, sliceno: int | None = None, encoding: str = "bytes", default: Any = _NOTHING
    ) -> Any:
        """The pickled value in it."""
        job, name, part = self._name(sliceno)
        return job.load(name, part, encoding, default)

    def json_load(
        self,
        sliceno: int | None = None,
        unicode_as_utf8bytes: bool = False,
        default: Any = _NOTHING,
    ) -> Any:
        """The JSON value in it."""
        job, name, part = self._name(sliceno)
        return job.json_load(name, part, unicode_as_utf8bytes, default)

    def open(
        self,
        mode: str = "r",
        sliceno: int | None = None,
        encoding: str | None = None,
        errors: str | None = None,
    ) -> IO[Any]:
        """Open it for reading."""
        job, name, part = self._name(sliceno)
        return job.open(name, mode, part, encoding, errors)
