"""Writing one slice: rows in, one Parquet file and its sidecar out.

Equal rows give equal bytes, however they were handed over: row groups end after `GROUP_ROWS` rows or
at the first `STEP_ROWS` boundary where they have `GROUP_BYTES`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from axtui.data import context, digest, jobdir, types
from axtui.data.decode import extremes, kinds
from axtui.data.encode import fields
from axtui.data.repeats import repeating
from axtui.data.types import FLAGS, ColumnType

GROUP_ROWS = 65_536
GROUP_BYTES = 32 << 20
STEP_ROWS = 2048
COMPRESSION_LEVEL = 1
SIDECAR_FORMAT = "axtui-slice-1"


class SliceFile:
    """One slice of a dataset being written to `path`. `columns` are (name, type) in order."""

    def __init__(self, path: Path, columns: list[tuple[str, ColumnType]]) -> None:
        self.path = path
        self.columns = columns
        self.schema = pa.schema([field for name, kind in columns for field in fields(name, kind)])
        self.rows = 0
        self._held: list[pa.RecordBatch] = []
        self._held_rows = 0
        self._held_bytes = 0
        self._writer: pq.ParquetWriter | None = None
        self._extremes: dict[str, tuple[list[Any], list[Any]]] = {
            name: ([], []) for name, _ in columns
        }
        self._kinds: dict[str, set[str]] = {name: set() for name, _ in columns}

    def append(self, batch: pa.RecordBatch) -> None:
        """Add rows in the physical form (schema `schema`)."""
        self.rows += batch.num_rows
        while batch.num_rows:
            take = min(STEP_ROWS - self._held_rows % STEP_ROWS, batch.num_rows)
            self._hold(batch.slice(0, take))
            batch = batch.slice(take)

    def _hold(self, piece: pa.RecordBatch) -> None:
        self._held.append(piece)
        self._held_rows += piece.num_rows
        self._held_bytes += _size(piece)
        full = self._held_rows >= GROUP_ROWS or self._held_bytes >= GROUP_BYTES
        if full and self._held_rows % STEP_ROWS == 0:
            self._flush()

    def _flush(self) -> None:
        with context.spending("write"):
            table = pa.Table.from_batches(self._held, self.schema).combine_chunks()
            self._held, self._held_rows, self._held_bytes = [], 0, 0
            for name, kind in self.columns:
                self._look_at(name, kind, table)
            self._open(table).write_table(table, row_group_size=max(1, table.num_rows))

    def _look_at(self, name: str, kind: ColumnType, table: pa.Table) -> None:
        if not kind.ordered:
            return
        array = _one(table.column(self.schema.get_field_index(name)))
        flags = None
        if kind.flagged:
            flags = _one(table.column(self.schema.get_field_index(name + FLAGS)))
        low, high = extremes(kind, array, flags)
        self._extremes[name][0].append(low)
        self._extremes[name][1].append(high)
        self._kinds[name] |= kinds(kind, array, flags)

    def _open(self, first: pa.Table) -> pq.ParquetWriter:
        if self._writer is None:
            repeated = repeating(zip(first.column_names, map(_one, first.columns), strict=True))
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(
                self.path,
                self.schema,
                compression="zstd",
                compression_level=COMPRESSION_LEVEL,
                use_dictionary=[*_repetitive(first), *repeated],
                write_statistics=True,
            )
        return self._writer

    def close(self) -> jobdir.Json:
        """Finish the file (an empty slice has one too) and write the sidecar; what it says."""
        if self._held:
            self._flush()
        with context.spending("write"):
            return self._finished()

    def _finished(self) -> jobdir.Json:
        self._open(self.schema.empty_table()).close()
        found = {
            "format": SIDECAR_FORMAT,
            "file": self.path.name,
            "rows": self.rows,
            "bytes": self.path.stat().st_size,
            "digest": digest.of_file(self.path),
            "columns": {name: self._facts(name) for name, _ in self.columns},
        }
        jobdir.write_json(self.path.with_suffix(".json"), found)
        return found

    def _facts(self, name: str) -> jobdir.Json:
        lows, highs = self._extremes[name]
        return {
            "min": types.to_json(types.merge_extreme(min, lows)),
            "max": types.to_json(types.merge_extreme(max, highs)),
            "kinds": sorted(self._kinds[name]),
        }

    def abandon(self) -> None:
        """Give up: nothing of this slice stays."""
        self._held = []
        if self._writer is not None:
            self._writer.close()
        self.path.unlink(missing_ok=True)


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _size(batch: pa.RecordBatch) -> int:
    """Bytes of the values: a function of the rows alone, not of how Arrow happens to hold them."""
    total = 0
    for column in batch.columns:
        if pa.types.is_string(column.type) or pa.types.is_binary(column.type):
            total += 4 * len(column) + _text_bytes(column)
        elif pa.types.is_struct(column.type):
            total += 16 * len(column)
        else:
            total += max(1, column.type.bit_width // 8) * len(column)
    return total


def _text_bytes(column: pa.Array) -> int:
    offsets = np.frombuffer(column.buffers()[1], np.int32, len(column) + 1, column.offset * 4)
    return int(offsets[-1]) - int(offsets[0])


def _repetitive(table: pa.Table) -> list[str]:
    """The text columns whose values repeat enough for a dictionary to pay.

    Where all values are empty it does not: they pack to nothing anyway, and looking each up takes
    longer than writing it.
    """
    found = []
    for field, column in zip(table.schema, table.columns, strict=True):
        if pa.types.is_string(field.type) or pa.types.is_binary(field.type):
            array = _one(column)
            if _text_bytes(array) and pc.count_distinct(array).as_py() <= table.num_rows // 2:
                found.append(field.name)
    return found
