"""Writing one slice: rows in, one Parquet file and its sidecar out.

Equal rows give equal bytes, however they were handed over: row groups end after `GROUP_ROWS` rows or
at the first `STEP_ROWS` boundary where they have `GROUP_BYTES`.
"""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from axtui.data import context, digest, jobdir, types
from axtui.data.decode import extremes, kinds
from axtui.data.encode import NUMBER, fields
from axtui.data.encodings import encodings
from axtui.data.repeats import repeating
from axtui.data.rowgroup import RowGroup, is_text, sizes
from axtui.data.types import FLAGS, ColumnType
from axtui.errors import DatasetUsageError

GROUP_ROWS = 65_536
GROUP_BYTES = 64 << 20
STEP_ROWS = 2048
COMPRESSION_LEVEL = 1
SIDECAR_FORMAT = "axtui-slice-1"


class SliceFile:
    """One slice of a dataset being written to `path`. `columns` are (name, type) in order; those of
    `required`, that nothing in them is None."""

    def __init__(
        self,
        path: Path,
        columns: list[tuple[str, ColumnType]],
        required: Container[str] = frozenset(),
    ) -> None:
        self.path = path
        self.columns = columns
        self.schema = pa.schema([field for name, kind in columns for field in fields(name, kind)])
        self.rows = 0
        self._required = required
        self._group = RowGroup(self.schema)
        self._coded: set[str] = set()
        self._writer: pq.ParquetWriter | None = None
        self._extremes: dict[str, tuple[list[Any], list[Any]]] = {
            name: ([], []) for name, _ in columns
        }
        self._kinds: dict[str, set[str]] = {name: set() for name, _ in columns}

    def append(self, batch: pa.RecordBatch) -> None:
        """Add rows in the physical form (schema `schema`; texts may come by dictionary)."""
        self.rows += batch.num_rows
        while batch.num_rows:
            take, size = self._share(batch)
            self._group.add(batch.slice(0, take), size)
            batch = batch.slice(take)
            if self._is_full(self._group.rows, self._group.bytes):
                self._flush()

    def _share(self, batch: pa.RecordBatch) -> tuple[int, int]:
        """How many rows of a batch still belong to the group at hand, and their bytes."""
        first = STEP_ROWS - self._group.rows % STEP_ROWS
        stops = np.arange(first, batch.num_rows, STEP_ROWS)
        stops = np.append(stops, batch.num_rows)
        counted = sizes(batch, stops)
        for stop, size in zip(stops.tolist(), counted.tolist(), strict=True):
            if self._is_full(self._group.rows + stop, self._group.bytes + size):
                return stop, size
        return stop, size

    def _is_full(self, rows: int, size: int) -> bool:
        return rows % STEP_ROWS == 0 and (rows >= GROUP_ROWS or size >= GROUP_BYTES)

    def _flush(self) -> None:
        with context.spending("write"):
            group, self._group = self._group, RowGroup(self.schema)
            arrays = [self._column(group, index) for index in range(len(self.schema))]
            for name, kind in self.columns:
                self._look_at(name, kind, arrays)
            for field, array in zip(self.schema, arrays, strict=True):
                if array.null_count and field.name in self._required:
                    raise DatasetUsageError(
                        f"{self.path}: column {field.name!r} has a None; declare it with none_support"
                    )
            writer = self._open(arrays)
            table = pa.Table.from_arrays(arrays, schema=writer.schema)
            writer.write_table(table, row_group_size=max(1, group.rows))

    def _column(self, group: RowGroup, index: int) -> pa.Array:
        """A column as it is written. Whether texts repeat enough for a dictionary to pay, the first
        row group tells: never where that is small."""
        field = self.schema.field(index)
        if not is_text(field.type):
            return group.flat(index)
        if self._writer is None and group.rows >= STEP_ROWS:
            array = group.coded(index)
            if len(array.dictionary) <= group.rows // 2:
                self._coded.add(field.name)
                return array
        return group.coded(index) if field.name in self._coded else group.flat(index)

    def _look_at(self, name: str, kind: ColumnType, arrays: list[pa.Array]) -> None:
        if not kind.ordered:
            return
        array = arrays[self.schema.get_field_index(name)]
        flags = arrays[self.schema.get_field_index(name + FLAGS)] if kind.flagged else None
        low, high = extremes(kind, array, flags)
        self._extremes[name][0].append(low)
        self._extremes[name][1].append(high)
        self._kinds[name] |= kinds(kind, array, flags)

    def _open(self, arrays: list[pa.Array] | None = None) -> pq.ParquetWriter:
        """The writer, opened for columns like these, or for none."""
        if self._writer is None:
            types = [array.type for array in arrays] if arrays else self.schema.types
            written = [
                pa.field(field.name, kind, field.name not in self._required)
                for field, kind in zip(self.schema, types, strict=True)
            ]
            repeated = repeating(zip(self.schema.names, arrays or (), strict=bool(arrays)))
            by_dictionary = self._coded.union(repeated)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(
                self.path,
                pa.schema(written),
                compression="zstd",
                compression_level=COMPRESSION_LEVEL,
                use_dictionary=sorted(by_dictionary),
                column_encoding=encodings(self.schema, by_dictionary),
                write_statistics=self._with_statistics(),
                store_schema=False,  # what Parquet's own schema does not tell is how it was written
            )
        return self._writer

    def _with_statistics(self) -> list[str]:
        """The Parquet columns whose minimum and maximum may spare reading them."""
        found = []
        for name, kind in self.columns:
            if kind.name == "number":
                found += [f"{name}.{part.name}" for part in NUMBER]
            elif kind.ordered or kind.name in ("ascii", "unicode"):
                found.append(name)
        return found

    def close(self) -> jobdir.Json:
        """Finish the file (an empty slice has one too) and write the sidecar; what it says."""
        if self._group.rows:
            self._flush()
        with context.spending("write"):
            return self._finished()

    def _finished(self) -> jobdir.Json:
        self._open().close()
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
        self._group = RowGroup(self.schema)
        if self._writer is not None:
            self._writer.close()
        self.path.unlink(missing_ok=True)
