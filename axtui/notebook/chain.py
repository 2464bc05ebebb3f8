"""Lists of datasets: those of a job, and chains, whose rows can be read together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from axtui import human
from axtui.data import dataset
from axtui.errors import AcceleratorError, UserError
from axtui.notebook.dataset import Dataset
from axtui.notebook.listing import Listing
from axtui.notebook.opened import Opened
from axtui.notebook.table import Table
from axtui.texttable import Column

if TYPE_CHECKING:
    import pyarrow as pa

_LIST = (
    Column("dataset"),
    Column("rows", human.count, right=True),
    Column("columns", human.count, right=True),
    Column("hashlabel"),
    Column("previous"),
)


class Chain(Listing[Dataset]):
    """The datasets of a chain, oldest first, and all their rows together."""

    def __init__(self, last: Dataset, links: Mapping[str, Dataset]) -> None:
        super().__init__(links, f"chain of {last.ref}", _LIST, dataset_row)
        self._opened = last._opened

    def relation(self, connection: Any = None) -> Any:
        """All rows as a DuckDB relation; a column that a dataset lacks is NULL in its rows."""
        import duckdb

        connection = connection or duckdb.connect()
        views = [link._read(_view) for link in self]
        return connection.sql("\nUNION ALL BY NAME\n".join(views))

    def to_arrow(self) -> pa.Table:
        """All rows as a pyarrow Table."""
        return self.relation().to_arrow_table()

    def to_polars(self) -> Any:
        """All rows as a polars DataFrame. Raises UserError where polars is not installed."""
        return Table(self.to_arrow()).to_polars()

    def to_pandas(self) -> Any:
        """All rows as a pandas DataFrame. Raises UserError where pandas is not installed."""
        return Table(self.to_arrow()).to_pandas()

    def sql(self, query: str) -> Table:
        """The answer to a query in which the whole chain is the table THIS. Raises UserError for
        bad SQL, and for SQL that would write."""
        import duckdb

        self._opened.refuse_writing(query)

        with duckdb.connect() as connection:
            self.relation(connection).create_view("this")
            try:
                return Table(connection.sql(query).to_arrow_table())
            except duckdb.Error as error:
                raise UserError(f"the query on the {self._title} failed: {error}") from None


def _view(found: dataset.Dataset) -> str:
    from axtui.data.sqlview import view_sql

    return f"({view_sql(found)})"


def dataset_row(ref: str, found: Dataset) -> dict[str, Any]:
    """A dataset as a row of a list."""
    try:
        meta = found.meta
    except AcceleratorError as error:
        return {"dataset": ref, "previous": str(error)}
    return {
        "dataset": ref,
        "rows": meta.rows,
        "columns": len(meta.columns),
        "hashlabel": meta.hashlabel,
        "previous": meta.previous,
    }


def datasets_of(opened: Opened, jobid: str, names: list[str]) -> Listing[Dataset]:
    """The datasets of a job, by name."""
    found = {name: Dataset(opened, jobid, name) for name in names}
    return Listing(found, f"datasets of {jobid}", _LIST, dataset_row)
