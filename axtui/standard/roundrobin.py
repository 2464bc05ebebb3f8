"""The rows of a dataset in round-robin order: the first of each slice, the second of each, and so on.

That is the order of the lines in the file that csvimport read. Rows are numbered by their place in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from axtui.data import context, virtual
from axtui.data.dataset import Dataset
from axtui.data.types import FLAGS, TYPES
from axtui.standard.arrays import Ints
from axtui.standard.changes import differs

BLOCK_ROWS = 65_536


def before(lines: Sequence[int], height: int) -> int:
    """How many rows come before the first one that is number `height` in its slice."""
    return sum(min(count, height) for count in lines)


def interleaved(
    ds: Dataset, columns: Sequence[str], first: int, last: int
) -> Iterator[pa.RecordBatch]:
    """Physical batches of the rows `first` to `last` (without) in round-robin order. Of other rows no
    more than those of their row groups are read."""
    if first >= last:
        return
    active = context.active()
    active.note("reads", dataset=ds.ref, columns=sorted(set(columns)))
    lines = ds.lines
    low, high = _height(lines, first), _height(lines, last - 1) + 1
    slices = [_Slice(ds, sliceno, columns, low, high) for sliceno in range(len(lines))]
    step = max(1, BLOCK_ROWS // len(lines))
    row = before(lines, low)
    for height in range(low, high, step):
        counts = [min(count, height + step, high) - min(count, height) for count in map(int, lines)]
        parts = [part.take(count) for part, count in zip(slices, counts, strict=True)]
        table = pa.concat_tables([part for part in parts if part is not None])
        places = np.concatenate(
            [np.arange(count) * len(lines) + number for number, count in enumerate(counts)]
        )
        ordered = table.combine_chunks().take(pa.array(np.argsort(places)))
        inside = ordered.slice(max(0, first - row), min(last, row + len(places)) - max(first, row))
        active.status.rows(inside.num_rows)
        yield from inside.combine_chunks().to_batches()
        row += len(places)


def _height(lines: Sequence[int], row: int) -> int:
    """The number, in its slice, of the row with this place."""
    low, high = 0, max(lines)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if before(lines, middle) <= row else (low, middle)
    return low


class _Slice:
    """A slice of a dataset, taken some rows at a time."""

    def __init__(
        self, ds: Dataset, sliceno: int, columns: Sequence[str], low: int, high: int
    ) -> None:
        slices = context.active().slices
        self._batches = virtual.share(ds.meta, sliceno, slices, columns, [(low, high)])
        self._held: pa.RecordBatch | None = None

    def take(self, rows: int) -> pa.Table | None:
        """The next rows; there are as many. None for none."""
        found: list[pa.RecordBatch] = []
        while rows:
            batch = self._held if self._held is not None else next(self._batches)
            found.append(batch.slice(0, rows))
            rows -= found[-1].num_rows
            left = batch.slice(found[-1].num_rows)
            self._held = left if left.num_rows else None
        return pa.Table.from_batches(found) if found else None


def where_changed(ds: Dataset, column: str, ends: Sequence[int]) -> list[int]:
    """Each of `ends` moved on to the first row whose value in a column is not that of the row before
    it: the end of the dataset where there is none, and 0 stays 0."""
    total = sum(ds.lines)
    moved: list[int] = []
    for end in ends:
        if moved and moved[-1] >= end:
            moved.append(moved[-1])
        else:
            moved.append(_next_change(ds, column, end) if 0 < end < total else int(end))
    return moved


def _next_change(ds: Dataset, column: str, end: int) -> int:
    kind = TYPES[ds.columns[column].type]
    row, former = end - 1, None
    for batch in interleaved(ds, [column], end - 1, sum(ds.lines)):
        joined = batch if former is None else _joined(former, batch)
        flags = joined.column(column + FLAGS) if kind.flagged else None
        changed: Ints = np.flatnonzero(differs(kind, joined.column(column), flags))
        if len(changed):
            return row + 1 + int(changed[0])
        row += joined.num_rows - 1
        former = joined.slice(joined.num_rows - 1)
    return row + 1


def _joined(one: pa.RecordBatch, other: pa.RecordBatch) -> pa.RecordBatch:
    table = pa.Table.from_batches([one, other]).combine_chunks()
    return table.to_batches()[0]
