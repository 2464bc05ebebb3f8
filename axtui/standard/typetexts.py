"""Typing kernels for text: bytes, ascii and unicode, with and without white space around."""

from __future__ import annotations

import codecs
import re

import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.types import TYPES
from axtui.errors import UserError
from axtui.standard.arrays import Exact, Typed, as_text, content, exactly, finish, mask_of, only

_ASCII_COMPATIBLE = {
    codecs.lookup(name).name for name in ("utf-8", "ascii", "iso-8859-1", "cp1252", "iso-8859-15")
}
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_OR_BACKSLASH = re.compile(rb"[\x80-\xff\\]")


def stripped(array: pa.Array) -> pa.Array:
    """Values without white space around them."""
    return pc.ascii_trim_whitespace(as_text(array)).view(pa.binary())


def to_ascii(array: pa.Array, how: str) -> Typed:
    """ASCII text. how: 'replace' writes other bytes as \\ooo, 'encode' also backslashes, 'strict' refuses."""
    data = content(array)
    plain = not len(data) or int(data.max()) < 128
    if plain and (how != "encode" or not (data == ord("\\")).any()):
        return as_text(array), None
    odd = _HIGH_OR_BACKSLASH if how == "encode" else _HIGH
    done = mask_of(pc.string_is_ascii(as_text(array)))
    if how == "encode":
        done &= ~mask_of(pc.match_substring(array, b"\\"))

    def convert(value: bytes) -> str:
        if how == "strict":
            return value.decode("ascii")
        return odd.sub(lambda found: b"\\%03o" % found.group()[0], value).decode("ascii")

    return finish(TYPES["ascii"], array, as_text(only(array, done)), done, convert)


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
