"""Rows of a query as table, JSON, CSV or Parquet, on the screen or in a file."""

from __future__ import annotations

import functools
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import click
import pyarrow as pa

from axtui import human
from axtui.build.sql.export import SUFFIXES, WRITERS, unique, whole
from axtui.build.sql.export import rows as rows_of
from axtui.cli.tables import Column, cell_width, cut, narrowest, table_lines
from axtui.errors import StorageError, UserError

_SHOWN = 1000
_SIZES = ("bytes", "peak_rss")
_BY_SUFFIX = {**SUFFIXES, ".txt": "table"}


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
    writer = _writer(format_, units)
    if output is None:
        sys.stdout.flush()
        writer(table, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    try:
        whole(output, lambda stream: writer(table, stream))
    except OSError as error:
        raise StorageError(f"cannot write {output}: {error.strerror or error}") from None


def _table(table: pa.Table, stream: IO[bytes], units: bool = False) -> None:
    names = unique(table.column_names)
    columns = [
        _column(name, field.type, units) for name, field in zip(names, table.schema, strict=True)
    ]
    rows = [
        dict(zip(names, row, strict=True)) for row in rows_of(table.slice(0, _SHOWN).to_batches())
    ]
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


def _writer(format_: str, units: bool) -> Callable[[pa.Table, IO[bytes]], None]:
    if format_ == "table":
        return functools.partial(_table, units=units)

    def write(table: pa.Table, stream: IO[bytes]) -> None:
        WRITERS[format_](table.schema, table.to_batches(), stream)

    return write
