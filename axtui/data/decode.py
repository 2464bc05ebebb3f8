"""Arrow arrays in the physical form to lists of exactly the Python values that were written."""

from __future__ import annotations

import datetime as dt
import json
import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.encode import FOLD_FLAG, UTC_FLAG, as_flat
from axtui.data.types import ColumnType

_DATE_TABLE_LIMIT = 200_000

Decoder = Callable[[pa.Array], list[Any]]


def decode(
    kind: ColumnType, array: pa.Array, flags: pa.Array | None = None, raw: bool = False
) -> list[Any]:
    """The values of a column. With `raw`, json stays text and pickle stays bytes (copy_mode)."""
    if kind.snapshot and not raw:
        return _DECODERS[kind.name](array)
    if pa.types.is_dictionary(array.type):
        return _by_code(array)
    found = _DECODERS["bytes" if kind.snapshot else kind.name](array)
    if flags is not None:
        _apply_flags(found, flags)
    return found


def _with_nulls(found: list[Any], array: pa.Array) -> list[Any]:
    if array.null_count:
        for index in np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False)).tolist():
            found[index] = None
    return found


def plain(array: pa.Array, fill: Any = 0) -> np.ndarray[Any, Any]:
    """An array as numpy has it, None replaced."""
    filled = array.fill_null(fill) if array.null_count else array
    return filled.to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def _numeric(array: pa.Array) -> list[Any]:
    return _with_nulls(plain(array).tolist(), array)


def _bools(array: pa.Array) -> list[Any]:
    return _with_nulls(plain(array, False).tolist(), array)


def objects(array: pa.Array) -> list[Any]:
    """Text or bytes as Python objects."""
    return array.to_numpy(zero_copy_only=False).tolist()  # type: ignore[no-any-return]


def _by_code(array: pa.Array) -> list[Any]:
    table = np.empty(len(array.dictionary) + 1, object)
    table[:-1] = objects(array.dictionary)
    codes = plain(array.indices, len(array.dictionary))  # the last entry of the table stays None
    return table[codes].tolist()  # type: ignore[no-any-return]


def _numbers(array: pa.Array) -> list[Any]:
    ints, floats, bigs = array.flatten()
    size = len(array)
    if ints.null_count == 0:
        return ints.to_numpy().tolist()  # type: ignore[no-any-return]
    if floats.null_count == 0:
        return floats.to_numpy().tolist()  # type: ignore[no-any-return]
    found = np.full(size, None, object)
    for part in (ints, floats):
        if part.null_count < size:
            mask = part.is_valid().to_numpy(zero_copy_only=False)
            # numpy makes the objects while it puts them in their places
            found[mask] = part.drop_null().to_numpy()
    result: list[Any] = found.tolist()
    if bigs.null_count < size:
        for index in np.flatnonzero(bigs.is_valid().to_numpy(zero_copy_only=False)).tolist():
            result[index] = int(bigs[index].as_py())
    return result


def _complexes(array: pa.Array) -> list[Any]:
    real, imag = (plain(part).astype(np.float64) for part in array.flatten())
    numbers = np.empty(len(array), np.complex128)
    numbers.real, numbers.imag = real, imag
    return _with_nulls(numbers.tolist(), array)


def _dates(array: pa.Array) -> list[Any]:
    found = date_codes(array)
    if found is None:
        days = plain(array.view(pa.int32()))
        return _with_nulls(days.astype("datetime64[D]").tolist(), array)
    table, codes = found
    return table[codes].tolist()  # type: ignore[no-any-return]


def date_codes(array: pa.Array) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]] | None:
    """(table of dates, each row's place in it), None being the last entry of the table; None where
    the days lie so far apart that a table does not pay."""
    days = array.view(pa.int32())
    low, high = pc.min_max(days).as_py().values()
    if low is None:
        low, high = 0, -1
    if high - low > _DATE_TABLE_LIMIT:
        return None
    table = np.empty(high - low + 2, object)
    table[:-1] = _date_table(low, high)
    return table, plain(days, high + 1) - low


_dates_known: dict[int, dt.date] = {}
_EPOCH = dt.date(1970, 1, 1).toordinal()


def _date_table(low: int, high: int) -> list[dt.date]:
    """One date object per day of a span; days met before are not made again."""
    known = _dates_known
    found = []
    for day in range(low, high + 1):
        value = known.get(day)
        if value is None:
            value = known[day] = dt.date.fromordinal(_EPOCH + day)
        found.append(value)
    return found


def _datetimes(array: pa.Array) -> list[Any]:
    return _with_nulls(_clock(plain(array.view(pa.int64()))), array)


def _times(array: pa.Array) -> list[Any]:
    # a method of C on datetimes: four times as fast as calling `time` with hours, minutes and so on
    return _with_nulls(list(map(dt.datetime.time, _clock(plain(array.view(pa.int64()))))), array)


def _clock(micros: np.ndarray[Any, Any]) -> list[dt.datetime]:
    return micros.view("datetime64[us]").tolist()  # type: ignore[no-any-return]


def _apply_flags(found: list[Any], flags: pa.Array) -> None:
    marks = plain(flags)
    for index in np.flatnonzero(marks).tolist():
        mark = int(marks[index])
        if found[index] is not None:
            found[index] = found[index].replace(
                tzinfo=dt.UTC if mark & UTC_FLAG else None, fold=1 if mark & FOLD_FLAG else 0
            )


def _each(load: Callable[[Any], Any], array: pa.Array) -> list[Any]:
    values = _by_code(array) if pa.types.is_dictionary(array.type) else objects(array)
    return [None if value is None else load(value) for value in values]


_DECODERS: dict[str, Decoder] = {
    "number": _numbers,
    "float64": _numeric,
    "float32": _numeric,
    "int64": _numeric,
    "int32": _numeric,
    "complex64": _complexes,
    "complex32": _complexes,
    "bool": _bools,
    "datetime": _datetimes,
    "time": _times,
    "date": _dates,
    "bytes": objects,
    "ascii": objects,
    "unicode": objects,
    "json": partial(_each, json.loads),
    "pickle": partial(_each, pickle.loads),
}


# -- min and max -------------------------------------------------------------------------------------


def extremes(kind: ColumnType, array: pa.Array, flags: pa.Array | None) -> tuple[Any, Any]:
    """(min, max) of a column as Python values; (None, None) where it has none."""
    if not kind.ordered or array.null_count == len(array):
        return None, None
    if kind.name == "number":
        return _number_extremes(array)
    found = tuple(pc.min_max(array).values())
    if pa.types.is_floating(array.type):
        return _float_extremes(array)
    if pa.types.is_integer(array.type):
        return found[0].as_py(), found[1].as_py()
    if flags is None or not plain(flags).any():
        low, high = (decode(kind, pa.array([side.as_py()], array.type))[0] for side in found)
        return low, high
    rows = [pc.index(array, side).as_py() for side in found]
    low, high = (decode(kind, array.slice(row, 1), flags.slice(row, 1))[0] for row in rows)
    return low, high


def _float_extremes(array: pa.Array) -> tuple[float | None, float | None]:
    values = plain(array.drop_null()).astype(np.float64)
    if not len(values):
        return None, None
    real = values[~np.isnan(values)]
    if not len(real):
        return float("nan"), float("nan")
    return float(real.min()), float(real.max())


def _number_extremes(array: pa.Array) -> tuple[Any, Any]:
    from axtui.data.types import merge_extreme

    ints, floats, bigs = array.flatten()
    lows: list[Any] = []
    highs: list[Any] = []
    for low, high in (tuple(pc.min_max(ints).as_py().values()), _float_extremes(floats)):
        lows.append(low)
        highs.append(high)
    if bigs.null_count < len(bigs):
        large = [int(value) for value in bigs.drop_null().to_pylist()]
        lows.append(min(large))
        highs.append(max(large))
    return merge_extreme(min, lows), merge_extreme(max, highs)


def kinds(kind: ColumnType, array: pa.Array, flags: pa.Array | None) -> set[str]:
    """What a column holds beyond its type says, for friendly Arrow: of `number` which of int, wide
    (an int that a double cannot hold), float and big; of clock types which of naive and utc."""
    if kind.name == "number":
        ints, floats, bigs = array.flatten()
        found = {
            name
            for name, part in (("int", ints), ("float", floats), ("big", bigs))
            if part.null_count < len(part)
        }
        low, high = pc.min_max(ints).as_py().values()
        if low is not None and max(-low, high) > 1 << 53:
            found.add("wide")
        return found
    if flags is not None:
        marks = plain(flags)[as_flat(array).is_valid().to_numpy(zero_copy_only=False)] & UTC_FLAG
        return {("naive", "utc")[mark] for mark in np.unique(marks).tolist()}
    return set()
