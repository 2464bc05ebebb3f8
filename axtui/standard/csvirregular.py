"""Blocks of CSV with skipped, bad or quoted lines: still by numpy, but for the oddest lines.

Quotes. A line is *plain* if no field of it begins with a quote. It is *quoted* if all its quotes (of
one kind) are properly paired: counted along the line, each even one opens a field or is the second of
two that stand for one, and each odd one closes a field or is the first of such two. Separators after
an odd number of quotes are then data. What is neither plain nor quoted is split by `csvfields`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.standard.csvfields import BadLine, data_fields
from axtui.standard.csvformat import RETURN, CsvFormat
from axtui.standard.csvsplit import Bad, Block, Bools, Bytes, Fields, Ints, Lines, Select


def split_irregular(data: bytes, format_: CsvFormat, width: int, first: int, to_skip: int) -> Block:
    """As `split_block`, for any block that ends with a line end."""
    block = np.frombuffer(data, np.uint8)
    lines = _Lines(data, block, format_)
    skipped = lines.skipped(to_skip)
    used = np.flatnonzero(~skipped)
    quotes = _Quotes(lines, format_) if any(quote in data for quote in format_.quotes) else None
    good, extra = _countable(lines, quotes, width)
    good &= ~skipped
    odd = ~good & ~skipped
    slow = _Slow(data, lines, format_, width, np.flatnonzero(odd))
    rows = np.union1d(np.flatnonzero(good), slow.rows)
    fast = _fields(lines, quotes, good, extra, width)
    ordinal = np.cumsum(~skipped) - 1
    return Block(
        lines=lines.count,
        rows=len(rows),
        column=_merged(fast, np.flatnonzero(good), slow, rows),
        used=len(used),
        size=len(data),
        ordinals=ordinal[rows],
        numbers=rows + first,
        bad=Bad(
            [int(line) + first for line in slow.bad],
            [lines.content(data, line) for line in slow.bad],
            [int(ordinal[line]) for line in slow.bad],
            slow.why,
        ),
        skipped=Lines(
            [int(line) + first for line in np.flatnonzero(skipped).tolist()],
            [lines.content(data, line) for line in np.flatnonzero(skipped).tolist()],
        ),
    )


class _Lines:
    """Where lines begin and end, and the separators between."""

    def __init__(self, data: bytes, block: Bytes, format_: CsvFormat) -> None:
        self.block, self.format = block, format_
        self.stops = np.flatnonzero(block == format_.line_end)
        self.count = len(self.stops)
        self.starts = np.empty_like(self.stops)
        self.starts[0] = 0
        self.starts[1:] = self.stops[:-1] + 1
        self.ends = self.stops
        if format_.newline is None and RETURN in data:
            returns = (self.stops > self.starts) & (block[self.stops - 1] == RETURN)
            self.ends = self.stops - returns
        if format_.separator is None:
            self.marks = np.zeros(0, np.int64)
        else:
            self.marks = np.flatnonzero(block == format_.separator)

    def content(self, data: bytes, line: int) -> bytes:
        """A line without its end."""
        return data[self.starts[line] : self.ends[line]]

    def of(self, positions: Ints) -> Ints:
        """The line that each position is in."""
        found: Ints = np.searchsorted(self.stops, positions)
        return found

    def skipped(self, to_skip: int) -> Bools:
        """Which lines are skipped."""
        found = np.zeros(self.count, bool)
        found[:to_skip] = True
        filled = self.ends > self.starts
        if self.format.comment is not None:
            found |= filled & (self.block[self.starts] == self.format.comment)
        if self.format.skip_empty_lines:
            found |= ~filled
        return found


class _Quotes:
    """Which lines have quotes that open fields, and which of them are properly quoted."""

    def __init__(self, lines: _Lines, format_: CsvFormat) -> None:
        self.lines = lines
        self.kind = np.zeros(lines.count, np.uint8)
        """The quote byte of each quoted line; 0 for plain ones."""
        self.odd = np.zeros(lines.count, bool)
        self.doubled = np.zeros(lines.count, bool)
        self.inside = np.zeros(len(lines.marks), bool)
        """The separators that are data."""
        for quote in format_.quotes:
            self._look_for(quote)
        self.inside &= ~self.odd[lines.of(lines.marks)]

    def _look_for(self, quote: int) -> None:
        lines, block = self.lines, self.lines.block
        at = np.flatnonzero(block == quote)
        line = lines.of(at)
        at_start = at == lines.starts[line]
        opening = at_start | _same(block[at - 1], self.lines.format.separator)
        has = np.zeros(lines.count, bool)
        has[line[opening]] = True
        self.odd |= has & (self.kind > 0)  # fields begin with either kind of quote
        self.kind[has] = quote
        keep = has[line]
        at, line, opening = at[keep], line[keep], opening[keep]
        if not len(at):
            return
        first = np.searchsorted(at, lines.starts[line])
        even = (np.arange(len(at)) - first) % 2 == 0
        next_to = np.zeros(
            len(at) + 1, bool
        )  # whether a quote stands right before, on the same line
        next_to[1:-1] = (np.diff(at) == 1) & (line[1:] == line[:-1])
        closing = (at + 1 == lines.ends[line]) | _same(block[at + 1], self.lines.format.separator)
        proper = np.where(even, opening | next_to[:-1], closing | next_to[1:])
        self.odd[line[~proper]] = True
        counts = np.bincount(line, minlength=lines.count)
        self.odd |= counts % 2 == 1
        self.doubled[line[even & next_to[:-1]]] = True
        self._mark_inside(at, has)

    def _mark_inside(self, at: Ints, has: Bools) -> None:
        marks = self.lines.marks
        line = self.lines.of(marks)
        before = np.searchsorted(at, marks) - np.searchsorted(at, self.lines.starts[line])
        self.inside |= has[line] & (before % 2 == 1)


def _same(block: Bytes, byte: int | None) -> Bools:
    return np.zeros(len(block), bool) if byte is None else block == byte


def _countable(lines: _Lines, quotes: _Quotes | None, width: int) -> tuple[Bools, Bools]:
    """The lines with the right number of separators, and the separators to leave out of account."""
    ignored = np.zeros(len(lines.marks), bool) if quotes is None else quotes.inside.copy()
    line = lines.of(lines.marks)
    counts = np.bincount(line[~ignored], minlength=lines.count)
    good = counts == width - 1
    if width > 1:
        good &= lines.ends > lines.starts
    if lines.format.allow_extra_empty and (counts >= width).any():
        marks = lines.marks[~ignored]
        first = np.searchsorted(marks, lines.starts)
        many = np.flatnonzero(counts >= width)
        beyond = marks[first[many] + width - 1]
        only = lines.ends[many] - beyond == counts[many] - (width - 1)
        good[many[only]] = True
        rank = np.zeros(len(lines.marks), np.int64)
        rank[~ignored] = np.arange(len(marks)) - first[line[~ignored]]
        ignored |= rank >= width - 1
    if quotes is not None:
        good &= ~quotes.odd
    return good, ignored


def _fields(
    lines: _Lines, quotes: _Quotes | None, good: Bools, ignored: Bools, width: int
) -> _Unquoted:
    """The fields of the good lines."""
    marks = lines.marks[~ignored & good[lines.of(lines.marks)]]
    rows = int(good.sum())
    between = marks.reshape(rows, width - 1)
    starts = np.column_stack([lines.starts[good], between + 1])
    line_ends = lines.ends[good]
    if lines.format.allow_extra_empty:  # the last field ends at the first separator left out
        line_ends = _last_ends(lines, ignored, quotes, good, starts[:, -1], line_ends)
    ends = np.column_stack([between, line_ends])
    return _Unquoted(lines.block, starts, ends, quotes, good)


def _last_ends(
    lines: _Lines, ignored: Bools, quotes: _Quotes | None, good: Bools, starts: Ints, ends: Ints
) -> Ints:
    inside = np.zeros(len(lines.marks), bool) if quotes is None else quotes.inside
    extra = np.append(lines.marks[ignored & ~inside], np.iinfo(np.int64).max)
    found: Ints = np.minimum(ends, extra[np.searchsorted(extra, starts)])
    return found


class _Unquoted(Fields):
    """Fields whose quotes are taken off."""

    def __init__(
        self, block: Bytes, starts: Ints, ends: Ints, quotes: _Quotes | None, good: Bools
    ) -> None:
        self._kind = None if quotes is None else quotes.kind[good]
        self._doubled = None if quotes is None else quotes.doubled[good]
        if self._kind is not None and self._kind.any():
            quoted = (starts < ends) & (self._kind > 0)[:, None]
            quoted &= block[np.where(quoted, starts, 0)] == self._kind[:, None]
            starts, ends = starts + quoted, ends - quoted
        super().__init__(block, starts, ends)

    def column(self, index: int, select: Select) -> pa.Array:
        found = super().column(index, select)
        if self._doubled is None or self._kind is None:
            return found
        doubled, kinds = self._doubled[select], self._kind[select]
        for quote in np.unique(kinds[doubled]).tolist():
            char = bytes([quote])
            single = pc.replace_substring(found, char * 2, char)
            found = pc.if_else(pa.array(doubled & (kinds == quote)), single, found)
        return found


class _Slow:
    """The lines that are split one by one: the good ones among them, and the bad."""

    def __init__(
        self, data: bytes, lines: _Lines, format_: CsvFormat, width: int, found: Ints
    ) -> None:
        self.bad: list[int] = []
        self.why: list[str] = []
        rows, fields = [], []
        for line in found.tolist():
            try:
                fields.append(data_fields(lines.content(data, line), format_, width))
                rows.append(line)
            except BadLine as error:
                self.bad.append(line)
                self.why.append(str(error))
        self.rows = np.array(rows, np.int64)
        self.columns = [pa.array(column, pa.binary()) for column in zip(*fields, strict=True)]


def _merged(fast: Fields, fast_rows: Ints, slow: _Slow, rows: Ints) -> Any:
    """The columns of both sorts of rows, in the order of the file."""
    if not len(slow.rows):
        return fast.column
    order = pa.array(np.argsort(np.concatenate([fast_rows, slow.rows]), kind="stable"))

    def column(index: int, select: Select) -> pa.Array:
        both = pa.concat_arrays([fast.column(index, slice(None)), slow.columns[index]]).take(order)
        whole = np.arange(len(rows))[select]
        return both.take(pa.array(whole))

    return column
