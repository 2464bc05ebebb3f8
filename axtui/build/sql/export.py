"""Rows into files: CSV, JSON and Parquet, batch by batch, so that it does not matter how many."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

from axtui.errors import StorageError, UserError

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = {".csv": "csv", ".json": "json", ".parquet": "parquet"}
"""The formats by the ending of a file's name."""

_CHUNK = 10_000
_ROW_GROUP = 500_000

Progress = Callable[[int], None]
"""Is told how many rows are written; what it raises ends the export."""


def format_of(path: Path) -> str:
    """The format that a file's name asks for. Raises UserError where its ending is none."""
    found = SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise UserError(f"{path.name}: end the name in {', '.join(SUFFIXES)} to choose a format")
    return found


def export(
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    path: Path,
    format_: str,
    progress: Progress | None = None,
) -> int:
    """Write rows to a file, all of them or nothing; returns how many. A file that is there is
    replaced. Raises StorageError where it cannot be written, and what `batches` raises."""
    counted = _Counted(batches, progress)
    try:
        whole(path, lambda stream: WRITERS[format_](schema, counted, stream))
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from None
    return counted.rows


def whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """All of a file or nothing: it is written beside and put in place at the end."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as stream:
            write(stream)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def unique(names: list[str]) -> list[str]:
    """Column names made different, as the keys of a row must be."""
    taken: dict[str, int] = {}
    found = []
    for name in names:
        taken[name] = taken.get(name, 0) + 1
        found.append(name if taken[name] == 1 else f"{name}_{taken[name]}")
    return found


def rows(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[Any, ...]]:
    """Rows as Python values, made from some thousands at a time."""
    for batch in batches:
        for start in range(0, batch.num_rows, _CHUNK):
            columns = [column.to_pylist() for column in batch.slice(start, _CHUNK).columns]
            yield from zip(*columns, strict=True)


class _Counted:
    """Batches that tell how many rows went by."""

    def __init__(self, batches: Iterable[pa.RecordBatch], progress: Progress | None) -> None:
        self.rows = 0
        self._batches, self._progress = batches, progress

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for whole in self._batches:
            for start in range(0, whole.num_rows, _CHUNK):
                batch = whole.slice(start, _CHUNK)
                yield batch
                self.rows += batch.num_rows
                if self._progress is not None:
                    self._progress(self.rows)


def _json(schema: pa.Schema, batches: Iterable[pa.RecordBatch], stream: IO[bytes]) -> None:
    names = unique(schema.names)
    option = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS
    separator = b"[\n"
    for row in rows(batches):
        stream.write(
            separator + b"  " + orjson.dumps(dict(zip(names, row, strict=True)), _plain, option)
        )
        separator = b",\n"
    stream.write(b"[]\n" if separator == b"[\n" else b"\n]\n")


def _plain(value: Any) -> Any:
    """What JSON has no form for, as text."""
    return value.hex() if isinstance(value, bytes) else str(value)


def _csv(schema: pa.Schema, batches: Iterable[pa.RecordBatch], stream: IO[bytes]) -> None:
    writer = csv.writer(_Text(stream), lineterminator="\n")
    writer.writerow(unique(schema.names))
    for row in rows(batches):
        writer.writerow([_csv_value(value) for value in row])


def _csv_value(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        return orjson.dumps(value, _plain, orjson.OPT_NON_STR_KEYS).decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.hex() if isinstance(value, bytes) else value


class _Text:
    """What `csv` writes to, as UTF-8 into a stream of bytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(text.encode("utf-8", "surrogatepass"))


def _parquet(schema: pa.Schema, batches: Iterable[pa.RecordBatch], stream: IO[bytes]) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    names = unique(schema.names)
    named = pa.schema([field.with_name(name) for field, name in zip(schema, names, strict=True)])
    with pyarrow.parquet.ParquetWriter(stream, named, compression="zstd") as writer:
        for group in _groups(batches):
            writer.write_table(pa.Table.from_batches(group, schema).rename_columns(names))


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Batches together until they make a row group that is worth reading at once."""
    group: list[pa.RecordBatch] = []
    held = 0
    for batch in batches:
        group.append(batch)
        held += batch.num_rows
        if held >= _ROW_GROUP:
            yield group
            group, held = [], 0
    if group:
        yield group


Writer = Callable[["pa.Schema", "Iterable[pa.RecordBatch]", IO[bytes]], None]

WRITERS: dict[str, Writer] = {"json": _json, "csv": _csv, "parquet": _parquet}
"""What writes each format to a stream."""
