"""Values and files of a job: pickles, JSON and open files, by the Accelerator's naming rules.

Pickles are for the workspace's own use: they are only ever loaded from its own job directories.
"""

from __future__ import annotations

import os
import pickle
import threading
from pathlib import Path
from typing import IO, Any

import orjson

from axtui.data import context
from axtui.data.status import status
from axtui.errors import UserError

_NOTHING = object()
PROTOCOL = 4


def sliced_name(name: str | os.PathLike[str], sliceno: int | None) -> str:
    """`name`, or `name.<sliceno>` for the part of one slice."""
    text = os.fspath(name)
    return text if sliceno is None else f"{text}.{sliceno}"


def load_pickle(path: Path, encoding: str = "bytes", default: Any = _NOTHING) -> Any:
    """The object pickled in `path`; `default` where there is no such file and one was given."""
    try:
        with path.open("rb") as stream, status(f"Loading {path.name}"):
            return pickle.load(stream, encoding=encoding)
    except FileNotFoundError:
        if default is _NOTHING:
            raise
        return default


def load_json(path: Path, unicode_as_utf8bytes: bool = False, default: Any = _NOTHING) -> Any:
    """The JSON value in `path`; `default` where there is no such file and one was given."""
    try:
        return orjson.loads(path.read_bytes())
    except FileNotFoundError:
        if default is _NOTHING:
            raise
        return default


def dump_pickle(value: Any) -> bytes:
    """Pickled bytes; what the standard pickler refuses (lambdas, local classes) goes by cloudpickle."""
    try:
        return pickle.dumps(value, PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError):
        import cloudpickle

        try:
            return bytes(cloudpickle.dumps(value, PROTOCOL))
        except Exception as error:
            raise UserError(f"cannot save a {type(value).__name__}: {error}") from None


def dump_json(value: Any, sort_keys: bool, ascii_only: bool) -> bytes:
    """JSON bytes, indented; the standard library's rules for what is allowed."""
    import json

    text = json.dumps(value, indent=4, sort_keys=sort_keys, ensure_ascii=ascii_only)
    return (text + "\n").encode("utf-8")


class Saved:
    """A file that was saved, maybe still in the background: what `job.save` returns."""

    def __init__(self, path: Path, name: str, jobid: str, sliced: bool) -> None:
        self.path = str(path)
        self.filename = name
        self._job, self._sliced = jobid, sliced
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    def run(self, work: Any, background: bool) -> Saved:
        """Do the saving now, or in a thread that the end of the stage waits for."""
        if not background:
            work()
            return self

        def guarded() -> None:
            try:
                work()
            except BaseException as error:
                self._error = error

        self._thread = threading.Thread(target=guarded, name=f"save {self.filename}")
        self._thread.start()
        return self

    def wait(self) -> None:
        """Wait until the file is written; raises what went wrong."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._error is not None:
            raise self._error

    def load(self) -> Any:
        """The saved value, read back."""
        self.wait()
        path = Path(self.path)
        return load_json(path) if self.filename.endswith(".json") else load_pickle(path)

    def jobwithfile(self, extra: Any = None) -> Any:
        """This file as an option for another job."""
        from axtui.data.job import Job
        from axtui.data.jobwithfile import JobWithFile

        self.wait()
        return JobWithFile(Job(self._job), self.filename, self._sliced, extra)

    def remove(self) -> None:
        """Take the file away again."""
        self.wait()
        Path(self.path).unlink()
        context.active().note("unfile", name=self.filename)


class Opened:
    """A file being written: it appears under its name when it is closed without an exception."""

    def __init__(self, stream: IO[Any], temporary: Path, final: Path) -> None:
        self._stream, self._temporary, self._final = stream, temporary, final

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __iter__(self) -> Any:
        return iter(self._stream)

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self.close()
        else:
            self._stream.close()

    def close(self) -> None:
        """Finish the file."""
        if not self._stream.closed:
            self._stream.close()
            self._temporary.replace(self._final)
