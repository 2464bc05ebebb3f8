"""Typing kernels for numbers and truth values.

The common forms are converted by Arrow; every other form that the Accelerator takes (white space
around, a plus sign, other bases, hexadecimal floats, infinities, integers of any size) by exact
converters, once for each distinct value.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.encode import number_array
from axtui.data.types import TYPES
from axtui.standard.arrays import (
    Typed,
    as_text,
    empty,
    exactly,
    finish,
    mask_of,
    matching,
    only,
    without,
)
from axtui.standard.typeints import DECIMAL_INT, WHITE, plain_ints, trimmed

_FALSE = [b"", b"0", b"f", b"no", b"off", b"nil", b"null", b"false"]


# -- floats ------------------------------------------------------------------------------------------

_FLOAT = rb"[+-]?(?:0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?[0-9]+)?"
_FLOAT += rb"|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_FLOAT += rb"|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|[nN][aA][nN](?:\([0-9a-zA-Z_]*\))?)"
_FLOAT_FORM = re.compile(WHITE + b"(" + _FLOAT + b")")


def with_point(array: pa.Array) -> pa.Array:
    """Values with a decimal comma, as values with a decimal point; a point becomes what is no number."""
    return pc.replace_substring(pc.replace_substring(array, b".", b"?"), b",", b".")


def read_float(value: bytes, trailing: bool = False) -> float:
    """The number that C reads from text. Raises ValueError where there is none."""
    found = _FLOAT_FORM.match(value)
    if found is None:
        if trailing:
            return 0.0
        raise ValueError("no number")
    if not trailing and value[found.end() :].strip(b"\t\n\v\f\r "):
        raise ValueError("something follows the number")
    text = found.group(1).decode().lower()
    if "0x" in text:
        try:
            return float.fromhex(text)
        except OverflowError:
            return -math.inf if text[0] == "-" else math.inf
    return float(text.partition("(")[0])


def to_float(array: pa.Array, bits: int, trailing: bool, comma: bool) -> Typed:
    """Floats as C reads them. `trailing`: what follows is ignored, and no number at all is 0."""
    source = trimmed(with_point(array) if comma else array)
    kind = TYPES[f"float{bits}"]
    target = pa.float64() if bits == 64 else pa.float32()

    def convert(value: bytes) -> float:
        return _single(value, trailing, bits)

    nothing = empty(source)
    try:
        given = without(source, nothing) if nothing.any() else source
        return finish(kind, source, as_text(given).cast(target), ~nothing, convert)
    except pa.ArrowInvalid:
        pass
    done = matching(source, r"\A-?[0-9]+(\.[0-9]+)?([eE]-?[0-9]{1,2})?\z")
    try:
        fast = as_text(only(source, done)).cast(target)
    except pa.ArrowInvalid:  # too large or too small: the converter knows what then
        return exactly(kind, source, convert)
    return finish(kind, source, fast, done, convert)


def _single(value: bytes, trailing: bool, bits: int) -> float:
    """One float, rounded once to its precision."""
    found = read_float(value, trailing)
    if bits == 64 or not math.isfinite(found):
        return found
    with np.errstate(over="ignore", under="ignore"):
        single = np.float32(found)
    text = _FLOAT_FORM.match(value)
    if text is None or b"0x" in text.group(1).lower():
        return float(single)
    return _nearest(single, Decimal(text.group(1).decode()))


def _nearest(single: np.float32, exact: Decimal) -> float:
    """The float32 nearest to a number, given one that came by way of a double."""
    if not np.isfinite(single):
        return float(single)
    away = np.float32(math.inf if exact > Decimal(float(single)) else -math.inf)
    with np.errstate(over="ignore", under="ignore"):
        other = np.nextafter(single, away)
    if not np.isfinite(other):
        return float(single)
    here, there = (abs(Decimal(float(found)) - exact) for found in (single, other))
    if there < here or (there == here and int(single.view(np.int32)) & 1):
        return float(other)
    return float(single)


# -- numbers -----------------------------------------------------------------------------------------


def to_number(array: pa.Array, integers_only: bool, comma: bool) -> Typed:
    """Integers where possible, else floats (`number`); '1.0' is the integer 1."""
    kind = TYPES["number"]
    source = trimmed(with_point(array) if comma else array)

    def convert(value: bytes) -> int | float:
        return read_number(value, integers_only)

    plain = plain_ints(source)
    if plain is not None:
        return finish(kind, source, number_array(plain[0]), plain[1], convert)
    whole = matching(source, r"\A-?[0-9]{1,18}(\.0*)?\z")
    text = only(source, whole)
    if not matching(text, DECIMAL_INT)[whole].all():
        text = pc.replace_substring_regex(text, r"\.0*\z", "")
    ints = as_text(text).cast(pa.int64())
    done, floats = whole, None
    if not integers_only and not whole.all():
        real = matching(source, r"\A-?[0-9]{1,200}\.[0-9]{1,100}\z") & ~whole
        if real.any():
            floats = as_text(only(source, real)).cast(pa.float64())
            tiny = real & mask_of(pc.less(pc.abs(floats), 1e-300))
            floats = only(floats, ~tiny)
            done = whole | (real & ~tiny)
            done &= whole | ~matching(source, r"\.0*\z")
            floats = only(floats, done)
    return finish(kind, source, number_array(ints, floats), done, convert)


def read_number(value: bytes, integers_only: bool = False) -> int | float:
    """The number that text says; an integer wherever it is whole and written without exponent."""
    text = value.strip(b"\t\n\v\f\r ").decode("ascii").lower()
    exponent = "e" in text
    if not text or set(text) & set("xp") or text.count(".") > 1:
        raise ValueError("no number")
    if "." in text and not exponent:
        text = text.rstrip("0").removesuffix(".")
        if not text:  # .0 is 0, a point alone is nothing
            if value.strip(b"\t\n\v\f\r ") == b".":
                raise ValueError("no number")
            return 0
    if "." not in text and not exponent and "n" not in text:
        return int(TYPES["number"].fix(int(text)))
    if integers_only:
        raise ValueError("not an integer")
    real = read_float(text.encode())
    if _inexact(real, text):
        raise OverflowError("too large or too small for a float")
    return real


def _inexact(real: float, text: str) -> bool:
    """Whether a float could not hold what was written, by its range."""
    if math.isinf(real):
        return "i" not in text
    small = abs(real) < 2.2250738585072014e-308 and not math.isnan(real)
    return small and Decimal(text) != Decimal(real)


# -- truth values ------------------------------------------------------------------------------------


def to_bool(array: pa.Array) -> Typed:
    """False for false, f, 0, no, off, nil, null (in any case) and nothing; True for all else."""
    low = pc.ascii_lower(as_text(array)).view(pa.binary())
    found = pc.invert(pc.is_in(low, pa.array(_FALSE, pa.binary())))
    return only(found, mask_of(array.is_valid())), None


def to_floatbool(array: pa.Array, trailing: bool, comma: bool) -> Typed:
    """Whether the float that is written is not 0 (NaN is not)."""
    floats, bad = to_float(array, 64, trailing, comma)
    return pc.not_equal(floats, 0.0), bad
