"""Counting the values of a column, or the tuples of several, over slices of datasets side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.build.histogram.bins import Bins
from axtui.config import cores
from axtui.data.dataset import Dataset
from axtui.data.decode import decode
from axtui.data.grep.pool import Piece, Pool, Work, here
from axtui.data.grep.source import SliceRows
from axtui.data.types import FLAGS, ColumnType
from axtui.errors import UserError

Counts = Counter[Any]
NAN = float("nan")
_WORTH_PROCESSES = 500_000
_EXACT = 1 << 53
_TO_COUNT = ("number", "json", "pickle", "complex64", "complex32")
"""Types whose arrays Arrow cannot count."""


def count(
    datasets: Sequence[Dataset],
    slices: Sequence[int],
    columns: Sequence[str],
    bins: Bins | None = None,
) -> Counts:
    """How often each value is there (tuples for several columns), or with `bins` each of their numbers;
    all NaN are one. Raises UserError for values that cannot be counted."""
    tasks = [(ds, sliceno) for sliceno in slices for ds in datasets if ds.lines[sliceno]]
    work = Work([0] * len(tasks), lambda number: _count(*tasks[number], columns, bins))
    total: list[tuple[int, Counts]] = []
    for piece in _pieces(work, sum(ds.lines[sliceno] for ds, sliceno in tasks)):
        if not piece.last:
            total.append((piece.task, piece.made))
    found: Counts = Counter()
    for _, part in sorted(total, key=lambda each: each[0]):
        found.update(part)
    return _one_nan(found)


def _pieces(work: Work, rows: int) -> Iterator[Piece]:
    processes = min(cores(), len(work.groups))
    if processes < 2 or rows < _WORTH_PROCESSES:
        yield from here(work)
    else:
        with Pool(work, processes) as pool:
            yield from pool


def _one_nan(found: Counts) -> Counts:
    nans = [key for key in found if isinstance(key, float) and key != key]
    if nans:
        found[NAN] = sum(found.pop(key) for key in nans)
    return found


def _count(
    dataset: Dataset, sliceno: int, columns: Sequence[str], bins: Bins | None
) -> Iterator[Counts]:
    rows = SliceRows(dataset, sliceno)
    kinds = [rows.kind(name) for name in columns]
    found: Counts = Counter()
    for _, batch in rows.windows(columns):
        arrays = [
            (kind, batch.column(name), batch.column(name + FLAGS) if kind.flagged else None)
            for name, kind in zip(columns, kinds, strict=True)
        ]
        if bins is not None:
            found.update(_binned(bins, *arrays[0][:2]))
        elif len(arrays) == 1:
            found.update(_values(*arrays[0]))
        else:
            lists = [decode(*array) for array in arrays]
            _add(found, zip(*lists, strict=True), columns)
    yield found


def _values(kind: ColumnType, array: pa.Array, flags: pa.Array | None) -> Counts:
    found: Counts = Counter()
    flagged = flags is not None and pc.any(pc.not_equal(flags, 0)).as_py()
    if kind.name in _TO_COUNT or flagged:
        _add(found, decode(kind, array, flags), [kind.name])
        return found
    values, counts = pc.value_counts(array).flatten()
    for value, times in zip(decode(kind, values), counts.to_pylist(), strict=True):
        found[value] += times
    return found


def _add(found: Counts, values: Any, what: Sequence[str]) -> None:
    try:
        found.update(values)
    except TypeError:
        named = ", ".join(what)
        raise UserError(f"lists and the like cannot be counted ({named})") from None


def _binned(bins: Bins, kind: ColumnType, array: pa.Array) -> Counts:
    parts = array.flatten() if kind.name == "number" else [array]
    found: Counts = Counter()
    if array.null_count:
        found[None] = array.null_count
    for part in parts:
        values = part.drop_null()
        if len(values):
            found.update(_numbers(bins, values))
    return found


def _numbers(bins: Bins, values: pa.Array) -> Counts:
    wide = bins.high - bins.low >= _EXACT
    if pa.types.is_string(values.type) or (wide and pa.types.is_integer(values.type)):
        return Counter(map(bins.number, map(int, values.to_pylist())))
    numbers = values.cast(pa.int64() if pa.types.is_integer(values.type) else pa.float64())
    places = bins.numbers(numbers.to_numpy())
    nans = np.isnan(places)
    each, times = np.unique(places[~nans], return_counts=True)
    found: Counts = Counter(dict(zip(each.tolist(), times.tolist(), strict=True)))
    if nans.any():
        found[NAN] = int(nans.sum())
    return found
