"""Datasets on the screen: their facts from the metadata, and their first rows."""

from __future__ import annotations

from itertools import islice
from typing import Any

import click

from axtui import human
from axtui.cli.tables import Column, table_lines, write
from axtui.data import dsmeta
from axtui.errors import AcceleratorError


def chain(reference: str) -> list[dsmeta.Meta]:
    """The metadata of a dataset and of all before it, oldest first."""
    found = []
    following: str | None = reference
    while following:
        meta = dsmeta.load(following)
        found.append(meta)
        following = meta.previous
    return found[::-1]


def facts(meta: dsmeta.Meta) -> dict[str, Any]:
    """Everything the metadata says, for programs."""
    columns = [
        {
            "name": name,
            "type": raw["type"],
            "none": raw["none"],
            "min": value(raw["min"]),
            "max": value(raw["max"]),
            "source": raw["source"],
        }
        for name, raw in meta.raw["columns"].items()
    ]
    return {
        "dataset": meta.ref,
        "rows": meta.rows,
        "lines": meta.lines,
        "caption": meta.caption,
        "filename": meta.filename,
        "hashlabel": meta.hashlabel,
        "previous": meta.previous,
        "parent": meta.parent,
        "content": meta.content,
        "columns": columns,
    }


def value(raw: Any) -> Any:
    """A least or greatest value as the metadata keeps it, without its wrapping."""
    return next(iter(raw.values())) if isinstance(raw, dict) and len(raw) == 1 else raw


def show(meta: dsmeta.Meta, columns: bool, limits: bool, slices: bool, where: bool) -> None:
    """Print a dataset: its name on a line of its own, for programs that read the first line."""
    counts = f"{human.plural(meta.rows, 'row')}, {human.plural(len(meta.raw['columns']), 'column')}"
    in_slices = human.plural(len(meta.lines), "slice")
    click.secho(meta.ref, bold=True)
    click.echo(f"  {counts}, {in_slices}")
    parent = ", ".join(meta.parent) if isinstance(meta.parent, list) else meta.parent
    for name, text in (
        ("caption", meta.caption),
        ("filename", meta.filename),
        ("hashed on", meta.hashlabel),
        ("parent", parent),
        ("chain", _chain_words(meta)),
    ):
        if text:
            click.echo(f"  {click.style(f'{name:<9}', dim=True)} {text}")
    if columns:
        _show_columns(meta, limits, where)
    if slices:
        _show_slices(meta)


def _chain_words(meta: dsmeta.Meta) -> str | None:
    if not meta.previous:
        return None
    try:
        links = chain(meta.ref)
    except AcceleratorError as error:
        return f"after {meta.previous}; {error}"
    rows = human.plural(sum(link.rows for link in links), "row")
    return f"after {meta.previous}; {human.plural(len(links), 'dataset')} in all with {rows}"


def _show_columns(meta: dsmeta.Meta, limits: bool, where: bool) -> None:
    columns = [
        Column("column"),
        Column("type"),
        Column("none", lambda none: "None" if none else ""),
    ]
    if limits:
        columns += [Column("min"), Column("max")]
    if where:
        columns.append(Column("source"))
    rows = []
    for name, raw in meta.raw["columns"].items():
        source = raw["source"]
        renamed = f" as {source['column']}" if source["column"] != name else ""
        sides = {side: value(raw[side]) for side in ("min", "max")}
        place = f"{source['dataset']}{renamed}"
        rows.append(
            {"column": name, "type": raw["type"], "none": raw["none"], "source": place, **sides}
        )
    header, *lines = table_lines(columns, rows, None)
    click.secho(f"  {header}", dim=True)
    for line in lines:
        click.echo(f"  {line}")


def _show_slices(meta: dsmeta.Meta) -> None:
    most = max(meta.lines, default=0)
    for number, rows in enumerate(meta.lines):
        bar = "█" * round(20 * rows / most) if most else ""
        click.echo(f"  slice {number:<4} {human.count(rows):>14}  {bar}".rstrip())


def write_head(reference: str, rows: int, format_: str) -> None:
    """Print the first rows of a dataset, over its slices in order."""
    from axtui.data.dataset import Dataset

    dataset = Dataset(reference)
    names = list(dataset.columns)
    columns = [Column(name, _cell, right=dataset.columns[name].type in _NUMBERS) for name in names]
    found = islice(dataset.iterate(None, names), rows)
    write(columns, [dict(zip(names, row, strict=True)) for row in found], format_)


_NUMBERS = {"number", "int32", "int64", "float32", "float64"}


def _cell(cell: Any) -> str:
    return cell if isinstance(cell, str) else str(cell)
