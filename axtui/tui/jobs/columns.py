"""The columns of the list of jobs, and its rows while jobs run."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import TYPE_CHECKING, Any

from axtui import human
from axtui.tui import look
from axtui.tui.table import Column

if TYPE_CHECKING:
    import pyarrow as pa

MARK = "◆"


def columns(unicode: bool, marked: Container[str]) -> tuple[Column, ...]:
    """What the list shows of each job. `marked` jobs have a mark; they may change."""
    mark = MARK if unicode else ">"
    return (
        Column(
            "state",
            width=11,
            format=lambda value: look.told(value, unicode),
            style=lambda value, row: _state_style(str(value)),
        ),
        Column(
            "job",
            max=16,
            style=lambda value, row: "bold $text-warning" if value in marked else "$text-accent",
            format=lambda value: f"{mark}{value}" if value in marked else str(value),
            sort="number",
        ),
        Column("called", "method", max=28, style="bold", sort="method"),
        Column("name", max=20, min=4, null=""),
        Column("script", max=16, min=4, style="$foreground-muted", null=""),
        Column("started", max=12, format=_when, style="$foreground-muted", null=""),
        Column("wall_s", "time", width=7, align="right", format=human.seconds, null=""),
        Column("rows", max=14, null=""),
        Column("bytes", "size", width=7, align="right", format=human.size, null=""),
        Column("told", "why", max=200, min=8, style=_why_style, null=""),
    )


def narrow(all_: tuple[Column, ...], width: int) -> tuple[Column, ...]:
    """Those that there is room for: names and scripts go first, then rows and sizes. Methods keep
    their width before the reasons do."""
    hidden = set()
    if width < 150:
        hidden |= {"name"}
    if width < 120:
        hidden |= {"script"}
    if width < 96:
        hidden |= {"bytes", "rows"}
    if width < 76:  # the preview beside tells when
        hidden |= {"started"}
    return tuple(column for column in all_ if column.name not in hidden)


def rows(table: pa.Table) -> pa.Table:
    """The rows of the catalog, with `told`: what is worth telling, the error of those that failed;
    and `called`: what people call what made the job."""
    import pyarrow.compute as pc

    script = pc.binary_join_element_wise("build script", table["script"], " ")
    is_build = pc.and_(pc.fill_null(table["is_build"], False), pc.is_valid(script))
    named = pc.if_else(is_build, script, table["method"])
    told = pc.coalesce(table["error"], table["why"])
    return table.append_column("told", told).append_column("called", named)


def ticked(table: pa.Table, now: float) -> pa.Table:
    """The same rows, the time of jobs that run being that of now."""
    import pyarrow as pa
    import pyarrow.compute as pc

    running = pc.equal(table["state"], "running")
    began = pc.cast(pc.cast(table["started"], pa.timestamp("us", "UTC")), pa.int64())
    elapsed = pc.subtract(now, pc.divide(pc.cast(began, pa.float64()), 1e6))
    at = table.column_names.index("wall_s")
    return table.set_column(at, "wall_s", pc.if_else(running, elapsed, table["wall_s"]))


def _when(value: datetime) -> str:
    """'08:36:09' of today, 'Nov 20 08:36' of this year, or the date."""
    local = value.astimezone()
    now = datetime.now().astimezone()
    if local.date() == now.date():
        return f"{local:%H:%M:%S}"
    return f"{local:%b %d %H:%M}" if local.year == now.year else f"{local:%Y-%m-%d}"


def _state_style(state: str) -> str:
    return look.look(state).style


def _why_style(value: Any, row: Any) -> str:
    return "$text-error" if row["error"] else "$foreground-muted"
