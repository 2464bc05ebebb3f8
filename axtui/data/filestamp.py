"""What tells whether a file or folder is as it was, without reading it."""

from __future__ import annotations

import os

Stamp = tuple[int, int, int, int, int]
"""Device, inode, size, modification and change time in nanoseconds. The change time is there because
tools set the modification time back (`rsync -t`)."""


def stamp(found: os.stat_result) -> Stamp:
    """What `os.stat` found, as far as it tells that."""
    return (
        found.st_dev,
        found.st_ino,
        found.st_size,
        found.st_mtime_ns,
        found.st_ctime_ns,
    )
