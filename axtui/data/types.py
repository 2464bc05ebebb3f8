"""The column types of a dataset: which Python values they take, how strictly, and their min/max.

Everything here is plain Python. How values become Arrow arrays and back is in `encode` and `decode`.
A *fixer* takes one value a user wrote and returns the value to store, or raises TypeError, ValueError
or OverflowError, as the Accelerator's writers do.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import math
import operator
import pickle
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from axtui.errors import DatasetUsageError

Fixer = Callable[[Any], Any]
"""Turns a written value into the one to store, or raises."""

NUMBER_LIMIT = 1 << 1007
"""`number` holds integers whose absolute value is below this."""
INT64 = (-(1 << 63), (1 << 63) - 1)
FLAGS = "\x01flags"
"""Ending of the name of a hidden companion column."""
INT32 = (-(1 << 31), (1 << 31) - 1)
_NO_DEFAULT: Any = object()


@dataclass(frozen=True)
class ColumnType:
    """One column type. `accepts` says in words what it takes; `quick` is a Python expression over
    `{v}` that is true only for values that can be stored as they are (empty: never)."""

    name: str
    accepts: str
    fix: Fixer
    quick: str = ""
    parse: Fixer | None = None
    ordered: bool = False
    hashable: bool = True
    flagged: bool = False
    """Values carry flags (UTC, fold), kept in a hidden companion column."""

    @property
    def snapshot(self) -> bool:
        """Values are serialised when written, None being one of them."""
        return self.name in ("json", "pickle")


# -- fixers ------------------------------------------------------------------------------------------


def _ranged(low: int, high: int) -> Fixer:
    def fix(value: Any) -> int:
        found = operator.index(value)
        if not low <= found <= high:
            raise OverflowError(f"{found} is outside {low}..{high}")
        return int(found)

    return fix


def _float(value: Any) -> float:
    if isinstance(value, str | bytes) or not hasattr(type(value), "__float__"):
        if hasattr(type(value), "__index__"):
            return float(operator.index(value))
        raise TypeError(f"must be a real number, not {type(value).__name__}")
    return float(value)


def _float32(value: Any) -> float:
    wide = _float(value)
    try:
        return float(struct.unpack("<f", struct.pack("<f", wide))[0])
    except OverflowError:
        return math.copysign(math.inf, wide)


def _number(value: Any) -> int | float:
    if isinstance(value, float):
        return float(value)
    if not hasattr(type(value), "__index__"):
        raise ValueError(f"only integers and floats are accepted, not {type(value).__name__}")
    found = int(operator.index(value))
    if not -NUMBER_LIMIT < found < NUMBER_LIMIT:
        raise OverflowError("integer does not fit in 127 bytes")
    return found


def _complex(value: Any) -> complex:
    if isinstance(value, complex):
        return complex(value)
    return complex(_float(value), 0.0)


def _complex32(value: Any) -> complex:
    wide = _complex(value)
    return complex(_float32(wide.real), _float32(wide.imag))


def _bool(value: Any) -> bool:
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    if type(value).__name__ == "bool_" or type(value).__module__ == "numpy":
        return bool(value)
    raise OverflowError(f"{value!r} is neither True nor False")


def _utc_or_naive(value: dt.datetime | dt.time) -> None:
    zone = value.tzinfo
    if zone is not None and zone is not dt.UTC and str(zone) not in ("UTC", "Etc/UTC"):
        raise ValueError(f"time zone {zone} is not supported: only UTC or none (convert it first)")


def _datetime(value: Any) -> dt.datetime:
    if not isinstance(value, dt.datetime):
        raise ValueError(f"datetime object expected, not {type(value).__name__}")
    _utc_or_naive(value)
    return value


def _time(value: Any) -> dt.time:
    if not isinstance(value, dt.time):
        raise ValueError(f"time object expected, not {type(value).__name__}")
    _utc_or_naive(value)
    return value


def _date(value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if not isinstance(value, dt.date):
        raise ValueError(f"date object expected, not {type(value).__name__}")
    return value


def _bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"only bytes objects are accepted, not {type(value).__name__}")
    return bytes(value)


def _unicode(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"only str objects are accepted, not {type(value).__name__}")
    value.encode()  # a lone surrogate has no UTF-8 form: UnicodeEncodeError is a ValueError
    return str(value)


def _ascii(value: Any) -> str:
    if not isinstance(value, str | bytes):
        raise TypeError(f"only str or bytes objects are accepted, not {type(value).__name__}")
    if not value.isascii():
        raise ValueError(f"{value!r} is not ASCII")
    return value.decode("ascii") if isinstance(value, bytes) else str(value)


def _json(value: Any) -> str | None:
    if value is None:
        return None
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text.encode()
    return text


def _pickle(value: Any) -> bytes | None:
    return None if value is None else pickle.dumps(value, protocol=4)


def _text(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


def _parse_number(value: Any) -> int | float:
    text = _text(value)
    if not isinstance(text, str):
        return _number(value)
    try:
        return _number(int(text))
    except ValueError:
        return float(text)


def _parse_json(value: Any) -> str | None:
    return _json(json.loads(value)) if isinstance(value, str | bytes) else _json(value)


def _through(convert: Fixer, fix: Fixer) -> Fixer:
    return lambda value: fix(convert(_text(value)))


_INT64_QUICK = f"_type({{v}}) is _int and {INT64[0]} <= {{v}} <= {INT64[1]}"
_INT32_QUICK = f"_type({{v}}) is _int and {INT32[0]} <= {{v}} <= {INT32[1]}"
_fix64, _fix32 = _ranged(*INT64), _ranged(*INT32)

_ALL = [
    ColumnType(
        "number",
        "int or float",
        _number,
        f"_type({{v}}) is _float or {_INT64_QUICK}",
        parse=_parse_number,
        ordered=True,
    ),
    ColumnType(
        "float64",
        "float",
        _float,
        "_type({v}) is _float",
        parse=_through(float, _float),
        ordered=True,
    ),
    ColumnType("float32", "float", _float32, parse=_through(float, _float32), ordered=True),
    ColumnType("int64", "int", _fix64, _INT64_QUICK, parse=_through(int, _fix64), ordered=True),
    ColumnType("int32", "int", _fix32, _INT32_QUICK, parse=_through(int, _fix32), ordered=True),
    ColumnType(
        "complex64",
        "complex",
        _complex,
        "_type({v}) is _complex",
        parse=_through(complex, _complex),
    ),
    ColumnType("complex32", "complex", _complex32, parse=_through(complex, _complex32)),
    ColumnType("bool", "True or False", _bool, "{v} is True or {v} is False", ordered=True),
    ColumnType(
        "datetime",
        "datetime (naive or UTC)",
        _datetime,
        "_type({v}) is _datetime and {v}.tzinfo is None",
        ordered=True,
        flagged=True,
    ),
    ColumnType(
        "time",
        "time (naive or UTC)",
        _time,
        "_type({v}) is _time and {v}.tzinfo is None",
        ordered=True,
        flagged=True,
    ),
    ColumnType("date", "date", _date, "_type({v}) is _date", ordered=True),
    ColumnType("bytes", "bytes", _bytes, "_type({v}) is _bytes"),
    ColumnType("ascii", "str of ASCII", _ascii, "_type({v}) is _str and {v}.isascii()"),
    ColumnType("unicode", "str", _unicode, "_type({v}) is _str and {v}.isascii()"),
    ColumnType("json", "any JSON value", _json, parse=_parse_json, hashable=False),
    ColumnType("pickle", "anything that pickles", _pickle, hashable=False),
]
TYPES: dict[str, ColumnType] = {found.name: found for found in _ALL}
"""All column types by name."""
QUICK_NAMES: dict[str, Any] = {
    "_" + found.__name__: found
    for found in (type, int, float, complex, str, bytes, dt.datetime, dt.time, dt.date)
}
"""What the `quick` expressions refer to (their own names, which no argument name can hide)."""


def lookup(text: str) -> tuple[ColumnType, bool]:
    """The type a declaration names and whether it is a `parsed:` one, which also takes text.

    Raises DatasetUsageError, suggesting near names.
    """
    prefix, _, name = text.rpartition(":")
    found = TYPES.get(name)
    parsed = prefix == "parsed"
    if found is None or (prefix and not parsed) or (parsed and found.parse is None):
        names = [*TYPES, *(f"parsed:{t.name}" for t in _ALL if t.parse)]
        near = difflib.get_close_matches(text, names, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known types: {', '.join(names)}"
        raise DatasetUsageError(f"there is no column type {text!r}; {hint}")
    return found, parsed


def fixer(text: str, none_support: bool, default: Any = _NO_DEFAULT) -> Fixer:
    """The fixer of a declared type: None handling and `default=` (already fixed) included."""
    found, parsed = lookup(text)
    convert = found.parse if parsed and found.parse else found.fix
    if found.snapshot:
        none_support = True

    def fix(value: Any) -> Any:
        if value is None:
            if none_support:
                return convert(None) if found.snapshot else None
            raise ValueError(
                "None is refused: declare the column with none_support=True to allow it"
            )
        return convert(value)

    if default is _NO_DEFAULT:
        return fix
    fixed_default = fix(default)

    def fix_or_default(value: Any) -> Any:
        try:
            return fix(value)
        except (TypeError, ValueError, OverflowError):
            return fixed_default

    return fix_or_default


# -- min and max -------------------------------------------------------------------------------------


def to_json(value: Any) -> Any:
    """A min or max as JSON can hold it; `from_json` gives it back exactly."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and not INT64[0] <= value <= INT64[1]:
        return str(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value


def from_json(name: str, value: Any) -> Any:
    """The min or max of a column of type `name` as a Python value."""
    if not isinstance(value, str):
        return float(value) if value is not None and name in ("float64", "float32") else value
    if name == "date":
        return dt.date.fromisoformat(value)
    if name == "datetime":
        return dt.datetime.fromisoformat(value)
    if name == "time":
        return dt.time.fromisoformat(value)
    return float(value) if value in ("nan", "inf", "-inf") else int(value)


def _sort_key(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime | dt.time) else value


def merge_extreme(choose: Callable[..., Any], values: list[Any]) -> Any:
    """The `min` or `max` of extremes of parts: None is no value, NaN counts only if all else is
    missing, and naive and UTC times compare by their clock."""
    present = [value for value in values if value is not None]
    real = [value for value in present if value == value]
    if real:
        return choose(real, key=_sort_key)
    return present[0] if present else None
