"""The few things axtui asks of a file system, behind one object, so that tests can make them fail.

A real disk may lie about order: what was written is safe only after fsync of the file and, for names,
of its directory. `Disk` is the only place that knows this.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from axtui.errors import StorageError

_MEND = {
    errno.ENOSPC: "the disk is full: free some space and run again",
    errno.EDQUOT: "your disk quota is used up: free some space and run again",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied: check who owns it and its mode",
    errno.EPERM: "operation not permitted: check who owns it and its mode",
    errno.EMFILE: "too many open files: raise `ulimit -n`",
    errno.EIO: "the disk reports an I/O error",
}

_SMALL = 1 << 16


def mend(error: OSError) -> str | None:
    """What to do about an error of the machine that is not the caller's fault, if it is one."""
    return _MEND.get(error.errno or 0)


def explain(error: OSError, doing: str, path: Path | str) -> StorageError:
    """The error a user can act on, for an OSError met while `doing` something to `path`."""
    why = _MEND.get(error.errno or 0, error.strerror or str(error))
    return StorageError(f"cannot {doing} {path}: {why}")


def read_small(path: str, start: int = 0) -> bytes:
    """The bytes of a small file, from `start` on, with as few system calls as it takes: look-ups read
    several. Raises OSError as `open` does."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if start:
            os.lseek(fd, start, os.SEEK_SET)
        parts = []
        while part := os.read(fd, _SMALL):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(fd)


def remove_tree(path: Path | str) -> None:
    """Remove a folder and all below it, following no link. Raises OSError as `shutil.rmtree` does (also
    where the folder itself is a link), whose import takes longer than the few files that every run
    removes."""
    if os.path.islink(path):  # noqa: PTH114
        raise NotADirectoryError(errno.ENOTDIR, "a link is no folder to remove", os.fspath(path))
    for folder, folders, files in os.walk(path, topdown=False, onerror=_raise):
        for name in files:
            os.unlink(f"{folder}/{name}")  # noqa: PTH108 - as text: names may be no Unicode
        for name in folders:
            inner = f"{folder}/{name}"
            if os.path.islink(inner):  # noqa: PTH114
                os.unlink(inner)  # noqa: PTH108
            else:
                os.rmdir(inner)  # noqa: PTH106
    os.rmdir(path)  # noqa: PTH106


def _raise(error: OSError) -> None:
    raise error


_AT_ONCE = 4
"""How many files are synced at the same time."""


@contextmanager
def explained(doing: str, path: Path | str) -> Iterator[None]:
    """Turn an OSError inside the block into a StorageError that says what to do."""
    try:
        yield
    except OSError as error:
        raise explain(error, doing, path) from error


class Disk:
    """The real file system. `durable=False` leaves fsync out (scratch places, `durable = false`)."""

    def __init__(self, durable: bool = True) -> None:
        self.durable = durable

    def mkdir(self, path: Path) -> None:
        """Create a directory that must not exist yet (FileExistsError tells that it does)."""
        path.mkdir()

    def write(self, path: Path, data: bytes) -> None:
        """Write a whole file; not durable until `sync`."""
        path.write_bytes(data)

    def replace(self, source: Path, target: Path) -> None:
        """Atomic rename over whatever `target` was."""
        source.replace(target)

    def sync(self, path: Path) -> None:
        """fsync a file or a directory."""
        if not self.durable:
            return
        fd = os.open(path, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def sync_all(self, paths: Sequence[Path]) -> None:
        """fsync several files and directories, in no order, all of them before this returns.

        At the same time, as a file system then writes its log once for several of them: seven of a
        small job take a third of the time, for a millisecond of a processor more.
        """
        if not self.durable or len(paths) < 2:
            for path in paths:
                self.sync(path)
            return
        left, failed = list(reversed(paths)), list[BaseException]()

        def work() -> None:
            while not failed:
                try:
                    path = left.pop()
                except IndexError:
                    return
                try:
                    self.sync(path)
                except BaseException as error:
                    failed.append(error)

        # no pool: importing one takes longer than all the rest of a small job's syncs
        threads = [
            threading.Thread(target=work, name="axtui-sync")
            for _ in range(min(_AT_ONCE, len(paths)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]

    def chmod(self, path: Path, mode: int) -> None:
        """Set the permission bits."""
        path.chmod(mode)

    def remove_tree(self, path: Path) -> None:
        """Remove a folder and all below it; nothing happens where it does not exist."""
        if path.exists():
            remove_tree(path)

    def write_atomic(self, path: Path, data: bytes, first: Sequence[Path] = ()) -> None:
        """Write a file so that `path` holds, after any crash, the old bytes or all the new ones.

        Where it does hold the new ones, what is to be on the disk `first` is there, too.
        """
        with self._beside(path, data) as temporary:
            self.sync_all([temporary, *first])
            self.replace(temporary, path)
        self.sync(path.parent)

    def write_whole(self, path: Path, data: bytes) -> None:
        """Write a file so that nobody sees a part of it; to be synced later, before it is relied on."""
        with self._beside(path, data) as temporary:
            self.replace(temporary, path)

    @contextmanager
    def _beside(self, path: Path, data: bytes) -> Iterator[Path]:
        """A file of these bytes that is to take the place of `path`; where it cannot, it is removed."""
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            self.write(temporary, data)
            yield temporary
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
