"""Typing kernels for text: bytes, ascii and unicode, with and without white space around."""

from __future__ import annotations

import codecs

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.types import TYPES
from axtui.errors import UserError
from axtui.standard.arrays import (
    Bytes,
    Exact,
    Typed,
    as_text,
    bools,
    content,
    exactly,
    finish,
    mask_of,
    offsets_of,
    only,
    valid,
)

_ASCII_COMPATIBLE = {
    codecs.lookup(name).name for name in ("utf-8", "ascii", "iso-8859-1", "cp1252", "iso-8859-15")
}


def stripped(array: pa.Array) -> pa.Array:
    """Values without white space around them."""
    return pc.ascii_trim_whitespace(as_text(array)).view(pa.binary())


def to_ascii(array: pa.Array, how: str) -> Typed:
    """ASCII text. how: 'replace' writes other bytes as \\ooo, 'encode' also backslashes, 'strict' refuses."""
    data = content(array)
    plain = not len(data) or int(data.max()) < 128
    if plain and (how != "encode" or not (data == ord("\\")).any()):
        return as_text(array), None
    if how != "strict":
        return _escaped(array, data, how), None
    done = mask_of(pc.string_is_ascii(as_text(array)))

    def convert(value: bytes) -> str:
        return value.decode("ascii")

    return finish(TYPES["ascii"], array, as_text(only(array, done)), done, convert)


def _escaped(array: pa.Array, data: Bytes, how: str) -> pa.Array:
    """ASCII text in which the bytes that cannot be are \\ooo."""
    odd = data >= 128
    if how == "encode":
        odd |= data == ord("\\")
    widths = np.where(odd, 4, 1)
    stops = np.cumsum(widths)
    if int(stops[-1]) >= 2**31:
        raise UserError("the texts of a column are too long to be written as ASCII")
    found = np.empty(int(stops[-1]), np.uint8)
    found[stops[~odd] - 1] = data[~odd]
    for back, shift in enumerate((0, 3, 6), 1):
        found[stops[odd] - back] = ord("0") + (data[odd] >> shift & 7)
    found[stops[odd] - 4] = ord("\\")
    offsets = offsets_of(array)
    moved = np.append(0, stops)[offsets - offsets[0]].astype(np.int32)
    parts = [bools(valid(array)).buffers()[1], pa.py_buffer(moved), pa.py_buffer(found)]
    return pa.Array.from_buffers(pa.string(), len(array), parts)


def unicode_codec(text: str) -> tuple[str, str]:
    """The codec and its way with errors of 'codec' or 'codec/errors'. Raises UserError."""
    name, _, errors = text.partition("/")
    errors = errors or "strict"
    if errors not in ("strict", "replace", "ignore"):
        raise UserError(f"unicode:{text}: errors must be strict, replace or ignore, not {errors!r}")
    unknown = UserError(f"unicode:{text}: Python knows no text encoding {name!r}")
    try:
        b"a".decode(name)
    except UnicodeDecodeError:
        pass  # one that needs more than a byte
    except (LookupError, ValueError):
        raise unknown from None
    return codecs.lookup(name).name, errors


def to_unicode(array: pa.Array, codec: str, errors: str) -> Typed:
    """Text, decoded from a codec."""
    kind = TYPES["unicode"]
    convert = _decoder(codec, errors)
    if codec == "utf-8":
        try:
            return array.cast(pa.string()), None
        except pa.ArrowInvalid:
            pass
    if codec not in _ASCII_COMPATIBLE:
        return exactly(kind, array, convert)
    done = mask_of(pc.string_is_ascii(as_text(array)))
    return finish(kind, array, as_text(only(array, done)), done, convert)


def _decoder(codec: str, errors: str) -> Exact:
    def convert(value: bytes) -> str:
        text = value.decode(codec, errors)
        text.encode()  # a lone surrogate cannot be stored
        return text

    return convert
