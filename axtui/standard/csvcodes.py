"""Packed values as codes of one byte, all columns of a block at once.

In most columns few different values repeat. Each such column has a hash without collisions, found by
trial: multiply, shift, look up. A value costs four passes of numpy over arrays that stay in the cache,
half of what Arrow's dictionary takes column by column, and what waits for a row group is an eighth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.packed import Keys

Codes = np.ndarray[Any, np.dtype[np.uint8]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
Select = slice | np.ndarray[Any, np.dtype[np.int64]]
ALL = slice(None)

MOST = 256
"""Different values that a column may have."""
_LEAST_BITS = 8
_MOST_BITS = 16
_TRIALS = 32
_ODD = np.random.default_rng(0).integers(0, 1 << 63, _TRIALS, np.uint64) * np.uint64(2) + np.uint64(
    1
)
"""What keys are multiplied with, until they differ in their highest bits. Which one it is shows in no
result."""


class Codebook:
    """The different keys of some columns, each coded by its place in the order of appearance."""

    def __init__(self, columns: int) -> None:
        self._count = np.zeros(columns, np.int64)
        self._keys = np.zeros((columns, 1), np.uint64)
        self._factor = np.ones(columns, np.uint64)
        self._bits = np.full(columns, _LEAST_BITS, np.uint64)
        self._slots = [np.zeros(1 << _LEAST_BITS, np.uint8)] * columns
        self._lay_out()

    def values(self, column: int) -> Keys:
        """The keys of a column, by code."""
        return self._keys[column, : self._count[column]]

    def drop(self, columns: Sequence[int]) -> None:
        """Forget these columns; those behind move up."""
        self._count = np.delete(self._count, columns)
        self._keys = np.delete(self._keys, columns, axis=0)
        self._factor = np.delete(self._factor, columns)
        self._bits = np.delete(self._bits, columns)
        gone = set(columns)
        self._slots = [slots for index, slots in enumerate(self._slots) if index not in gone]
        self._lay_out()

    def encode(self, keys: Keys) -> tuple[Codes, list[int]]:
        """The codes of a matrix of keys, a row of it for each row; keys that are new are taken in.
        Second, the columns that have too many different ones: their codes mean nothing."""
        if not self._count.any():  # nothing to look up yet
            full = [column for column, each in enumerate(keys.T) if not self._learn(column, each)]
            self._lay_out()
            return self._look_up(keys)[0], full
        codes, right = self._look_up(keys)
        right &= self._count > 0
        if right.all():
            return codes, []
        lacking = np.flatnonzero(~right.all(axis=0))
        full = [
            column
            for column in lacking.tolist()
            if not self._learn(column, keys[~right[:, column], column])
        ]
        self._lay_out()
        codes[:, lacking] = self._look_up(keys[:, lacking], lacking)[0]
        return codes, full

    def _look_up(self, keys: Keys, columns: Select = ALL) -> tuple[Codes, Bools]:
        """The codes of keys of some columns, and whether these are the keys they stand for. An empty
        slot has code 0, whose key is in another slot."""
        places = keys * self._factor[columns]
        places >>= self._shift[columns]
        places += self._base[columns]
        codes: Codes = self._every_slot.take(places.view(np.int64), mode="clip")
        found = self._keys.take(codes + self._first[columns], mode="clip")
        return codes, found == keys

    def _learn(self, column: int, keys: Keys) -> bool:
        """Take in keys that a column did not have; False if there are too many, or no hash tells them
        apart."""
        new = pc.unique(pa.array(keys)).to_numpy()
        known = int(self._count[column])
        count = known + len(new)
        if count > MOST:
            return False
        self._widen(count)
        self._keys[column, known:count] = new
        self._count[column] = count
        return self._put(column, known) or self._hash_anew(column)

    def _put(self, column: int, known: int) -> bool:
        """Put the keys after those known into slots; False if the hash does not tell all apart."""
        if not known:
            return False
        slots = self._slots[column]
        new = self.values(column)[known:]
        places = self._places(column, new)
        there = self._keys[column].take(slots.take(places))
        taken = self._places(column, there) == places
        if taken.any() or len(set(places.tolist())) < len(places):
            return False
        slots[places] = np.arange(known, known + len(new))
        return True

    def _places(self, column: int, keys: Keys) -> Any:
        places = (keys * self._factor[column]) >> (np.uint64(64) - self._bits[column])
        return places.view(np.int64)

    def _hash_anew(self, column: int) -> bool:
        """Find a hash without collisions; False if there is none."""
        every = self.values(column)
        # a collision or two are to be expected among n keys in a quarter of n squared slots
        bits = max(_LEAST_BITS, int(len(every) ** 2 // 4).bit_length())
        for size in range(bits, _MOST_BITS + 1):
            places = (every * _ODD[:, None]) >> np.uint64(64 - size)
            ordered = np.sort(places, axis=1)
            apart = (ordered[:, 1:] != ordered[:, :-1]).all(axis=1)
            if apart.any():
                chosen = int(apart.argmax())
                slots = np.zeros(1 << size, np.uint8)
                slots[places[chosen]] = np.arange(len(every))
                self._factor[column], self._bits[column] = _ODD[chosen], size
                self._slots[column] = slots
                return True
        return False

    def _widen(self, count: int) -> None:
        """Make room for so many keys in each column."""
        columns, width = self._keys.shape
        if count > width:
            more = np.zeros((columns, (1 << (count - 1).bit_length()) - width), np.uint64)
            self._keys = np.concatenate([self._keys, more], axis=1)

    def _lay_out(self) -> None:
        """Put the slots of all columns into one array."""
        self._shift = np.uint64(64) - self._bits
        sizes = np.array([len(slots) for slots in self._slots], np.uint64)
        self._base = np.cumsum(sizes) - sizes
        self._every_slot = np.concatenate([*self._slots, np.zeros(0, np.uint8)])
        self._first = np.arange(len(self._count)) * self._keys.shape[1]
