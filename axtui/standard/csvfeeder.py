"""Rows for the slices of a dataset, which wait until there are enough of them to be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa

from axtui.data import database
from axtui.data.writer import DatasetWriter
from axtui.standard.csvgroup import Group, Share
from axtui.standard.csvtypes import Types

FLUSH_ROWS = 65_536
"""As many as a row group has, so that each of its columns is encoded once."""
FLUSH_BYTES = 64 << 20
"""What waits at most: codes of all slices of a process, and texts of each."""
WAITING = 4
"""And this part of the room that the process has."""


class SliceFeeder:
    """Gathers columns per slice, for the slices in `mine`, and writes them when there are enough.

    `columns`: the places in the file of the first columns of the schema. What is written has the
    `types`; `file` is what errors call where it is from.
    """

    def __init__(
        self,
        writer: DatasetWriter,
        schema: pa.Schema,
        slices: int,
        mine: Sequence[int],
        columns: Sequence[int],
        types: Types,
        file: str,
    ) -> None:
        self.writer, self.schema, self.mine = writer, schema, mine
        self.types, self.file = types, file
        self._most_held = min(FLUSH_BYTES, database.room() // WAITING)
        fitting = self._most_held // max(1, len(columns) * len(mine))
        self._limit = max(1, min(FLUSH_ROWS, fitting))
        self._groups = {sliceno: Group(columns, self._limit) for sliceno in mine}
        self._more: dict[int, list[list[pa.Array]]] = {sliceno: [] for sliceno in mine}
        """Of each slice the other columns, as they came."""
        self.counts = [0] * slices
        self.defaulted: Counter[str] = Counter()
        """How many values of which column are the default, as they could not be converted."""
        nothing = pa.RecordBatch.from_arrays(
            [pa.array([], kind) for kind in schema.types], schema.names
        )
        for sliceno in mine:  # a slice without rows has a file too
            self._write(nothing, sliceno)

    def add(self, sliceno: int, arrays: Sequence[pa.Array], held: int = 0) -> None:
        """Rows for a slice, as arrays of all columns, which keep so many bytes until they are written."""
        group = self._groups[sliceno]
        group.add_arrays(len(arrays[0]), arrays[: group.width], held)
        self._count(sliceno, len(arrays[0]), arrays[group.width :])

    def add_share(self, sliceno: int, share: Share, more: Sequence[pa.Array]) -> None:
        """Rows for a slice, as a share of a block, and the arrays of the other columns."""
        while share.rows:
            now, share = share.cut(min(share.rows, self._limit - self._groups[sliceno].rows))
            self._groups[sliceno].add(now)
            self._count(sliceno, now.rows, [array.slice(0, now.rows) for array in more])
            more = [array.slice(now.rows) for array in more]

    def _count(self, sliceno: int, rows: int, more: Sequence[pa.Array]) -> None:
        """So many rows were added, and those of the other columns are to be."""
        self.counts[sliceno] += rows
        self._more[sliceno].append(list(more))
        group = self._groups[sliceno]
        if group.rows >= self._limit or group.held >= self._most_held:
            self._flush(sliceno)

    def _flush(self, sliceno: int) -> None:
        more, self._more[sliceno] = self._more[sliceno], []
        others = [pa.concat_arrays(pieces) for pieces in zip(*more, strict=True)]
        arrays = [*self._groups[sliceno].take(), *others]
        self._write(pa.RecordBatch.from_arrays(arrays, names=self.schema.names), sliceno)

    def _write(self, batch: pa.RecordBatch, sliceno: int) -> None:
        """Write the next rows of a slice, typed. Raises UserError for values that cannot be."""
        before = self.counts[sliceno] - batch.num_rows
        found = self.types.typed(batch, self.file, sliceno, before)
        self.defaulted.update(found.defaulted)
        self.writer.write_batch(found.batch, sliceno)

    def finish(self) -> None:
        """Write what waits, and close the slices."""
        for sliceno in self.mine:
            if self._groups[sliceno].rows:
                self._flush(sliceno)
        self.writer.close()


@contextmanager
def feeding(
    writer: DatasetWriter | None,
    columns: dict[str, pa.DataType],
    slices: int,
    mine: Sequence[int],
    places: Sequence[int] = (),
    types: Types | None = None,
    file: str = "",
) -> Iterator[SliceFeeder | None]:
    """A feeder for a block; what it holds is written at the end, if nothing went wrong."""
    if writer is None:
        yield None
        return
    schema = pa.schema(list(columns.items()))
    feeder = SliceFeeder(writer, schema, slices, mine, places, types or Types(), file)
    yield feeder
    feeder.finish()
