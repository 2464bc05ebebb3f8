"""Where written rows gather before they become a slice."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from axtui.data import context
from axtui.data.belonging import Guard, belonging
from axtui.data.columnwriter import PIECE_ROWS, ColumnWriter
from axtui.data.declare import Declaration
from axtui.data.decode import decode
from axtui.data.encode import encode
from axtui.data.fixers import Fixer
from axtui.data.hasharrow import slices_of
from axtui.data.hashing import slice_of
from axtui.data.slicefile import SliceFile
from axtui.data.sliceform import form_of
from axtui.data.types import TYPES, ColumnType
from axtui.data.waiting import NUMBERS, Waiting
from axtui.data.writecode import WriteColumn, WriteFunctions, write_functions
from axtui.errors import DatasetUsageError

SLICE_ROWS = 2048
"""Rows gathered as Python objects before they are converted ..."""
MANY_ROWS, MANY_BYTES = 8192, 1 << 19
"""... or that many, as long as they are small: as many bytes as the first had at most. What is done once
for all of them then takes a fifth less of the time, where rows are hashed a third."""

_NAMED = 8
"""How many columns an error names in the order of `write()`."""


class Layout:
    """What all sinks of a writer share: its columns, their fixers, and how rows become Arrow."""

    def __init__(self, declaration: Declaration, ref: str) -> None:
        self.declaration = declaration
        self.ref = ref
        self.slices = declaration.slices
        self.names = [column.name for column in declaration.columns]
        self.stored = list(declaration.stored_names().values())
        self.kinds: list[ColumnType] = [TYPES[column.stored_type] for column in declaration.columns]
        self.form = form_of(
            tuple(
                (stored, kind.name, column.none_support)
                for column, stored, kind in zip(
                    declaration.columns, self.stored, self.kinds, strict=True
                )
            )
        )
        self.schema = self.form.schema
        label = declaration.hashlabel
        self.hashed = None if label is None else self.names.index(label)

    @cached_property
    def fixers(self) -> list[Fixer]:
        """What checks and converts the values of each column; batches need none of them."""
        return [self._explained(index) for index in range(len(self.names))]

    def _explained(self, index: int) -> Fixer:
        """A column's fixer, whose errors say which column of which dataset."""
        column = self.declaration.columns[index]
        fix = column.fixer(self.declaration.copy_mode)
        where = f" (column {column.name!r} of type {column.type} in {self.ref}"
        if len(self.names) > 1:  # a value in the wrong place is the likeliest cause
            where += f"; write() takes {', '.join(self.names[:_NAMED])}" + (
                ", ..." if len(self.names) > _NAMED else ""
            )
        where += ")"

        def explained(value: Any) -> Any:
            try:
                return fix(value)
            except (TypeError, ValueError, OverflowError) as error:
                kinds = (TypeError, OverflowError, ValueError)
                plain = next(kind for kind in kinds if isinstance(error, kind))
                raise plain(f"{error}{where}") from None

        return explained

    def waiting(self) -> Waiting:
        """Where rows wait to be converted."""
        return Waiting([self._code(index) for index in range(len(self.names))])

    def _code(self, index: int) -> str:
        """How the values of a column wait: text that is parsed, and None, are no numbers."""
        column = self.declaration.columns[index]
        if column.none_support or column.type != self.kinds[index].name:
            return ""
        return NUMBERS.get(column.type, "")

    def functions(
        self, rows: Waiting, flush: Callable[[], int], limit: int, guard: Guard | None = None
    ) -> WriteFunctions:
        """The write functions over these columns; see `writecode.write_functions`."""
        columns = []
        for index, (column, kind, fix) in enumerate(
            zip(self.declaration.columns, self.kinds, self.fixers, strict=True)
        ):
            quick = kind.quick
            if column.none_support and quick:
                quick = f"{{v}} is None or ({quick})"
            columns.append(WriteColumn(column.name, quick, fix, self._code(index)))
        return write_functions(columns, rows, flush, limit, guard)

    def batch(self, rows: Waiting) -> pa.RecordBatch:
        """Checked rows as a record batch."""
        arrays = [
            array
            for kind, values in zip(self.kinds, rows.columns, strict=True)
            for array in encode(kind, values)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def slices_of(self, batch: pa.RecordBatch) -> np.ndarray[Any, Any]:
        """The slice of every row, by its hash label."""
        assert self.hashed is not None
        return slices_of(
            self.kinds[self.hashed], batch.column(self.stored[self.hashed]), self.slices
        )

    def hash_slice(self, value: Any) -> int:
        """The slice a value of the hash label belongs to."""
        assert self.hashed is not None
        return slice_of(self.fixers[self.hashed](value), self.slices)


class SliceSink:
    """Rows of one slice: from the write functions, from column writers, or as batches."""

    def __init__(self, layout: Layout, sliceno: int, file: SliceFile) -> None:
        self.layout = layout
        self.sliceno = sliceno
        self.file = file
        self.guard = self._guard()

    @cached_property
    def _rows(self) -> Waiting:
        return self.layout.waiting()

    @cached_property
    def writers(self) -> dict[str, ColumnWriter]:
        """The writers of single columns; made when they are asked for, as few want them."""
        return {name: ColumnWriter(self, index) for index, name in enumerate(self.layout.names)}

    def _column_writers(self) -> list[ColumnWriter]:
        """Those there are."""
        return list(self.writers.values()) if "writers" in self.__dict__ else []

    def _guard(self) -> Guard | None:
        """What keeps rows of other slices out, where there is a hash label."""
        layout = self.layout
        if layout.hashed is None:
            return None
        belongs = belonging(
            layout.kinds[layout.hashed], layout.hash_slice, layout.slices, self.sliceno
        )
        return Guard(layout.hashed, belongs, self._refuse)

    def _refuse(self, value: Any) -> None:
        row = self.file.rows + len(self._rows)
        raise self._misplaced(value, slice_of(value, self.layout.slices), row)

    def discard_others(self) -> None:
        """From now on leave out rows for other slices."""
        self.flush()
        if self.guard is not None:
            self.guard.strict = False

    @cached_property
    def functions(self) -> WriteFunctions:
        """The write functions; made when they are asked for, as who writes batches needs none."""
        return self.layout.functions(self._rows, self.flush, SLICE_ROWS, self.guard)

    def flush(self) -> int:
        """Convert the rows that wait; how many may wait next."""
        if "_rows" not in self.__dict__ or not self._rows:
            return SLICE_ROWS
        with context.spending("write"):
            batch = self.layout.batch(self._rows)
            self._rows.clear()
            # of a strict guard each row was asked
            self._append(batch, placed=self.guard is None or self.guard.strict)
        return MANY_ROWS if batch.nbytes * SLICE_ROWS <= MANY_BYTES * batch.num_rows else SLICE_ROWS

    def write_batch(self, batch: pa.RecordBatch, placed: bool = False) -> None:
        """Add a batch in the physical form; `placed`: its rows are known to belong here."""
        self.flush()
        with context.spending("write"):
            self._append(batch, placed)

    def _append(self, batch: pa.RecordBatch, placed: bool = False) -> None:
        if any(writer.count for writer in self._column_writers()):
            raise DatasetUsageError(
                f"rows and column writers cannot be mixed in slice {self.sliceno} of {self.layout.ref}"
            )
        self._keep(batch, placed)

    def _keep(self, batch: pa.RecordBatch, placed: bool = False) -> None:
        if self.guard is not None and not placed:
            batch = self._checked(batch, self.guard)
        context.active().status.rows(batch.num_rows, written=True)
        self.file.append(batch)

    def _checked(self, batch: pa.RecordBatch, guard: Guard) -> pa.RecordBatch:
        belongs = self.layout.slices_of(batch)
        right = belongs == self.sliceno
        if right.all():
            return batch
        if not guard.strict:
            return batch.filter(pa.array(right))
        row = int(np.flatnonzero(~right)[0])
        kind, stored = self.layout.kinds[guard.index], self.layout.stored[guard.index]
        value = decode(kind, batch.column(stored).slice(row, 1))[0]
        raise self._misplaced(value, int(belongs[row]), self.file.rows + row)

    def _misplaced(self, value: Any, belongs: int, row: int) -> DatasetUsageError:
        assert self.layout.hashed is not None
        name = self.layout.names[self.layout.hashed]
        return DatasetUsageError(
            f"attempted to write data for the wrong slice: {name}={value!r} belongs to slice "
            f"{belongs}, not {self.sliceno} (row {row} of {self.layout.ref}); "
            "check with hashcheck(), or call enable_hash_discard()"
        )

    def _take_columns(self, last: bool) -> None:
        """Move what all column writers have into the file; at the end they must have equally much."""
        if not self._column_writers():
            return
        counts = {name: writer.count for name, writer in self.writers.items()}
        if last and len(set(counts.values())) > 1:
            raise DatasetUsageError(
                f"not all columns have the same number of rows in slice {self.sliceno} of "
                f"{self.layout.ref}: {counts}"
            )
        rows = min(writer.waiting for writer in self.writers.values())
        if not rows:
            return
        arrays = [array for writer in self.writers.values() for array in writer.take(rows)]
        batch = pa.RecordBatch.from_arrays(arrays, schema=self.layout.schema)
        context.active().status.rows(rows, written=True)
        self.file.append(batch)

    def column_ready(self) -> None:
        """A column writer has a full piece."""
        if min(writer.waiting for writer in self.writers.values()) >= PIECE_ROWS:
            self._take_columns(last=False)

    def close(self) -> dict[str, Any]:
        """Finish the slice; its sidecar."""
        self.flush()
        self._take_columns(last=True)
        return self.file.close()
