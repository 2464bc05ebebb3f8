"""The rows of one slice on their way to a row group: few as they lie, many by code.

Values of up to eight bytes wait as codes of one byte in columns that have few different ones. The other
columns are *loose*: their values wait as text, gathered block by block while the block is in the cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from axtui.data import packed
from axtui.standard.csvcodes import Codebook
from axtui.standard.csvsplit import Fields, Ints

FEW_ROWS = 2048
"""So many rows are at hand before codes are made. Fewer are written without, and these show at once
nearly all values there are."""
_AT_ONCE = 1 << 19
"""Values that are coded at once."""
_KIND = pa.binary()


class Share(NamedTuple):
    """The rows of a block that belong to a slice: so many `rows`, every `step`-th from `start` on.
    `size`: the bytes of the block."""

    fields: Fields
    start: int
    step: int
    rows: int
    size: int

    def cut(self, rows: int) -> tuple[Share, Share]:
        """The first so many rows, and the others."""
        later = self.start + rows * self.step
        return self._replace(rows=rows), self._replace(start=later, rows=self.rows - rows)

    @property
    def select(self) -> slice:
        """The rows, in the block."""
        return slice(self.start, self.start + self.rows * self.step, self.step)


class Group:
    """Rows of `columns` (their places in the file, which ascend), at most `limit` of them."""

    def __init__(self, columns: Sequence[int], limit: int) -> None:
        self.rows = 0
        self.held = 0
        """Bytes that wait, beside the codes."""
        self._columns = np.array(columns, np.int64)
        self._limit = limit
        self._is_loose = np.zeros(len(columns), bool)
        self._book = Codebook(len(columns))
        """Of the columns that are not loose."""
        self._few: list[Share] = []
        self._codes = np.empty((0, 0), np.uint8)
        self._begin = self._end = 0
        """The rows of `_codes` that wait; those before are among the texts."""
        self._mixed = False
        """Whether there are texts of columns that are not loose."""
        self._texts: list[list[pa.Array]] = [[] for _ in columns]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self._columns)

    def add(self, share: Share) -> None:
        """Rows of a block; no more than there is room for."""
        self.rows += share.rows
        if self._end:
            self._take_in([share])
            return
        self._few.append(share)
        self.held += share.size
        if sum(one.rows for one in self._few) >= FEW_ROWS:
            few, self._few = self._few, []
            self.held -= sum(one.size for one in few)
            together = max(1, _AT_ONCE // max(1, few[0].rows * self.width))
            for at in range(0, len(few), together):
                self._take_in(few[at : at + together])

    def add_arrays(self, rows: int, arrays: Sequence[pa.Array], held: int) -> None:
        """So many rows as arrays, one for each column, which keep so many bytes."""
        self.rows += rows
        self.held += held
        self._settle()
        self._mixed = True
        for pieces, array in zip(self._texts, arrays, strict=True):
            pieces.append(array)

    def take(self) -> list[pa.Array]:
        """The columns of all these rows, which are given away."""
        if self._mixed or not self._end:
            self._settle()
        coded = iter(self._dictionaries() if self._end > self._begin else ())
        arrays = [
            next(coded) if self._end > self._begin and not loose else _joined(pieces)
            for pieces, loose in zip(self._texts, self._is_loose.tolist(), strict=True)
        ]
        self._texts = [[] for _ in self._columns]
        self._begin = self._end = self.rows = self.held = 0
        self._mixed = False
        return arrays

    def _take_in(self, shares: Sequence[Share]) -> None:
        """Rows of blocks: by code in the columns that are not loose."""
        spans = [one.fields.spans(one.select, self._columns[~self._is_loose]) for one in shares]
        long = np.max([lengths.max(axis=0, initial=0) for _, lengths in spans], axis=0)
        if (long > packed.MOST_BYTES).any():
            self._loosen(np.flatnonzero(long > packed.MOST_BYTES).tolist())
            short = long <= packed.MOST_BYTES
            spans = [(starts[:, short], lengths[:, short]) for starts, lengths in spans]
        keys = [one.fields.keys(*span) for one, span in zip(shares, spans, strict=True)]
        codes, full = self._book.encode(keys[0] if len(keys) == 1 else np.concatenate(keys))
        if full:
            self._loosen(full)
            codes = np.delete(codes, full, axis=1)
        if not self._end:  # not those of before: who took them may still have to write them
            self._codes = np.empty((codes.shape[1], self._limit), np.uint8)
        self._codes[:, self._end : self._end + len(codes)] = codes.T
        self._end += len(codes)
        loose = np.flatnonzero(self._is_loose).tolist()
        for share in shares if loose else ():
            texts = share.fields.texts(share.select, self._columns[loose])
            self.held += texts.nbytes
            for at, place in enumerate(loose):
                self._texts[place].append(texts.slice(at * share.rows, share.rows))

    def _loosen(self, columns: Sequence[int]) -> None:
        """Let some of the coded columns be loose from now on."""
        places = np.flatnonzero(~self._is_loose)[columns]
        if self._end > self._begin:
            coded = self._dictionaries()
            for column, place in zip(columns, places.tolist(), strict=True):
                self._texts[place].append(coded[column])
        self._is_loose[places] = True
        self._codes = np.delete(self._codes, columns, axis=0) if self._end else self._codes
        self._book.drop(columns)

    def _settle(self) -> None:
        """Put what waits otherwise among the texts."""
        if self._few:
            texts = _by_column(self._few, self._columns)
            rows = sum(share.rows for share in self._few)
            for at, pieces in enumerate(self._texts):
                pieces.append(texts.slice(at * rows, rows))
            self._few = []
        if self._end > self._begin:
            for place, array in zip(
                np.flatnonzero(~self._is_loose), self._dictionaries(), strict=True
            ):
                self._texts[place].append(array)
            self._begin = self._end

    def _dictionaries(self) -> list[pa.DictionaryArray]:
        """The coded columns of the rows that wait by code."""
        return [
            pa.DictionaryArray.from_arrays(
                pa.array(codes[self._begin : self._end]),
                packed.unpack(self._book.values(column), _KIND),
            )
            for column, codes in enumerate(self._codes)
        ]


def _by_column(shares: Sequence[Share], columns: Ints) -> pa.Array:
    """Columns of some shares, one after another: taken apart once, and not for each share, as blocks
    of wide files have few rows."""
    texts = [share.fields.texts(share.select, columns) for share in shares]
    if len(texts) == 1:
        return texts[0]
    places, first = [], 0
    for share in shares:
        size = share.rows * len(columns)
        places.append(np.arange(first, first + size, dtype=np.int32).reshape(-1, share.rows))
        first += size
    return pa.concat_arrays(texts).take(pa.array(np.hstack(places).reshape(-1)))


def _joined(pieces: Iterable[pa.Array]) -> pa.Array:
    """Pieces as one array without dictionary."""
    flat = [
        piece.dictionary_decode() if pa.types.is_dictionary(piece.type) else piece
        for piece in pieces
    ]
    return flat[0] if len(flat) == 1 else pa.concat_arrays(flat)
