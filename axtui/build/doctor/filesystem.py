"""What a folder's file system can do, found out by trying: locks, links, modes, names, its clock."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_PROC_MOUNTS = Path("/proc/self/mounts")
_OCTAL = re.compile(r"\\([0-7]{3})")
_MOUNT_LINE = re.compile(r"^.+? on (?P<place>.+) \((?P<kind>[^,)]+)")
_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|afpfs|9p|lustre|gpfs|ceph|glusterfs|afs|beegfs|fuse\.(sshfs|s3fs|rclone|gcsfuse)"
)


@dataclass(frozen=True)
class FileSystem:
    """What was found. `refused` says why nothing could be written; the rest is then only a guess.

    `free` in bytes; `skew` in seconds, by which its clock is ahead of this machine's.
    """

    kind: str
    free: int
    refused: str | None = None
    locks: bool = True
    links: bool = True
    modes: bool = True
    distinguishes_case: bool = True
    skew: float = 0.0

    @property
    def network(self) -> bool:
        """Whether other machines may have it, too."""
        return _NETWORK.fullmatch(self.kind) is not None


def inspect(folder: Path) -> FileSystem:
    """Try what the file system of an existing folder can do; nothing of it stays behind."""
    kind, free = kind_of(folder), shutil.disk_usage(folder).free
    try:
        with tempfile.TemporaryDirectory(prefix=".axtui-doctor-", dir=folder) as name:
            place = Path(name)
            before = time.time()
            probe = place / "probe"
            probe.write_bytes(b"x")
            after = time.time()
            changed = probe.stat().st_mtime
            skew = changed - after if changed > after else min(0.0, changed - before)
            return FileSystem(
                kind,
                free,
                locks=_locks(probe),
                links=_links(probe),
                modes=_modes(probe),
                distinguishes_case=not (place / "PROBE").exists(),
                skew=skew,
            )
    except OSError as error:
        return FileSystem(kind, free, refused=error.strerror or str(error))


def kind_of(folder: Path) -> str:
    """The name of the file system that a folder lies on, such as ext4 or nfs4; '?' if unknown."""
    best, kind = -1, "?"
    resolved = folder.resolve()
    for place, name in _mounts():
        if len(place.parts) >= best and (place == resolved or place in resolved.parents):
            best, kind = len(place.parts), name
    return kind


def _mounts() -> list[tuple[Path, str]]:
    with contextlib.suppress(OSError):
        lines = [line.split() for line in _PROC_MOUNTS.read_text(errors="replace").splitlines()]
        return [(Path(_OCTAL.sub(_char, words[1])), words[2]) for words in lines]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(["mount"], capture_output=True, text=True, timeout=5)
        found = (_MOUNT_LINE.match(line) for line in done.stdout.splitlines())
        return [(Path(line["place"]), line["kind"]) for line in found if line]
    return []


def _char(found: re.Match[str]) -> str:
    return chr(int(found[1], 8))


def _locks(probe: Path) -> bool:
    """Whether a lock that one holds keeps another out."""
    with probe.open("rb") as one, probe.open("rb") as other:
        try:
            fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        try:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False


def _links(probe: Path) -> bool:
    try:
        probe.with_name("link").symlink_to(probe)
    except OSError:
        return False
    return True


def _modes(probe: Path) -> bool:
    """Whether a file that is made read-only says so."""
    try:
        probe.chmod(0o444)
        return not os.stat(probe).st_mode & 0o200  # noqa: PTH116
    except OSError:
        return False
