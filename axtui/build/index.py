"""The re-use index of a workdir: which jobs were built for a key, and for a method, newest last.

One small text file per key, so that a look-up costs one `open` whatever the number of jobs. It is
no truth: what it names is checked against the job, and it can be rebuilt from the job directories.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from axtui.data import jobdir
from axtui.data.disk import read_small
from axtui.errors import DamagedJobError

FOLDER = ".reuse"
_COMPLETE = "complete-1"

IndexedJob = tuple[str, str, str]
"""Id, key and method of a job that can be re-used."""


class ReuseIndex:
    """The indexes of all workdirs of a workspace."""

    def __init__(self, workdirs: Mapping[str, Path], target: str) -> None:
        self._workdirs = workdirs
        self._order = [target, *(name for name in workdirs if name != target)]
        self._ready: set[str] = set()

    def candidates(self, key: str) -> list[str]:
        """Job ids that were built for `key`: newest first, those of the target workdir before others."""
        return [jobid for name in self._order for jobid in self._lines(name, _key_file(key))[::-1]]

    def of_method(self, method: str) -> list[str]:
        """Job ids of all finished jobs of a method, newest first within each workdir."""
        return [
            jobid for name in self._order for jobid in self._lines(name, _method_file(method))[::-1]
        ]

    def add(self, jobid: str, key: str, method: str) -> None:
        """A job was committed."""
        workdir, _ = jobdir.split_jobid(jobid)
        self._ensure(workdir)
        self._append(workdir, jobid, key, method)

    def rebuild(self, workdir: str, jobs: Iterable[IndexedJob] | None = None) -> int:
        """Make the index of one workdir anew from its job directories; how many jobs it holds.

        `jobs` are those that were found there a moment ago, oldest first, if they are known.
        """
        folder = self._workdirs[workdir]
        marker = folder / FOLDER / _COMPLETE
        marker.unlink(missing_ok=True)
        wanted: dict[str, list[str]] = {}
        count = 0
        for jobid, key, method in _jobs_in(folder, workdir) if jobs is None else jobs:
            wanted.setdefault(_key_file(key), []).append(jobid)
            wanted.setdefault(_method_file(method), []).append(jobid)
            count += 1
        self._drop_others(workdir, wanted)
        for part in {name.partition("/")[0] for name in wanted}:
            (folder / FOLDER / part).mkdir(parents=True, exist_ok=True)
        for name, jobids in wanted.items():
            self._set(workdir, name, jobids)
        marker.parent.mkdir(exist_ok=True)
        marker.touch()
        self._ready.add(workdir)
        return count

    def _drop_others(self, workdir: str, wanted: Container[str]) -> None:
        """Remove files that nobody wants: of jobs that are gone, and what killed processes left."""
        top = self._workdirs[workdir] / FOLDER
        for part in [entry.name for entry in _entries(top) if entry.is_dir()]:
            for entry in _entries(top / part):
                name = f"{part}/{entry.name}"
                if entry.name.startswith("."):
                    (top / name).unlink(missing_ok=True)
                elif name not in wanted:
                    self._set(workdir, name, [])

    def _set(self, workdir: str, name: str, jobids: list[str]) -> None:
        """Have a file name these jobs, and those that others have added meanwhile. Most files are right
        as they are: to look takes a tenth of writing."""
        path = f"{self._workdirs[workdir]}/{FOLDER}/{name}"
        text = "".join([f"{jobid}\n" for jobid in jobids]).encode()
        try:
            if read_small(path) == text:
                return
        except FileNotFoundError:
            pass
        with _held(Path(path)) as fd:
            held = read_small(path).decode("utf-8", "replace").split("\n")
            added = self._others(workdir, name, set(held).difference(jobids))
            _replace(Path(path), fd, text + "".join([f"{jobid}\n" for jobid in added]).encode())

    def _others(self, workdir: str, name: str, jobids: Iterable[str]) -> list[str]:
        """Those of `jobids` that are jobs of the workdir and belong into the file, by number."""
        found = []
        for jobid in jobids:
            number = jobid.removeprefix(workdir + "-")
            if number == jobid or not number.isdecimal():
                continue
            for key, method in indexed_as(f"{self._workdirs[workdir]}/{jobid}"):
                if name in (_key_file(key), _method_file(method)):
                    found.append(jobid)
        return sorted(found, key=lambda jobid: jobdir.split_jobid(jobid)[1])

    def _ensure(self, workdir: str) -> None:
        if workdir in self._ready:
            return
        folder = self._workdirs[workdir]
        if folder.is_dir() and not (folder / FOLDER / _COMPLETE).exists():
            self.rebuild(workdir)
        self._ready.add(workdir)

    def _lines(self, workdir: str, name: str) -> list[str]:
        self._ensure(workdir)
        try:
            text = read_small(f"{self._workdirs[workdir]}/{FOLDER}/{name}").decode(
                "utf-8", "replace"
            )
        except OSError:
            return []
        # a torn line is no job id of this workdir, and the job behind a whole one is checked anyway
        return [line for line in text.split("\n") if line.startswith(workdir + "-")]

    def _append(self, workdir: str, jobid: str, key: str, method: str) -> None:
        for name in (_key_file(key), _method_file(method)):
            path = self._workdirs[workdir] / FOLDER / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with _held(path) as fd:
                os.write(fd, f"{jobid}\n".encode())

    def remove(self, jobid: str, key: str, method: str) -> None:
        """A job is gone. Entries that others add meanwhile are not lost."""
        workdir, _ = jobdir.split_jobid(jobid)
        for name in (_key_file(key), _method_file(method)):
            path = self._workdirs[workdir] / FOLDER / name
            if not path.exists():
                continue
            with _held(path) as fd:
                left = [line for line in path.read_text().split("\n") if line not in (jobid, "")]
                _replace(path, fd, "".join([f"{line}\n" for line in left]).encode())

    def entries(self, workdir: str) -> set[str]:
        """All job ids that the index of a workdir names."""
        found: set[str] = set()
        for path in (self._workdirs[workdir] / FOLDER / "methods").glob("[!.]*"):
            found.update(self._lines(workdir, f"methods/{path.name}"))
        return found


@contextlib.contextmanager
def _held(path: Path) -> Iterator[int]:
    """A file of the index, open for appending, that nobody else changes or replaces meanwhile."""
    while True:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            if path.exists() and path.stat().st_ino == os.fstat(fd).st_ino:
                yield fd
                return
        finally:
            os.close(fd)


def _replace(path: Path, fd: int, data: bytes) -> None:
    """Have a file that is held as `fd` hold `data`; without any, it goes."""
    if not data:
        path.unlink()
    elif os.fstat(fd).st_size == 0:
        os.write(fd, data)
    else:
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_bytes(data)
        temporary.replace(path)


def _key_file(key: str) -> str:
    plain = key.partition(":")[2]
    return f"{plain[:2]}/{plain}"


def _method_file(method: str) -> str:
    return f"methods/{method}"


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except FileNotFoundError:
        return []


def _jobs_in(folder: Path, workdir: str) -> Iterator[IndexedJob]:
    for number in sorted(jobdir.job_numbers(folder, workdir)):
        jobid = f"{workdir}-{number}"
        for key, method in indexed_as(f"{folder}/{jobid}"):
            yield jobid, key, method


def indexed_as(path: str) -> Iterator[tuple[str, str]]:
    """Key and method of a job that can be re-used, if it is one."""
    if not jobdir.is_complete(path):
        return
    try:
        setup = jobdir.load_setup(path)
    except DamagedJobError:
        return
    if not setup.get("is_build") and is_indexed(setup.get("key"), setup.get("method")):
        yield setup["key"], setup["method"]


def is_indexed(key: Any, method: Any) -> bool:
    """Whether these can be the key and the method of a job; records that were damaged say anything."""
    named = isinstance(method, str) and method not in ("", ".", "..") and "/" not in method
    return named and isinstance(key, str) and key.partition(":")[2].isalnum()
