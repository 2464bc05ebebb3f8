"""The histogram of columns of a dataset or chain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from axtui.build.histogram.bins import Bins, make_bins, number_text
from axtui.build.histogram.counting import NAN, count
from axtui.data.chain import DatasetList
from axtui.errors import UserError

_NUMBERS = ("int64", "int32", "float64", "float32", "number")


@dataclass
class Histogram:
    """(value or name of a range, how often), in order; and what the reader must know of it."""

    rows: list[tuple[Any, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def make_histogram(
    datasets: DatasetList,
    columns: Sequence[str],
    slices: Sequence[int],
    toplist: bool = False,
    most: int | None = None,
) -> Histogram:
    """Numbers of one column by ranges, `most` of them (0: each value by itself); or with `toplist`, and
    for all else, the `most` frequent values (None or 0: all). Raises UserError."""
    missing = [
        f"{ds.quoted} has no column {name}"
        for ds in datasets
        for name in columns
        if name not in ds.columns
    ]
    if missing:
        raise UserError("\n".join(missing))
    if not toplist and len(columns) == 1:
        limits = _limits(datasets, columns[0])
        if limits is not None:
            return _by_value(datasets, columns, slices, limits, most)
    return _toplist(datasets, columns, slices, most)


def _limits(datasets: DatasetList, column: str) -> tuple[Any, Any] | None:
    """(least, greatest) where there are ranges to be made; None where not."""
    if any(ds.columns[column].type not in _NUMBERS for ds in datasets):
        return None
    low, high = datasets.min(column), datasets.max(column)
    if low is None or low == high or low != low:
        return None
    if math.inf in (abs(low), abs(high)):
        raise UserError(f"column {column} has infinite numbers: try --toplist")
    return low, high


def _toplist(
    datasets: DatasetList, columns: Sequence[str], slices: Sequence[int], most: int | None
) -> Histogram:
    counts = count(datasets, slices, columns)
    rows = counts.most_common(most or None)
    notes = [f"{number_text(len(counts))} total found"] if len(counts) > len(rows) else []
    return Histogram(rows, notes)


def _by_value(
    datasets: DatasetList,
    columns: Sequence[str],
    slices: Sequence[int],
    limits: tuple[Any, Any],
    most: int | None,
) -> Histogram:
    if most == 0:
        counts = count(datasets, slices, columns)
        notes = _ignored(counts)
        return Histogram(sorted(counts.items()), notes)
    bins = make_bins(*limits, _whole(datasets, columns[0]), most)
    return _by_range(bins, count(datasets, slices, columns, bins))


def _by_range(bins: Bins, counts: Any) -> Histogram:
    notes = _ignored(counts)
    counts[bins.count - 1] += counts[bins.count]  # the greatest value has no range of its own
    rows = [(name, counts[index]) for index, name in enumerate(bins.names())]
    if bins.uneven:
        notes.append("some ranges hold more whole numbers than others")
    return Histogram(rows, notes)


def _ignored(counts: Any) -> list[str]:
    """Take out what is no number, and tell of it."""
    found = []
    for key, word in ((None, "None"), (NAN, "NaN")):
        times = counts.pop(key, 0)
        if times:
            found.append(f"left out: {number_text(times)} times {word}")
    return found


def _whole(datasets: DatasetList, column: str) -> bool:
    """Whether all values are whole numbers."""
    found = [ds.columns[column] for ds in datasets]
    return all(
        one.type.startswith("int") or (one.type == "number" and "float" not in one.kinds)
        for one in found
    )
