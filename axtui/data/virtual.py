"""Slices of a dataset as record batches, in the slice count they were written with or any other.

Batches are in the physical form of `encode`, under the dataset's own column names. A dataset of K
slices read as one of M has *virtual slices*: with a hash label, slice s has the rows whose hash
modulo M is s; without, an even contiguous share of all rows. Together they are always all rows, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axtui.data import context, dsmeta
from axtui.data.dsmeta import Meta
from axtui.data.types import TYPES
from axtui.errors import DatasetError, DatasetUsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from axtui.data.parquet import Intervals

Batches = Iterator["pa.RecordBatch"]


# -- how many rows -----------------------------------------------------------------------------------

_counted: dict[tuple[str, int], list[int]] = {}


def lines(meta: Meta, slices: int) -> list[int]:
    """Rows in each of `slices` (virtual) slices."""
    held = len(meta.lines)
    if held == slices:
        return list(meta.lines)
    if meta.hashlabel is None or not meta.rows:
        return [stop - start for start, stop in pairwise(_bounds(meta.rows, slices))]
    if held % slices == 0:
        return [sum(meta.lines[s::slices]) for s in range(slices)]
    key = (meta.content, slices)
    if key not in _counted:
        _counted[key] = _count(meta, slices)
    return list(_counted[key])


def _bounds(rows: int, slices: int) -> list[int]:
    return [rows * number // slices for number in range(slices + 1)]


def _count(meta: Meta, slices: int) -> list[int]:
    import numpy as np

    from axtui.data.hasharrow import slices_of

    label = str(meta.hashlabel)
    kind = TYPES[meta.columns[label].type]
    found = np.zeros(slices, np.int64)
    for sliceno in range(len(meta.lines)):
        for batch in stream(meta, sliceno, [label], codes=True):
            found += np.bincount(slices_of(kind, batch.column(label), slices), minlength=slices)
    return [int(count) for count in found]


# -- where the data lies -----------------------------------------------------------------------------


def source_of(meta: Meta, name: str) -> tuple[Meta, str]:
    """(dataset that holds a column, its name there)."""
    column = column_of(meta, name)
    source = meta if column.source == meta.ref else dsmeta.load(column.source)
    return source, column.source_column


def column_of(meta: Meta, name: str) -> dsmeta.DatasetColumn:
    """A column by name. Raises DatasetUsageError, naming those there are."""
    try:
        return meta.columns[name]
    except KeyError:
        known = ", ".join(sorted(meta.columns))
        raise DatasetUsageError(
            f"dataset {meta.ref} has no column {name!r}; it has: {known}"
        ) from None


def is_direct(meta: Meta, source: Meta) -> bool:
    """Whether slice n of `meta` is slice n of the files of `source`."""
    return source is meta or len(source.lines) == len(meta.lines)


def file_of(meta: Meta, name: str, sliceno: int) -> Path:
    """The Parquet file with one stored slice of a column. Raises DatasetUsageError if none is."""
    source, _ = source_of(meta, name)
    path = source.file(sliceno) if is_direct(meta, source) else None
    if path is None:
        raise DatasetUsageError(
            f"no file holds slice {sliceno} of column {name!r} of {meta.ref} alone"
        )
    return path


def fragments(meta: Meta, sliceno: int) -> list[tuple[Path, dict[str, str]]]:
    """[(Parquet file, {name in the file: column})] that together hold one stored slice; [] where it
    is empty. Raises DatasetError where a column comes from a dataset with other slices."""
    found: dict[Path, dict[str, str]] = {}
    for name in meta.columns:
        source, stored = source_of(meta, name)
        if not is_direct(meta, source):
            raise DatasetError(
                f"column {name!r} of {meta.ref} comes from {source.ref}, which has "
                f"{len(source.lines)} slices, not {len(meta.lines)}; read it with iterate or Arrow"
            )
        path = source.file(sliceno)
        if path is not None and meta.lines[sliceno]:
            found.setdefault(path, {})[stored] = name
    return list(found.items())


# -- rows --------------------------------------------------------------------------------------------


def stream(
    meta: Meta,
    sliceno: int,
    columns: Sequence[str],
    intervals: Intervals | None = None,
    codes: bool = False,
) -> Batches:
    """Batches of one stored slice; see `parquet.read` for `intervals` and `codes`."""
    if not meta.lines[sliceno]:
        return
    from axtui.data import parquet

    files: dict[Path, list[tuple[str, str]]] = {}
    paths: dict[str, Path | None] = {}  # looked for once, not for each of a hundred columns
    others: dict[str, list[tuple[str, str]]] = {}
    for name in dict.fromkeys(columns):
        source, stored = source_of(meta, name)
        ref = source.ref
        if not is_direct(meta, source):
            others.setdefault(ref, []).append((name, stored))
            continue
        if ref not in paths:
            paths[ref] = source.file(sliceno)
        path = paths[ref]
        if path is None:
            raise DatasetError(f"slice {sliceno} of column {name!r} of {meta.ref} has no file")
        files.setdefault(path, []).extend(
            parquet.expand(name, stored, TYPES[meta.columns[name].type])
        )
    parts: list[Batches] = [
        parquet.read(path, names, intervals, codes) for path, names in files.items()
    ]
    for ref, names in others.items():
        rows = share(
            dsmeta.load(ref), sliceno, len(meta.lines), [stored for _, stored in names], codes=codes
        )
        parts.append(_within(_renamed(meta, rows, names), intervals))
    yield from parts[0] if len(parts) == 1 else _abreast(parts)


def share(
    meta: Meta,
    sliceno: int,
    slices: int,
    columns: Sequence[str],
    intervals: Intervals | None = None,
    codes: bool = False,
) -> Batches:
    """Batches of slice `sliceno` of `slices`, virtual or as stored."""
    context.active().note("slices")
    held = len(meta.lines)
    if held == slices:
        yield from stream(meta, sliceno, columns, intervals, codes)
    elif meta.hashlabel is not None:
        yield from _within(_hashed_share(meta, sliceno, slices, columns, codes), intervals)
    else:
        first, last = _bounds(meta.rows, slices)[sliceno : sliceno + 2]
        wanted = [(first, last)]
        if intervals is not None:
            wanted = [(first + start, min(first + stop, last)) for start, stop in intervals]
        yield from run(meta, wanted, columns, codes)


def shares(meta: Meta, sliceno: int, slices: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """(stored slice, (first row, row after the last)) of the parts that make up an even share."""
    first, last = _bounds(meta.rows, slices)[sliceno : sliceno + 2]
    before = 0
    for stored, count in enumerate(meta.lines):
        start, stop = max(first - before, 0), min(last - before, count)
        if start < stop:
            yield stored, (start, stop)
        before += count


def run(meta: Meta, wanted: Intervals, columns: Sequence[str], codes: bool = False) -> Batches:
    """Batches of row intervals counted through all stored slices."""
    from axtui.data import parquet

    before = 0
    for sliceno, count in enumerate(meta.lines):
        cut = parquet.intersect(wanted, [(before, before + count)]) or []
        inside = [(start - before, stop - before) for start, stop in cut if start < stop]
        if inside:
            yield from stream(meta, sliceno, columns, inside, codes)
        before += count


def _hashed_share(
    meta: Meta, sliceno: int, slices: int, columns: Sequence[str], codes: bool
) -> Batches:
    held = len(meta.lines)
    common = gcd(held, slices)
    label = str(meta.hashlabel)
    for stored in range(held):
        if (stored - sliceno) % common:
            continue  # no hash is both `stored` modulo held and `sliceno` modulo slices
        if held % slices == 0:
            yield from stream(meta, stored, columns, codes=codes)
        else:
            yield from _belonging(meta, stored, label, sliceno, slices, columns, codes)


def rehashed(
    meta: Meta, label: str, sliceno: int, slices: int, columns: Sequence[str], codes: bool = False
) -> Batches:
    """Batches of the rows, of all slices, whose hash of `label` belongs to `sliceno`."""
    for stored in range(len(meta.lines)):
        yield from _belonging(meta, stored, label, sliceno, slices, columns, codes)


def _belonging(
    meta: Meta,
    stored: int,
    label: str,
    sliceno: int,
    slices: int,
    columns: Sequence[str],
    codes: bool,
) -> Batches:
    import pyarrow as pa

    from axtui.data.hasharrow import slices_of

    kind = TYPES[column_of(meta, label).type]
    for batch in stream(meta, stored, [*columns, label], codes=codes):
        mask = slices_of(kind, batch.column(label), slices) == sliceno
        if mask.any():
            yield batch.filter(pa.array(mask))


def _within(batches: Iterable[pa.RecordBatch], intervals: Intervals | None) -> Batches:
    from axtui.data import parquet

    row = 0
    for batch in batches:
        if intervals is None:
            yield batch
            continue
        for start, stop in parquet.intersect(intervals, [(row, row + batch.num_rows)]) or []:
            yield batch.slice(start - row, stop - start)
        row += batch.num_rows


def _renamed(meta: Meta, batches: Batches, names: Sequence[tuple[str, str]]) -> Batches:
    """Batches of a source under the names of `meta`."""
    import pyarrow as pa

    from axtui.data import parquet

    pairs = [
        pair for name, stored in names for pair in parquet.expand(name, stored, _kind(meta, name))
    ]
    for batch in batches:
        yield pa.RecordBatch.from_arrays(
            [batch.column(stored) for _, stored in pairs], names=[name for name, _ in pairs]
        )


def _kind(meta: Meta, name: str) -> Any:
    return TYPES[meta.columns[name].type]


def _abreast(parts: Sequence[Batches]) -> Batches:
    """Columns of several streams of the same rows side by side, whatever their batch sizes."""
    import pyarrow as pa

    held: list[pa.RecordBatch | None] = [None] * len(parts)
    while True:
        for index, part in enumerate(parts):
            while held[index] is None or not held[index].num_rows:  # type: ignore[union-attr]
                held[index] = next(part, None)
                if held[index] is None:
                    return
        rows = min(batch.num_rows for batch in held if batch is not None)
        arrays: list[pa.Array] = []
        names: list[str] = []
        for index, batch in enumerate(held):
            assert batch is not None
            arrays += batch.slice(0, rows).columns
            names += batch.schema.names
            held[index] = batch.slice(rows)
        yield pa.RecordBatch.from_arrays(arrays, names=names)
