"""Urd on disk: `urd/<user>/<list>.urd`, one line of JSON per action, each with its checksum.

    {"check":"<16 hex digits>","record":{"seq":17,"list":"ann/import","action":"add",...}}

Files are only ever appended to, under one lock for the whole folder, which also gives each action
its place among all others (`seq`): no clock decides their order. A line that a crash cut short was
never acknowledged: reading leaves it out, the next append to that file removes it.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from axtui.build.urdlines import Record, from_line, last_line, lines_of, to_line
from axtui.data.disk import explained
from axtui.data.jobdir import quote_name
from axtui.errors import UrdPermissionError

SUFFIX = ".urd"
_LOCK = ".lock"


@dataclass(eq=False, repr=False)
class _Seen:
    """How far a file has been read: its first `whole` bytes, which are `lines` whole lines."""

    inode: int
    mtime_ns: int = 0
    whole: int = 0
    lines: int = 0


class UrdFiles:
    """The files of an urd folder, read on from where they were read before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[Path, _Seen] = {}
        self._bad: list[str] = []
        self._torn: dict[Path, str] = {}
        self._closed: list[str] = []

    @property
    def problems(self) -> list[str]:
        """What could not be read, in words: file, line, what was done about it."""
        return [*self._bad, *self._torn.values(), *self._closed]

    @contextmanager
    def locked(self, write: bool) -> Iterator[None]:
        """Hold the folder's lock: alone to write, with other readers to read.

        A reader who may not even open the lock reads without it.
        """
        fd = self._open_lock(write)
        if fd is None:
            yield
            return
        try:
            fcntl.flock(fd, fcntl.LOCK_EX if write else fcntl.LOCK_SH)
            yield
        finally:
            os.close(fd)

    def _open_lock(self, write: bool) -> int | None:
        path = self.folder / _LOCK
        if not write:
            try:
                return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                return None
        with explained("write to the urd in", self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            except PermissionError:
                return os.open(path, os.O_RDONLY | os.O_CLOEXEC)  # another's: enough for flock
            _share(fd, self.folder, 0o666)
            return fd

    # -- reading

    def read(self) -> tuple[list[Record], bool]:
        """(actions not read before, in no order; whether everything was read again).

        All is read again where a file was replaced, cut or edited. Call it with the lock held.
        """
        with explained("read the urd in", self.folder):
            files = self._find()
            again = any(self._was_changed(path, files.get(path)) for path in self._seen)
            if again:
                self.forget()
            records: list[Record] = []
            for path, now in sorted(files.items()):
                records.extend(self._read_on(path, now))
        return records, again

    def forget(self) -> None:
        """Read everything again next time."""
        self._seen.clear()
        self._torn.clear()
        self._bad.clear()

    def _find(self) -> dict[Path, os.stat_result]:
        found: dict[Path, os.stat_result] = {}
        self._closed.clear()
        with suppress(FileNotFoundError), os.scandir(self.folder) as users:
            for user in users:
                if user.is_dir():
                    try:
                        with os.scandir(user) as entries:
                            for entry in entries:
                                if entry.name.endswith(SUFFIX) and entry.is_file():
                                    found[Path(entry.path)] = entry.stat()
                    except PermissionError:
                        self._closed.append(_closed(user.path))
        return found

    def _was_changed(self, path: Path, now: os.stat_result | None) -> bool:
        """Whether a file differs from what was read in another way than having grown."""
        seen = self._seen[path]
        if now is None or now.st_ino != seen.inode or now.st_size < seen.whole:
            return True
        return now.st_size == seen.whole and now.st_mtime_ns != seen.mtime_ns

    def _read_on(self, path: Path, now: os.stat_result) -> Iterator[Record]:
        seen = self._seen.setdefault(path, _Seen(now.st_ino))
        if now.st_size == seen.whole:
            return
        try:
            with path.open("rb") as stream:
                stream.seek(seen.whole)
                data = stream.read()
        except PermissionError:
            self._closed.append(_closed(str(path)))
            return
        self._torn.pop(path, None)
        for line in lines_of(data):
            record = from_line(line)
            if record is None and not line.endswith(b"\n"):
                self._torn[path] = (
                    f"{path}: the last line was cut short after {len(line)} bytes and is left out"
                )
                break
            seen.whole += len(line)
            seen.lines += line.endswith(b"\n")
            if record is not None:
                yield record
            elif line != b"\n":  # the end of a line that was read without it
                self._bad.append(f"{path}, line {seen.lines}: damaged, left out")
        seen.mtime_ns = now.st_mtime_ns

    def last_actions(self) -> list[Record] | None:
        """The last action of each file, of which nothing else is read; None where all has to be read,
        for a file ends in what is damaged or may not be read, and where some was read before. Call it
        with the lock held."""
        if self._seen:
            return None
        found = []
        with explained("read the urd in", self.folder), suppress(PermissionError):
            for path, now in self._find().items():
                if now.st_size:
                    line = last_line(path, now.st_size)
                    record = from_line(line) if line.endswith(b"\n") else None
                    if record is None:
                        return None
                    found.append(record)
            return None if self._closed else found
        return None

    # -- writing

    def append(self, user: str, name: str, record: Record, unread: bool = False) -> None:
        """Add one action to a list's file, durably. Call it with the lock held, after `read`, or
        `unread` after `last_actions`.

        Raises StorageError, leaving the file as it was, where it cannot be written;
        UrdPermissionError where that is for the lists being another account's.
        """
        folder = self.folder / quote_name(user)
        path = folder / f"{quote_name(name)}{SUFFIX}"
        with explained("write to the urd file", path):
            try:
                is_new, fd = self._open_list(folder, path)
            except PermissionError:
                _refuse_foreign(user, folder)
                raise
            try:
                now = os.fstat(fd)
                if unread:
                    seen = _Seen(now.st_ino, whole=now.st_size)
                else:
                    seen = self._seen.setdefault(path, _Seen(now.st_ino))
                    self._repair(fd, path, seen)
                _append_whole(fd, to_line(record), seen.whole)
                now = os.fstat(fd)
            finally:
                os.close(fd)
            seen.whole = now.st_size
            seen.mtime_ns = now.st_mtime_ns
            seen.lines += 1
            if is_new:
                _sync_folders(folder, self.folder)

    def _open_list(self, folder: Path, path: Path) -> tuple[bool, int]:
        """(whether the file was made now, the file to append to). Whoever reads the urd's folder can
        read what is made in it, whatever the umask; only its maker writes it."""
        try:
            folder.mkdir()
        except FileExistsError:
            pass
        else:
            fd = os.open(folder, os.O_RDONLY)
            _share(fd, self.folder, 0o555)
            os.close(fd)
        is_new = not path.exists()
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
        if is_new:
            _share(fd, self.folder, 0o444)
        return is_new, fd

    def _repair(self, fd: int, path: Path, seen: _Seen) -> None:
        """Remove a line that was cut short; end one that only lacks its end."""
        torn = self._torn.pop(path, None)
        if torn is not None:
            os.ftruncate(fd, seen.whole)
            self._bad.append(f"{torn}; it has been removed")
        if seen.whole and os.pread(fd, 1, seen.whole - 1) != b"\n":
            os.write(fd, b"\n")
            seen.whole += 1
            seen.lines += 1


def _share(fd: int, folder: Path, bits: int) -> None:
    """Give an open file those of the `bits` that `folder` has; it keeps what it has more."""
    mode = stat.S_IMODE(os.fstat(fd).st_mode)
    wanted = mode | (folder.stat().st_mode & bits)
    if wanted != mode:
        with suppress(PermissionError):  # it is another account's, who has seen to it
            os.fchmod(fd, wanted)


def _closed(path: str) -> str:
    return (
        f"{path}: cannot be read, for its owner alone may; left out. They mend it with chmod go+rX"
    )


def _refuse_foreign(user: str, folder: Path) -> None:
    """Raises UrdPermissionError where the lists of a user belong to another account than ours."""
    with suppress(OSError):
        owner = folder.stat().st_uid
        if owner != os.geteuid():
            raise UrdPermissionError(
                f"the urd lists of {user} in {folder.parent} belong to another account (uid {owner}); "
                f"you are uid {os.geteuid()}: build as {user}, or set `user` in the configuration"
            )


def _append_whole(fd: int, line: bytes, size: int) -> None:
    try:
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(fd, rest) :]
        os.fsync(fd)
    except OSError:
        with suppress(OSError):  # what remains is a torn line, which readers leave out
            os.ftruncate(fd, size)
        raise


def _sync_folders(*folders: Path) -> None:
    for folder in folders:
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
