"""Rows of a query as table, JSON, CSV or Parquet, on the screen or in a file."""

from __future__ import annotations

import csv
import functools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import click
import orjson
import pyarrow as pa

from axtui import human
from axtui.cli.tables import Column, cell_width, cut, narrowest, table_lines
from axtui.errors import StorageError, UserError

_SHOWN = 1000
_SIZES = ("bytes", "peak_rss")
_BY_SUFFIX = {".csv": "csv", ".json": "json", ".parquet": "parquet", ".txt": "table"}


def format_of(output: Path) -> str:
    """The format that a file's name asks for; a table where it has no ending.

    Raises click.BadParameter for an ending that is no format's.
    """
    suffix = output.suffix.lower()
    if not suffix:
        return "table"
    if suffix not in _BY_SUFFIX:
        raise click.BadParameter(
            f"{output.name}: {suffix} is no format of rows; name the file {', '.join(_BY_SUFFIX)}, "
            "or say --format",
            param_hint="'--output'",
        )
    return _BY_SUFFIX[suffix]


def write(table: pa.Table, format_: str, output: Path | None, *, units: bool = False) -> None:
    """Write an Arrow table, to the screen where no file is named.

    With `units`, as the answers of saved queries, tables show bytes and seconds as other commands do:
    the columns `bytes` and `peak_rss`, and those that end in `_s`.
    """
    if format_ == "parquet" and output is None and sys.stdout.isatty():
        raise UserError("Parquet is no text: name a file with --output")
    writer = _WRITERS[format_]
    if units and format_ == "table":
        writer = functools.partial(_table, units=True)
    if output is None:
        sys.stdout.flush()
        writer(table, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    try:
        _to_file(table, output, writer)
    except OSError as error:
        raise StorageError(f"cannot write {output}: {error.strerror or error}") from None


def _to_file(table: pa.Table, output: Path, writer: Callable[[pa.Table, IO[bytes]], None]) -> None:
    """All of the file or nothing: it is written beside and put in place at the end."""
    beside = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with beside.open("wb") as stream:
            writer(table, stream)
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches(max_chunksize=10_000):
        columns = [column.to_pylist() for column in batch.columns]
        yield from zip(*columns, strict=True)


def _table(table: pa.Table, stream: IO[bytes], units: bool = False) -> None:
    names = _unique(table.column_names)
    columns = [
        _column(name, field.type, units) for name, field in zip(names, table.schema, strict=True)
    ]
    rows = [dict(zip(names, row, strict=True)) for row in _rows(table.slice(0, _SHOWN))]
    terminal = stream is sys.stdout.buffer and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else None
    bold = _is_coloured(terminal)
    if width is not None and rows and narrowest(columns, rows) > width:
        text = list(_records(columns, rows, width, bold))
    else:
        header, *lines = table_lines(columns, rows, width)
        text = [click.style(header, bold=True) if bold else header, *lines]
    stream.write(("\n".join(text) + "\n").encode())
    if table.num_rows > _SHOWN:
        more = f"… and {table.num_rows - _SHOWN:,} more rows; --format csv or json writes all"
        click.echo(more, err=True)


def _is_coloured(terminal: bool) -> bool:
    ctx = click.get_current_context(silent=True)
    asked = ctx.color if ctx is not None else None
    return terminal if asked is None else asked


def _records(
    columns: list[Column], rows: list[dict[str, Any]], width: int, bold: bool
) -> Iterator[str]:
    """Row by row, a line for each value: for rows that are too wide to stand side by side."""
    names = max(cell_width(column.name) for column in columns)
    for number, row in enumerate(rows, 1):
        head = f"row {number}"
        yield click.style(head, bold=True) if bold else head
        for column in columns:
            value = row[column.name]
            shown = "" if value is None else " ".join(column.show(value).split())
            padding = " " * (names - cell_width(column.name))
            yield cut(f"  {column.name}{padding}  {shown}", width).rstrip()


def _column(name: str, kind: pa.DataType, units: bool) -> Column:
    if pa.types.is_timestamp(kind) and kind.tz:
        return Column(name, _moment)
    if units and _is_number(kind) and (name in _SIZES or name.endswith("_s")):
        return Column(name, human.size if name in _SIZES else human.seconds, right=True)
    return Column(name, right=_is_number(kind))


def _moment(value: Any) -> str:
    """A moment in local time to the second, as in all tables; JSON and CSV have all of it."""
    return human.when(value.timestamp())


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def _unique(names: list[str]) -> list[str]:
    """Column names made different, as the keys of a row must be."""
    taken: dict[str, int] = {}
    found = []
    for name in names:
        taken[name] = taken.get(name, 0) + 1
        found.append(name if taken[name] == 1 else f"{name}_{taken[name]}")
    return found


def _json(table: pa.Table, stream: IO[bytes]) -> None:
    names = _unique(table.column_names)
    option = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS
    separator = b"[\n"
    for row in _rows(table):
        stream.write(
            separator + b"  " + orjson.dumps(dict(zip(names, row, strict=True)), _plain, option)
        )
        separator = b",\n"
    stream.write(b"\n]\n" if table.num_rows else b"[]\n")


def _plain(value: Any) -> Any:
    """What JSON has no form for, as text."""
    return value.hex() if isinstance(value, bytes) else str(value)


def _csv(table: pa.Table, stream: IO[bytes]) -> None:
    writer = csv.writer(_Text(stream), lineterminator="\n")
    writer.writerow(_unique(table.column_names))
    for row in _rows(table):
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


def _parquet(table: pa.Table, stream: IO[bytes]) -> None:
    import pyarrow.parquet

    names = _unique(table.column_names)
    pyarrow.parquet.write_table(table.rename_columns(names), stream, compression="zstd")


_WRITERS: dict[str, Callable[[pa.Table, IO[bytes]], None]] = {
    "table": _table,
    "json": _json,
    "csv": _csv,
    "parquet": _parquet,
}
