"""What people take of the Accelerator's own `_dsutil`: the hash by which datasets are sliced."""

from __future__ import annotations

from typing import Any

from axtui.data import siphash
from axtui.data.hashing import hash_value
from axtui.errors import DatasetUsageError

__all__ = ["hash", "siphash24"]


def siphash24(v: bytes, k: bytes = siphash.KEY, /) -> int:
    """SipHash-2-4 of bytes, as a number below 2^64. `k`: the key, 16 bytes; unless told that by which
    datasets are sliced. Raises ValueError for another length of it, TypeError for what is no bytes."""
    return siphash.siphash24(bytes(memoryview(v)), bytes(memoryview(k)))


def hash(v: Any) -> int:
    """The hash that a writer of the type of `v` slices it by. Raises ValueError for what has none."""
    try:
        return hash_value(v)
    except DatasetUsageError as error:
        raise ValueError(str(error)) from None
