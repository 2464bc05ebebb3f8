"""The column types of a dataset: which Python values they take, how strictly, and their min/max.

Everything here is plain Python. How values become Arrow arrays and back is in `encode` and `decode`.
What one value must pass before it is stored is in `fixers`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from axtui.data import fixers
from axtui.data.fixers import Fixer
from axtui.errors import DatasetUsageError

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


_INT64_QUICK = f"_type({{v}}) is _int and {INT64[0]} <= {{v}} <= {INT64[1]}"
_INT32_QUICK = f"_type({{v}}) is _int and {INT32[0]} <= {{v}} <= {INT32[1]}"
_fix64, _fix32 = fixers.ranged(*INT64), fixers.ranged(*INT32)

_ALL = [
    ColumnType(
        "number",
        "int or float",
        fixers.fix_number,
        f"_type({{v}}) is _float or {_INT64_QUICK}",
        parse=fixers.parse_number,
        ordered=True,
    ),
    ColumnType(
        "float64",
        "float",
        fixers.fix_float,
        "_type({v}) is _float",
        parse=fixers.through(float, fixers.fix_float),
        ordered=True,
    ),
    ColumnType(
        "float32",
        "float",
        fixers.fix_float32,
        parse=fixers.through(float, fixers.fix_float32),
        ordered=True,
    ),
    ColumnType(
        "int64", "int", _fix64, _INT64_QUICK, parse=fixers.through(int, _fix64), ordered=True
    ),
    ColumnType(
        "int32", "int", _fix32, _INT32_QUICK, parse=fixers.through(int, _fix32), ordered=True
    ),
    ColumnType(
        "complex64",
        "complex",
        fixers.fix_complex,
        "_type({v}) is _complex",
        parse=fixers.through(complex, fixers.fix_complex),
    ),
    ColumnType(
        "complex32",
        "complex",
        fixers.fix_complex32,
        parse=fixers.through(complex, fixers.fix_complex32),
    ),
    ColumnType(
        "bool", "True or False", fixers.fix_bool, "{v} is True or {v} is False", ordered=True
    ),
    ColumnType(
        "datetime",
        "datetime (naive or UTC)",
        fixers.fix_datetime,
        "_type({v}) is _datetime and {v}.tzinfo is None",
        ordered=True,
        flagged=True,
    ),
    ColumnType(
        "time",
        "time (naive or UTC)",
        fixers.fix_time,
        "_type({v}) is _time and {v}.tzinfo is None",
        ordered=True,
        flagged=True,
    ),
    ColumnType("date", "date", fixers.fix_date, "_type({v}) is _date", ordered=True),
    ColumnType("bytes", "bytes", fixers.fix_bytes, "_type({v}) is _bytes"),
    ColumnType("ascii", "str of ASCII", fixers.fix_ascii, "_type({v}) is _str and {v}.isascii()"),
    ColumnType("unicode", "str", fixers.fix_unicode, "_type({v}) is _str and {v}.isascii()"),
    ColumnType("json", "any JSON value", fixers.fix_json, parse=fixers.parse_json, hashable=False),
    ColumnType("pickle", "anything that pickles", fixers.fix_pickle, hashable=False),
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
        import difflib  # only to tell what may have been meant

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
