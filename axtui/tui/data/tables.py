"""The tables of a dataset's chain and of its slices."""

from __future__ import annotations

from axtui import human
from axtui.tui.table import Column, Table


def chain_table() -> Table:
    """The datasets of a chain, each with the rows before it."""
    return Table(
        columns=(
            Column("number", "#"),
            Column("dataset", max=40, style="$text-accent"),
            Column("rows"),
            Column("before", "rows before"),
            Column("caption", max=60),
        ),
        key="dataset",
        id="data-chain",
    )


def slices_table() -> Table:
    """The slices: their rows, sizes and files."""
    return Table(
        columns=(
            Column("slice"),
            Column("rows"),
            Column("share", width=20, style="$primary"),
            Column("bytes", "size", align="right", format=human.size),
            Column("path", max=200, style="$foreground-muted", null="in a parent, or empty"),
        ),
        key="slice",
        id="data-slices",
    )
