"""A table: the answer to a question, held as Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from axtui.errors import NoSuchWhateverError, UserError
from axtui.notebook.grid import MOST_ROWS, Grid, data_column, data_row
from axtui.suggest import did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa


class Table:
    """Rows and columns. Going through it gives tuples; polars, pandas, DuckDB and pyarrow take it as
    it is."""

    def __init__(self, arrow: pa.Table, title: str = "", total: int | None = None) -> None:
        self._arrow = _distinct(arrow)
        self._title = title
        self._total = arrow.num_rows if total is None else total

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._arrow.column_names)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self._arrow.num_rows, self._arrow.num_columns

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """All rows as tuples of Python values."""
        return list(self)

    @property
    def dicts(self) -> list[dict[str, Any]]:
        """All rows as {column: value}."""
        return [dict(zip(self.columns, row, strict=True)) for row in self]

    def __len__(self) -> int:
        return int(self._arrow.num_rows)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for batch in self._arrow.to_batches(max_chunksize=10_000):
            columns = [column.to_pylist() for column in batch.columns]
            yield from zip(*columns, strict=True) if columns else ()

    def __getitem__(self, column: str) -> list[Any]:
        """The values of a column. Raises NoSuchWhateverError, naming those there are."""
        if column not in self.columns:
            raise NoSuchWhateverError(
                f"there is no column {column!r}; there is: {', '.join(self.columns)}."
                + did_you_mean(str(column), self.columns)
            )
        found: list[Any] = self._arrow.column(self.columns.index(column)).to_pylist()
        return found

    def to_arrow(self) -> pa.Table:
        """The pyarrow Table."""
        return self._arrow

    def to_polars(self) -> Any:
        """A polars DataFrame. Raises UserError where polars is not installed."""
        try:
            import polars
        except ImportError:
            raise UserError("to_polars needs polars: pip install 'axtui[polars]'") from None
        return polars.from_arrow(self._arrow)

    def to_pandas(self) -> Any:
        """A pandas DataFrame. Raises UserError where pandas is not installed."""
        try:
            import pandas  # noqa: F401
        except ImportError:
            raise UserError("to_pandas needs pandas: pip install 'axtui[pandas]'") from None
        return self._arrow.to_pandas()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._arrow.__arrow_c_stream__(requested_schema)

    def _ipython_key_completions_(self) -> list[str]:
        return self.columns

    def _grid(self) -> Grid:
        import pyarrow as pa

        kinds = {field.name: str(field.type) for field in self._arrow.schema}
        columns = [
            data_column(field.name, pa.types.is_integer(field.type) or _is_fraction(field.type))
            for field in self._arrow.schema
        ]
        shown = Table(self._arrow.slice(0, MOST_ROWS)).dicts
        rows = [data_row(row) for row in shown]
        note = "" if rows else f"no rows; columns: {', '.join(self.columns)}"
        return Grid(columns, rows, self._total, self._title, note, kinds)

    def __repr__(self) -> str:
        return self._grid().text()

    def _repr_html_(self) -> str:
        return self._grid().html()


def _is_fraction(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _distinct(arrow: pa.Table) -> pa.Table:
    """A table in which no two columns have one name: `a` and `a` become `a` and `a_1`."""
    names: list[str] = []
    for name in arrow.column_names:
        number, free = 0, name
        while free in names:
            number += 1
            free = f"{name}_{number}"
        names.append(free)
    return arrow if names == arrow.column_names else arrow.rename_columns(names)
