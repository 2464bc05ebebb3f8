"""From a type name to the kernel that types a column, and the rules around every kernel.

A kernel takes a `binary` array and gives the typed array and the rows it could not convert. Around
it: null stays null, `+None` makes empty values null, defaults replace what cannot be converted, and a
dictionary-encoded column costs one conversion per entry of its dictionary.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.types import TYPES
from axtui.errors import UserError
from axtui.standard import typeints, typenumbers, typetexts, typetimes
from axtui.standard.arrays import (
    Bools,
    Exact,
    Typed,
    before_nul,
    content,
    empty,
    exactly,
    valid,
    without,
)
from axtui.standard.typenames import TypeName, parse

Kernel = Callable[[pa.Array], Typed]
NO_DEFAULT: Any = object()


@dataclass(frozen=True)
class Settings:
    """What holds for all columns: the time zone of datetimes, the decimal comma, and whether
    datetimes of a time zone are UTC without saying so."""

    zone: str | None = None
    comma: bool = False
    naive: bool = False


@dataclass(frozen=True)
class Conversion:
    """How one column is typed. `default`: a typed array of one value, or None for no default."""

    name: TypeName
    kernel: Kernel
    default: pa.Array | None = None

    def without_default(self) -> Conversion:
        """The same, where what cannot be converted is told."""
        return Conversion(self.name, self.kernel)


def conversion(column: str, text: str, settings: Settings, default: Any = NO_DEFAULT) -> Conversion:
    """How a column gets the type `text`. Raises UserError for an unknown type or a default that
    cannot be converted."""
    name = parse(text)
    found = Conversion(name, kernel(name, settings))
    if default is NO_DEFAULT:
        return found
    raw = default.encode() if isinstance(default, str) else default
    if raw is not None and not isinstance(raw, bytes):
        raw = str(raw).encode()
    typed, bad = found.kernel(pa.array([raw], pa.binary()))
    if bad is not None:
        raise UserError(f"the default {default!r} of column {column!r} is no {text}")
    return Conversion(name, found.kernel, typed)


@dataclass(frozen=True)
class Converted:
    """A typed column: values, rows that could not be converted and have no default, and how many
    were replaced by the default."""

    values: pa.Array
    bad: Bools | None
    defaulted: int


def convert(array: pa.Array, how: Conversion) -> Converted:
    """Type a column of bytes, ascii or unicode (dictionaries welcome)."""
    if pa.types.is_dictionary(array.type):
        return _by_dictionary(array, how)
    source = array if pa.types.is_binary(array.type) else array.view(pa.binary())
    if how.name.none:
        source = without(source, empty(source))
    if len(source) > 1 and not len(content(source)):
        return _of_nothing(source, how)
    values, bad = how.kernel(source)
    if bad is None or how.default is None:
        return Converted(values, bad, 0)
    return Converted(replaced(values, bad, how.default), None, int(bad.sum()))


def _of_nothing(source: pa.Array, how: Conversion) -> Converted:
    """Type values that are all empty or null: one of each."""
    both = convert(pa.array([None], pa.binary()), how).values  # the type of nulls
    present = valid(source)
    if not present.any():
        return Converted(_repeated(both, len(source)), None, 0)
    one = convert(pa.array([b""], pa.binary()), how)
    bad = None if one.bad is None else present
    defaulted = int(present.sum()) if one.defaulted else 0
    if one.values.null_count:
        return Converted(_repeated(both, len(source)), bad, defaulted)
    if present.all():
        return Converted(_repeated(one.values, len(source)), bad, defaulted)
    both = pa.concat_arrays([both.cast(one.values.type), one.values])
    return Converted(both.take(pa.array(present.astype(np.int64))), bad, defaulted)


def _repeated(one: pa.Array, count: int) -> pa.Array:
    if one.null_count:
        return pa.nulls(count, one.type)
    return one.take(pa.array(np.zeros(count, np.int64)))


def _by_dictionary(array: pa.DictionaryArray, how: Conversion) -> Converted:
    """Each entry of the dictionary is typed once; only where something is amiss are rows looked at."""
    entries = convert(array.dictionary, how.without_default())
    typed, wrong = entries.values, entries.bad
    if wrong is not None and how.default is not None:
        typed = replaced(typed, wrong, how.default)
    values = typed.take(array.indices)
    if wrong is None:
        return Converted(values, None, 0)
    nulls = how.default is not None and how.default.null_count > 0
    if nulls and typed.null_count == np.count_nonzero(wrong):
        # null is what the default is, and nothing else: they need not be looked for
        return Converted(values, None, values.null_count - array.null_count)
    codes = pc.fill_null(array.indices, 0).to_numpy(zero_copy_only=False)
    bad = wrong[codes] & valid(array)
    count = int(np.count_nonzero(bad))
    if how.default is not None:
        return Converted(values, None, count)
    return Converted(values, bad if count else None, 0)


def replaced(values: pa.Array, rows: Bools, by: pa.Array) -> pa.Array:
    """Typed values, with a default in the rows that could not be converted."""
    if by.null_count:  # what could not be converted is null already
        return values
    where = np.arange(len(values))
    where[rows] = len(values)
    return pa.concat_arrays([values, by.cast(values.type)]).take(pa.array(where))


# -- which kernel ------------------------------------------------------------------------------------


def kernel(name: TypeName, settings: Settings) -> Kernel:
    """The kernel for a type name. Raises UserError where its codec or format is wrong."""
    if name.stored in ("bytes", "ascii", "unicode"):
        return _text_kernel(name)
    if name.stored in ("json", "complex64", "complex32"):
        return _python_kernel(name.stored, settings.comma)
    inner = _c_kernel(name, settings)
    return lambda array: inner(before_nul(array))


def _c_kernel(name: TypeName, settings: Settings) -> Kernel:
    """The kernel for what the Accelerator reads as C reads it."""
    base, comma = name.base, settings.comma
    trailing = base.endswith("i")
    if base == "number":
        return lambda array: typenumbers.to_number(array, name.detail == "int", comma)
    if base.startswith("int"):
        kind, _, digits = base.rstrip("i").partition("_")
        bits, number_base = int(kind[3:]), int(digits)
        return lambda array: typeints.to_int(array, bits, number_base, trailing)
    if base.startswith("floatbool"):
        return lambda array: typenumbers.to_floatbool(array, trailing, comma)
    if base.startswith("float"):
        bits = int(base.rstrip("i")[5:])
        return lambda array: typenumbers.to_float(array, bits, trailing, comma)
    if base == "strbool":
        return typenumbers.to_bool
    zone = settings.zone if name.stored == "datetime" else None
    how = typetimes.time_format(name.stored, name.detail, trailing, zone, comma)
    if zone and settings.naive:
        return lambda array: typetimes.without_zone(typetimes.to_times(array, how))
    return lambda array: typetimes.to_times(array, how)


def _text_kernel(name: TypeName) -> Kernel:
    inner: Kernel
    if name.stored == "bytes":
        inner = _as_it_is
    elif name.stored == "ascii":
        how = name.detail or "replace"

        def inner(array: pa.Array) -> Typed:
            return typetexts.to_ascii(array, how)
    else:
        codec, errors = typetexts.unicode_codec(name.detail)

        def inner(array: pa.Array) -> Typed:
            return typetexts.to_unicode(array, codec, errors)

    if name.base.endswith("strip"):
        return lambda array: inner(typetexts.stripped(array))
    return inner


def _as_it_is(array: pa.Array) -> Typed:
    return array, None


def _python_kernel(stored: str, comma: bool) -> Kernel:
    kind = TYPES[stored]

    def read_complex(value: bytes) -> complex:
        text = value.decode()
        if comma:
            text = text.replace(".", "dot").replace(",", ".")
        return complex(kind.fix(complex(text)))

    def read_json(value: bytes) -> Any:
        return kind.fix(json.loads(value.decode()))

    convert_one: Exact = read_json if stored == "json" else read_complex
    return lambda array: exactly(kind, array, convert_one)
