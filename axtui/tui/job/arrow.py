"""Rows of a small table as Arrow, made in a thread since Arrow takes long to import."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from axtui.tui.table import ArrowSource


async def source(
    rows: Sequence[Mapping[str, Any]], texts: Sequence[str], numbers: Sequence[str] = ()
) -> ArrowSource:
    """A source for a table; `texts` and `numbers` name the columns, which are null where missing."""
    return await asyncio.to_thread(_source, rows, texts, numbers)


def _source(
    rows: Sequence[Mapping[str, Any]], texts: Sequence[str], numbers: Sequence[str]
) -> ArrowSource:
    import pyarrow as pa

    from axtui.tui.table import ArrowSource

    columns = {
        name: pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in texts
    }
    columns |= {name: pa.array([row.get(name) for row in rows], pa.int64()) for name in numbers}
    return ArrowSource(pa.table(columns))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
