"""Which pages of memory stages write to before they call the user's function, so that others have them ahead.

A forked process shares the memory of the fork server page by page, until it writes: each first write to
a page costs some microseconds, a stage has a thousand of them, and they are nearly the same in all
stages. The first stage notes which they were; a process that waits for its work (`spares`) brings
them in meanwhile. What the memory holds does not change by that.
"""

from __future__ import annotations

import array
import contextlib
import mmap
import os
import struct
import sys
from collections.abc import Iterator

from axtui.engine import advice

_POPULATE_WRITE = 23  # MADV_POPULATE_WRITE, since Linux 5.14; an older one refuses
_PRESENT, _OF_FILE, _OWN = 1 << 63, 1 << 61, 1 << 56  # in an entry of /proc/self/pagemap
_ENTRY = 8
_PIECE = 1 << 26
"""Bytes of memory that are looked at together: libraries reserve gigabytes that they do not use."""
_RUN = 2 * _ENTRY
_MOST = 40_000 * _RUN
"""Bytes that a note may have: what does not fit is left out."""
_ENOUGH = 1 << 25
"""Bytes of memory that are copied at most: what a module made when it was imported is no other's."""


class Pages:
    """The note of one state of the fork server, which its stages share. Where Linux does not tell, it
    stays empty and nothing is brought in.

    It lies in memory, which forks share and no file is needed for: not all Pythons for Linux have
    `os.memfd_create`. In front of it stands its length.
    """

    def __init__(self) -> None:
        self._held: mmap.mmap | None = None
        if sys.platform == "linux":
            self._held = mmap.mmap(-1, _ENTRY + _MOST)
            advice.ready()

    def close(self) -> None:
        """Give the note up."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def note(self) -> None:
        """In a stage: note what it has written to, if none did before."""
        if self._held is None or self._noted():
            return
        with contextlib.suppress(OSError):
            # two stages at the same time may leave a mixture: what is needless costs little time
            told = array.array("Q", _wanted(_written())).tobytes()[:_MOST]
            self._held[_ENTRY : _ENTRY + len(told)] = told
            struct.pack_into("=Q", self._held, 0, len(told))  # last: nobody reads half a note

    def bring_in(self) -> None:
        """In a process forked from the same state: touch the pages, without a change to them."""
        if self._held is not None:
            advice.advise(array.array("Q", self._noted()), _POPULATE_WRITE)

    def _noted(self) -> bytes:
        assert self._held is not None
        (length,) = struct.unpack_from("=Q", self._held)
        return self._held[_ENTRY : _ENTRY + length]


def _wanted(runs: Iterator[tuple[int, int]]) -> Iterator[int]:
    """Start and size of those runs that are not too much together."""
    left = _ENOUGH
    for start, size in runs:
        if size <= left:
            left -= size
            yield start
            yield size


def _written() -> Iterator[tuple[int, int]]:
    """Start and size of each run of pages that this process wrote to since it was forked."""
    with open("/proc/self/maps") as maps:  # noqa: PTH123 - each stage of a first job does this
        lines = maps.readlines()
    fd = os.open("/proc/self/pagemap", os.O_RDONLY | os.O_CLOEXEC)
    try:
        for line in lines:
            place, mode, _, _, _, *name = line.split(maxsplit=5)
            if mode != "rw-p" or (name and name[0].startswith("[v")):
                continue
            start, end = (int(number, 16) for number in place.split("-"))
            for at in range(start, end, _PIECE):
                size = (min(end, at + _PIECE) - at) // mmap.PAGESIZE * _ENTRY
                entries = os.pread(fd, size, at // mmap.PAGESIZE * _ENTRY)
                for first, last in _runs(entries):
                    yield at + first * mmap.PAGESIZE, (last - first) * mmap.PAGESIZE
    finally:
        os.close(fd)


def _runs(entries: bytes) -> list[tuple[int, int]]:
    """Where runs of pages that became this process's own begin and end."""
    import numpy

    bits = numpy.frombuffer(entries, "<u8")
    hit = bits & (_PRESENT | _OF_FILE | _OWN) == _PRESENT | _OWN
    if not hit.any():  # as of most
        return []
    edges = (numpy.flatnonzero(hit[1:] != hit[:-1]) + 1).tolist()
    edges = [*([0] if hit[0] else []), *edges, *([len(hit)] if hit[-1] else [])]
    return list(zip(edges[::2], edges[1::2], strict=True))
