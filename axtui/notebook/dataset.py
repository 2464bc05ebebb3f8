"""Datasets, read only: as Arrow, polars, pandas, a DuckDB relation, SQL, or row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from axtui import human
from axtui.data import dataset, dsmeta
from axtui.errors import (
    AcceleratorError,
    DamagedJobError,
    NoSuchDatasetError,
    NoSuchJobError,
)
from axtui.notebook.grid import Grid, data_column, data_row
from axtui.notebook.listing import Listing
from axtui.notebook.opened import Opened
from axtui.notebook.table import Table
from axtui.texttable import Column

if TYPE_CHECKING:
    import pyarrow as pa

    from axtui.notebook.chain import Chain
    from axtui.notebook.job import Job

R = TypeVar("R")

_SHOWN = 10
"""Rows that are shown of a dataset."""
_NUMBERS = {"number", "int32", "int64", "float32", "float64"}
_COLUMNS = tuple(Column(name) for name in ("column", "type", "none", "min", "max"))


class Shape(NamedTuple):
    """(columns, rows), in the order that datasets have everywhere in axtui."""

    columns: int
    rows: int


class Dataset:
    """A dataset of a job, as it lies on disk: immutable, and read only when it is asked for data."""

    def __init__(self, opened: Opened, jobid: str, name: str) -> None:
        self._opened = opened
        self.jobid, self.name = jobid, name

    # -- what it is

    @property
    def ref(self) -> str:
        """The reference in full, 'dev-3/default'."""
        return dsmeta.join_ref(self.jobid, self.name)

    @property
    def job(self) -> Job:
        """The job it belongs to."""
        from axtui.notebook.job import Job

        return Job(self._opened, self.jobid)

    @property
    def meta(self) -> dsmeta.Meta:
        """The metadata as stored."""
        return self._read(lambda found: found.meta)

    @property
    def columns(self) -> Listing[dsmeta.DatasetColumn]:
        """The columns by name, in order: type, whether None is allowed, least and greatest value."""
        return Listing(self.meta.columns, f"columns of {self.ref}", _COLUMNS, _column_row)

    @property
    def shape(self) -> Shape:
        """(columns, rows)."""
        return Shape(len(self.meta.columns), self.meta.rows)

    @property
    def lines(self) -> list[int]:
        """Rows in each slice as it was written."""
        return list(self.meta.lines)

    @property
    def caption(self) -> str | None:
        """What its maker wrote about it."""
        return self.meta.caption

    @property
    def filename(self) -> str | None:
        """The file that it was made from, if its maker said so; in full for one of the input directory."""
        return self._read(lambda found: found.filename)

    @property
    def hashlabel(self) -> str | None:
        """The column whose hash decides the slice of a row."""
        return self.meta.hashlabel

    @property
    def content(self) -> str:
        """Digest of all it holds: equal for equal data, whatever the job."""
        return self.meta.content

    @property
    def previous(self) -> Dataset | None:
        """The dataset it follows in its chain."""
        found = self.meta.previous
        return self._other(found) if found else None

    @property
    def parent(self) -> Dataset | tuple[Dataset, ...] | None:
        """The dataset it adds columns to or links to; a tuple after a merge."""
        found = self.meta.parent
        if isinstance(found, list):
            return tuple(self._other(one) for one in found)
        return self._other(found) if found else None

    def chain(self, length: int = -1) -> Chain:
        """This dataset and those before it, oldest first; at most `length` of them."""
        from axtui.notebook.chain import Chain

        links = self._read(lambda found: found.chain(length))
        return Chain(self, {link.ref: self._other(link.ref) for link in links})

    # -- its rows

    def __len__(self) -> int:
        return self.meta.rows

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self.iterate(columns=self.columns.names)

    def iterate(
        self, sliceno: int | str | None = None, columns: Any = None, **keywords: Any
    ) -> Iterator[Any]:
        """Rows, as `iterate` gives them to methods: one name in `columns` gives bare values, a list
        of names tuples. `sliceno` None is all slices in turn."""
        return self._steps(self._read(lambda found: found.iterate(sliceno, columns, **keywords)))

    def _steps(self, rows: Iterator[Any]) -> Iterator[Any]:
        try:
            yield from self._opened.steps(rows)
        except (DamagedJobError, FileNotFoundError) as error:
            raise self._gone(error) from None

    def head(self, rows: int = 10) -> Table:
        """The first rows, over the slices in order."""
        arrow, total = self._read(lambda found: (_first(found, rows), found.meta.rows))
        return Table(arrow, self.ref, total)

    def to_arrow(self, columns: Any = None, sliceno: int | None = None) -> pa.Table:
        """All rows, or those of a slice, as a pyarrow Table; `columns` chooses some."""
        return self._read(lambda found: found.to_arrow(columns, sliceno))

    def to_polars(self, columns: Any = None, sliceno: int | None = None) -> Any:
        """As a polars DataFrame. Raises UserError where polars is not installed."""
        return self._read(lambda found: found.to_polars(columns, sliceno))

    def to_pandas(self, columns: Any = None, sliceno: int | None = None) -> Any:
        """As a pandas DataFrame. Raises UserError where pandas is not installed."""
        return self._read(lambda found: found.to_pandas(columns, sliceno))

    def relation(self, connection: Any = None) -> Any:
        """As a DuckDB relation, on a connection of yours or a new one. DuckDB reads the Parquet files
        when the relation is asked for rows, and only what it needs."""
        return self._read(lambda found: found.relation(connection))

    def sql(self, query: str) -> Table:
        """The answer to a query in which this dataset is the table THIS:
        `ds.sql("SELECT model, count(*) FROM this GROUP BY model")`. Raises UserError for bad SQL, and for
        SQL that would write."""
        self._opened.refuse_writing(query)
        return Table(self._read(lambda found: found.sql(query)))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    # -- the inside

    def _other(self, ref: str) -> Dataset:
        return Dataset(self._opened, *dsmeta.split_ref(ref))

    def _read(self, function: Callable[[dataset.Dataset], R]) -> R:
        """What `function` finds out of the dataset as it is on disk now; what fails is told clearly."""
        with self._opened.reading():
            return self._tried(function)

    def _tried(self, function: Callable[[dataset.Dataset], R]) -> R:
        try:
            return function(dataset.Dataset(self.jobid, self.name))
        except (NoSuchJobError, NoSuchDatasetError, DamagedJobError, FileNotFoundError) as error:
            raise self._gone(error) from None
        except Exception as error:  # DuckDB says it in its own way that a file is not there
            if missing := self._missing_file():
                raise self._gone(FileNotFoundError(missing)) from error
            raise

    def _missing_file(self) -> str | None:
        """A file of the dataset that is gone, which is why a query could fail."""
        found = dataset.Dataset(self.jobid, self.name)
        numbers = range(len(found.meta.lines))
        files = (found.meta.file(number) for number in numbers)
        return next((str(file) for file in files if file and not file.exists()), None)

    def _gone(self, error: Exception) -> AcceleratorError:
        """What it means that something is not there that was there once."""
        path = self._opened.specs.path(self.jobid)
        if not path.is_dir():
            return NoSuchJobError(
                f"the dataset {self.ref} is gone: its job {self.jobid} was removed (there is no "
                f"{path}); build it again, or take the newest of its method: "
                "ws.dataset('METHOD')"
            )
        if isinstance(error, AcceleratorError):
            return error
        return DamagedJobError(f"the dataset {self.ref} cannot be read whole: {error}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dataset) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Opened, str]:
        return self._opened, self.ref

    def __str__(self) -> str:
        return self.ref if self.name != dsmeta.DEFAULT else self.jobid

    def _grid(self) -> Grid:
        meta, first = self._read(lambda found: (found.meta, _first(found, _SHOWN)))
        kinds = {name: column.type for name, column in meta.columns.items()}
        columns = [data_column(name, kind in _NUMBERS) for name, kind in kinds.items()]
        rows = [data_row(row) for row in Table(first).dicts]
        size = f"{human.plural(meta.rows, 'row')}, {human.plural(len(kinds), 'column')}"
        return Grid(columns, rows, meta.rows, f"{self.ref}  {size}", _about(meta), kinds)

    def __repr__(self) -> str:
        try:
            return self._grid().text()
        except AcceleratorError as error:
            return f"{self.ref}: {error}"

    def _repr_html_(self) -> str:
        from html import escape

        try:
            return self._grid().html()
        except AcceleratorError as error:
            return f"<div><b>{escape(self.ref)}</b>: {escape(str(error))}</div>"


def _column_row(name: str, column: dsmeta.DatasetColumn) -> dict[str, Any]:
    return {
        "column": name,
        "type": column.type,
        "none": "None" if column.none_support else None,
        "min": column.min,
        "max": column.max,
    }


def _about(meta: dsmeta.Meta) -> str:
    facts = [
        f"in {human.plural(len(meta.lines), 'slice')}",
        f"hashed on {meta.hashlabel}" if meta.hashlabel else "",
        f"after {meta.previous}" if meta.previous else "",
        f"from {meta.filename}" if meta.filename else "",
        meta.caption or "",
    ]
    return ", ".join(fact for fact in facts if fact)


def _first(found: dataset.Dataset, rows: int) -> pa.Table:
    import pyarrow as pa

    from axtui.data.arrowout import friendly_schema

    kept, left = [], max(0, rows)
    for batch in found.batches(batch_rows=max(1, min(rows, 65_536))) if left else ():
        kept.append(batch.slice(0, left))
        left -= kept[-1].num_rows
        if not left:
            break
    return pa.Table.from_batches(kept, friendly_schema(found.meta, list(found.meta.columns)))
