"""How the Accelerator stores the values of each column type, and what they are in Arrow.

All integers and floats are in the byte order of the machine that wrote them. None is a value of its
own in every type: the least integer, a NaN with bits of its own, a date of zeros, an empty long text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.build.adopt.packed import LONG, Ints
from axtui.data.encode import FOLD_FLAG, PHYSICAL, UTC_FLAG, number_array, validity
from axtui.errors import DamagedJobError

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Array = np.ndarray[Any, Any]
Arrays = list[pa.Array]

_NONE64, _NONE32 = 0xFFF0ADDEADDEADDE, 0xFF80ADDE
_DAY_US = 86_400_000_000
_UTC, _FOLD = 0x20000000, 0x10000000
_JSON_NULL = "null"
_PICKLED_NONE = b"\x80\x04N."


# -- fixed width ---------------------------------------------------------------------------------------


def _ints(bits: int) -> Callable[[Bytes], Arrays]:
    def decode(data: Bytes) -> Arrays:
        values = data.view(f"=i{bits // 8}")
        return [pa.array(values, mask=values == -(1 << (bits - 1)))]

    return decode


def _floats(bits: int) -> Callable[[Bytes], Arrays]:
    def decode(data: Bytes) -> Arrays:
        marker = _NONE64 if bits == 64 else _NONE32
        missing = data.view(f"=u{bits // 8}") == marker
        return [pa.array(data.view(f"=f{bits // 8}"), mask=missing)]

    return decode


def _complexes(name: str, bits: int) -> Callable[[Bytes], Arrays]:
    def decode(data: Bytes) -> Arrays:
        target = PHYSICAL[name]
        parts = data.view(f"=f{bits // 8}").reshape(-1, 2)
        marker = _NONE64 if bits == 64 else _NONE32
        missing = data.view(f"=u{bits // 8}").reshape(-1, 2)[:, 0] == marker
        arrays = [pa.array(np.ascontiguousarray(parts[:, side]), mask=missing) for side in (0, 1)]
        found = pa.StructArray.from_arrays(arrays, fields=list(target), mask=validity(missing))
        return [found]

    return decode


def _bools(data: Bytes) -> Arrays:
    if ((data > 1) & (data != 255)).any():
        raise DamagedJobError("there are values that are neither true nor false")
    return [pa.array(data == 1, mask=data == 255)]


def _dates(data: Bytes) -> Arrays:
    packed = data.view("=u4").astype(np.int64)
    missing = packed == 0
    days = _days(packed >> 9, (packed >> 5) & 15, packed & 31, missing)
    return [pa.array(days.astype(np.int32), mask=missing).view(pa.date32())]


def _datetimes(data: Bytes) -> Arrays:
    first, missing, clock, flags = _clocks(data)
    days = _days((first >> 14) & 0x3FFF, (first >> 10) & 15, (first >> 5) & 31, missing)
    micros = days * _DAY_US + clock
    return [pa.array(micros, mask=missing).view(pa.timestamp("us")), pa.array(flags)]


def _times(data: Bytes) -> Arrays:
    _, missing, clock, flags = _clocks(data)
    return [pa.array(clock, mask=missing).view(pa.time64("us")), pa.array(flags)]


def _clocks(data: Bytes) -> tuple[Ints, Array, Ints, Array]:
    """The first words of times, which of them are None, the microseconds of the day, the flags."""
    words = data.view("=u4").reshape(-1, 2).astype(np.int64)
    first, second = words[:, 0], words[:, 1]
    missing = first == 0
    hour, minute, seconds = first & 31, second >> 26, (second >> 20) & 63
    micros = second & 0xFFFFF
    wrong = (hour > 23) | (minute > 59) | (seconds > 59) | (micros > 999_999)
    if (wrong & ~missing).any():
        raise _no("time of day")
    clock = ((hour * 60 + minute) * 60 + seconds) * 1_000_000 + micros
    utc, fold = (first & _UTC) != 0, (first & _FOLD) != 0
    flags = np.where(utc, UTC_FLAG, 0) | np.where(fold, FOLD_FLAG, 0)
    clock[missing] = 0
    return first, missing, clock, np.where(missing, 0, flags).astype(np.uint8)


def _days(year: Ints, month: Ints, day: Ints, missing: Array) -> Ints:
    """Days since 1970, as numpy counts them; every date is checked."""
    year, month, day = (np.where(missing, 1, part) for part in (year, month, day))
    if ((year < 1) | (year > 9999) | (month < 1) | (month > 12) | (day < 1) | (day > 31)).any():
        raise _no("date")
    months = (year - 1970) * 12 + month - 1
    first = months.astype("datetime64[M]")
    found = first.astype("datetime64[D]").astype(np.int64) + day - 1
    if ((first + 1).astype("datetime64[D]").astype(np.int64) <= found).any():
        raise _no("date")
    return found


def _no(what: str) -> DamagedJobError:
    return DamagedJobError(
        f"there are values that are no {what}: the file is damaged, or comes from a machine of "
        "another byte order"
    )


FIXED: Mapping[str, tuple[int, Callable[[Bytes], Arrays]]] = {
    "int64": (8, _ints(64)),
    "int32": (4, _ints(32)),
    "float64": (8, _floats(64)),
    "float32": (4, _floats(32)),
    "complex64": (16, _complexes("complex64", 64)),
    "complex32": (8, _complexes("complex32", 32)),
    "bool": (1, _bools),
    "date": (4, _dates),
    "datetime": (8, _datetimes),
    "time": (8, _times),
}
"""Bytes of a value and how many of them are decoded, by type."""


# -- text ----------------------------------------------------------------------------------------------


def _binary(data: bytes, places: Ints) -> pa.Array:
    """Text with its lengths taken out. A long one of no length is None."""
    raw = np.frombuffer(data, np.uint8)
    heads = raw[places]
    ends = np.append(places[1:], len(raw))
    long = heads == LONG
    sizes = ends - places - np.where(long, 5, 1)
    kept = np.ones(len(raw), bool)
    kept[places] = False
    for at in places[long].tolist():
        kept[at + 1 : at + 5] = False
    offsets = np.zeros(len(places) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    missing = long & (sizes == 0)
    mask = None
    if missing.any():
        mask = pa.py_buffer(np.packbits(~missing, bitorder="little").tobytes())
    buffers = [mask, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(raw[kept])]
    return pa.Array.from_buffers(pa.binary(), len(places), buffers)


def _bytes(data: bytes, places: Ints) -> Arrays:
    return [_binary(data, places)]


def _pickles(data: bytes, places: Ints) -> Arrays:
    return [_without(_binary(data, places), pa.scalar(_PICKLED_NONE, pa.binary()))]


def _unicode(data: bytes, places: Ints) -> Arrays:
    try:
        return [_binary(data, places).cast(pa.string())]
    except pa.ArrowInvalid:
        raise DamagedJobError("there is text that is not UTF-8") from None


def _ascii(data: bytes, places: Ints) -> Arrays:
    (found,) = _unicode(data, places)
    if not pc.all(pc.string_is_ascii(found), min_count=0).as_py():
        raise DamagedJobError("there is text that is not ASCII")
    return [found]


def _json(data: bytes, places: Ints) -> Arrays:
    return [_without(_unicode(data, places)[0], pa.scalar(_JSON_NULL))]


def _without(array: pa.Array, none: pa.Scalar) -> pa.Array:
    """With null where the value is that of None."""
    is_none = pc.equal(array, none)
    if not pc.any(is_none, min_count=0).as_py():
        return array
    return pc.if_else(is_none, pa.scalar(None, array.type), array)


_TEXT_SIZES = (*range(1, 256), 0)


# -- numbers -------------------------------------------------------------------------------------------


def _number_size(first: int) -> int:
    if first & 0x80:
        return 1
    if first >= 9:
        return 1 + first
    return {0: 1, 1: 9, 2: 3, 4: 5, 8: 9}.get(first, -1)


_NUMBER_SIZES = tuple(_number_size(first) for first in range(256))


def _numbers(data: bytes, places: Ints) -> Arrays:
    raw = np.frombuffer(data, np.uint8)
    heads = raw[places]
    ints = np.zeros(len(places), np.int64)
    is_int = heads >= 0x80
    ints[is_int] = (heads[is_int] & 0x7F).astype(np.int64) - 5
    for size in (2, 4, 8):
        rows = heads == size
        ints[rows] = _wide(raw, places[rows], size, "i")
        is_int |= rows
    is_float = heads == 1
    floats = np.zeros(len(places))
    floats[is_float] = _wide(raw, places[is_float], 8, "f")
    bigs = np.flatnonzero((heads >= 9) & (heads < 0x80))
    large: list[str | None] = [None] * len(places) if len(bigs) else []
    for row in bigs.tolist():
        at, size = int(places[row]) + 1, int(heads[row])
        value = int.from_bytes(data[at : at + size], "little", signed=True)
        if -(1 << 63) <= value < 1 << 63:
            ints[row], is_int[row] = value, True
        else:
            large[row] = str(value)
    return [
        number_array(
            pa.array(ints, mask=~is_int),
            pa.array(floats, mask=~is_float) if is_float.any() else None,
            pa.array(large, pa.string()) if len(bigs) else None,
        )
    ]


def _wide(raw: Bytes, places: Ints, size: int, kind: str) -> Array:
    """The values of `size` bytes that stand behind the first bytes at `places`."""
    gathered = raw[places[:, None] + np.arange(1, size + 1)]
    return np.ascontiguousarray(gathered).view(f"={kind}{size}")[:, 0]


PACKED: Mapping[str, tuple[tuple[int, ...], Callable[[bytes, Ints], Arrays]]] = {
    "number": (_NUMBER_SIZES, _numbers),
    "bytes": (_TEXT_SIZES, _bytes),
    "ascii": (_TEXT_SIZES, _ascii),
    "unicode": (_TEXT_SIZES, _unicode),
    "json": (_TEXT_SIZES, _json),
    "pickle": (_TEXT_SIZES, _pickles),
}
"""Sizes by first byte (see `packed.starts`) and how the values at those places are decoded, by type."""
