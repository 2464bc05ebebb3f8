"""Fixers: one value a user wrote, to the value to store, or TypeError, ValueError or OverflowError.

They are as strict as the Accelerator's writers: a column of integers takes no float and no text, text
takes no bytes, and a time zone other than UTC is refused instead of converted.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import operator
import struct
from collections.abc import Callable
from typing import Any

Fixer = Callable[[Any], Any]
"""Turns a written value into the one to store, or raises."""

NUMBER_LIMIT = 1 << 1007
"""`number` holds integers whose absolute value is below this."""


def ranged(low: int, high: int) -> Fixer:
    def fix(value: Any) -> int:
        found = operator.index(value)
        if not low <= found <= high:
            raise OverflowError(f"{found} is outside {low}..{high}")
        return int(found)

    return fix


def fix_float(value: Any) -> float:
    if isinstance(value, str | bytes) or not hasattr(type(value), "__float__"):
        if hasattr(type(value), "__index__"):
            return float(operator.index(value))
        raise TypeError(f"must be a real number, not {type(value).__name__}")
    return float(value)


def fix_float32(value: Any) -> float:
    wide = fix_float(value)
    try:
        return float(struct.unpack("<f", struct.pack("<f", wide))[0])
    except OverflowError:
        return math.copysign(math.inf, wide)


def fix_number(value: Any) -> int | float:
    if isinstance(value, float):
        return float(value)
    if not hasattr(type(value), "__index__"):
        raise ValueError(f"only integers and floats are accepted, not {type(value).__name__}")
    found = int(operator.index(value))
    if not -NUMBER_LIMIT < found < NUMBER_LIMIT:
        raise OverflowError("integer does not fit in 127 bytes")
    return found


def fix_complex(value: Any) -> complex:
    if isinstance(value, complex):
        return complex(value)
    return complex(fix_float(value), 0.0)


def fix_complex32(value: Any) -> complex:
    wide = fix_complex(value)
    return complex(fix_float32(wide.real), fix_float32(wide.imag))


def fix_bool(value: Any) -> bool:
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    if type(value).__name__ == "bool_" or type(value).__module__ == "numpy":
        return bool(value)
    raise OverflowError(f"{value!r} is neither True nor False")


def _utc_or_naive(value: dt.datetime | dt.time) -> None:
    zone = value.tzinfo
    if zone is not None and zone is not dt.UTC and str(zone) not in ("UTC", "Etc/UTC"):
        raise ValueError(f"time zone {zone} is not supported: only UTC or none (convert it first)")


def fix_datetime(value: Any) -> dt.datetime:
    if not isinstance(value, dt.datetime):
        raise ValueError(f"datetime object expected, not {type(value).__name__}")
    _utc_or_naive(value)
    return value


def fix_time(value: Any) -> dt.time:
    if not isinstance(value, dt.time):
        raise ValueError(f"time object expected, not {type(value).__name__}")
    _utc_or_naive(value)
    return value


def fix_date(value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if not isinstance(value, dt.date):
        raise ValueError(f"date object expected, not {type(value).__name__}")
    return value


def fix_bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"only bytes objects are accepted, not {type(value).__name__}")
    return bytes(value)


def fix_unicode(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"only str objects are accepted, not {type(value).__name__}")
    value.encode()  # a lone surrogate has no UTF-8 form: UnicodeEncodeError is a ValueError
    return str(value)


def fix_ascii(value: Any) -> str:
    if not isinstance(value, str | bytes):
        raise TypeError(f"only str or bytes objects are accepted, not {type(value).__name__}")
    if not value.isascii():
        raise ValueError(f"{value!r} is not ASCII")
    return value.decode("ascii") if isinstance(value, bytes) else str(value)


def fix_json(value: Any) -> str | None:
    if value is None:
        return None
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text.encode()
    return text


def fix_pickle(value: Any) -> bytes | None:
    import pickle

    return None if value is None else pickle.dumps(value, protocol=4)


def _text(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


def parse_number(value: Any) -> int | float:
    text = _text(value)
    if not isinstance(text, str):
        return fix_number(value)
    try:
        return fix_number(int(text))
    except ValueError:
        return float(text)


def parse_json(value: Any) -> str | None:
    return fix_json(json.loads(value)) if isinstance(value, str | bytes) else fix_json(value)


def through(convert: Fixer, fix: Fixer) -> Fixer:
    return lambda value: fix(convert(_text(value)))
