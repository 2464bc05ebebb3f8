"""Searching one slice: which rows match, and which are shown around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from axtui.data.decode import decode
from axtui.data.encode import as_flat
from axtui.data.grep.arrays import places as as_places
from axtui.data.grep.columns import Mask, in_objects, matching
from axtui.data.grep.patterns import Patterns
from axtui.data.grep.source import SliceRows
from axtui.data.types import FLAGS

Objects = dict[str, list[Any]]
_FEW = 8
"""Where no more than one row in so many is left to be asked, only those are."""


@dataclass(frozen=True)
class Query:
    """What to look for, and how much to show: rows that match any of `patterns` in any column asked
    (with `invert`: the others), `before` and `after` so many more; no more than `most` that match."""

    patterns: Patterns
    invert: bool = False
    before: int = 0
    after: int = 0
    most: int | None = None


@dataclass
class Found:
    """Rows to show, in order: their numbers, which of them matched, and their columns. Values of
    `objects` are those that were asked already."""

    lines: np.ndarray[Any, Any]
    matched: Mask
    batch: pa.RecordBatch
    objects: Objects = field(default_factory=dict)


@dataclass
class Window:
    """Rows one after another, from `start` on; which of them match."""

    start: int
    matched: Mask
    batch: pa.RecordBatch
    objects: Objects

    def holds(self, lines: np.ndarray[Any, Any]) -> bool:
        """Whether rows are all in it."""
        return bool(self.start <= lines[0] and lines[-1] < self.start + len(self.matched))


def windows(query: Query, rows: SliceRows, columns: Sequence[str]) -> Iterator[Window]:
    """All rows of a slice, by windows; those that cannot match by what is known of them are left out."""
    intervals = None if query.invert else rows.possible(query.patterns, columns)
    for start, batch in rows.windows(columns, intervals):
        objects = {
            name: decode(rows.kind(name), batch.column(name))
            for name in columns
            if rows.kind(name).name == "pickle"
        }
        mask = _mask(query.patterns, rows, columns, batch, objects)
        yield Window(start, ~mask if query.invert else mask, batch, objects)


def _mask(
    patterns: Patterns,
    rows: SliceRows,
    columns: Sequence[str],
    batch: pa.RecordBatch,
    objects: Objects,
) -> Mask:
    mask = np.zeros(batch.num_rows, bool)
    for name in columns:
        if name in objects:
            mask |= in_objects(patterns, objects[name])
            continue
        kind = rows.kind(name)
        array = batch.column(name)
        flags = batch.column(name + FLAGS) if kind.flagged else None
        left = np.flatnonzero(~mask)
        if not len(left):
            continue
        if len(left) * _FEW > len(mask):
            mask |= matching(patterns, kind, array, flags)
        else:
            some = as_places(left)
            few = None if flags is None else flags.take(some)
            mask[left] = matching(patterns, kind, array.take(some), few)
    return mask


def anything(query: Query, rows: SliceRows, columns: Sequence[str]) -> Iterator[int | bool]:
    """How many rows have been asked, after each window; True, as the last, if one matches."""
    for window in windows(query, rows, columns):
        if window.matched.any():
            yield True
            return
        yield len(window.matched)


def search(
    query: Query, rows: SliceRows, columns: Sequence[str], shown: Sequence[str]
) -> Iterator[Found | int]:
    """What is found in one slice, a window at a time, and how many rows have been asked so far:
    `columns` are asked, `shown` are given."""
    around = _Around(query, rows.lines)
    for window in windows(query, rows, columns):
        for lines, matched in around.window(window.start, window.matched):
            yield _fetch(rows, window, lines, matched, columns, shown)
        yield window.start + len(window.matched)
        if around.full:
            return
    for lines, matched in around.rest():
        yield _fetch(rows, None, lines, matched, columns, shown)


def _fetch(
    rows: SliceRows,
    window: Window | None,
    lines: np.ndarray[Any, Any],
    matched: Mask,
    columns: Sequence[str],
    shown: Sequence[str],
) -> Found:
    if window is None or not window.holds(lines) or not set(shown) <= set(columns):
        start = int(lines[0])
        batch = rows.rows(shown, start, int(lines[-1]) + 1)
        return Found(lines, matched, take(batch, lines - start))
    places = lines - window.start
    same = set(shown) == set(columns)
    objects = {name: [values[i] for i in places] for name, values in window.objects.items()}
    return Found(lines, matched, take(window.batch, places), objects if same else {})


def take(batch: pa.RecordBatch, places: np.ndarray[Any, Any]) -> pa.RecordBatch:
    """Rows of a batch by their place."""
    if len(places) == batch.num_rows and places[0] == 0 and places[-1] == len(places) - 1:
        return batch  # all of them, as places are in order
    index = as_places(places)
    arrays = [as_flat(array.take(index)) for array in batch.columns]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


class _Around:
    """From rows that match to rows that are shown: those around them too, each once."""

    def __init__(self, query: Query, total: int) -> None:
        self._query = query
        self._total = total
        self._next = 0  # the first row that was not shown yet
        self._until = 0  # rows before this one follow a match
        self._left = query.most
        self.full = False

    def window(self, start: int, mask: Mask) -> Iterator[tuple[np.ndarray[Any, Any], Mask]]:
        """(numbers, which matched) of rows to show, given those that match from `start` on."""
        yield from self._context(min(self._until, start))
        hits = np.flatnonzero(mask) + start
        if self._left is not None:
            hits = hits[: self._left]
            self._left -= len(hits)
        lines = self._lines(hits, start + len(mask))
        if len(lines):
            self._next = int(lines[-1]) + 1
            yield lines, np.isin(lines, hits, assume_unique=True)
        if self._left == 0:
            self.full = True
            yield from self.rest()

    def rest(self) -> Iterator[tuple[np.ndarray[Any, Any], Mask]]:
        """What follows the last match, behind the last window."""
        yield from self._context(min(self._until, self._total))

    def _context(self, stop: int) -> Iterator[tuple[np.ndarray[Any, Any], Mask]]:
        if self._next < stop:
            lines = np.arange(self._next, stop)
            self._next = stop
            yield lines, np.zeros(len(lines), bool)

    def _lines(self, hits: np.ndarray[Any, Any], stop: int) -> np.ndarray[Any, Any]:
        """The rows before `stop` that are shown because of `hits`, or of matches before them."""
        before, after = self._query.before, self._query.after
        if not before and not after:
            return hits
        starts = hits - before
        stops = hits + after + 1
        if self._next < self._until:
            starts = np.insert(starts, 0, self._next)
            stops = np.insert(stops, 0, self._until)
        if not len(starts):
            return hits
        self._until = max(self._until, int(stops[-1]))
        return spread(starts.clip(min=self._next), stops.clip(max=stop))


def spread(starts: np.ndarray[Any, Any], stops: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The numbers in any of the ranges [start, stop), in order; both must be in order."""
    starts = np.maximum(starts, np.concatenate(([0], np.maximum.accumulate(stops)[:-1])))
    lengths = (stops - starts).clip(min=0)
    ends = np.cumsum(lengths)
    if not len(ends) or not ends[-1]:
        return np.zeros(0, np.int64)
    found: np.ndarray[Any, Any] = np.repeat(starts - (ends - lengths), lengths)
    return found + np.arange(ends[-1])
