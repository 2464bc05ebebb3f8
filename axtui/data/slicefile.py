"""Writing one slice: rows in, one Parquet file and its sidecar out.

Equal rows give equal bytes, however they were handed over: row groups end after `GROUP_ROWS` rows or
at the first `STEP_ROWS` boundary where they have `GROUP_BYTES`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from axtui.data import context, digest, jobdir, types
from axtui.data.decode import extremes, kinds
from axtui.data.extremes import WHOLE, of_whole
from axtui.data.repeats import repeating
from axtui.data.rowgroup import RowGroup, is_text, sizes
from axtui.data.sliceform import SliceForm
from axtui.data.types import ColumnType
from axtui.errors import DatasetUsageError

GROUP_ROWS = 65_536
GROUP_BYTES = 64 << 20
STEP_ROWS = 2048
DIFFERENT = 5
"""Texts of which more than a fifth differ stay as they are. Where 22 to 75 % did, finding them, writing,
reading and typing took two to three times as long by dictionary, and up to a third more bytes."""
COMPRESSION_LEVEL = 1
SIDECAR_FORMAT = "axtui-slice-1"


class SliceFile:
    """One slice of a dataset being written to `path`, with the columns of `form`."""

    def __init__(self, path: Path, form: SliceForm) -> None:
        self.path = path
        self.form = form
        self.rows = 0
        self._group = RowGroup(form.schema)
        self._coded: set[str] = set()
        self._writer: pq.ParquetWriter | None = None
        self._stream: pa.NativeFile | None = None
        self._extremes: dict[str, tuple[list[Any], list[Any]]] = {}
        self._kinds: dict[str, set[str]] = {}

    def append(self, batch: pa.RecordBatch) -> None:
        """Add rows in the physical form (schema `form.schema`; texts may come by dictionary)."""
        self.rows += batch.num_rows
        if self._group.rows + batch.num_rows < STEP_ROWS:  # too few to be full, whatever they hold
            self._group.add(batch)
            return
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
            group, self._group = self._group, RowGroup(self.form.schema)
            # of so few rows no value repeats often enough to be worth looking for
            few = self._writer is None and group.rows < STEP_ROWS
            arrays = group.flats() if few else self._columns(group)
            self._look_at(arrays)
            for place in self.form.required:
                if arrays[place].null_count:
                    raise DatasetUsageError(
                        f"{self.path}: column {self.form.schema.names[place]!r} has a None; "
                        "declare it with none_support"
                    )
            writer = self._open(None if few else arrays)
            table = pa.Table.from_arrays(arrays, schema=writer.schema)
            writer.write_table(table, row_group_size=max(1, group.rows))

    def _columns(self, group: RowGroup) -> list[pa.Array]:
        """The columns as they are written. Whether texts repeat enough for a dictionary to pay, the first
        row group tells: never where that is small."""
        return [self._column(group, index) for index in range(len(self.form.schema))]

    def _column(self, group: RowGroup, index: int) -> pa.Array:
        field = self.form.schema.field(index)
        if not is_text(field.type):
            return group.flat(index)
        if self._writer is None:
            array = group.coded(index, group.rows // DIFFERENT)
            if array is not None:
                self._coded.add(field.name)
                return array
        return group.coded(index) if field.name in self._coded else group.flat(index)

    def _look_at(self, arrays: list[pa.Array]) -> None:
        """Take note of the least and greatest values of a row group."""
        whole: dict[str, dict[str, pa.Array]] = {}
        for name, kind, place, flags in self.form.ordered:
            if kind.name in WHOLE:
                whole.setdefault(kind.name, {})[name] = arrays[place]
            else:
                self._look_at_one(
                    name, kind, arrays[place], None if flags is None else arrays[flags]
                )
        for columns in whole.values():
            for name, both in of_whole(columns).items():
                self._note(name, *both)

    def _look_at_one(
        self, name: str, kind: ColumnType, array: pa.Array, flags: pa.Array | None
    ) -> None:
        self._note(name, *extremes(kind, array, flags))
        self._kinds.setdefault(name, set()).update(kinds(kind, array, flags))

    def _note(self, name: str, low: Any, high: Any) -> None:
        lows, highs = self._extremes.setdefault(name, ([], []))
        lows.append(low)
        highs.append(high)

    def _open(self, arrays: list[pa.Array] | None = None) -> pq.ParquetWriter:
        """The writer, opened for columns like these, or for few rows or none."""
        if self._writer is None:
            form = self.form
            repeated = repeating(zip(form.schema.names, arrays or (), strict=bool(arrays)))
            by_dictionary = self._coded.union(repeated)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # opened here, as pyarrow first looks for the file system that a path is on
            self._stream = pa.OSFile(str(self.path), "wb")
            self._writer = pq.ParquetWriter(
                self._stream,
                form.written(arrays),
                compression="zstd",
                compression_level=COMPRESSION_LEVEL,
                use_dictionary=sorted(by_dictionary),
                column_encoding=form.encodings(by_dictionary),
                write_statistics=form.statistics,
                store_schema=False,  # what Parquet's own schema does not tell is how it was written
            )
        return self._writer

    def close(self) -> jobdir.Json:
        """Finish the file (an empty slice has one too) and write the sidecar; what it says."""
        if self._group.rows:
            self._flush()
        with context.spending("write"):
            return self._finished()

    def _finished(self) -> jobdir.Json:
        self._open()
        self._close()
        found = {
            "format": SIDECAR_FORMAT,
            "file": self.path.name,
            "rows": self.rows,
            "bytes": self.path.stat().st_size,
            "digest": digest.of_file(self.path),
            "columns": {name: self._facts(name) for name, _ in self.form.columns},
        }
        jobdir.write_json(self.path.with_suffix(".json"), found)
        return found

    def _facts(self, name: str) -> jobdir.Json:
        lows, highs = self._extremes.get(name, ([], []))
        if not any(low is not None for low in lows):
            return {"min": None, "max": None, "kinds": sorted(self._kinds.get(name, ()))}
        return {
            "min": types.to_json(types.merge_extreme(min, lows)),
            "max": types.to_json(types.merge_extreme(max, highs)),
            "kinds": sorted(self._kinds.get(name, ())),
        }

    def abandon(self) -> None:
        """Give up: nothing of this slice stays."""
        self._group = RowGroup(self.form.schema)
        self._close()
        self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._writer is not None and self._stream is not None:
            self._writer.close()
            self._stream.close()
