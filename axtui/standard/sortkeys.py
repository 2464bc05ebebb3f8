"""What rows are sorted by: for each column, arrays without null or NaN that compare as it should.

As in the Accelerator, None sorts as the smallest number, as no text, as False's predecessor, and as
the latest time; NaN sorts as the largest float. Rows with equal keys keep their order.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.dsmeta import DatasetColumn
from axtui.errors import UserError
from axtui.standard.arrays import mask_of

_MICROS = dt.timedelta(microseconds=1)
_LATEST = {
    "datetime": (dt.datetime.max - dt.datetime(1970, 1, 1)) // _MICROS,
    "date": (dt.date.max - dt.date(1970, 1, 1)).days,
    "time": 86_400_000_000 - 1,
}
_NUMBERS = ("number", "float64", "float32", "int64", "int32", "bool")
SORTABLE = (*_NUMBERS, *_LATEST, "bytes", "ascii", "unicode", "json")


def check_sortable(name: str, column: DatasetColumn) -> None:
    """Raises UserError for a column that rows cannot be sorted by."""
    if column.type not in SORTABLE:
        raise UserError(f"column {name!r} is {column.type}, which has no order to sort by")


def json_ranks(texts: Iterable[str]) -> pa.Table:
    """The texts of JSON values in the order of the values, as Python orders them; of equal values the
    first text stands for all. Raises UserError where they have no order."""
    values = [(_ordered(json.loads(text)), text) for text in dict.fromkeys(texts)]
    try:
        values.sort(key=lambda pair: pair[0])
    except TypeError as error:
        raise UserError(f"the JSON values to sort by have no order: {error}") from None
    ranks = list(accumulate((int(a[0] != b[0]) for a, b in pairwise(values)), initial=0))
    found = pa.array([text for _, text in values], pa.string())
    return pa.table({"text": found, "rank": pa.array(ranks[: len(values)], pa.int64())})


def _ordered(value: Any) -> Any:
    if value is None:
        return -math.inf
    return math.inf if isinstance(value, float) and math.isnan(value) else value


def json_keys(array: pa.Array, ranks: pa.Table) -> list[pa.Array]:
    """The array to sort a JSON column by, given the ranks of all its texts."""
    places = pc.index_in(array.cast(pa.string()), ranks.column("text").combine_chunks())
    return [ranks.column("rank").combine_chunks().take(places)]


def key_arrays(kind: str, array: pa.Array, big: bool = False) -> list[pa.Array]:
    """The arrays to sort a column (in physical form) by, the first one first; for JSON see `json_keys`.

    `big`: a `number` column has, here or in another batch, integers beyond 64 bits.
    """
    if kind in ("bytes", "ascii", "unicode"):
        return [pc.fill_null(array.view(pa.binary()), b"")]
    if kind in ("int64", "int32"):
        return [array.is_valid().cast(pa.int8()), pc.fill_null(array, 0)]
    if kind == "bool":
        return [pc.fill_null(array.cast(pa.int8()), -1)]
    if kind in _LATEST:
        width = pa.int32() if kind == "date" else pa.int64()
        return [pc.fill_null(array.view(width), pa.scalar(_LATEST[kind], width))]
    if kind == "number":
        return _number_keys(array, big)
    return [_float_key(array.cast(pa.float64()))]


def _float_key(array: pa.Array) -> pa.Array:
    values = pc.fill_null(array, -np.inf).to_numpy(zero_copy_only=False)
    return pa.array(np.where(np.isnan(values), np.inf, values) + 0.0)  # -0.0 and 0.0 are equal


def _number_keys(array: pa.Array, big: bool) -> list[pa.Array]:
    """The nearest float, and how far an integer lies from it: together exact."""
    ints, floats, bigs = array.flatten()
    whole = pc.fill_null(ints, 0).to_numpy(zero_copy_only=False)
    is_int = mask_of(ints.is_valid())
    nearest = whole.astype(np.float64)
    top = nearest >= 2.0**63  # the float is one more than int64 can hold
    back = np.where(top, 0.0, nearest).astype(np.int64)
    rest = np.where(top, whole - np.iinfo(np.int64).max - 1, whole - back)
    first = np.where(is_int, nearest, _float_key(floats).to_numpy())
    keys = [pa.array(first), pa.array(np.where(is_int, rest, 0))]
    return _with_bigs(keys, bigs) if big else keys


def _with_bigs(keys: list[pa.Array], bigs: pa.Array) -> list[pa.Array]:
    """Keys where some integers are beyond 64 bits: how far those lie from the float is a third one,
    as bytes, for it may be beyond 64 bits too."""
    first = keys[0].to_numpy().copy()
    distances = [_distance(0)] * len(first)
    for row in np.flatnonzero(mask_of(bigs.is_valid())).tolist():
        value = int(bigs[row].as_py())
        first[row] = float(value)
        distances[row] = _distance(value - int(float(value)))
    return [pa.array(first), keys[1], pa.array(distances, pa.binary())]


def _distance(value: int) -> bytes:
    return (value + (1 << 1008)).to_bytes(128, "big")
