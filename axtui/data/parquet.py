"""Reading rows of one Parquet slice: chosen columns, chosen row intervals, a row group at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from axtui.data import context
from axtui.data.filestamp import Stamp, stamp
from axtui.data.types import FLAGS, ColumnType
from axtui.errors import DamagedJobError

Intervals = Sequence[tuple[int, int]]
"""Row ranges [start, stop) of a slice, sorted and apart."""
Names = Sequence[tuple[str, str]]
"""(name to give, name in the file) of each column to read, companions included."""
_FOOTERS = 8
"""So many are kept."""


def read(
    path: Path, names: Names, intervals: Intervals | None = None, codes: bool = False
) -> Iterator[pa.RecordBatch]:
    """Record batches of a slice file, in order, of the rows in `intervals` (None: all).

    With `codes`, text that is stored by dictionary comes as dictionary arrays.
    """
    with context.spending("read"):
        footer = _footer(path)
        opened = _open(path, footer, [stored for _, stored in names] if codes else [])
    with opened as file:
        start = 0
        for group in range(footer.metadata.num_row_groups):
            stop = start + footer.metadata.row_group(group).num_rows
            wanted = [(start, stop)] if intervals is None else _cut(intervals, start, stop)
            if wanted:
                with context.spending("read"):
                    batch = _row_group(file, group, names, footer.columns)
                for first, last in wanted:
                    yield batch.slice(first - start, last - first)
            start = stop


@dataclass(frozen=True)
class _Footer:
    """What a file says of itself: its columns, and those of bytes that lie by dictionary."""

    metadata: pq.FileMetaData
    columns: frozenset[str]
    coded: frozenset[str]


def _footer(path: Path) -> _Footer:
    try:
        return _footer_of(str(path), stamp(path.stat()))
    except FileNotFoundError:
        raise DamagedJobError(f"{path} is gone: the job it belongs to is damaged") from None
    except pa.ArrowException as error:
        raise DamagedJobError(f"{path} is not a readable Parquet file: {error}") from None


@lru_cache(_FOOTERS)
def _footer_of(path: str, state: Stamp) -> _Footer:
    """The footer of a file that is in this state. To read one takes longer than to open the file and
    read thousands of values, and a loop is often one of several over the same rows."""
    metadata = pq.read_metadata(path, memory_map=True)
    columns = frozenset(metadata.schema.to_arrow_schema().names)
    return _Footer(metadata, columns, frozenset(_coded(metadata)))


def _open(path: Path, footer: _Footer, text_columns: Collection[str] = ()) -> pq.ParquetFile:
    # For numbers, threads of Arrow that read ahead took as long as all the rest. Not mapped: what is
    # mapped counts as memory of the process, all of the file at last, and is no faster
    try:
        return pq.ParquetFile(
            path,
            metadata=footer.metadata,
            read_dictionary=[name for name in text_columns if name in footer.coded],
            pre_buffer=False,
        )
    except FileNotFoundError:
        raise DamagedJobError(f"{path} is gone: the job it belongs to is damaged") from None
    except pa.ArrowException as error:
        raise DamagedJobError(f"{path} is not a readable Parquet file: {error}") from None


def _coded(metadata: pq.FileMetaData) -> list[str]:
    if not metadata.num_row_groups:
        return []
    first = metadata.row_group(0)
    chunks = (first.column(index) for index in range(first.num_columns))
    return [
        chunk.path_in_schema
        for chunk in chunks
        if chunk.physical_type == "BYTE_ARRAY" and chunk.has_dictionary_page
    ]


def _row_group(
    file: pq.ParquetFile, group: int, names: Names, present: Collection[str]
) -> pa.RecordBatch:
    wanted = list(dict.fromkeys(stored for _, stored in names if stored in present))
    # named, each column is looked for by its path
    named = wanted if len(wanted) < len(present) else None
    table = file.read_row_group(group, columns=named, use_threads=False)
    columns = dict(zip(table.schema.names, _columns(table), strict=True))
    arrays = []
    for _, stored in names:
        if stored in columns:
            arrays.append(columns[stored])
        else:  # a companion nobody needed
            arrays.append(pa.array(np.zeros(table.num_rows, np.uint8)))
    return pa.RecordBatch.from_arrays(arrays, names=[given for given, _ in names])


def _columns(table: pa.Table) -> list[pa.Array]:
    """The columns, each in one piece."""
    batches = table.to_batches()
    if len(batches) == 1:
        return list(batches[0].columns)
    return [_flat(column) for column in table.columns]


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _cut(intervals: Intervals, start: int, stop: int) -> list[tuple[int, int]]:
    """The parts of the intervals that lie in [start, stop)."""
    return [
        (max(first, start), min(last, stop))
        for first, last in intervals
        if first < stop and last > start
    ]


def intersect(one: Intervals | None, other: Intervals | None) -> Intervals | None:
    """The rows in both; None stands for all rows."""
    if one is None or other is None:
        return other if one is None else one
    return [part for start, stop in other for part in _cut(one, start, stop)]


def expand(name: str, stored: str, kind: ColumnType) -> list[tuple[str, str]]:
    """The names to read for one column: itself and its companion."""
    found = [(name, stored)]
    if kind.flagged:
        found.append((name + FLAGS, stored + FLAGS))
    return found


# -- skipping by statistics --------------------------------------------------------------------------


def possible(path: Path, stored: str, kind: ColumnType, start: Any, stop: Any) -> Intervals | None:
    """The rows of those row groups that may hold `start <= value < stop`, by their statistics."""
    metadata = _footer(path).metadata
    leaves = [
        index
        for index in range(metadata.num_columns)
        if metadata.schema.column(index).path in _leaf_paths(stored, kind)
    ]
    found: list[tuple[int, int]] = []
    row = 0
    for group in range(metadata.num_row_groups):
        facts = metadata.row_group(group)
        if any(_may_hold(facts.column(index), start, stop) for index in leaves):
            found.append((row, row + facts.num_rows))
        row += facts.num_rows
    return found if leaves else None


def _leaf_paths(stored: str, kind: ColumnType) -> set[str]:
    if kind.name == "number":
        return {f"{stored}.{part}" for part in ("int", "float", "big")}
    return {stored}


def _may_hold(chunk: Any, start: Any, stop: Any) -> bool:
    facts = chunk.statistics
    if facts is None:
        return True
    if facts.num_values == 0 and facts.has_null_count:
        return False
    if not facts.has_min_max or chunk.path_in_schema.endswith(".big"):
        return True
    try:
        low, high = clock(facts.min), clock(facts.max)
        return (stop is None or low < clock(stop)) and (start is None or high >= clock(start))
    except TypeError:  # bounds of another kind: what that means is seen at the rows
        return True


def clock(value: Any) -> Any:
    """A time without its zone, for comparing where only the clock was stored."""
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime | dt.time) else value
