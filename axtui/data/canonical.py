"""Values as they enter keys: one byte string per value, the same for ever and everywhere.

`encode` is typed and length-prefixed, so values that differ in type or content never share an
encoding, and neither hash seed, platform nor Python version shows in it. `digest` is its BLAKE3.
The reversible JSON form (`to_json`, `from_json`) and the text for people and SQL (`plain`) live in
`canonical_json` and are offered here, so that callers need one module.

What is told apart: types (`1`, `1.0`, `True`, `"1"`), lists and tuples, `0.0` and `-0.0`, naive
and aware datetimes, offsets and zone names, `fold`, text in NFC and NFD. What is not: the order of
a dict or set, which NaN it is. Subclasses of the built-in value types (`Job`, `Dataset`, string
enums, named tuples) count as the type they extend.
"""

from __future__ import annotations

import datetime
import struct
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import Any

from axtui.data import digest as digests
from axtui.data import values
from axtui.data.canonical_json import from_json, plain, to_json
from axtui.data.values import Unsupported

__all__ = ["PLAIN", "digest", "encode", "from_json", "ordered_keys", "plain", "to_json"]

VERSION = b"axtui1:"
_NAN = struct.pack(">Q", 0x7FF8000000000000)

Parts = list[bytes]
PLAIN = frozenset({int, str, bool, float, type(None)})
"""Types of which every value can be encoded."""


def encode(value: Any, where: str = "value") -> bytes:
    """The canonical bytes of `value`. They are golden: they never change between versions.

    Raises UserError naming the place inside the value, as `options.x[3]`, where a type has no
    encoding or the nesting is deeper than `values.MAX_DEPTH`; `where` begins that path.
    """
    parts: Parts = [VERSION]
    if type(value) in PLAIN:  # most options: 4 of 6 microseconds were the context manager
        _encode(value, parts, 0)
        return b"".join(parts)
    with values.named(where):
        _encode(value, parts, 0)
    return b"".join(parts)


def digest(value: Any, where: str = "value") -> str:
    """Digest of the canonical bytes, as `blake3:<hex>`. Raises as `encode` does."""
    return digests.of_bytes(encode(value, where))


def ordered_keys(keys: Iterable[Any]) -> list[Any]:
    """The keys of a dict in the one order that does not depend on how it was made.

    All text or all integers: by value. Otherwise: by canonical bytes.
    """
    found = list(keys)
    if all(isinstance(key, str) for key in found) or all(type(key) is int for key in found):
        return sorted(found)
    return sorted(found, key=lambda key: _apart(key, 0, values.member_path(keys, key)))


# -- one value


def _encode(value: Any, parts: Parts, depth: int) -> None:
    if value is None:
        parts.append(b"N")
    elif value is True:
        parts.append(b"T")
    elif value is False:
        parts.append(b"F")
    else:
        encoder = _encoder(value)
        if depth >= values.MAX_DEPTH and isinstance(value, values.CONTAINERS):
            raise Unsupported(values.TOO_DEEP)
        encoder(value, parts, depth)


def _encoder(value: Any) -> Callable[[Any, Parts, int], None]:
    for kind in type(value).__mro__:
        found = _ENCODERS.get(kind)
        if found is not None:
            return found
    if isinstance(value, PurePath):
        return _path
    raise Unsupported(values.why_not(value))


def _block(tag: bytes, data: bytes, parts: Parts) -> None:
    parts.append(tag + len(data).to_bytes(8, "big"))
    parts.append(data)


def _int(value: int, parts: Parts, _: int) -> None:
    _block(b"i", value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True), parts)


def _float_bytes(value: float) -> bytes:
    return struct.pack(">d", value) if value == value else _NAN


def _float(value: float, parts: Parts, _: int) -> None:
    parts.append(b"f" + _float_bytes(value))


def _complex(value: complex, parts: Parts, _: int) -> None:
    parts.append(b"c" + _float_bytes(value.real) + _float_bytes(value.imag))


def _str(value: str, parts: Parts, _: int) -> None:
    # "surrogatepass": lone surrogates (from file names) get bytes of their own that no text has
    _block(b"s", str.encode(value, "utf-8", "surrogatepass"), parts)


def _bytes(value: bytes, parts: Parts, _: int) -> None:
    _block(b"b", value, parts)


# -- containers


def _sequence(tag: bytes) -> Callable[[Any, Parts, int], None]:
    def encoder(value: Any, parts: Parts, depth: int) -> None:
        parts.append(tag + len(value).to_bytes(8, "big"))
        for index, item in enumerate(value):
            try:
                _encode(item, parts, depth + 1)
            except Unsupported as error:
                raise error.inside(f"[{index}]") from None

    return encoder


def _set(tag: bytes) -> Callable[[Any, Parts, int], None]:
    def encoder(value: Any, parts: Parts, depth: int) -> None:
        parts.append(tag + len(value).to_bytes(8, "big"))
        parts.extend(sorted(_apart(item, depth, values.member_path(value, item)) for item in value))

    return encoder


def _pairs(value: dict[Any, Any], depth: int) -> Iterable[tuple[bytes, bytes]]:
    for key, item in value.items():
        step = values.member_path(value, key)
        yield _apart(key, depth, step), _apart(item, depth, values.key_path(key))


def _dict(value: dict[Any, Any], parts: Parts, depth: int) -> None:
    parts.append(b"d" + len(value).to_bytes(8, "big"))
    for pair in sorted(_pairs(value, depth)):
        parts.extend(pair)


def _ordered_dict(value: dict[Any, Any], parts: Parts, depth: int) -> None:
    parts.append(b"o" + len(value).to_bytes(8, "big"))
    for pair in _pairs(value, depth):
        parts.extend(pair)


def _apart(item: Any, depth: int, step: str) -> bytes:
    """The bytes of one item that has to be sorted among its neighbours."""
    parts: Parts = []
    try:
        _encode(item, parts, depth + 1)
    except Unsupported as error:
        raise error.inside(step) from None
    return b"".join(parts)


# -- dates and paths


def _date(value: datetime.date, parts: Parts, _: int) -> None:
    values.exactly(value, datetime.date)
    parts.append(b"D" + struct.pack(">HBB", value.year, value.month, value.day))


def _datetime(value: datetime.datetime, parts: Parts, _: int) -> None:
    values.exactly(value, datetime.datetime)
    clock = (value.hour, value.minute, value.second, value.microsecond, value.fold)
    parts.append(b"t" + struct.pack(">HBBBBBIB", value.year, value.month, value.day, *clock))
    _zone(value.tzinfo, value.utcoffset(), parts)


def _time(value: datetime.time, parts: Parts, _: int) -> None:
    values.exactly(value, datetime.time)
    clock = (value.hour, value.minute, value.second, value.microsecond, value.fold)
    parts.append(b"m" + struct.pack(">BBBIB", *clock))
    _zone(value.tzinfo, value.utcoffset(), parts)


def _zone(tzinfo: datetime.tzinfo | None, offset: datetime.timedelta | None, parts: Parts) -> None:
    """Which zone it is, by its own name, and the offset that this name means for the value."""
    kind, name = values.zone(tzinfo)
    _encode((kind, name), parts, 0)
    _encode(offset, parts, 0)


def _timedelta(value: datetime.timedelta, parts: Parts, _: int) -> None:
    values.exactly(value, datetime.timedelta)
    parts.append(b"l" + struct.pack(">iII", value.days, value.seconds, value.microseconds))


def _path(value: PurePath, parts: Parts, _: int) -> None:
    parts.append(b"p")
    _str(values.path_flavour(value), parts, 0)
    _str(str(value), parts, 0)


def _tuple(value: tuple[Any, ...], parts: Parts, depth: int) -> None:
    if values.is_job_with_file(value):
        parts.append(b"j")
    _plain_tuple(value, parts, depth)


_plain_tuple = _sequence(b"(")
_ENCODERS: dict[type, Callable[[Any, Parts, int], None]] = {
    int: _int,
    float: _float,
    complex: _complex,
    str: _str,
    bytes: _bytes,
    list: _sequence(b"["),
    tuple: _tuple,
    set: _set(b"{"),
    frozenset: _set(b"z"),
    dict: _dict,
    OrderedDict: _ordered_dict,
    datetime.date: _date,
    datetime.datetime: _datetime,
    datetime.time: _time,
    datetime.timedelta: _timedelta,
}
