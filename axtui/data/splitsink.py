"""Where written rows gather that go to all slices, split by hash or in turn."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import pyarrow as pa

from axtui.data import context
from axtui.data.columnwriter import PIECE_ROWS
from axtui.data.sinks import Layout
from axtui.data.slicefile import SliceFile
from axtui.data.writecode import WriteFunctions

SPLIT_ROWS = 32_768
"""Rows gathered as Python objects before they are converted."""
OpenSlice = Callable[[int], SliceFile]


class SplitSink:
    """Rows for all slices: each goes where its hash says, or in turn where there is no hash label."""

    def __init__(self, layout: Layout, open_slice: OpenSlice) -> None:
        self.layout = layout
        self.files = [open_slice(sliceno) for sliceno in range(layout.slices)]
        self._rows = layout.waiting()
        self._next = 0

    @cached_property
    def functions(self) -> WriteFunctions:
        """The write functions; made when they are asked for, as who writes batches needs none."""
        return self.layout.functions(self._rows, self.flush, SPLIT_ROWS)

    def flush(self) -> int:
        """Convert and split the rows that wait; how many may wait next."""
        if self._rows:
            batch = self.layout.batch(self._rows)
            self._rows.clear()
            self._split(batch)
        return SPLIT_ROWS

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Split a batch in the physical form."""
        self.flush()
        for start in range(0, batch.num_rows, PIECE_ROWS):
            self._split(batch.slice(start, PIECE_ROWS))

    def _split(self, batch: pa.RecordBatch) -> None:
        slices = self.layout.slices
        if self.layout.hashed is not None:
            belongs = self.layout.slices_of(batch)
        else:
            belongs = (np.arange(batch.num_rows) + self._next) % slices
            self._next = (self._next + batch.num_rows) % slices
        # numbers of one or two bytes are sorted several times as fast
        order = np.argsort(belongs.astype(np.min_scalar_type(slices)), kind="stable")
        counts = np.bincount(belongs, minlength=slices)
        ordered = batch.take(pa.array(order))
        context.active().status.rows(batch.num_rows, written=True)
        start = 0
        for file, count in zip(self.files, counts.tolist(), strict=True):
            if count:
                file.append(ordered.slice(start, count))
                start += count

    def close(self) -> None:
        """Finish all slices."""
        self.flush()
        for file in self.files:
            file.close()
