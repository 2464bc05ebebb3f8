"""The columnar half of `Dataset`: Arrow, data frames and SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import pyarrow as pa

    from axtui.data.dataset import Dataset


class ColumnAccess:
    """What every dataset can do with whole columns. pyarrow and DuckDB are loaded on first use."""

    @property
    def _dataset(self) -> Dataset:
        return cast("Dataset", self)

    def batches(
        self,
        sliceno: int | None = None,
        columns: Any = None,
        batch_rows: int = 65_536,
        physical: bool = False,
    ) -> Iterator[pa.RecordBatch]:
        """Arrow record batches of one slice, or of all in turn; see `columnar.batches`."""
        from axtui.data import columnar

        return columnar.batches(self._dataset, sliceno, columns, batch_rows, physical)

    def column(self, name: str, sliceno: int | None = None) -> pa.ChunkedArray:
        """One column, of one slice or of all."""
        from axtui.data import columnar

        return columnar.to_arrow(self._dataset, [name], sliceno).column(0)

    def to_arrow(
        self, columns: Any = None, sliceno: int | None = None, physical: bool = False
    ) -> pa.Table:
        """An Arrow table of one slice, or of all; see `columnar.to_arrow`."""
        from axtui.data import columnar

        return columnar.to_arrow(self._dataset, columns, sliceno, physical)

    def to_polars(self, columns: Any = None, sliceno: int | None = None) -> Any:
        """A polars DataFrame. Raises UserError where polars is not installed."""
        from axtui.data import columnar

        return columnar.to_polars(self._dataset, columns, sliceno)

    def to_pandas(self, columns: Any = None, sliceno: int | None = None) -> Any:
        """A pandas DataFrame. Raises UserError where pandas is not installed."""
        from axtui.data import columnar

        return columnar.to_pandas(self._dataset, columns, sliceno)

    def relation(self, connection: Any = None) -> Any:
        """A DuckDB relation over this dataset, on a connection of yours or a new one."""
        from axtui.data import columnar

        return columnar.relation(self._dataset, connection)

    def sql(self, query: str) -> pa.Table:
        """The answer to a DuckDB query in which this dataset is the table THIS."""
        from axtui.data import columnar

        return columnar.sql(self._dataset, query)

    def query(
        self, sliceno: int | None, sql: str, params: Mapping[str, Any] | None = None
    ) -> pa.RecordBatchReader:
        """The answer to a DuckDB query in which the table THIS is one slice of this dataset, or
        (None) all of it. `params` are the values of its `$name`s.

        The answer comes batch by batch: iterate over it, give it to `writer.write_table`, or take all
        of it with `.read_all()`. Only the columns that the query needs are read, and no other files.
        """
        from axtui.data import query

        return query.query([self._dataset], sliceno, sql, params)

    def fragments(self, sliceno: int) -> list[tuple[Path, dict[str, str]]]:
        """[(Parquet file, {name in the file: column})] that together hold one slice."""
        from axtui.data import virtual

        return virtual.fragments(self._dataset.meta, sliceno)
