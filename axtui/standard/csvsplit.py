"""A block of CSV lines into columns, all lines at once by numpy.

Nearly every block is regular: as many separators in each line as there should be, nothing to skip, no
quotes. For those the places behind separators and line ends, shaped as a matrix, are where fields
begin. Other blocks go through `csvirregular`, which finds the lines for which the same holds, and hands
the rest, line by line, to `csvfields`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from axtui.data import packed
from axtui.standard.csvformat import RETURN, CsvFormat

Ints = np.ndarray[Any, np.dtype[np.int64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
Select = slice | Ints


@dataclass
class Lines:
    """Lines set apart: their place among the lines of their sort, number in the file, and content."""

    numbers: list[int] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)


@dataclass
class Bad(Lines):
    """Bad lines; `ordinals` counts the lines of the block that are not skipped."""

    ordinals: list[int] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


_FEW_LINES = 256
"""Blocks of fewer are of wide files: many of them wait until there are enough rows to make codes, and where
their fields begin is most of what they hold. So it is kept in half the bytes, though numpy is a bit slower
then."""
Column = Callable[[int, Select], pa.Array]


@dataclass
class Block:
    """What a block holds. `ordinals` and `numbers` of good rows are None where they just count up.
    `fields` are those of a regular block, if they may be packed."""

    lines: int
    rows: int
    column: Column
    used: int
    """Lines that are not skipped."""
    ordinals: Ints | None = None
    numbers: Ints | None = None
    bad: Bad = field(default_factory=Bad)
    skipped: Lines = field(default_factory=Lines)
    fields: Fields | None = None
    size: int = 0
    """Bytes of its text: about what is kept as long as cells of it are."""
    own: bool = False
    """Whether only rows and bad lines of some slices are in it (see `csvown`)."""


def split_block(data: bytes, format_: CsvFormat, width: int, first: int, to_skip: int) -> Block:
    """Split a block of whole lines into `width` columns.

    `first` is the number of its first line in the file; the first `to_skip` lines are skipped.
    """
    if not data:
        return Block(0, 0, lambda _, select: pa.array([], pa.binary()), 0)
    if data[-1] != format_.line_end:
        # only a line that ends has a CR to leave out
        last = b"\r" if format_.newline is None and data[-1] == RETURN else b""
        data += last + bytes([format_.line_end])
    regular = None if to_skip else _regular(data, format_, width)
    if regular is not None:
        return regular
    from axtui.standard.csvirregular import split_irregular

    return split_irregular(data, format_, width, first, to_skip)


def _regular(data: bytes, format_: CsvFormat, width: int) -> Block | None:
    """The block, if no line needs a closer look."""
    if any(quote in data for quote in format_.quotes):
        return None
    padded = data + bytes(packed.MOST_BYTES)
    block = np.frombuffer(padded, np.uint8, len(data))
    begins = np.empty(len(data) + 1, bool)  # where fields begin, and behind the last of them
    begins[0] = True
    ending = np.equal(block, format_.line_end, out=begins[1:])
    rows = int(np.count_nonzero(ending))
    if format_.separator is not None:
        ending |= block == format_.separator
    marks = np.flatnonzero(begins)
    if len(marks) != rows * width + 1:
        return None
    if rows < _FEW_LINES:
        marks = marks.astype(np.int32)
    starts, nexts = marks[:-1].reshape(rows, width), marks[1:].reshape(rows, width)
    ends = nexts[:, -1] - 1
    if width > 1 and np.any(block[ends] != format_.line_end):
        return None
    returns = None
    if format_.newline is None and RETURN in data:
        returns = (ends > starts[:, -1]) & (block[ends - 1] == RETURN)
        ends -= returns
    if not _all_wanted(block, starts[:, 0], ends, format_):
        return None
    fields = Fields(block, starts, nexts, behind=1, returns=returns, padded=padded)
    packable = None if b"\0" in data else fields
    return Block(rows, rows, fields.column, rows, fields=packable, size=len(data))


def _all_wanted(block: Bytes, starts: Ints, ends: Ints, format_: CsvFormat) -> bool:
    if format_.comment is not None and (block[starts] == format_.comment).any():
        return False
    return not (format_.skip_empty_lines and (starts == ends).any())


class Fields:
    """The fields of some lines of a block: matrices of where each begins, and where it ends or so many
    bytes `behind` that. `returns`: the lines whose last field ends a byte earlier, before a CR. `padded`
    is the block with as many bytes behind it as packing needs."""

    def __init__(
        self,
        block: Bytes,
        starts: Ints,
        stops: Ints,
        *,
        behind: int = 0,
        returns: Bools | None = None,
        padded: bytes = b"",
    ) -> None:
        self._block, self._padded = block, padded
        self._starts, self._stops = starts, stops
        self._behind, self._returns = behind, returns

    def spans(self, select: Select, columns: Sequence[int] | Ints) -> tuple[Ints, Ints]:
        """Where the fields of some lines and columns begin, and how long they are, as matrices."""
        starts = self._starts[select][:, columns]
        lengths = self._stops[select][:, columns]
        lengths -= starts
        if self._behind:
            lengths -= self._behind
        if self._returns is not None:
            last = np.asarray(columns) == self._starts.shape[1] - 1
            lengths[:, last] -= self._returns[select][:, None]
        return starts, lengths

    def keys(self, starts: Ints, lengths: Ints) -> packed.Keys:
        """The keys of fields that are short enough."""
        return packed.pack(self._padded, starts, lengths)

    def texts(self, select: Select, columns: Sequence[int] | Ints) -> pa.Array:
        """Some columns of the selected lines, one after another, as one array of `binary`."""
        return gather(self._block, *self.spans(select, columns))

    def column(self, index: int, select: Select) -> pa.Array:
        """One column of the selected lines, as an array of `binary`."""
        return self.texts(select, [index])


def gather(block: Bytes, starts: Ints, lengths: Ints) -> pa.Array:
    """The columns of a matrix of pieces of a block, one after another, as one array of `binary`. The
    pieces follow one another along the rows.

    To Arrow the pieces and what lies between them are values of one array over the block, of which it
    takes every second, column by column: several times as fast as numpy gathers bytes.
    """
    width = starts.shape[1]
    if not starts.size:
        return pa.array([], pa.binary())
    offsets = np.empty((*starts.shape, 2), np.int32)
    offsets[..., 0] = starts
    np.add(starts, lengths, out=offsets[..., 1], casting="same_kind")
    whole = [None, pa.py_buffer(offsets), pa.py_buffer(block)]
    every = pa.Array.from_buffers(pa.binary(), offsets.size - 1, whole)
    within, along = np.arange(0, 2 * width, 2), np.arange(0, offsets.size, 2 * width)
    order = np.add.outer(within.astype(np.int32), along.astype(np.int32))
    return every.take(pa.array(order.reshape(-1)))
