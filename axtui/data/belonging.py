"""Which values of a hash label belong to a slice: asked once per row, so what was found out is kept.

SipHash in Python takes 6 µs a value, the same by numpy 0.05 for thousands at once. Integers that come in
or near their order are therefore asked for in blocks, and other values once each: 0.1 µs when known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from axtui.data import hashing
from axtui.data.types import INT64, ColumnType

Belongs = Callable[[Any], bool]
"""Whether a value belongs; raises as the fixer of the hash label does for one that is no such value."""

_BLOCK_BITS = 12
_IN_BLOCK = (1 << _BLOCK_BITS) - 1
_ENOUGH = 32
"""So many single values of a block cost as much as all of it by numpy."""
_BLOCKS = 64
_KEPT = 1 << 16
_WHOLE = ("int64", "int32", "number")
_EXACT: dict[str, type[Any]] = {
    **dict.fromkeys(("ascii", "unicode"), str),
    **dict.fromkeys(("float64", "float32"), float),
    **dict.fromkeys(("complex64", "complex32"), complex),
    "bytes": bytes,
    "bool": bool,
    "date": dt.date,
    "datetime": dt.datetime,
    "time": dt.time,
}
"""The one type of which values are kept: values of different types may be equal, but not be taken alike."""


@dataclass
class Guard:
    """What keeps rows of other slices out: the value of column `index` must belong. `refuse` raises, told
    one that does not. Where it is not `strict`, they come in and are left out later."""

    index: int
    belongs: Belongs
    refuse: Callable[[Any], None]
    strict: bool = True


def belonging(kind: ColumnType, find: Callable[[Any], int], slices: int, sliceno: int) -> Belongs:
    """A function that tells whether a value of a hash label of this type belongs to slice `sliceno` of
    `slices`; `find` gives a value's slice."""
    if kind.name in _WHOLE:
        return _of_integers(find, slices, sliceno)
    known: dict[Any, bool] = {}
    exact, flagged = _EXACT[kind.name], kind.flagged

    def belongs(value: Any) -> bool:
        # times of a zone that is refused equal such in UTC
        if type(value) is not exact or (flagged and value.tzinfo is not None):
            return find(value) == sliceno
        try:
            return known[value]
        except KeyError:
            if len(known) >= _KEPT:
                known.clear()
            found = known[value] = find(value) == sliceno
            return found

    return belongs


def _of_integers(find: Callable[[Any], int], slices: int, sliceno: int) -> Belongs:
    blocks: dict[int, list[bool]] = {}
    known: dict[int, bool] = {}
    asked: dict[int, int] = {}

    def belongs(value: Any) -> bool:
        if type(value) is not int:
            return find(value) == sliceno
        try:
            return blocks[value >> _BLOCK_BITS][value & _IN_BLOCK]
        except KeyError:
            pass
        try:
            return known[value]
        except KeyError:
            return unknown(value)

    def unknown(value: int) -> bool:
        found = find(value) == sliceno  # first of all: it refuses what does not fit
        number = value >> _BLOCK_BITS
        count = asked.get(number, 0) + 1
        if (count < _ENOUGH and number - 1 not in blocks) or not INT64[0] <= value <= INT64[1]:
            if len(known) >= _KEPT:
                known.clear()
                asked.clear()
            known[value] = found
            asked[number] = count
        else:
            if len(blocks) >= _BLOCKS:
                blocks.clear()
            hashes = hashing.of_integers(number << _BLOCK_BITS, _IN_BLOCK + 1)
            blocks[number] = (hashes % slices == sliceno).tolist()
        return found

    return belongs
