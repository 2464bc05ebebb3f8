"""`CurrentJob`: the job that is running here, as its stages and build scripts get it as `job`."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from axtui.data import context, database, jobdir
from axtui.data.dotdict import DotDict
from axtui.data.files import (
    Name,
    Saved,
    dump_json,
    dump_pickle,
    load_json,
    load_pickle,
    opened_to_write,
    sliced_name,
    write_whole,
)
from axtui.data.job import Job, running_place, typed_setup
from axtui.errors import MisuseError, UserError

if TYPE_CHECKING:
    from axtui.data.writer import DatasetWriter


class FinishJob(Exception):
    """Raised by `finish_early`: the job succeeds here, later stages are skipped."""

    def __init__(self, result: Any = None) -> None:
        super().__init__(result)
        self.result = result


class CurrentJob(Job):
    """The running job: what stages and build scripts are given as `job`."""

    @cached_property
    def _setup(self) -> dict[str, Any]:
        return jobdir.load_setup(self.directory)

    def _looked_at(self) -> dict[str, Any]:
        return self._setup  # a job may know itself

    @cached_property
    def params(self) -> DotDict:
        """The typed setup of this job."""
        context.active().note("slices")
        return typed_setup(self._setup)

    def _existing(self, name: Name, sliceno: int | None) -> Path:
        given = sliced_name(name, sliceno)
        inside = running_place().name_of(given)
        return Path(given) if inside is None else running_place().found(inside)

    def writable(self, name: Name, sliceno: int | None, temp: bool | None) -> Path:
        """Where to write a file of this job, which is noted with that. An absolute path that leads
        elsewhere is what it is."""
        place, given = running_place(), sliced_name(name, sliceno)
        text = place.name_of(given)
        if text is None:
            if Path(given).is_absolute():
                return Path(given)  # somewhere else, where it is nothing of ours
            raise UserError(f"{given!r} does not lie in the job; give a name relative to it")
        if text.split(os.sep, 1)[0] in (*jobdir.RESERVED, jobdir.OUTPUT, jobdir.DATASETS):
            raise UserError(f"{text!r} is a name axtui keeps for itself; use another")
        path = place.attempt / text
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():  # an earlier stage's file, shown here: replaced, not written through
            path.unlink()
        context.active().note("file", name=text, temp=bool(temp))
        return path

    def open(
        self,
        filename: Name,
        mode: str = "r",
        sliceno: int | None = None,
        encoding: str | None = None,
        errors: str | None = None,
        temp: bool | None = None,
    ) -> Any:
        """Open a file of this job. For writing use it as a context manager: the file appears when
        the block ends well. `temp=True`: gone when the job is finished."""
        if encoding is None and "b" not in mode:
            encoding = "utf-8"
        if not set(mode) & set("wxa+"):
            return super().open(filename, mode, sliceno, encoding, errors)
        if "a" in mode or "+" in mode:
            raise UserError(f"mode {mode!r} is not supported for files of a job; use 'w' or 'wb'")
        final = self.writable(filename, sliceno, temp)
        if "x" in mode and final.exists():
            raise FileExistsError(f"{filename} exists already in job {self!s}")
        return opened_to_write(final, mode.replace("x", "w"), encoding, errors)

    def save(
        self,
        obj: Any,
        filename: Name = "result.pickle",
        sliceno: int | None = None,
        temp: bool | None = None,
        background: bool = False,
    ) -> Saved:
        """Pickle a value into this job. Returns a handle (.load .wait .path .jobwithfile .remove)."""
        path = self.writable(filename, sliceno, temp)
        saved = Saved(filename, sliceno, load_pickle)
        return saved.run(lambda: write_whole(path, dump_pickle(obj)), background)

    def json_save(
        self,
        obj: Any,
        filename: Name = "result.json",
        sliceno: int | None = None,
        sort_keys: bool = True,
        temp: bool | None = None,
        background: bool = False,
    ) -> Saved:
        """Save a value as JSON into this job; sets become lists."""
        path = self.writable(filename, sliceno, temp)
        saved = Saved(filename, sliceno, load_json)
        return saved.run(lambda: write_whole(path, dump_json(obj, bool(sort_keys))), background)

    def datasetwriter(
        self,
        columns: Any = None,
        filename: str | None = None,
        hashlabel: str | None = None,
        hashlabel_override: bool = False,
        caption: str | None = None,
        previous: Any = None,
        name: str = "default",
        parent: Any = None,
        meta_only: bool = False,
        for_single_slice: int | None = None,
        copy_mode: bool = False,
        allow_missing_slices: bool = False,
    ) -> DatasetWriter:
        """A writer for a new dataset of this job."""
        from axtui.data.writer import DatasetWriter

        return DatasetWriter(
            columns=columns or {},
            filename=filename,
            hashlabel=hashlabel,
            hashlabel_override=hashlabel_override,
            caption=caption,
            previous=previous,
            name=name,
            parent=parent,
            meta_only=meta_only,
            for_single_slice=for_single_slice,
            copy_mode=copy_mode,
            allow_missing_slices=allow_missing_slices,
        )

    def register_file(self, filename: Name) -> str:
        """Make a file that was written by other means one of the job's files."""
        place = running_place()
        text = place.name_of(filename)
        if text is None or not place.find(text).exists():
            raise MisuseError(
                f"cannot register {os.fspath(filename)!r}: job {self!s} has no such file"
            )
        context.active().note("file", name=text, temp=False)
        return text

    def register_files(self, pattern: str = "**/*") -> set[str]:
        """Register all files of this job that match and are not registered yet (nor temporary);
        their names."""
        folder, active = running_place().attempt, context.active()
        found = set()
        for path in folder.glob(os.path.normpath(pattern)):
            name = path.relative_to(folder).as_posix()
            top = name.split("/", 1)[0]
            own = top not in (*jobdir.RESERVED, jobdir.OUTPUT, jobdir.DATASETS)
            if own and path.is_file() and not active.is_noted(name):
                found.add(self.register_file(name))
        return found

    def input_filename(self, *parts: Name) -> str:
        """Path of an input file, below the input directory. What it holds becomes part of the key."""
        path = context.active().input_directory.joinpath(*parts)
        if path.exists():
            context.active().note("input", path=str(path))
        return str(path)

    def open_input(
        self,
        filename: Name,
        mode: str = "r",
        encoding: str | None = None,
        errors: str | None = None,
    ) -> IO[Any]:
        """Open an input file for reading."""
        if not set(mode) <= set("rbt"):
            raise UserError(f"input files are only read, not opened as {mode!r}")
        path = Path(self.input_filename(filename))
        if path.is_dir():
            raise UserError(f"{path} is a folder where a file is meant")
        if not path.exists():
            raise UserError(f"there is no input file {path}")
        if encoding is None and "b" not in mode:
            encoding = "utf-8"
        return path.open(mode, encoding=encoding, errors=errors)

    @property
    def memory_limit(self) -> int:
        """Bytes of memory that this process should keep within: `memory` in `[engine]`, shared by the
        slices that work at once."""
        return context.active().memory

    def duckdb(self) -> Any:
        """A DuckDB connection that keeps within `memory_limit`: it has one thread, as other slices
        run beside it, and spills to a folder of this job that goes with its process."""
        return database.connect(running_place().attempt)

    def finish_early(self, result: Any = None) -> None:
        """End the job here, successfully, without its later stages."""
        raise FinishJob(result)
