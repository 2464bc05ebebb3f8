"""Lists as an aligned table for people, or as JSON or CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from axtui.texttable import Column, cell_width, cut, narrowest, table_lines

__all__ = [
    "Column",
    "cell_width",
    "cut",
    "document",
    "narrowest",
    "plain",
    "table_lines",
    "write",
    "write_json",
]


def write(
    columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], format_: str, empty: str = ""
) -> None:
    """Write rows to stdout. JSON is a list of objects; CSV has a header line.

    Where a table would have no rows, `empty` is said on stderr instead, if it is given.
    """
    if format_ == "json":
        kept = [{column.name: row.get(column.name) for column in columns} for row in rows]
        write_json(kept)
    elif format_ == "csv":
        _write_csv(columns, rows)
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        lines = table_lines(columns, rows, width)
        if empty and len(lines) == 1:
            click.echo(empty, err=True)
            return
        for number, line in enumerate(lines):
            click.echo(click.style(line, bold=True) if number == 0 else line)


def write_json(value: object) -> None:
    """Write one JSON document to stdout. Bytes are hexadecimal; what JSON has no form for is text."""
    import orjson

    option = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    try:
        text = orjson.dumps(value, default=plain, option=option).decode()
    except TypeError:  # integers beyond 64 bits, and half a surrogate pair
        text = json.dumps(value, default=plain, indent=2)
    click.echo(text)


def document(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Everything about one thing, for programs: `format` tells its kind and the version of its shape."""
    return {"format": f"axtui-show-{kind}-1", **facts}


def plain(value: Any) -> Any:
    """A value that JSON has no form for, as text."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)


def _write_csv(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(column.name for column in columns)
    for row in rows:
        writer.writerow(_csv_value(row.get(column.name)) for column in columns)
    click.echo(buffer.getvalue(), nl=False)


def _csv_value(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return " ".join(str(item) for item in value)
    return value
