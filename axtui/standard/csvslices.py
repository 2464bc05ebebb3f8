"""From blocks of CSV to the slices of a dataset: line i goes to slice i modulo the slices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from axtui.data import database, packed
from axtui.data.writer import DatasetWriter
from axtui.errors import UserError
from axtui.standard.csvformat import CsvFormat
from axtui.standard.csvheader import Header
from axtui.standard.csvquotes import option, quote_warning, unread_quote
from axtui.standard.csvsplit import Block, Blocks, Cells, Pieces, Select, split_block

FLUSH_ROWS = 65_536
"""As many as a row group has, so that each of its columns is encoded once."""
FLUSH_CELLS = 10 << 20
"""Values that wait at most, those of all slices of a process together: 80 MB."""
FLUSH_BYTES = 64 << 20
WAITING = 4
"""And this part of the room that the process has, both of values and of the blocks they are in."""
_CELL = 8
FEW_ROWS = 2048
SHOWN_BYTES = 60


class SliceFeeder:
    """Gathers columns per slice, for the slices in `mine`, and writes them when there are enough."""

    def __init__(
        self, writer: DatasetWriter, schema: pa.Schema, slices: int, mine: Sequence[int]
    ) -> None:
        self.writer, self.schema, self.mine = writer, schema, mine
        room = database.room() // WAITING
        cells = min(FLUSH_CELLS, room // _CELL)
        self._limit = max(1, min(FLUSH_ROWS, cells // max(1, len(schema) * len(mine))))
        self._most_held = min(FLUSH_BYTES, room)
        self._waiting: list[list[list[Cells]]] = [[] for _ in range(slices)]
        self._rows = [0] * slices
        self._held = [0] * slices
        self.counts = [0] * slices
        for sliceno in mine:  # a slice without rows has a file too
            writer.write_batch(schema.empty_table(), sliceno)

    def add(self, sliceno: int, columns: list[Cells], held: int = 0) -> None:
        """Rows for a slice; they may be written later, and keep so many bytes until then."""
        rows = len(columns[0])
        self._waiting[sliceno].append(columns)
        self._rows[sliceno] += rows
        self._held[sliceno] += held
        self.counts[sliceno] += rows
        if self._rows[sliceno] >= self._limit or self._held[sliceno] >= self._most_held:
            self._flush(sliceno)

    def _flush(self, sliceno: int) -> None:
        columns = list(zip(*self._waiting[sliceno], strict=True))
        self._waiting[sliceno], self._rows[sliceno], self._held[sliceno] = [], 0, 0
        blocks = Blocks(
            cells for column in columns for cells in column if isinstance(cells, Pieces)
        )
        if sum(len(cells) for cells in columns[0]) < FEW_ROWS:
            arrays = _few(columns, self.schema.types, blocks)
        else:
            both = zip(columns, self.schema.types, strict=True)
            arrays = [_joined(cells, kind, blocks) for cells, kind in both]
        batch = pa.RecordBatch.from_arrays(arrays, names=self.schema.names)
        self.writer.write_batch(batch, sliceno)

    def finish(self) -> None:
        """Write what waits, and close the slices."""
        for sliceno in self.mine:
            if self._waiting[sliceno]:
                self._flush(sliceno)
        self.writer.close()


def _few(
    columns: Sequence[Sequence[Cells]], kinds: Sequence[pa.DataType], blocks: Blocks
) -> list[pa.Array]:
    """Columns of a few rows as arrays. Those packed are unpacked together: a call for each of them
    would take longer than its work."""
    packs = [
        index
        for index, cells in enumerate(columns)
        if all(isinstance(piece, np.ndarray) for piece in cells)
    ]
    if not packs:
        return [_joined(cells, kind, blocks) for cells, kind in zip(columns, kinds, strict=True)]
    keys = np.concatenate([piece for index in packs for piece in columns[index]])
    texts = packed.unpack(keys, kinds[packs[0]])
    rows = len(keys) // len(packs)
    found = {index: texts.slice(rows * place, rows) for place, index in enumerate(packs)}
    return [
        found[index] if index in found else _joined(cells, kind, blocks)
        for index, (cells, kind) in enumerate(zip(columns, kinds, strict=True))
    ]


def _joined(cells: Sequence[Cells], kind: pa.DataType, blocks: Blocks) -> pa.Array:
    """The cells of a column as one array; by dictionary where all of them are packed."""
    keys = [piece for piece in cells if isinstance(piece, np.ndarray)]
    if len(keys) == len(cells):
        return packed.distinct(np.concatenate(keys), kind)
    pieces = [piece for piece in cells if isinstance(piece, Pieces)]
    if len(pieces) == len(cells):
        return blocks.array(pieces)
    return pa.concat_arrays([_array(piece, kind, blocks) for piece in cells])


def _array(cells: Cells, kind: pa.DataType, blocks: Blocks) -> pa.Array:
    if isinstance(cells, np.ndarray):
        return packed.unpack(cells, kind)
    return blocks.array([cells]) if isinstance(cells, Pieces) else cells


@contextmanager
def feeding(
    writer: DatasetWriter | None, columns: dict[str, pa.DataType], slices: int, mine: Sequence[int]
) -> Iterator[SliceFeeder | None]:
    """A feeder for a block; what it holds is written at the end, if nothing went wrong."""
    if writer is None:
        yield None
        return
    feeder = SliceFeeder(writer, pa.schema(list(columns.items())), slices, mine)
    yield feeder
    feeder.finish()


@dataclass
class Plan:
    """One CSV to import: what it is called, how it is read, and where its columns go."""

    name: str
    format: CsvFormat
    labels: list[str]
    discard: frozenset[str]
    lineno_label: str
    allow_bad: bool
    good: DatasetWriter
    bad: DatasetWriter | None
    skipped: DatasetWriter | None
    team: int = 0
    """So many processes import it together; counted once, as each must know the same number."""

    @property
    def kept(self) -> list[tuple[int, str]]:
        """(index in the file, label) of the columns to keep."""
        return [(index, name) for index, name in enumerate(self.labels) if name not in self.discard]


LINE_COLUMNS = {"lineno": pa.int64(), "data": pa.binary()}


def import_lines(
    plan: Plan, header: Header, slices: int, mine: Sequence[int] | None = None
) -> dict[str, list[int]]:
    """Import what follows a header; {good, bad, skipped: lines per slice}. Of the slices only those in
    `mine` are written (None: all), where several processes share a file."""
    mine = range(slices) if mine is None else mine
    columns = {name: pa.binary() for _, name in plan.kept}
    if plan.lineno_label:
        columns[plan.lineno_label] = pa.int64()
    with (
        feeding(plan.good, columns, slices, mine) as good,
        feeding(plan.bad, LINE_COLUMNS, slices, mine) as bad,
        feeding(plan.skipped, LINE_COLUMNS, slices, mine) as skipped,
    ):
        assert good is not None
        run = _Import(plan, slices, good, bad, skipped)
        run.skip(*_unzipped(header.skipped))
        run.blocks(header)
    none = [0] * slices
    return {
        "good": good.counts,
        "bad": bad.counts if bad else none,
        "skipped": skipped.counts if skipped else none,
    }


def _unzipped(pairs: list[tuple[int, bytes]]) -> tuple[list[int], list[bytes]]:
    return [number for number, _ in pairs], [data for _, data in pairs]


class _Import:
    """Where an import is in its file."""

    def __init__(
        self,
        plan: Plan,
        slices: int,
        good: SliceFeeder,
        bad: SliceFeeder | None,
        skipped: SliceFeeder | None,
    ) -> None:
        self.plan, self.slices = plan, slices
        self.good, self.bad, self.skipped = good, bad, skipped
        self.used = 0
        self.skips = 0
        self.told: set[int] = set()
        self.kept = [index for index, _ in plan.kept]
        self.long: set[int] = set()
        """The columns that had a value too long to be packed."""

    def blocks(self, header: Header) -> None:
        """Import all blocks after the header."""
        line, to_skip = header.next_line, header.to_skip
        width = len(self.plan.labels)
        for data in self._told_of_quotes(header):
            block = split_block(data, self.plan.format, width, line, to_skip)
            to_skip = max(0, to_skip - block.lines)
            if block.bad.numbers:
                self._bad(block)
            self._good(block, line)
            self.skip(block.skipped.numbers, block.skipped.data)
            line += block.lines
            self.used += block.used

    def _told_of_quotes(self, header: Header) -> Iterator[bytes]:
        """The blocks, once the labels and the first of them have been looked at for quotes."""
        first = next(header.blocks, b"")
        told = quote_warning(self.plan.name, header, first, self.plan.format)
        if told and 0 in self.good.mine:  # one process is enough to tell it
            print(told)
        if first:
            yield first
        yield from header.blocks

    def _good(self, block: Block, first: int) -> None:
        for sliceno in self.good.mine:
            select = self._select(block, sliceno)
            columns = block.cells(self.kept, select, self.long)
            if self.plan.lineno_label:
                numbers = block.numbers
                if numbers is None:
                    numbers = np.arange(first, first + block.rows)
                columns.append(pa.array(numbers[select], pa.int64()))
            if columns and len(columns[0]):
                self.good.add(sliceno, columns, block.size)

    def _select(self, block: Block, sliceno: int) -> Select:
        """The rows of a block that belong to a slice."""
        if block.ordinals is None:
            return slice((sliceno - self.used) % self.slices, None, self.slices)
        return np.flatnonzero((block.ordinals + self.used) % self.slices == sliceno)

    def _bad(self, block: Block) -> None:
        bad = block.bad
        if self.bad is None:
            self._refuse(bad.numbers[0], bad.why[0], bad.data[0])
        slices = [(ordinal + self.used) % self.slices for ordinal in bad.ordinals]
        for sliceno, number, why in zip(slices, bad.numbers, bad.why, strict=True):
            if sliceno not in self.told and sliceno in self.good.mine:
                self.told.add(sliceno)
                print(
                    f"{self.plan.name}, line {number}: {why} "
                    f"(further bad lines of slice {sliceno} are not reported)"
                )
        _spread(self.bad, slices, bad.numbers, bad.data)

    def _refuse(self, number: int, why: str, data: bytes) -> NoReturn:
        shown = data[:SHOWN_BYTES].decode("utf-8", "backslashreplace")
        more = "..." if len(data) > SHOWN_BYTES else ""
        quote = unread_quote(data, self.plan.format)
        quoted = f"the line has quotes, so give {option(quote)}; or " if quote else ""
        raise UserError(
            f"{self.plan.name}, line {number}: {why}; it starts: {shown!r}{more} "
            f"({quoted}with allow_bad=True such lines are set apart in the dataset bad)"
        )

    def skip(self, numbers: list[int], data: list[bytes]) -> None:
        """Set lines apart as skipped; they go to the slices in turn."""
        if numbers and self.skipped is not None:
            slices = [(self.skips + index) % self.slices for index in range(len(numbers))]
            _spread(self.skipped, slices, numbers, data)
            self.skips += len(numbers)


def _spread(
    feeder: SliceFeeder, slices: Iterable[int], numbers: list[int], data: list[bytes]
) -> None:
    belongs = np.array(list(slices))
    lines, contents = pa.array(numbers, pa.int64()), pa.array(data, pa.binary())
    for sliceno in sorted({*belongs.tolist()} & {*feeder.mine}):
        chosen = pa.array(np.flatnonzero(belongs == sliceno))
        own = contents.take(chosen)
        feeder.add(sliceno, [lines.take(chosen), own], own.nbytes)


def result(counts: Iterable[dict[str, list[int]]], slices: int) -> dict[str, Any]:
    """What a csvimport returns: the lines of each sort, in all and per slice."""
    totals = {kind: [0] * slices for kind in ("good", "bad", "skipped")}
    for one in counts:
        for kind, per_slice in one.items():
            totals[kind] = [a + b for a, b in zip(totals[kind], per_slice, strict=True)]
    return {
        "num_lines": sum(totals["good"]),
        "lines_per_slice": totals["good"],
        "num_broken_lines": sum(totals["bad"]),
        "broken_lines_per_slice": totals["bad"],
        "num_skipped_lines": sum(totals["skipped"]),
        "skipped_lines_per_slice": totals["skipped"],
    }
