"""The head of a Parquet file: its columns, and its first rows."""

from __future__ import annotations

from pathlib import Path

from axtui import human
from axtui.build.heads.texts import aligned

_ROWS = 50
_COLUMNS = 60


def parquet(path: Path) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """(facts, lines, whether there are more rows). A file that is none gives no lines."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
            names = schema.names[:_COLUMNS]
            batch = next(file.iter_batches(_ROWS, columns=names), None)
            table = [] if batch is None else batch.slice(0, _ROWS).to_pylist()
    except (pa.ArrowException, OSError) as error:
        return (f"it is no Parquet file that can be read: {error}",), (), False
    facts = (human.plural(len(schema.names), "column"), human.plural(rows, "row"))
    types = [f"{name}: {schema.field(name).type}" for name in names]
    cells = [[_cell(row[name]) for name in names] for row in table]
    return facts, (*types, "", *aligned(names, cells)), rows > len(cells)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
