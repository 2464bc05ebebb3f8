"""`CurrentJob`: the job that is running here, as its stages and build scripts get it as `job`."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from axtui.data import context, jobdir
from axtui.data.dotdict import DotDict
from axtui.data.files import Opened, Saved, dump_json, dump_pickle, sliced_name
from axtui.data.job import Job, Name, running_place, typed_setup
from axtui.errors import UserError

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
        return running_place().find(sliced_name(name, sliceno))

    def _writable(self, name: Name, sliceno: int | None, temp: bool | None) -> Path:
        text = sliced_name(name, sliceno)
        first = Path(text).parts[:1]
        if Path(text).is_absolute() or ".." in Path(text).parts:
            raise UserError(f"{text!r} does not lie in the job; give a name relative to it")
        if first and first[0] in (*jobdir.RESERVED, jobdir.OUTPUT, jobdir.DATASETS):
            raise UserError(f"{text!r} is a name axtui keeps for itself; use another")
        path = running_place().attempt / text
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
        final = self._writable(filename, sliceno, temp)
        if "x" in mode and final.exists():
            raise FileExistsError(f"{filename} exists already in job {self!s}")
        temporary = final.with_name(f"{final.name}.{os.getpid()}tmp")
        stream = temporary.open(mode.replace("x", "w"), encoding=encoding, errors=errors)
        return Opened(stream, temporary, final)

    def _save(
        self, data: Any, name: Name, sliceno: int | None, temp: Any, background: bool
    ) -> Saved:
        path = self._writable(name, sliceno, temp)
        saved = Saved(path, os.fspath(name), str(self), sliceno is not None)

        def write() -> None:
            temporary = path.with_name(f"{path.name}.{os.getpid()}tmp")
            temporary.write_bytes(data())
            temporary.replace(path)

        saved.run(write, background)
        if background:
            context.active().note("background", saved=saved)
        return saved

    def save(
        self,
        obj: Any,
        filename: Name = "result.pickle",
        sliceno: int | None = None,
        temp: bool | None = None,
        background: bool = False,
    ) -> Saved:
        """Pickle a value into this job. Returns a handle (.load .wait .path .jobwithfile .remove)."""
        return self._save(lambda: dump_pickle(obj), filename, sliceno, temp, background)

    def json_save(
        self,
        obj: Any,
        filename: Name = "result.json",
        sliceno: int | None = None,
        sort_keys: bool = True,
        _encoder: Any = None,
        temp: bool | None = None,
        background: bool = False,
    ) -> Saved:
        """Save a value as JSON into this job."""
        return self._save(
            lambda: dump_json(obj, sort_keys, ascii_only=True), filename, sliceno, temp, background
        )

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
        text = os.path.relpath(os.fspath(filename), running_place().attempt)
        if text.startswith(".."):
            text = os.fspath(filename)
        if not running_place().find(text).exists():
            raise UserError(f"cannot register {text!r}: job {self!s} has no such file")
        context.active().note("file", name=text, temp=False)
        return text

    def register_files(self, pattern: str = "**/*") -> set[str]:
        """Register all files of this job that match."""
        found = set()
        for path in running_place().attempt.glob(pattern):
            name = path.relative_to(running_place().attempt).as_posix()
            top = name.split("/", 1)[0]
            if path.is_file() and top not in (*jobdir.RESERVED, jobdir.OUTPUT, jobdir.DATASETS):
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

    def finish_early(self, result: Any = None) -> None:
        """End the job here, successfully, without its later stages."""
        raise FinishJob(result)
