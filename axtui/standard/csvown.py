"""The lines of a block that belong to a process, where several share a file.

Fields never span lines, so the lines of the others need not be split: finding where lines end and copying
one's own takes a tenth of the time that finding all fields does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from axtui.standard.csvformat import CsvFormat
from axtui.standard.csvsplit import Block, Ints, split_block


class Own(NamedTuple):
    """Some lines of a block: what they hold, their places in it, and how many lines it has in all."""

    data: bytes
    places: Ints
    lines: int


def own_lines(data: bytes, line_end: int, slices: int, mine: Sequence[int], before: int = 0) -> Own:
    """The lines whose slices are in `mine`: with those `before` the block, line i is of slice i modulo
    `slices`. The last line of the block may lack its end."""
    stops = np.flatnonzero(np.frombuffer(data, np.uint8) == line_end)
    ended = not data or data[-1] == line_end
    lines = len(stops) if ended else len(stops) + 1
    offsets = np.empty(lines + 1, np.int32)
    offsets[0], offsets[-1] = 0, len(data)
    offsets[1 : len(stops) + 1] = stops + 1
    turns = np.sort((np.array(mine) - before) % slices)
    places = np.add.outer(np.arange(0, lines, slices), turns).reshape(-1)
    places = places[: np.searchsorted(places, lines)]
    whole = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    taken = pa.Array.from_buffers(pa.binary(), lines, whole).take(pa.array(places))
    content = taken.buffers()[2]
    return Own(b"" if content is None else content.to_pybytes(), places, lines)


def split_own(
    data: bytes,
    format_: CsvFormat,
    width: int,
    first: int,
    slices: int,
    mine: Sequence[int],
    before: int = 0,
) -> Block:
    """As `split_block` of a format that skips no lines, but with the rows and bad lines of `mine` only
    (see `own_lines`)."""
    own = own_lines(data, format_.line_end, slices, mine, before)
    block = split_block(own.data, format_, width, 0, 0)
    block.lines = block.used = own.lines
    block.own = True
    numbers = own.places + first
    block.numbers = numbers if block.numbers is None else numbers[block.numbers]
    if block.ordinals is not None:
        block.ordinals = own.places[block.ordinals]
    block.bad.numbers = numbers[block.bad.numbers].tolist()
    block.bad.ordinals = own.places[block.bad.ordinals].tolist()
    return block
