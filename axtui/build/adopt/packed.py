"""Where values begin that follow one another with nothing but their own length to tell their end.

The Accelerator stores text as a length and the bytes, and a `number` by a first byte that tells its
form. Which byte begins a value is known only from the one before it; runs of values of one size are
found many at a time, the others one by one in as tight a loop as Python has.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from axtui.errors import DamagedJobError

Ints = np.ndarray[Any, np.dtype[np.int64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]

LONG = 255
_LONG_SIZE = struct.Struct("=I")
_PROBE = 16
_BURST = 8192
_MARGIN = 256
"""No short value is longer: as far from the end, no end need be looked for."""


def starts(data: bytes, count: int, sizes: Sequence[int]) -> tuple[Ints, int]:
    """The places where the first values begin, at most `count` that are whole, and where the next one
    would.

    `sizes` tells the size of a value by its first byte; 0 where that begins a length of four bytes,
    -1 where it begins nothing (DamagedJobError).
    """
    found: list[Ints] = []
    have = at = 0
    while have < count and at < len(data):
        run = _run(data, at, count - have, sizes[data[at]])
        if run is None:
            run, after = _burst(data, at, min(_BURST, count - have), sizes)
        else:
            after = at + len(run) * sizes[data[at]]
        if not len(run):
            break
        found.append(run)
        have += len(run)
        at = after
    return (np.concatenate(found) if found else np.empty(0, np.int64)), at


def _run(data: bytes, at: int, count: int, size: int) -> Ints | None:
    """The places of values that all begin with the same byte; None where they are but a few."""
    most = min(count, (len(data) - at) // size) if size > 0 else 0
    first = data[at : at + 1]
    if most < _PROBE or data[at : at + _PROBE * size : size] != first * _PROBE:
        return None
    heads = np.frombuffer(data, np.uint8, offset=at)
    seen, block = _PROBE, 64
    while seen < most:
        stop = min(most, seen + block)
        others = np.flatnonzero(heads[seen * size : (stop - 1) * size + 1 : size] != data[at])
        if len(others):
            seen += int(others[0])
            break
        seen, block = stop, block * 2
    return at + size * np.arange(seen, dtype=np.int64)


def _burst(data: bytes, at: int, count: int, sizes: Sequence[int]) -> tuple[Ints, int]:
    """The places of the next values one by one, as far as they are whole, and where the next begins."""
    found: list[int] = []
    add, end = found.append, len(data)
    safe = end - _MARGIN
    while len(found) < count and at < end:
        if at < safe:
            for _ in range(count - len(found)):
                size = sizes[data[at]]
                if size <= 0:
                    break
                add(at)
                at += size
                if at >= safe:
                    break
            if len(found) == count or at >= safe:
                continue
        size = sizes[data[at]]
        if size < 0:
            raise DamagedJobError(f"no value begins with the byte {data[at]:#04x}")
        if size == 0:
            if at + 5 > end:
                break
            size = 5 + _LONG_SIZE.unpack_from(data, at + 1)[0]
        if at + size > end:
            break
        add(at)
        at += size
    return np.array(found, np.int64), at
