"""Memory of the fork server in huge pages, where Linux can do so.

Each stage is a copy of the fork server, whose page tables are copied and given back: of the ten
milliseconds that this takes, a third less where 2 MB are one page. What a stage then writes to is
copied in small pages, as ever.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from axtui.engine.advice import madvise

_SIZE = 1 << 21
_COLLAPSE = 25  # MADV_COLLAPSE, since Linux 6.1; an older one refuses, and all stays as it is


def gather() -> None:
    """Bring the private memory of this process into huge pages; where that cannot be, nothing happens."""
    if sys.platform != "linux":
        return
    advise = madvise()
    with contextlib.suppress(OSError):
        for start, end in _private(Path("/proc/self/maps").read_text()):
            for page in range(start, end, _SIZE):
                advise(page, _SIZE, _COLLAPSE)


def _private(maps: str) -> Iterator[tuple[int, int]]:
    """Where whole huge pages fit into memory that is no file's and of this process alone."""
    for line in maps.splitlines():
        place, mode, _, _, inode, *name = line.split(maxsplit=5)
        if mode == "rw-p" and inode == "0" and name in ([], ["[heap]"]):
            start, end = (int(number, 16) for number in place.split("-"))
            yield -(-start // _SIZE) * _SIZE, end // _SIZE * _SIZE
