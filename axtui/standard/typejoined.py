"""Typing the small datasets of a chain together, as if their rows were one batch.

A call of Arrow costs as much as typing some thousand values: a day of a hundred rows and as many
columns, typed by itself, took a hundred times as long as its rows do within a large file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa

from axtui.standard.arrays import Bools
from axtui.standard.kernels import Conversion, convert, replaced
from axtui.standard.typerows import Part, Typing, refuse

TOGETHER_ROWS = 16_384
"""So many rows, or one batch more, are held at once."""


def can_join(typing: Typing) -> bool:
    """Whether a dataset needs nothing but the typed columns of rows that stay where they are."""
    return not (typing.plan.rehash or typing.plan.copied or typing.bad)


def type_slices(typings: Sequence[Typing], sliceno: int) -> None:
    """Type a slice of several datasets that have the same conversions and for which `can_join`."""
    waiting = list(typings)
    for held in _handfuls(typings, sliceno):
        if len(held) == 1:
            typing, part = held[0]
            typing.write(part)
        else:
            _type(held, held[0][0].how)
        while waiting[0] is not held[-1][0]:  # of that one there may be more rows
            waiting.pop(0).good.close()  # now, not at the end: it holds rows


Held = list[tuple[Typing, Part]]


def _handfuls(typings: Sequence[Typing], sliceno: int) -> Iterator[Held]:
    held: Held = []
    rows = 0
    for typing in typings:
        for part in typing.parts(sliceno):
            held.append((typing, part))
            rows += part.batch.num_rows
            if rows >= TOGETHER_ROWS:
                yield held
                held, rows = [], 0
    if held:
        yield held


def _type(held: Held, how: Mapping[str, Conversion]) -> None:
    bounds = np.cumsum([0, *(part.batch.num_rows for _, part in held)])
    texts = _together(held, list(how))
    arrays: dict[str, pa.Array] = {}
    refused: dict[str, Bools] = {}
    for name, one in how.items():
        found = convert(texts[name], one.without_default())
        arrays[name] = found.values
        if found.bad is None:
            continue
        if one.default is None:
            refused[name] = found.bad
            continue
        arrays[name] = replaced(found.values, found.bad, one.default)
        before = np.append(0, np.cumsum(found.bad))[bounds]
        for (typing, _), count in zip(held, np.diff(before).tolist(), strict=True):
            if count:
                typing.tally.defaulted[name] += count
    batch = pa.RecordBatch.from_arrays(list(arrays.values()), names=list(arrays))
    for (typing, part), (start, stop) in zip(held, pairwise(bounds.tolist()), strict=True):
        for name, bad in refused.items():
            if bad[start:stop].any():
                refuse(part, name, how[name], bad[start:stop])
        typing.good.write_batch(batch.slice(start, stop - start))


def _together(held: Held, names: Sequence[str]) -> dict[str, pa.Array]:
    """{column: its texts in all parts}."""
    parts = [part for _, part in held]
    schema, view = parts[0].batch.schema, parts[0].view.columns
    alike = all(
        part.batch.schema.equals(schema) and part.view.columns == view for part in parts[1:]
    )
    if not alike:
        return {name: _joined([part.column(name) for part in parts]) for name in names}
    whole = pa.concat_batches([part.batch for part in parts])
    return {name: _joined([whole.column(view[name])]) for name in names}


def _joined(columns: Sequence[pa.Array]) -> pa.Array:
    """One array of columns of texts, which may be of other text types or by dictionary."""
    plain = (
        column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        for column in columns
    )
    return pa.concat_arrays([column.cast(pa.binary()) for column in plain])
