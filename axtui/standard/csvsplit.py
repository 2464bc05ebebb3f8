"""A block of CSV lines into columns, all lines at once by numpy.

Nearly every block is regular: as many separators in each line as there should be, nothing to skip, no
quotes. For those the positions of separators and line ends, shaped as a matrix, are the fields. Other
blocks go through `csvirregular`, which finds the lines for which the same holds, and hands the rest,
line by line, to `csvfields`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from axtui.data import packed
from axtui.standard.csvformat import RETURN, CsvFormat

Ints = np.ndarray[Any, np.dtype[np.int64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Offsets = np.ndarray[Any, np.dtype[np.int32]]
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


Column = Callable[[int, Select], pa.Array]


@dataclass(frozen=True)
class Pieces:
    """Values of a column that do not pack: where they lie in their block, one after another."""

    block: Bytes
    starts: Offsets
    lengths: Offsets

    def __len__(self) -> int:
        return len(self.starts)


Cells: TypeAlias = "packed.Keys | Pieces | Any"
"""Values of a column: packed, as pieces of a block, or an Arrow array."""


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

    def cells(self, kept: Sequence[int], select: Select, long: set[int]) -> list[Cells]:
        """Columns of the selected rows. Those in `long` are not packed; a column with a value that does
        not pack is added to it."""
        if self.fields is None:
            return [self.column(index, select) for index in kept]
        return self.fields.cells(kept, select, long)


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
    mask = block == format_.line_end
    rows = data.count(format_.line_end)
    if format_.separator is not None:
        mask |= block == format_.separator
    marks = np.flatnonzero(mask)
    if len(marks) != rows * width:
        return None
    ends = marks.reshape(rows, width)
    if width > 1 and np.any(block[ends[:, -1]] != format_.line_end):
        return None
    starts = np.empty_like(ends)
    flat = starts.reshape(-1)
    flat[0] = 0
    np.add(marks[:-1], 1, out=flat[1:])
    if format_.newline is None:
        leave_out_returns(data, block, starts, ends)
    if not _all_wanted(block, starts[:, 0], ends[:, -1], format_):
        return None
    fields = Fields(block, starts, ends, padded)
    packable = None if b"\0" in data else fields
    return Block(rows, rows, fields.column, rows, fields=packable, size=len(data))


def _all_wanted(block: Bytes, starts: Ints, ends: Ints, format_: CsvFormat) -> bool:
    if format_.comment is not None and (block[starts] == format_.comment).any():
        return False
    return not (format_.skip_empty_lines and (starts == ends).any())


def leave_out_returns(data: bytes, block: Bytes, starts: Ints, ends: Ints) -> None:
    """Move the `ends` of the last fields before the CR that a line may end with."""
    if RETURN in data:
        last = ends[:, -1]
        last -= (last > starts[:, -1]) & (block[last - 1] == RETURN)


class Fields:
    """The fields of some lines of a block: matrices of where each begins and ends. `padded` is the block
    with as many bytes behind it as packing needs."""

    def __init__(self, block: Bytes, starts: Ints, ends: Ints, padded: bytes = b"") -> None:
        self._block, self._padded = block, padded
        self._starts, self._ends = starts, ends

    def cells(self, kept: Sequence[int], select: Select, long: set[int]) -> list[Cells]:
        """See `Block.cells`."""
        starts = self._starts[select]
        lengths = self._ends[select] - starts
        if len(lengths):
            longest = lengths.max(axis=0)
            long.update(np.flatnonzero(longest > packed.MOST_BYTES).tolist())
        keys = np.ascontiguousarray(packed.pack(self._padded, starts, lengths).T)
        return [
            Pieces(
                self._block, starts[:, index].astype(np.int32), lengths[:, index].astype(np.int32)
            )
            if index in long
            else keys[index]
            for index in kept
        ]

    def column(self, index: int, select: Select) -> pa.Array:
        """One column of the selected lines, as an array of `binary`."""
        starts = self._starts[select, index]
        lengths = self._ends[select, index] - starts
        return gather(self._block, starts, lengths) if lengths.any() else empties(len(lengths))


def empties(count: int) -> pa.Array:
    """An array of `count` empty `binary` values."""
    offsets = pa.py_buffer(bytes(4 * (count + 1)))
    return pa.Array.from_buffers(pa.binary(), count, [None, offsets, pa.py_buffer(b"")])


class Blocks:
    """The blocks in which some pieces lie, one after another, so that pieces of many blocks become one
    array at once: a call for each would take longer than its work."""

    def __init__(self, pieces: Iterable[Pieces]) -> None:
        blocks = {id(piece.block): piece.block for piece in pieces}
        sizes = [len(block) for block in blocks.values()]
        self._bases = dict(zip(blocks, [0, *accumulate(sizes)], strict=False))
        self._whole = np.concatenate(list(blocks.values())) if blocks else np.zeros(0, np.uint8)

    def array(self, pieces: Sequence[Pieces]) -> pa.Array:
        """All these pieces, in order, as an array of `binary`."""
        starts = np.concatenate([piece.starts + self._bases[id(piece.block)] for piece in pieces])
        return gather(self._whole, starts, np.concatenate([piece.lengths for piece in pieces]))


def gather(block: Bytes, starts: Ints | Offsets, lengths: Ints | Offsets) -> pa.Array:
    """Pieces of a block, which follow one another, as an array of `binary`.

    To Arrow the pieces and what lies between them are values of one array over the block, of which it
    takes every second: several times as fast as numpy gathers bytes.
    """
    offsets = np.empty((len(starts), 2), np.int32)
    offsets[:, 0] = starts
    np.add(starts, lengths, out=offsets[:, 1], casting="same_kind")
    whole = [None, pa.py_buffer(offsets), pa.py_buffer(block)]
    every = pa.Array.from_buffers(pa.binary(), max(0, offsets.size - 1), whole)
    return every.take(pa.array(np.arange(0, offsets.size, 2, dtype=np.int32)))
