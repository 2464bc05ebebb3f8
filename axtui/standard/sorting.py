"""Sorting the rows of a slice: in memory while they fit, else on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data import database
from axtui.standard.arrays import Ints
from axtui.standard.ordering import order_of
from axtui.standard.shorttexts import taker
from axtui.standard.spilling import Rows, sorted_on_disk

COPIES = 4
"""How often rows and keys are in memory when they are sorted there: as read, as one table, what is
taken of it, and their order."""
MOST_IN_MEMORY = 1 << 30
"""Beyond this many bytes positions in a column of text would not fit in 32 bits."""
BATCH_ROWS = 65_536


def sorted_batches(
    rows: Iterator[Rows], descending: bool, limit: int | None = None
) -> Iterator[pa.RecordBatch]:
    """The batches with their rows in the order of the keys; beyond `limit` bytes (None: what fits in
    the memory of a slice) they are sorted on disk."""
    limit = min(MOST_IN_MEMORY, database.room() // COPIES) if limit is None else limit
    held: list[Rows] = []
    size = 0
    for batch, keys in rows:
        held.append((batch, keys))
        size += batch.nbytes + sum(key.nbytes for key in keys)
        if size > limit:
            yield from sorted_on_disk(chain(held, rows), descending, limit, Path.cwd())
            return
    if held:
        yield from _in_memory(held, descending)


def _in_memory(held: list[Rows], descending: bool) -> Iterator[pa.RecordBatch]:
    parts = zip(*(keys for _, keys in held), strict=True)
    order = order_of([pa.concat_arrays(list(part)) for part in parts], descending)
    if (order[1:] > order[:-1]).all():  # as they were
        yield from (batch for batch, _ in held)
        return
    batches = [batch for batch, _ in held]
    schema = batches[0].schema
    held.clear()
    takers = [
        taker(pa.concat_arrays([batch.column(index) for batch in batches]))
        for index in range(len(schema))
    ]
    batches.clear()
    for start in range(0, len(order), BATCH_ROWS):
        places = order[start : start + BATCH_ROWS]
        yield pa.RecordBatch.from_arrays([take(places) for take in takers], schema=schema)


# -- across slices -----------------------------------------------------------------------------------


def slice_ends(order: Ints, slices: int) -> list[int]:
    """Where each slice ends in the sorted rows, so that they are equally long. The rows left over go
    to slices chosen by what comes first in `order`: by chance, but always the same."""
    total = len(order)
    each, left = divmod(total, slices)
    counts = [each] * slices
    chosen = sorted(range(min(slices, total)), key=lambda number: int(order[number]))
    for sliceno in chosen[:left]:
        counts[sliceno] += 1
    return [int(end) for end in np.cumsum(counts)]


def at_changes(ends: list[int], order: Ints, keys: Sequence[pa.Array]) -> list[int]:
    """`ends` moved forward to where the value of a column, by its keys, changes."""
    total = len(order)
    changes = np.zeros(total + 1, bool)
    changes[-1:] = True
    for key in keys:
        ordered = key.take(pa.array(order))
        if total > 1:
            different = pc.not_equal(ordered.slice(1), ordered.slice(0, total - 1))
            changes[1:-1] |= different.to_numpy(zero_copy_only=False)
    at = np.flatnonzero(changes)
    moved, before = [], 0
    for end in ends[:-1]:
        if end:
            end = int(at[np.searchsorted(at, max(end, before))])
            before = end
        moved.append(end)
    return [*moved, total]
