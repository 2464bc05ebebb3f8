"""Frozen sources: the first process of a job to import a file keeps its bytes for all others.

A job's `source/` folder holds each file under its key (see `places`), `@` in front of the path for
files outside the workspace. `@index` has one JSON line per module found, {"module", "path": key};
the first line of a module counts. So every slice of a job runs the same bytes found at the same
place, whatever happens to the files meanwhile.
"""

from __future__ import annotations

import ast
import contextlib
import errno
import functools
import importlib.util
import itertools
import json
import linecache
import os
from collections.abc import Callable, Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

from axtui.data import digest
from axtui.data.disk import read_small
from axtui.engine import syntax
from axtui.engine.places import Places
from axtui.errors import StorageError

INDEX = "@index"
_TEMPORARY = ".frozen-"


SQL = ".sql"
ENDINGS = (".py", SQL)
"""What source files end in: modules, and methods in SQL."""


def code_digest(data: bytes, path: str = "") -> str:
    """Digest of what Python (or, for a path that ends so, SQL) makes of a source file: comments and
    layout do not count.

    Docstrings and constants do. A file that does not parse has the digest of its bytes.
    """
    return _sql_digest(data) if path.endswith(SQL) else _python_digest(data)


@functools.lru_cache(maxsize=256)
def _sql_digest(data: bytes) -> str:
    from axtui.engine.sqlmethod import header, text

    try:
        sql = text.decoded(data)
        return text.code_digest(sql, header.parse(sql).said)
    except ValueError:
        return digest.of_bytes(data)


@functools.lru_cache(maxsize=1024)  # the same files count in job after job
def _python_digest(data: bytes) -> str:
    try:
        tree = ast.dump(syntax.parse(data), include_attributes=False)
        return digest.of_list(["ast", tree])
    except (SyntaxError, ValueError, RecursionError, MemoryError, UnicodeError):
        return digest.of_bytes(data)


def frozen_name(key: str) -> str:
    """Where below `source/` the file of a key stands."""
    return "@" + key if key.startswith(os.sep) else key


class FrozenSource:
    """The `source/` folder of one job; without a folder, the bytes seen by this process."""

    def __init__(self, folder: Path | None, places: Places) -> None:
        self._folder = folder
        self._places = places
        self._bytes: dict[str, bytes] = {}
        self._index: dict[str, str] = {}
        self._read = 0
        self._serial = itertools.count()

    def freeze(self, path: str) -> bytes:
        """The bytes of a file for this job: those of whoever asked first.

        Raises OSError if it cannot be read and StorageError if it cannot be kept.
        """
        key = self._places.key(path)
        data = self._bytes.get(key)
        if data is None:
            data = self.frozen(key)
            if data is None:
                data = self._keep(key, Path(path).read_bytes())
            self._bytes[key] = data
        return data

    def text(self, key: str) -> str | None:
        """The frozen text of a recorded file, or None if it was not kept or is no text."""
        data = self.frozen(key)
        if data is None:
            return None
        try:
            return data.decode()
        except UnicodeDecodeError:
            return data.decode("latin-1")

    def place_of(self, module: str) -> str | None:
        """The path where a process of this job found a module first."""
        self._catch_up()
        key = self._index.get(module)
        return None if key is None else self._places.path(key)

    def claim(self, module: str, path: str) -> str:
        """Say that a module was found at `path`; returns where the job's first finder found it."""
        key = self._places.key(path)
        if self._folder is None:
            return self._places.path(self._index.setdefault(module, key))
        line = json.dumps({"module": module, "path": key}) + "\n"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._folder / INDEX, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(handle, line.encode())
            finally:
                os.close(handle)
        except OSError as error:
            raise StorageError(
                f"cannot note where {module} was found in {self._folder}: {error}"
            ) from error
        return self.place_of(module) or path

    def modules(self) -> dict[str, str]:
        """All modules noted so far, with their keys."""
        self._catch_up()
        return dict(self._index)

    def sweep(self) -> None:
        """Remove what a killed process left half written. For when no process of the job runs."""
        if self._folder is not None and self._folder.is_dir():
            for left in self._folder.glob(_TEMPORARY + "*"):
                left.unlink(missing_ok=True)

    def frozen(self, key: str) -> bytes | None:
        """The bytes frozen under a key by any process of the job, or None."""
        if self._folder is None:
            return None
        try:
            return read_small(f"{self._folder}/{frozen_name(key)}")
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _keep(self, key: str, data: bytes) -> bytes:
        """Publish bytes under a key; whoever links first wins, and all use what it linked."""
        if self._folder is None:
            return data
        target = self._folder / frozen_name(key)
        temporary = self._folder / f"{_TEMPORARY}{os.getpid()}-{next(self._serial)}"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(data)
            temporary.chmod(0o444)
            try:
                os.link(temporary, target)
            except FileExistsError:
                return target.read_bytes()
            finally:
                temporary.unlink()
        except OSError as error:
            hint = " (its file system has no hard links)" if error.errno == errno.EPERM else ""
            raise StorageError(
                f"cannot freeze the source {key} in {self._folder}{hint}: {error}"
            ) from error
        return data

    def _catch_up(self) -> None:
        """Read the complete lines that were added to the index since the last time."""
        if self._folder is None:
            return
        try:
            fresh = read_small(f"{self._folder}/{INDEX}", self._read)
        except FileNotFoundError:
            return
        complete = fresh[: fresh.rfind(b"\n") + 1]
        self._read += len(complete)
        for line in complete.splitlines():
            self._index.setdefault(*_noted(line))


@functools.lru_cache(maxsize=1024)  # the same modules are noted in job after job
def _noted(line: bytes) -> tuple[str, str]:
    """The module and the key of its file that a line of the index notes."""
    entry: dict[str, Any] = json.loads(line)
    return entry["module"], entry["path"]


class FrozenLoader(SourceFileLoader):
    """Loads a module from frozen bytes, never from a `.pyc`; everything shows the real file's name.

    `on_data` is told of other files that code reads through the loader (`pkgutil.get_data`).
    """

    def __init__(self, name: str, path: str, data: bytes, on_data: Callable[[str], None]) -> None:
        super().__init__(name, path)
        self.data = data
        self._on_data = on_data

    def get_data(self, path: str) -> bytes:
        """The frozen bytes for the module's own file, the present ones for any other."""
        if path == self.path:
            return self.data
        data = super().get_data(path)
        self._on_data(path)
        return data

    def get_code(self, fullname: str) -> CodeType | None:
        """Compiled from the frozen bytes. Tracebacks show the lines that ran, not later ones."""
        code = compiled(self.data, self.path)
        # no modification time: linecache keeps such an entry and does not look at the file again
        linecache.cache[self.path] = (len(self.data), None, _lines(self.data), self.path)
        return code


@functools.lru_cache(maxsize=256)  # a process that runs script after script meets the same modules
def compiled(data: bytes, path: str) -> CodeType:
    """The code of a source file; the fork server has it compiled before stages need it."""
    return compile(data, path, "exec", dont_inherit=True)


@functools.lru_cache(maxsize=256)
def _lines(data: bytes) -> list[str]:
    return importlib.util.decode_source(data).splitlines(keepends=True)


def compile_ahead(folder: Path, places: Places) -> dict[str, tuple[str, bytes]]:
    """Compile what was frozen in a job's `source/` so far, for processes that are forked from this one;
    path and bytes of each module.

    What does not compile is left for them to find out.
    """
    source = FrozenSource(folder, places)
    sources = {}
    for name, key in source.modules().items():
        with contextlib.suppress(Exception):
            data = source.frozen(key)
            if data is not None and key.endswith(".py"):
                path = places.path(key)
                sources[name] = path, data
                compiled(data, path)
                _lines(data)
    return sources


def is_frozen(namespace: Mapping[str, Any]) -> bool:
    """Whether globals belong to a module that was loaded from frozen source: to the user's code."""
    return isinstance(namespace.get("__loader__"), FrozenLoader)
