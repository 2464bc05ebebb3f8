"""The hash that decides which slice a row belongs to: 64 bits, our own, and stable for ever.

This is the plain Python form, for one value; `hasharrow` gives the same for whole Arrow arrays.
The rules (changing any of them would misplace the rows of every dataset ever written):

* None, 0, 0.0, False, '' and b'' hash to 0; so does 0j.
* An integer in int64 range hashes to `mix(value)`. A float equal to such an integer hashes like it,
  and so do bool and a complex without imaginary part: numbers that are equal hash alike.
* Other floats hash to `mix(bits + FLOAT)`, every NaN like one. An integer beyond int64 that a double
  holds exactly hashes like that double, any other by its decimal text.
* Text hashes as its UTF-8 bytes: the sum over its 8-byte little-endian words (the last padded with
  zeros) of `mix(word + (position + 1) * STEP)`, plus `length * LENGTH`, through `mix` again.
* A date, datetime or time hashes its days or microseconds, salted by type; flags are left out. A
  datetime on 1970-01-01 hashes like its time of day.
"""

from __future__ import annotations

import datetime as dt
import math
import struct
from typing import Any

from axtui.errors import DatasetUsageError

_MASK = (1 << 64) - 1
MIX_A = 0xBF58476D1CE4E5B9
MIX_B = 0x94D049BB133111EB
STEP = 0x9E3779B97F4A7C15
LENGTH = 0xD6E8FEB86659FD93
FLOAT = 0xA0761D6478BD642F
IMAGINARY = 0xE7037ED1A0B428DB
SALTS = {"date": 0x8EBC6AF09C88C6E3, "datetime": 0x589965CC75374CC3, "time": 0x1D8E4E27C47D124F}
NAN_BITS = 0x7FF8000000000000
DAY_US = 86_400_000_000
_EPOCH = dt.datetime(1970, 1, 1)
_MICROSECOND = dt.timedelta(microseconds=1)


def mix(value: int) -> int:
    """A one-to-one scrambling of 64 bits that leaves 0 alone."""
    value &= _MASK
    value = ((value ^ (value >> 30)) * MIX_A) & _MASK
    value = ((value ^ (value >> 27)) * MIX_B) & _MASK
    return value ^ (value >> 31)


def hash_bytes(data: bytes) -> int:
    """Hash of a byte string."""
    total = len(data) * LENGTH
    for position in range(0, len(data), 8):
        word = int.from_bytes(data[position : position + 8], "little")
        total += mix(word + (position // 8 + 1) * STEP)
    return mix(total)


def hash_float(value: float) -> int:
    """Hash of a float."""
    if math.isnan(value):
        return mix(NAN_BITS + FLOAT)
    if value.is_integer() and -(2.0**63) <= value < 2.0**63:
        return mix(int(value))
    return mix(int.from_bytes(struct.pack("<d", value), "little") + FLOAT)


def hash_int(value: int) -> int:
    """Hash of an integer of any size."""
    if -(1 << 63) <= value < 1 << 63:
        return mix(value)
    try:
        wide = float(value)
    except OverflowError:
        wide = math.inf
    if math.isfinite(wide) and int(wide) == value:
        return hash_float(wide)
    return hash_bytes(str(value).encode())


def hash_complex(value: complex) -> int:
    """Hash of a complex number."""
    real = hash_float(value.real)
    if value.imag == 0:
        return real
    return mix(real + mix(hash_float(value.imag) + IMAGINARY))


def _salted(kind: str, value: int) -> int:
    return mix(mix(value) + SALTS[kind])


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
    if isinstance(value, int):
        return hash_int(int(value))
    if isinstance(value, float):
        return hash_float(value)
    if isinstance(value, complex):
        return hash_complex(value)
    if isinstance(value, dt.datetime):
        since = (value.replace(tzinfo=None) - _EPOCH) // _MICROSECOND
        return _salted("time" if 0 <= since < DAY_US else "datetime", since)
    if isinstance(value, dt.date):
        return _salted("date", value.toordinal() - _EPOCH.toordinal())
    if isinstance(value, dt.time):
        seconds = (value.hour * 60 + value.minute) * 60 + value.second
        return _salted("time", seconds * 1_000_000 + value.microsecond)
    raise DatasetUsageError(f"a {type(value).__name__} cannot be hashed to a slice")


def slice_of(value: Any, slices: int) -> int:
    """The slice, of `slices`, that a row with this value in the hashed column belongs to."""
    return hash_value(value) % slices
