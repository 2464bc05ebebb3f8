"""Values and files of a job: pickles, JSON and open files, by the Accelerator's naming rules.

Pickles are for the workspace's own use: they are only ever loaded from its own job directories.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from axtui.data import context
from axtui.data.dotdict import DotDict
from axtui.data.status import status
from axtui.errors import UserError

_NOTHING = object()
PROTOCOL = 4
Name = str | os.PathLike[str]


def sliced_name(name: Name, sliceno: int | None) -> str:
    """`name`, or `name.<sliceno>` for the part of one slice."""
    text = os.fspath(name)
    return text if sliceno is None else f"{text}.{sliceno}"


def load_pickle(path: Path, encoding: str = "bytes", default: Any = _NOTHING) -> Any:
    """The object pickled in `path`; `default` where there is no such file and one was given."""
    import pickle

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
        return parse_json(path.read_bytes(), unicode_as_utf8bytes)
    except FileNotFoundError:
        if default is _NOTHING:
            raise
        return default


def parse_json(text: str | bytes, unicode_as_utf8bytes: bool = False) -> Any:
    """The value of a JSON text, its objects as DotDicts; with `unicode_as_utf8bytes` text as bytes."""
    value = json.loads(text, object_pairs_hook=DotDict)
    return _as_bytes(value) if unicode_as_utf8bytes else value


def _as_bytes(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, dict):
        return DotDict((_as_bytes(key), _as_bytes(item)) for key, item in value.items())
    return [_as_bytes(item) for item in value] if isinstance(value, list) else value


def dump_pickle(value: Any) -> bytes:
    """Pickled bytes; what the standard pickler refuses (lambdas, local classes) goes by cloudpickle."""
    import pickle

    try:
        return pickle.dumps(value, PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError):
        import cloudpickle

        try:
            return bytes(cloudpickle.dumps(value, PROTOCOL))
        except Exception as error:
            raise UserError(f"cannot save a {type(value).__name__}: {error}") from None


def dump_json(value: Any, sort_keys: bool) -> bytes:
    """JSON as indented ASCII, with a newline at the end. Sets become lists; else the standard
    library's rules for what is allowed."""
    text = json.dumps(value, indent=4, sort_keys=sort_keys, default=_listed)
    return (text + "\n").encode("ascii")


def _listed(value: Any) -> list[Any]:
    if isinstance(value, (set, frozenset)):
        return list(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that nobody sees half of it."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}tmp")
    temporary.write_bytes(data)
    temporary.replace(path)


class Saved:
    """A file that was saved, maybe still in the background: what `job.save` returns.

    It can be handed to later stages of the job, where it means the same file.
    """

    def __init__(self, name: Name, sliceno: int | None, load: Callable[[Path], Any]) -> None:
        self._name, self._sliceno, self._load = os.fspath(name), sliceno, load
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    def __reduce__(self) -> Any:
        return (Saved, (self._name, self._sliceno, self._load))

    def run(self, work: Callable[[], None], background: bool) -> Saved:
        """Do the saving now, or in a thread that the end of the stage waits for."""
        if not background:
            with context.spending("write"):
                work()
            return self

        def guarded() -> None:
            try:
                work()
            except BaseException as error:
                self._error = error

        self._thread = threading.Thread(target=guarded, name=f"save {self.filename}")
        self._thread.start()
        context.active().note("background", saved=self)
        return self

    @property
    def filename(self) -> str:
        """The name of the file: that given, with `.<sliceno>` for the part of one slice."""
        return sliced_name(self._name, self._sliceno)

    @property
    def path(self) -> str:
        """Where the file is."""
        place = context.running()
        return self.filename if place is None else str(place.found(self.filename))

    def wait(self) -> None:
        """Wait until the file is written; raises what went wrong."""
        if self._thread is not None:
            with context.spending("wait"):
                self._thread.join()
            self._thread = None
        if self._error is not None:
            raise self._error

    def load(self) -> Any:
        """The saved value, read back."""
        self.wait()
        return self._load(Path(self.path))

    def jobwithfile(self, extra: Any = None) -> Any:
        """This file as an option for another job."""
        from axtui.data.job import running_place
        from axtui.data.jobwithfile import JobWithFile

        self.wait()
        return JobWithFile(running_place().jobid, self._name, self._sliceno is not None, extra)

    def remove(self) -> None:
        """Let the file be gone when the job is finished."""
        self.wait()
        context.active().note("file", name=self.filename, temp=True)


class Opened:
    """A file being written: it appears under its name when it is closed without an exception."""

    def __init__(self, stream: IO[Any], temporary: Path, final: Path) -> None:
        self._stream, self._temporary, self._final = stream, temporary, final

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __iter__(self) -> Any:
        return iter(self._stream)

    def __enter__(self) -> IO[Any]:
        return self._stream

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._stream.close()
        if kind is None:
            self._temporary.replace(self._final)
        else:
            self._temporary.unlink(missing_ok=True)

    def close(self) -> None:
        """Finish the file."""
        if not self._stream.closed:
            self._stream.close()
            self._temporary.replace(self._final)


def opened_to_write(
    path: Path, mode: str, encoding: str | None = None, errors: str | None = None
) -> Opened:
    """A file that is open for writing under a temporary name beside `path`."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}tmp")
    return Opened(temporary.open(mode, encoding=encoding, errors=errors), temporary, path)
