"""Searching all slices of a dataset as one: a row of each slice in turn, as round-robin wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from axtui.data.grep.arrays import places as as_places
from axtui.data.grep.columns import Mask
from axtui.data.grep.search import Found, Query, spread, windows
from axtui.data.grep.source import WINDOW_ROWS, SliceRows
from axtui.data.grep.texts import plain

Numbers = np.ndarray[Any, Any]


@dataclass
class Turns(Found):
    """Rows to show as in `Found`, whose `lines` count through all slices: `slicenos` and
    `slice_lines` tell where each is."""

    slicenos: Numbers | None = None
    slice_lines: Numbers | None = None


def search_in_turns(
    query: Query, slices: Sequence[SliceRows], columns: Sequence[str], shown: Sequence[str]
) -> Iterator[Turns | int]:
    """What is found in some slices of one dataset, and how many rows have been asked so far."""
    asked = 0
    masks = []
    for rows in slices:
        mask = np.full(rows.lines, query.invert)
        for window in windows(query, rows, columns):
            mask[window.start : window.start + len(window.matched)] = window.matched
            asked += len(window.matched)
            yield asked
        masks.append(mask)
    which, lines = _order([rows.lines for rows in slices])
    matched = np.zeros(len(lines), bool)
    for index, mask in enumerate(masks):
        matched[which == index] = mask
    hits = np.flatnonzero(matched)[: query.most]
    positions = _around(query, hits, len(matched))
    matched[:] = False
    matched[hits] = True
    for start in range(0, len(positions), WINDOW_ROWS):
        yield _fetch(slices, shown, positions[start : start + WINDOW_ROWS], which, lines, matched)


def _order(counts: Sequence[int]) -> tuple[Numbers, Numbers]:
    """(index of the slice, line in it) of all rows in turn."""
    which = np.repeat(np.arange(len(counts)), counts)
    lines = np.concatenate([np.arange(count) for count in counts])
    order = np.lexsort((which, lines))
    return which[order], lines[order]


def _around(query: Query, hits: Numbers, rows: int) -> Numbers:
    """What is shown because of rows that match."""
    starts = (hits - query.before).clip(min=0)
    return spread(starts, (hits + query.after + 1).clip(max=rows))


def _fetch(
    slices: Sequence[SliceRows],
    shown: Sequence[str],
    positions: Numbers,
    which: Numbers,
    lines: Numbers,
    matched: Mask,
) -> Turns:
    its, numbers = which[positions], lines[positions]
    batches = []
    places = np.empty(len(positions), np.int64)
    before = 0
    for index, rows in enumerate(slices):
        own = np.flatnonzero(its == index)
        if len(own):
            first = int(numbers[own[0]])
            batch = rows.rows(shown, first, int(numbers[own[-1]]) + 1)
            places[own] = numbers[own] - first + before
            before += batch.num_rows
            batches.append(plain(batch))
    table = pa.Table.from_batches(batches).take(as_places(places)).combine_chunks()
    slicenos = np.array([rows.sliceno for rows in slices])[its]
    batch = table.to_batches()[0]
    return Turns(positions, matched[positions], batch, {}, slicenos, numbers)
