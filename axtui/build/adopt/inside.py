"""Files below a folder that somebody else wrote: opened without ever leaving it.

No symbolic link is followed, on no step of the way, and nothing is opened that is no ordinary file (a
pipe would never end).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from axtui.errors import DamagedJobError

_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Found(NamedTuple):
    """A file or link below a folder: its relative name, and what it is: 'file', 'link' or 'other'."""

    name: str
    kind: str


def open_file(root: Path, name: str) -> BinaryIO:
    """An ordinary file below `root`, to be read. FileNotFoundError where there is none; DamagedJobError
    where a link is on the way, the name leads out, or it is no ordinary file."""
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\0" in name:
        raise DamagedJobError(f"{name!r} is no name of a file in {root}")
    folder = os.open(root, _FOLDER)
    try:
        for part in parts[:-1]:
            below = _open(part, _FOLDER, folder, name)
            os.close(folder)
            folder = below
        fd = _open(parts[-1], _FILE, folder, name)
    finally:
        os.close(folder)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise DamagedJobError(f"{name} is no ordinary file")
    return os.fdopen(fd, "rb")


def _open(part: str, flags: int, folder: int, name: str) -> int:
    try:
        return os.open(part, flags, dir_fd=folder)
    except FileNotFoundError:
        raise
    except OSError as error:
        if _is_link(part, folder):
            raise DamagedJobError(
                f"{name} is, or lies behind, a link; it is not followed"
            ) from None
        raise DamagedJobError(f"{name} cannot be read: {error.strerror}") from None


def _is_link(part: str, folder: int) -> bool:
    try:
        return stat.S_ISLNK(os.stat(part, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return False


def read_file(root: Path, name: str, most: int = 1 << 30) -> bytes:
    """The bytes of a file below `root`. Raises as `open_file` does, and for more than `most` bytes."""
    with open_file(root, name) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise DamagedJobError(f"{name} has more than {most:,} bytes")
    return data


def walk(root: Path) -> Iterator[Found]:
    """Everything below a folder that is no folder, sorted by name; folders that are links are links."""
    found = []
    for folder, folders, names in os.walk(root):
        for name in (*names, *folders):
            path = Path(folder) / name
            mode = path.lstat().st_mode
            if not stat.S_ISDIR(mode):
                kind = "link" if stat.S_ISLNK(mode) else "file" if stat.S_ISREG(mode) else "other"
                found.append(Found(path.relative_to(root).as_posix(), kind))
    return iter(sorted(found))
