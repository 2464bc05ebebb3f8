"""Sorting what does not fit in memory: sorted runs are left on disk, and merged.

A run is what fits. A merge holds some rows of each run, orders them, and gives those up to the first
last one: no row that is still on disk comes before it. It holds a chunk of each run at least and two at
most, so that about half of what it ordered is given; and it orders only rows of runs that begin
before that last one, so that runs which follow one another are not looked at again and again. Memory is
bounded by `limit`, a few times, however many rows there are; beyond `MOST_RUNS` runs are merged into
longer ones. (DuckDB, which spills as well, refuses to sort long rows in less than some 200 MB.)
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from itertools import chain, count
from pathlib import Path

import numpy as np
import pyarrow as pa

from axtui.standard.arrays import Ints
from axtui.standard.ordering import order_of

MOST_RUNS = 64
_LEAST_ROWS = 64

Rows = tuple[pa.RecordBatch, list[pa.Array]]
"""A batch, and the keys of its rows."""


def sorted_on_disk(
    rows: Iterator[Rows], descending: bool, limit: int, folder: Path
) -> Iterator[pa.RecordBatch]:
    """The batches with their rows in the order of the keys, by runs of `limit` bytes in `folder`."""
    first = next(rows)
    schema = first[0].schema
    keyed = (_keyed(*found) for found in chain([first], rows))
    with tempfile.TemporaryDirectory(prefix="sort.", dir=folder) as spill:
        sorter = _Sorter(Path(spill), len(first[1]), descending, limit)
        for batch in sorter.sorted(keyed):
            yield pa.RecordBatch.from_arrays(batch.columns[: len(schema)], schema=schema)


def _keyed(batch: pa.RecordBatch, keys: Sequence[pa.Array]) -> pa.RecordBatch:
    """A batch with its keys as the last columns; two columns may have one name."""
    columns = [*batch.columns, *keys]
    return pa.RecordBatch.from_arrays(columns, names=[str(n) for n in range(len(columns))])


class _Sorter:
    """Sorts batches by their last `keys` columns."""

    def __init__(self, folder: Path, keys: int, descending: bool, limit: int) -> None:
        self._folder, self._keys, self._descending, self._limit = folder, keys, descending, limit
        self._numbers = count()

    def sorted(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        runs: list[_Run] = []
        for held in _up_to(batches, self._limit):
            table = pa.Table.from_batches(held).combine_chunks()
            if not table.num_rows:
                continue
            order = self._order(table)
            step = self._step(table)
            parts = (order[at : at + step] for at in range(0, len(order), step))
            runs.append(self._run(_taken(table, part) for part in parts))
            del held, table
            if len(runs) > MOST_RUNS:
                runs = [self._run(self._cut(self._merged(runs)))]
        yield from self._merged(runs)

    def _step(self, rows: pa.Table | pa.RecordBatch) -> int:
        """As many of such rows as a chunk has: a merge holds up to two of each run."""
        size = max(1, rows.nbytes)
        return max(_LEAST_ROWS, int(rows.num_rows * self._limit // (2 * MOST_RUNS) // size))

    def _cut(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The batches in steps: what a merge gives is as large as all that it held."""
        for batch in batches:
            step = self._step(batch)
            yield from (batch.slice(at, step) for at in range(0, batch.num_rows, step))

    def _order(self, rows: pa.Table) -> Ints:
        return order_of([_one(key) for key in rows.columns[-self._keys :]], self._descending)

    def _run(self, batches: Iterator[pa.RecordBatch]) -> _Run:
        return _Run(self._folder / str(next(self._numbers)), batches)

    def _merged(self, runs: Sequence[_Run]) -> Iterator[pa.RecordBatch]:
        """The rows of sorted runs, sorted; of equal rows those of the first run come first."""
        held = [_Held(run) for run in runs]
        while held := [one for one in held if one.rows.num_rows]:
            taking = self._that_begin_first(held)
            ends = np.cumsum([one.rows.num_rows for one in taking])
            order = self._order(pa.Table.from_batches([self._keys_of(one.rows) for one in taking]))
            places = _places(order)
            given = order[: int(places[ends - 1].min()) + 1]
            used = np.bincount(np.searchsorted(ends, given, "right"), minlength=len(taking))
            parts = [one.take(count) for one, count in zip(taking, used.tolist(), strict=True)]
            yield _taken(pa.Table.from_batches(parts), _closed_up(given, ends, used))

    def _that_begin_first(self, held: Sequence[_Held]) -> list[_Held]:
        """Those whose first row comes before the last ones of all."""
        edges = [
            rows.slice(at, 1)
            for rows in (self._keys_of(one.rows) for one in held)
            for at in (0, rows.num_rows - 1)
        ]
        places = _places(self._order(pa.Table.from_batches(edges)))
        bound = places[1::2].min()
        return [one for one, first in zip(held, places[::2], strict=True) if first <= bound]

    def _keys_of(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        return rows.select(rows.schema.names[-self._keys :])


class _Held:
    """The next rows of a run, in memory: a chunk at least, and two at most."""

    def __init__(self, run: _Run) -> None:
        self._source = run.batches()
        self.rows = next(self._source)
        self._least = self.rows.num_rows
        self._fill()

    def take(self, count: int) -> pa.RecordBatch:
        """The first so many rows, in whose place others come."""
        given, self.rows = self.rows.slice(0, count), self.rows.slice(count)
        self._fill()
        return given

    def _fill(self) -> None:
        while self.rows.num_rows <= self._least:
            following = next(self._source, None)
            if following is None:
                return
            self.rows = pa.concat_batches([self.rows, following])


def _places(order: Ints) -> Ints:
    """The place in an order that each row has."""
    found = np.empty(len(order), np.int64)
    found[order] = np.arange(len(order))
    return found


def _closed_up(places: Ints, ends: Ints, used: Ints) -> Ints:
    """Places in parts that end at `ends`, as they are where of each part only the first `used` are."""
    lost = np.cumsum(np.append(0, np.diff(ends, prepend=0) - used))[:-1]
    moved: Ints = places - lost[np.searchsorted(ends, places, "right")]
    return moved


class _Run:
    """Sorted rows in a file, a batch after the other; gone when they have been read."""

    def __init__(self, path: Path, batches: Iterator[pa.RecordBatch]) -> None:
        self._path = path
        self._sizes: list[int] = []
        self._schema: pa.Schema = None
        with path.open("wb") as file:
            for batch in batches:
                message = batch.serialize()
                file.write(message)
                self._sizes.append(message.size)
                self._schema = batch.schema

    def batches(self) -> Iterator[pa.RecordBatch]:
        at = 0
        for size in self._sizes:
            with self._path.open("rb") as file:  # not held open: there are many runs
                content = os.pread(file.fileno(), size, at)
            yield pa.ipc.read_record_batch(pa.py_buffer(content), self._schema)
            at += size
        self._path.unlink()


def _up_to(batches: Iterator[pa.RecordBatch], limit: int) -> Iterator[list[pa.RecordBatch]]:
    """The batches, some at a time: so many that they have `limit` bytes."""
    held: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        held.append(batch)
        size += batch.nbytes
        if size >= limit:
            yield held
            held, size = [], 0
    if held:
        yield held


def _taken(table: pa.Table, rows: Ints) -> pa.RecordBatch:
    found = table.take(pa.array(rows)).combine_chunks()
    return pa.RecordBatch.from_arrays([_one(c) for c in found.columns], schema=found.schema)


def _one(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
    return column
