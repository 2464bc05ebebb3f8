"""The re-use index of a workdir: which jobs were built for a key, and for a method, newest last.

One small text file per key, so that a look-up costs one `open` whatever the number of jobs. It is
no truth: what it names is checked against the job, and it can be rebuilt from the job directories.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from axtui.data import jobdir
from axtui.data.disk import read_small
from axtui.errors import DamagedJobError

FOLDER = ".reuse"
_COMPLETE = "complete-1"


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

    def rebuild(self, workdir: str) -> int:
        """Make the index of one workdir anew from its job directories; how many jobs it holds."""
        folder = self._workdirs[workdir]
        marker = folder / FOLDER / _COMPLETE
        marker.unlink(missing_ok=True)
        for old in (folder / FOLDER).glob("*/*"):
            old.unlink()
        count = 0
        for number in sorted(jobdir.job_numbers(folder, workdir)):
            jobid = f"{workdir}-{number}"
            for key, method in _key_of(folder / jobid):
                self._append(workdir, jobid, key, method)
                count += 1
        marker.parent.mkdir(exist_ok=True)
        marker.touch()
        self._ready.add(workdir)
        return count

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
            with _held(path):
                left = [line for line in path.read_text().split("\n") if line not in (jobid, "")]
                if left:
                    temporary = path.with_name(f".{path.name}.{os.getpid()}")
                    temporary.write_text("".join(f"{line}\n" for line in left))
                    temporary.replace(path)
                else:
                    path.unlink()

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


def _key_file(key: str) -> str:
    plain = key.partition(":")[2]
    return f"{plain[:2]}/{plain}"


def _method_file(method: str) -> str:
    return f"methods/{method}"


def _key_of(path: Path) -> Iterator[tuple[str, str]]:
    if jobdir.state(path) != "complete":
        return
    try:
        setup = jobdir.load_setup(path)
    except DamagedJobError:
        return
    if not setup.get("is_build") and setup.get("key"):
        yield setup["key"], setup["method"]
