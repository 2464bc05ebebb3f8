"""Sorting the rows of a slice: in memory while they fit, else by DuckDB, which spills to disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.standard.arrays import Ints
from axtui.standard.ordering import order_of

IN_MEMORY_BYTES = 256 << 20
"""Rows and keys of one slice beyond this are sorted on disk."""
SPILL_MEMORY = "512MB"
BATCH_ROWS = 65_536

Rows = tuple[pa.RecordBatch, list[pa.Array]]
"""A batch, and the keys of its rows."""


def sorted_batches(
    rows: Iterator[Rows], descending: bool, limit: int = IN_MEMORY_BYTES
) -> Iterator[pa.RecordBatch]:
    """The batches with their rows in the order of the keys."""
    held: list[Rows] = []
    size = 0
    for batch, keys in rows:
        held.append((batch, keys))
        size += batch.nbytes + sum(key.nbytes for key in keys)
        if size > limit:
            yield from _on_disk(chain(held, rows), descending)
            return
    if held:
        yield from _in_memory(held, descending)


def _in_memory(held: list[Rows], descending: bool) -> Iterator[pa.RecordBatch]:
    parts = zip(*(keys for _, keys in held), strict=True)
    order = order_of([pa.concat_arrays(list(part)) for part in parts], descending)
    if (order[1:] > order[:-1]).all():  # as they were
        yield from (batch for batch, _ in held)
        return
    table = pa.Table.from_batches([batch for batch, _ in held]).combine_chunks()
    for start in range(0, len(order), BATCH_ROWS):
        part = table.take(pa.array(order[start : start + BATCH_ROWS]))
        yield from part.combine_chunks().to_batches()


def _on_disk(rows: Iterator[Rows], descending: bool) -> Iterator[pa.RecordBatch]:
    import duckdb

    first = next(rows)
    schema = first[0].schema
    reader = pa.RecordBatchReader.from_batches(
        _keyed_schema(first, schema), _keyed(chain([first], rows))
    )
    direction = "DESC" if descending else "ASC"
    names = [f"c{number}" for number in range(len(schema))]
    keys = [f"k{number} {direction}" for number in range(len(first[1]))]
    with (
        tempfile.TemporaryDirectory(prefix="sort.", dir=Path.cwd()) as spill,
        duckdb.connect(config={"temp_directory": spill, "memory_limit": SPILL_MEMORY}) as database,
    ):
        database.register("unsorted", reader)
        found = database.sql(
            f"SELECT {', '.join(names)} FROM unsorted ORDER BY {', '.join([*keys, 'row'])}"
        )
        for batch in found.to_arrow_reader(BATCH_ROWS):
            columns = [
                _as(column, field) for column, field in zip(batch.columns, schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _keyed_schema(first: Rows, schema: pa.Schema) -> pa.Schema:
    columns = [pa.field(f"c{number}", field.type) for number, field in enumerate(schema)]
    keys = [pa.field(f"k{number}", key.type) for number, key in enumerate(first[1])]
    return pa.schema([*columns, *keys, pa.field("row", pa.int64())])


def _keyed(rows: Iterator[Rows]) -> Iterator[pa.RecordBatch]:
    """The batches with their keys and a row number as columns."""
    row = 0
    for batch, keys in rows:
        names = [f"c{number}" for number in range(batch.num_columns)]
        names += [*(f"k{number}" for number in range(len(keys))), "row"]
        numbers = pa.array(np.arange(row, row + batch.num_rows))
        yield pa.RecordBatch.from_arrays([*batch.columns, *keys, numbers], names=names)
        row += batch.num_rows


def _as(column: Any, field: pa.Field) -> pa.Array:
    return column if column.type == field.type else column.cast(field.type)


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
