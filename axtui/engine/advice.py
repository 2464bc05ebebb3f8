"""Advice to Linux on how memory of this process is to be held."""

from __future__ import annotations

import array
import ctypes
import functools
from collections.abc import Callable
from itertools import accumulate

_MANY = 1024
"""Pieces of memory that one system call takes."""
_FOR_MANY = 440  # process_madvise on x86-64 and ARM; another processor may refuse the number
_THIS_PROCESS = -10000  # PIDFD_SELF_THREAD; Linux before 6.14 knows no such process, and refuses


@functools.cache
def madvise() -> Callable[[int, int, int], int]:
    """The system call, for memory by its address: start, size, advice; 0 where it was taken."""
    found = ctypes.CDLL(None, use_errno=True).madvise
    found.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return found


@functools.cache
def _madvise_many() -> Callable[[int, int, int, int, int, int], int]:
    """The one for many pieces: how many bytes, from the first piece on, took the advice; -1 for none."""
    found = ctypes.CDLL(None, use_errno=True).syscall
    found.argtypes = (
        ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_uint,
    )  # fmt: skip
    found.restype = ctypes.c_long
    return found


def ready() -> None:
    """Look the calls up, once for all processes that are forked from this one."""
    madvise()
    _madvise_many()


def advise(runs: array.array[int], advice: int) -> None:
    """Give an advice for pieces of memory: start and size of each, one after another. What cannot take
    it is left as it is."""
    for first in range(0, len(runs), 2 * _MANY):
        some = runs[first : first + 2 * _MANY]
        address, numbers = some.buffer_info()
        done = _madvise_many()(_FOR_MANY, _THIS_PROCESS, address, numbers // 2, advice, 0)
        ends = list(accumulate(some[1::2]))
        if done < ends[-1]:  # an older Linux, or a piece that could not
            for start, size, end in zip(some[::2], some[1::2], ends, strict=True):
                if end > done:
                    madvise()(start, size, advice)
