"""The rows of one slice of a dataset: all in turn a window at a time, or some by their number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import pyarrow as pa

from axtui.data import context, virtual
from axtui.data.dataset import Dataset
from axtui.data.encode import fields
from axtui.data.grep.patterns import NumberPattern, Patterns
from axtui.data.grep.texts import plain
from axtui.data.parquet import Intervals, intersect, possible
from axtui.data.types import TYPES, ColumnType

WINDOW_ROWS = 65_536
_ONLY_NUMBERS = ("int64", "int32", "float64", "float32", "number")
_NEVER_NUMBERS = ("date", "datetime", "time", "complex64", "complex32")


class SliceRows:
    """Reads one slice, as this workspace counts slices, of one dataset."""

    def __init__(self, dataset: Dataset, sliceno: int) -> None:
        self.dataset = dataset
        self.sliceno = sliceno
        self._meta = dataset.meta
        self._slices = context.active().slices

    @cached_property
    def lines(self) -> int:
        """How many rows there are."""
        return int(self.dataset.lines[self.sliceno])

    def kind(self, column: str) -> ColumnType:
        """The type of a column."""
        return TYPES[self._meta.columns[column].type]

    def windows(
        self, columns: Sequence[str], intervals: Intervals | None = None
    ) -> Iterator[tuple[int, pa.RecordBatch]]:
        """(number of the first row, rows): all of `intervals` (None: all rows), in order, in pieces
        of at most `WINDOW_ROWS`, in the physical form."""
        wanted = iter([(0, self.lines)] if intervals is None else intervals)
        row = stop = 0
        for batch in self._batches(columns, intervals):
            while batch.num_rows:
                if row == stop:
                    row, stop = next(wanted)
                    continue
                size = min(stop - row, batch.num_rows, WINDOW_ROWS)
                yield row, batch.slice(0, size)
                batch = batch.slice(size)
                row += size

    def rows(self, columns: Sequence[str], start: int, stop: int) -> pa.RecordBatch:
        """The rows [start, stop) in one piece."""
        if self._stored:
            found = self._batches(columns, [(start, stop)])
        else:
            found = (batch.slice(start, stop - start) for batch in [self._all(tuple(columns))])
        batches = list(found)
        return batches[0] if len(batches) == 1 else self._one(columns, batches)

    def _batches(
        self, columns: Sequence[str], intervals: Intervals | None
    ) -> Iterator[pa.RecordBatch]:
        if intervals is not None and not intervals:
            return iter(())
        return virtual.share(
            self._meta, self.sliceno, self._slices, list(columns), intervals, codes=True
        )

    @cached_property
    def _stored(self) -> bool:
        """Whether the slice is one of its files, so that rows can be read by their number."""
        return len(self._meta.lines) == self._slices and all(
            virtual.is_direct(self._meta, virtual.source_of(self._meta, name)[0])
            for name in self._meta.columns
        )

    def _all(self, columns: tuple[str, ...]) -> pa.RecordBatch:
        """All rows; kept, where finding some again would be reading all."""
        kept: dict[tuple[str, ...], pa.RecordBatch] = self.__dict__.setdefault("_kept", {})
        if columns not in kept:
            kept[columns] = self._one(columns, self._batches(columns, None))
        return kept[columns]

    def _one(self, columns: Sequence[str], batches: Iterable[pa.RecordBatch]) -> pa.RecordBatch:
        distinct = dict.fromkeys(columns)
        schema = pa.schema([field for name in distinct for field in fields(name, self.kind(name))])
        table = pa.Table.from_batches([plain(batch) for batch in batches], schema)
        found = table.combine_chunks().to_batches()
        return found[0] if found else _none(schema)

    # -- what need not be read

    def possible(self, patterns: Patterns, columns: Sequence[str]) -> Intervals | None:
        """The rows that may match, by what the files tell of their parts; None: any may."""
        if not patterns.numbers or not self._stored or not self.lines:
            return None
        if any(not pattern.limits for pattern in patterns.numbers):
            return None
        found: list[tuple[int, int]] = []
        for name in columns:
            type_ = self.kind(name).name
            if type_ in _NEVER_NUMBERS:
                continue
            if type_ not in _ONLY_NUMBERS:
                return None
            for pattern in patterns.numbers:
                rows = self._within(name, pattern)
                if rows is None:
                    return None
                found += rows
        return _merged(found)

    def _within(self, name: str, pattern: NumberPattern) -> Intervals | None:
        source, stored = virtual.source_of(self._meta, name)
        path = source.file(self.sliceno)
        if path is None:
            return None
        low = [bound for sign, bound in pattern.limits if sign in (">", ">=", "=")]
        high = [bound for sign, bound in pattern.limits if sign in ("<", "<=", "=")]
        rows = possible(path, stored, self.kind(name), max(low, default=None), None)
        if rows is None or not high:
            return rows
        below = possible(path, stored, self.kind(name), None, _above(min(high)))
        return intersect(rows, below)


def _merged(intervals: list[tuple[int, int]]) -> Intervals:
    found: list[tuple[int, int]] = []
    for start, stop in sorted(intervals):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return found


def _above(bound: float) -> float:
    """A bound that is surely above: statistics are asked for what is below it."""
    if bound != bound or bound in (float("inf"), float("-inf")):
        return float("inf")
    return int(bound) + 2


def _none(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)
