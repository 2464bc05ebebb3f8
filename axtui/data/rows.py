"""Making rows for `iterate`: from record batches to tuples, and telling how far it got."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data import context, objects, virtual
from axtui.data.decode import decode
from axtui.data.encode import PHYSICAL
from axtui.data.parquet import Intervals, intersect, possible
from axtui.data.types import FLAGS, TYPES, ColumnType

if TYPE_CHECKING:
    from axtui.data.iterplan import Part, Plan

CHUNK_ROWS = 8192
"""Rows turned into Python objects at a time: few enough to stay in the processor's cache."""


class Progress:
    """What the status says of an iteration."""

    def __init__(self, parts: list[Part], shown: bool) -> None:
        self._sink = context.active().status
        self._parts = parts
        self._position = 0
        self._handle: int | None = None
        first, last = str(parts[0]), str(parts[-1])
        self._head = f"Iterating {first}" if len(parts) == 1 else f"Iterating {first} to {last}"
        self._now = ""
        self._rows = 0
        self._left: Iterator[Any] = iter(())
        if shown:
            self._handle = self._sink.push(self._head)

    def enter(self, part: Part) -> None:
        """A part begins."""
        self._position += 1
        self._rows = 0
        if len(self._parts) > 1:
            self._now = f", {self._position}/{len(self._parts)} ({part})"
        self._tell()

    def read(self, rows: int) -> None:
        """So many more rows are about to be given."""
        self._rows += rows
        self._sink.rows(rows)
        self._tell()

    def giving(self, values: Iterator[Any]) -> None:
        """The rows of the last batch are those that are left in `values`."""
        self._left = values

    def _tell(self) -> None:
        if self._handle is not None:
            self._sink.update(self._handle, self._text)

    def _text(self) -> str:
        given = self._rows - objects.left(self._left)
        return f"{self._head}{self._now} reached line {given}"

    def close(self, left: bool) -> None:
        """The iteration is over, or was `left` before its end."""
        if self._handle is not None:
            self._sink.pop(self._handle, left)
            self._handle = None


class Rows:
    """Makes the rows a plan asks for."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    @contextmanager
    def progress(self, parts: list[Part], outer: Any = None) -> Iterator[Any]:
        """The status of an iteration over `parts`; an outer one goes on where given."""
        if outer is not None:
            yield _Inner(outer)
            return
        progress = Progress(parts, self.plan.reporting)
        over = False
        try:
            yield progress
            over = True
        finally:
            progress.close(left=not over)

    def of(self, part: Part, progress: Any) -> Iterator[Iterator[Any]]:
        """Iterators over the rows of a part, one per batch."""
        plan = self.plan
        meta = part.dataset.meta
        plan.check_columns(part.dataset)
        limit = None if plan.sloppy or self._all_in_range(part) else plan.limit
        wanted = [*plan.columns, *([limit[0]] if limit else [])]
        kinds = [TYPES[meta.columns[name].type] for name in plan.columns]
        for batch in self._batches(part, wanted, limit):
            if limit is None:
                yield from self._pieces(batch, kinds, progress)
                continue
            for start in range(0, batch.num_rows, CHUNK_ROWS):
                chunk = batch.slice(start, CHUNK_ROWS)
                progress.read(chunk.num_rows)
                inside = _in_range(chunk, TYPES[meta.columns[limit[0]].type], limit)
                yield from self._pieces(inside, kinds, progress, read=False)

    def _pieces(
        self, batch: pa.RecordBatch, kinds: list[ColumnType], progress: Any, read: bool = True
    ) -> Iterator[Iterator[Any]]:
        """Iterators over the rows of a batch; `read` tells the progress of them, too."""
        sources = []
        for name, kind in zip(self.plan.columns, kinds, strict=True):
            flags = batch.column(name + FLAGS) if kind.flagged else None
            sources.append(objects.pieces(kind, batch.column(name), flags, self.plan.copy_mode))
        for start in range(0, batch.num_rows, CHUNK_ROWS):
            stop = min(start + CHUNK_ROWS, batch.num_rows)
            if read:
                progress.read(stop - start)
            columns = [give(start, stop) for give in sources]
            if columns:
                progress.giving(columns[0])
            yield self._finish(columns)

    def _all_in_range(self, part: Part) -> bool:
        """Whether min and max show that every value of a column that cannot be None is in range."""
        if self.plan.limit is None:
            return True
        name, start, stop = self.plan.limit
        column = part.dataset.columns[name]
        if (
            column.min is None
            or column.none_support
            or column.type in ("number", "float64", "float32")
        ):
            return False
        return (start is None or column.min >= start) and (stop is None or column.max < stop)

    def _batches(self, part: Part, wanted: list[str], limit: Any) -> Iterator[pa.RecordBatch]:
        meta = part.dataset.meta
        slices = self.plan.slices
        if part.rehash is not None:
            return virtual.rehashed(meta, part.rehash, part.sliceno, slices, wanted, codes=True)
        direct = part.stored or len(meta.lines) == slices
        intervals: Intervals | None = part.intervals
        if limit and direct and meta.lines[part.sliceno]:
            intervals = intersect(intervals, _possible(part, limit))
        if direct:
            return virtual.stream(meta, part.sliceno, wanted, intervals, codes=True)
        return virtual.share(meta, part.sliceno, slices, wanted, intervals, codes=True)

    def _finish(self, lists: list[Any]) -> Iterator[Any]:
        plan = self.plan
        for index, translate in plan.column_translators.items():
            lists[index] = map(translate, lists[index])
        rows: Iterator[Any] = lists[0] if plan.bare else zip(*lists, strict=False)
        if plan.row_translator:
            rows = map(plan.row_translator, rows)
        if plan.row_filter:
            rows = filter(plan.row_filter, rows)
        return rows


class _Inner:
    """The progress of one slice of a round-robin: only its rows are told, by the outer one."""

    def __init__(self, outer: Progress) -> None:
        self._outer = outer

    def enter(self, part: Part) -> None:
        """Nothing: the outer iteration said so."""

    def read(self, rows: int) -> None:
        """Rows count for the whole."""
        self._outer.read(rows)

    def giving(self, values: Iterator[Any]) -> None:
        """Several slices are read at the same time: how far each is does not tell."""


def _possible(part: Part, limit: tuple[str, Any, Any]) -> Intervals | None:
    """Rows of the row groups whose statistics do not rule out the range."""
    meta = part.dataset.meta
    name, start, stop = limit
    kind = TYPES[meta.columns[name].type]
    source, stored = virtual.source_of(meta, name)
    if not kind.ordered or not virtual.is_direct(meta, source):
        return None
    path = source.file(part.sliceno)
    return possible(path, stored, kind, start, stop) if path is not None else None


_COMPARED_BY_ARROW = {"float64": float, "int64": int, "int32": int, "bool": bool}


def _in_range(
    chunk: pa.RecordBatch, kind: ColumnType, limit: tuple[str, Any, Any]
) -> pa.RecordBatch:
    name, start, stop = limit
    array = chunk.column(name)
    expected = _COMPARED_BY_ARROW.get(kind.name)
    if expected and all(bound is None or _fits(bound, expected) for bound in (start, stop)):
        mask = None
        for bound, compare in ((start, pc.greater_equal), (stop, pc.less)):
            if bound is not None:
                found = compare(array, pa.scalar(bound, PHYSICAL[kind.name]))
                mask = found if mask is None else pc.and_(mask, found)
        return chunk.filter(mask)
    flags = chunk.column(name + FLAGS) if kind.flagged else None
    values = decode(kind, array, flags)
    inside = (
        value is not None and (start is None or value >= start) and (stop is None or value < stop)
        for value in values
    )
    return chunk.filter(pa.array(np.fromiter(inside, bool, len(values))))


def _fits(bound: Any, expected: type[Any]) -> bool:
    """Whether Arrow compares a bound with values of a type just as Python would."""
    if type(bound) is not expected:
        return False
    return not isinstance(bound, int) or -(1 << 31) <= bound < 1 << 31
