"""From blocks of CSV to the slices of a dataset: line i goes to slice i modulo the slices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from axtui.data.writer import DatasetWriter
from axtui.errors import AcceleratorError, UserError
from axtui.standard.csvfeeder import SliceFeeder, feeding
from axtui.standard.csvformat import CsvFormat
from axtui.standard.csvgroup import Share
from axtui.standard.csvheader import Header
from axtui.standard.csvown import split_own
from axtui.standard.csvquotes import option, quote_warning, unread_quote
from axtui.standard.csvsplit import Bad, Block, Select, split_block
from axtui.standard.csvtypes import Types

SHOWN_BYTES = 60


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
    types: Types = field(default_factory=Types)
    """Of the columns that do not stay bytes."""

    @property
    def kept(self) -> list[tuple[int, str]]:
        """(index in the file, label) of the columns to keep."""
        return [(index, name) for index, name in enumerate(self.labels) if name not in self.discard]


LINE_COLUMNS = {"lineno": pa.int64(), "data": pa.binary()}


Reopen = Callable[[], AbstractContextManager[tuple[Header, list[str]]]]
"""Reads a CSV from its beginning once more: its header, and its labels."""


def import_lines(plan: Plan, header: Header, slices: int) -> dict[str, list[int]]:
    """Import what follows a header; {good, bad, skipped: lines per slice}."""
    return _import(plan, header, slices, range(slices))


def import_share(
    plan: Plan, header: Header, slices: int, mine: Sequence[int], reopen: Reopen
) -> dict[str, list[int]]:
    """As `import_lines`, but of the slices only those in `mine` are written, where several processes
    share a file. All of them tell the same bad line: the first there is, whosever it is."""
    try:
        return _import(plan, header, slices, mine)
    except AcceleratorError as error:
        failed = error  # looked into below, so that no other error is told as the cause of this one
    if not plan.allow_bad:
        with reopen() as (anew, _):
            _look_for_bad(plan, anew, header.next_line)
    raise failed


def _look_for_bad(plan: Plan, header: Header, until: int) -> None:
    """Raise UserError for the first bad line in the blocks that begin before line `until`."""
    line, to_skip = header.next_line, header.to_skip
    while line < until:
        data = next(header.blocks, b"")
        if not data:
            break
        block = split_block(data, plan.format, len(plan.labels), line, to_skip)
        if block.bad.numbers:
            _refuse(plan, block.bad)
        to_skip = max(0, to_skip - block.lines)
        line += block.lines


def _import(plan: Plan, header: Header, slices: int, mine: Sequence[int]) -> dict[str, list[int]]:
    columns = {name: pa.binary() for _, name in plan.kept}
    places = [index for index, _ in plan.kept]
    if plan.lineno_label:
        columns[plan.lineno_label] = pa.int64()
    with (
        feeding(plan.good, columns, slices, mine, places, plan.types, plan.name) as good,
        feeding(plan.bad, LINE_COLUMNS, slices, mine) as bad,
        feeding(plan.skipped, LINE_COLUMNS, slices, mine) as skipped,
    ):
        assert good is not None
        run = _Import(plan, slices, good, bad, skipped)
        run.skip(*_unzipped(header.skipped))
        run.blocks(header)
    for name, count in sorted(good.defaulted.items()):
        print(f"{plan.name}: {count:,} values of column {name!r} are replaced by the default")
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

    def blocks(self, header: Header) -> None:
        """Import all blocks after the header."""
        to_skip = header.to_skip
        for data in self._told_of_quotes(header):
            line = header.next_line
            block = self._split(data, line, to_skip)
            header.next_line += block.lines
            to_skip = max(0, to_skip - block.lines)
            if block.bad.numbers:
                self._bad(block)
            self._good(block, line)
            self.skip(block.skipped.numbers, block.skipped.data)
            self.used += block.used

    def _split(self, data: bytes, line: int, to_skip: int) -> Block:
        """A block, as far as it is needed: lines of others are not split where none can be skipped."""
        format_, width, mine = self.plan.format, len(self.plan.labels), self.good.mine
        if to_skip or format_.leaves_out or len(mine) == self.slices:
            return split_block(data, format_, width, line, to_skip)
        return split_own(data, format_, width, line, self.slices, mine, self.used)

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
            numbers = []
            if self.plan.lineno_label:
                lines = block.numbers
                if lines is None:
                    lines = np.arange(first, first + block.rows)
                numbers = [pa.array(lines[select], pa.int64())]
            if block.fields is not None and isinstance(select, slice):
                rows = len(range(block.rows)[select])
                share = Share(block.fields, select.start, select.step, rows, block.size)
                if self.kept or numbers:
                    self.good.add_share(sliceno, share, numbers)
                continue
            arrays = [block.column(index, select) for index in self.kept] + numbers
            if arrays and len(arrays[0]):
                self.good.add(sliceno, arrays, block.size)

    def _select(self, block: Block, sliceno: int) -> Select:
        """The rows of a block that belong to a slice."""
        if block.ordinals is None:
            turns = [(one - self.used) % self.slices for one in self._slices_of(block)]
            turn = (sliceno - self.used) % self.slices
            return slice(sum(one < turn for one in turns), None, len(turns))
        return np.flatnonzero((block.ordinals + self.used) % self.slices == sliceno)

    def _slices_of(self, block: Block) -> Sequence[int]:
        """The slices whose rows a block has."""
        return self.good.mine if block.own else range(self.slices)

    def _bad(self, block: Block) -> None:
        bad = block.bad
        if self.bad is None:
            _refuse(self.plan, bad)
        slices = [(ordinal + self.used) % self.slices for ordinal in bad.ordinals]
        for sliceno, number, why in zip(slices, bad.numbers, bad.why, strict=True):
            if sliceno not in self.told and sliceno in self.good.mine:
                self.told.add(sliceno)
                print(
                    f"{self.plan.name}, line {number}: {why} "
                    f"(further bad lines of slice {sliceno} are not reported)"
                )
        _spread(self.bad, slices, bad.numbers, bad.data)

    def skip(self, numbers: list[int], data: list[bytes]) -> None:
        """Set lines apart as skipped; they go to the slices in turn."""
        if numbers and self.skipped is not None:
            slices = [(self.skips + index) % self.slices for index in range(len(numbers))]
            _spread(self.skipped, slices, numbers, data)
            self.skips += len(numbers)


def _refuse(plan: Plan, bad: Bad) -> NoReturn:
    """Raise UserError for the first of some bad lines."""
    number, why, data = bad.numbers[0], bad.why[0], bad.data[0]
    shown = data[:SHOWN_BYTES].decode("utf-8", "backslashreplace")
    more = "..." if len(data) > SHOWN_BYTES else ""
    quote = unread_quote(data, plan.format)
    quoted = f"the line has quotes, so give {option(quote)}; or " if quote else ""
    raise UserError(
        f"{plan.name}, line {number}: {why}; it starts: {shown!r}{more} "
        f"({quoted}with allow_bad=True such lines are set apart in the dataset bad)"
    )


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
