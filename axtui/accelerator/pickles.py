"""Pickled values in files of jobs, by name, as the Accelerator's functions of that time do it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from axtui.data import context
from axtui.data.currentjob import CurrentJob
from axtui.data.files import (
    Name,
    Opened,
    Saved,
    dump_pickle,
    load_pickle,
    opened_to_write,
    sliced_name,
    write_whole,
)
from axtui.data.job import Job

__all__ = ["FileWriteMove", "found", "pickle_load", "pickle_save", "save"]


def save(
    data: Callable[[], bytes],
    load: Callable[[Path], Any],
    filename: Name,
    sliceno: int | None,
    temp: bool | None,
    background: bool,
) -> Saved:
    """Write what `data` gives into a file of the running job, or any file where none runs."""
    place = context.running()
    if place is None:
        path = Path(sliced_name(filename, sliceno))
    else:
        path = CurrentJob(place.jobid).writable(filename, sliceno, temp)
    return Saved(filename, sliceno, load).run(lambda: write_whole(path, data()), background)


def found(filename: Name, jobid: Any = None, sliceno: int | None = None) -> Path:
    """The path of a file: of a job, else of the running job, else as it stands."""
    if jobid:
        return Path(Job(jobid).filename(filename, sliceno))
    place = context.running()
    if place is None:
        return Path(sliced_name(filename, sliceno))
    return Path(CurrentJob(place.jobid).filename(filename, sliceno))


def pickle_save(
    variable: Any,
    filename: Name = "result.pickle",
    sliceno: int | None = None,
    temp: bool | None = None,
    background: bool = False,
) -> Saved:
    """Pickle a value into a file of the running job, or any file where none runs."""
    return save(lambda: dump_pickle(variable), load_pickle, filename, sliceno, temp, background)


def pickle_load(
    filename: Name = "result.pickle",
    jobid: Any = None,
    sliceno: int | None = None,
    encoding: str = "bytes",
) -> Any:
    """The value in a pickle: of a job, else of the running job, else any."""
    return load_pickle(found(filename, jobid, sliceno), encoding)


class FileWriteMove:
    """`with FileWriteMove(name) as fh:` writes bytes to a file that appears when all went well."""

    def __init__(self, filename: Name, temp: bool | None = None) -> None:
        self.filename, self.temp = filename, temp
        self._opened: Opened | None = None

    def __enter__(self) -> IO[bytes]:
        place = context.running()
        if place is None:
            self._opened = opened_to_write(Path(self.filename), "wb")
        else:
            self._opened = CurrentJob(place.jobid).open(self.filename, "wb", temp=self.temp)
        return self._opened.__enter__()

    def __exit__(self, *error: Any) -> None:
        assert self._opened is not None
        self._opened.__exit__(*error)
