"""SQL text that shows datasets to DuckDB: a slice of each or all of it, one or a whole chain.

DuckDB reads the Parquet files itself, so it reads the columns and row groups that a query needs.
Rows that lie in no file as they are (a dataset hashed into another number of slices, columns of a
parent with other slices) are read as Arrow and loaded, with the columns that are `wanted`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axtui.data import context, virtual
from axtui.data.declare import distinct_names
from axtui.data.sqlview import columns_sql, empty_sql, quoted, slice_sql, text
from axtui.errors import DatasetError

if TYPE_CHECKING:
    import pyarrow as pa

    from axtui.data.dataset import Dataset
    from axtui.data.dsmeta import Meta

UNION = "\nUNION ALL BY NAME\n"


@dataclass(frozen=True)
class Table:
    """Datasets that are one table, oldest first. Its columns are those of `like`, which stands for
    the datasets where there are none; None: their own."""

    datasets: Sequence[Dataset]
    like: Sequence[Dataset] | None = None

    @property
    def typed(self) -> str:
        """A SELECT without rows that has the table's columns and types."""
        datasets = self.like or self.datasets
        return UNION.join(dict.fromkeys(empty_sql(ds.meta, _names(ds.meta)) for ds in datasets))

    def rows(self, sliceno: int | None) -> int:
        """How many rows a slice of it has, or (None) all."""
        if sliceno is None:
            return sum(ds.meta.rows for ds in self.datasets)
        return sum(ds.lines[sliceno] for ds in self.datasets)


@dataclass(frozen=True)
class Shown:
    """A SELECT of all rows, oldest dataset first, and the files that it reads."""

    select: str
    files: tuple[Path, ...]


@dataclass(frozen=True)
class _Piece:
    """Rows of one SELECT. `alike` is what pieces have in common that one reading of several files
    gives (None: it stands alone)."""

    select: str
    files: tuple[Path, ...]
    alike: tuple[Any, ...] | None = None


def shown(connection: Any, table: Table, sliceno: int | None, wanted: set[str] | None) -> Shown:
    """The rows of slice `sliceno` (None: all) of a table.

    `wanted` are the columns that will be asked for (None: any); what has to be loaded is loaded into
    `connection`.
    """
    if sliceno is not None:
        context.active().note("slices")
    pieces: list[_Piece] = []
    for ds in table.datasets:
        try:
            pieces += _pieces(ds.meta, sliceno)
        except DatasetError:
            pieces.append(_loaded(connection, ds.meta, sliceno, wanted))
    selects = [table.typed]
    for alike, group in groupby(pieces, key=lambda piece: piece.alike):
        found = list(group)
        if alike is None:
            selects += [piece.select for piece in found]
        else:
            files = ", ".join(text(str(file)) for piece in found for file in piece.files)
            selects.append(f"SELECT {alike[0]} FROM read_parquet([{files}], union_by_name=false)")
    return Shown(UNION.join(selects), tuple(file for piece in pieces for file in piece.files))


def _names(meta: Meta) -> dict[str, str]:
    return distinct_names(meta.columns)


def _pieces(meta: Meta, sliceno: int | None) -> Iterator[_Piece]:
    """Raises DatasetError where files do not hold the rows as they are."""
    names = _names(meta)
    for stored, (first, last) in _ranges(meta, sliceno):
        fragments = virtual.fragments(meta, stored)
        files = tuple(path for path, _ in fragments)
        whole = last - first == meta.lines[stored]
        if len(fragments) > 1 and not whole:
            raise DatasetError("a part of several files side by side")
        if len(fragments) > 1:
            yield _Piece(slice_sql(meta, names, fragments), files)
        elif whole:
            # files of other types in one reading would be read with those of the first
            kinds = tuple((column.type, column.source_column) for column in meta.columns.values())
            yield _Piece("", files, (columns_sql(meta, names), kinds))
        else:
            rows = f"read_parquet({text(str(files[0]))}, file_row_number=true)"
            select = f"SELECT {columns_sql(meta, names)} FROM {rows}"
            yield _Piece(
                f"{select} WHERE file_row_number >= {first} AND file_row_number < {last}", files
            )


def _ranges(meta: Meta, sliceno: int | None) -> list[tuple[int, tuple[int, int]]]:
    """[(stored slice, (first row, row after the last))] of a virtual slice, empty ones left out."""
    held, slices = len(meta.lines), context.active().slices
    if sliceno is None:
        chosen = range(held)
    elif held == slices:
        chosen = range(sliceno, sliceno + 1)
    elif meta.hashlabel is None:
        return list(virtual.shares(meta, sliceno, slices))
    elif held % slices == 0:
        chosen = range(sliceno, held, slices)
    else:
        raise DatasetError("each file holds rows of several slices")
    return [(stored, (0, meta.lines[stored])) for stored in chosen if meta.lines[stored]]


_serial = count()


def _loaded(connection: Any, meta: Meta, sliceno: int | None, wanted: set[str] | None) -> _Piece:
    import pyarrow as pa

    names = _names(meta)
    read = [
        name for name, shown in names.items() if wanted is None or shown.casefold() in wanted
    ] or list(names)[:1]
    table = f"axtui_loaded_{next(_serial)}"
    batches = _physical(meta, sliceno, read)
    first = next(batches, None)
    if first is None:
        return _Piece(empty_sql(meta, names), ())
    reader = pa.RecordBatchReader.from_batches(
        pa.schema([pa.field(names[name], first.schema.field(name).type) for name in read]),
        (_renamed(batch, read, names) for batch in _again(first, batches)),
    )
    connection.register("axtui_reader", reader)
    connection.execute(f"CREATE TABLE {table} AS SELECT * FROM axtui_reader")
    connection.unregister("axtui_reader")
    return _Piece(f"SELECT {columns_sql(meta, names, read, names)} FROM {quoted(table)}", ())


def _physical(meta: Meta, sliceno: int | None, read: Sequence[str]) -> Iterator[pa.RecordBatch]:
    if sliceno is not None:
        yield from virtual.share(meta, sliceno, context.active().slices, read)
        return
    for stored in range(len(meta.lines)):
        yield from virtual.stream(meta, stored, read)


def _again(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest


def _renamed(batch: pa.RecordBatch, read: Sequence[str], names: dict[str, str]) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.RecordBatch.from_arrays(
        [batch.column(name) for name in read], names=[names[name] for name in read]
    )
