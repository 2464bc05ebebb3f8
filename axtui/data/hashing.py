"""The hash that decides which slice a row belongs to: that of the Accelerator, SipHash-2-4.

This is the plain Python form, for one value; `hasharrow` gives the same for whole Arrow arrays. What
bytes of a value are hashed (changing this would misplace the rows of every dataset ever written):

* None, 0, 0.0, -0.0, 0j, False, '' and b'' hash to 0 without further ado, True to 1.
* An integer in int64 range: its 8 bytes (all numbers are little-endian). One beyond: the bytes of its
  two's complement, one for every 8 bits begun by its magnitude and its sign.
* A float equal to an integer in int64 range: like that. Any other: the 8 bytes of the double, every
  NaN like the usual one. A float32 is a float that is rounded.
* A complex without imaginary part: like its real part. Any other: the bytes of both doubles, NaN as
  above and -0.0 as 0.0.
* Text: its UTF-8 bytes.
* A date: 4 bytes, `year << 9 | month << 5 | day`. A datetime: 8 bytes, the lower half `year << 14 |
  month << 10 | day << 5 | hour`, the upper `minute << 26 | second << 20 | microsecond`. A time: like
  the datetime of 1970-01-01 with it. Zones and `fold` do not count.
"""

from __future__ import annotations

import datetime as dt
import math
import struct
from array import array
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from axtui.data.siphash import siphash24, siphash24_word
from axtui.errors import DatasetUsageError

if TYPE_CHECKING:
    import numpy as np

NAME = "siphash24"
"""What metadata calls this hash."""
NAN_BITS = 0x7FF8000000000000
DAY_US = 86_400_000_000
TIME_DAY = 1970 << 14 | 1 << 10 | 1 << 5
"""The day that a time is hashed with."""
_MASK = (1 << 64) - 1
_CACHED_BYTES = 64
_RUN = 1024
_ENOUGH = 48
"""So many single hashes cost more than a whole run by numpy."""

_word = lru_cache(1 << 16)(siphash24_word)
_short = lru_cache(1 << 16)(siphash24)


def hash_bytes(data: bytes) -> int:
    """Hash of a byte string."""
    if not data:
        return 0
    return _short(data) if len(data) <= _CACHED_BYTES else siphash24(data)


def hash_float(value: float) -> int:
    """Hash of a float."""
    if value.is_integer() and -(2.0**63) <= value < 2.0**63:
        return hash_int(int(value))
    return _word(_bits(value))


def hash_int(value: int) -> int:
    """Hash of an integer of any size."""
    if not value:
        return 0
    if -(1 << 63) <= value < 1 << 63:
        return _run(value // _RUN).hash(value % _RUN)
    return hash_bytes(wide_bytes(value))


def wide_bytes(value: int) -> bytes:
    """The bytes of an integer beyond int64 that are hashed."""
    return value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)


def hash_complex(value: complex) -> int:
    """Hash of a complex number."""
    if value.imag == 0:
        return hash_float(value.real)
    return hash_bytes(struct.pack("<QQ", _bits(value.real + 0.0), _bits(value.imag)))


def _bits(value: float) -> int:
    if math.isnan(value):
        return NAN_BITS
    return int.from_bytes(struct.pack("<d", value), "little")


class _Run:
    """The hashes of neighbouring integers, as those that are written one after another often are:
    first each apart, and all at once when many have been asked for."""

    def __init__(self, number: int) -> None:
        self._first = number * _RUN
        self._known: array[int] | None = None
        self._asked = 0

    def hash(self, position: int) -> int:
        if self._known is not None:
            return self._known[position]
        self._asked += 1
        if self._asked == _ENOUGH:
            self._known = self._all()
        return _word((self._first + position) & _MASK)

    def _all(self) -> array[int]:
        return array("Q", of_integers(self._first, _RUN).tobytes())


_run = lru_cache(256)(_Run)


def of_integers(first: int, count: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """The hashes of so many integers from `first` on, all in int64 range."""
    import numpy as np

    from axtui.data import sipcolumns

    values = np.arange(count, dtype=np.int64) + first
    hashes = sipcolumns.of_words(values.view(np.uint64))
    return np.where(values == 0, np.uint64(0), hashes)


def _clock(day: int, value: dt.datetime | dt.time) -> int:
    """Hash of a time of a day whose bits are given."""
    high = value.minute << 26 | value.second << 20 | value.microsecond
    return _word(high << 32 | day | value.hour)


def hash_value(value: Any) -> int:
    """The 64-bit hash of a value of any hashable column type.

    Raises DatasetUsageError for a value of another kind.
    """
    if value is None:
        return 0
    if isinstance(value, str):
        return hash_bytes(value.encode())
    if isinstance(value, bytes):
        return hash_bytes(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return hash_int(int(value))
    if isinstance(value, float):
        return hash_float(value)
    if isinstance(value, complex):
        return hash_complex(value)
    if isinstance(value, dt.datetime):
        return _clock(value.year << 14 | value.month << 10 | value.day << 5, value)
    if isinstance(value, dt.date):
        return hash_bytes(struct.pack("<I", value.year << 9 | value.month << 5 | value.day))
    if isinstance(value, dt.time):
        return _clock(TIME_DAY, value)
    raise DatasetUsageError(f"a {type(value).__name__} cannot be hashed to a slice")


def slice_of(value: Any, slices: int) -> int:
    """The slice, of `slices`, that a row with this value in the hashed column belongs to."""
    return hash_value(value) % slices
