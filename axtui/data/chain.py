"""`DatasetChain` and `DatasetList`: lists of datasets that answer questions about all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, SupportsIndex

from axtui.data import types
from axtui.errors import DatasetUsageError

if TYPE_CHECKING:
    from typing import Self

    import pyarrow as pa

    from axtui.data.dataset import Dataset


class DatasetList(list["Dataset"]):
    """A list of datasets. Slices and sums of it are such lists too."""

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        if isinstance(index, slice):
            return type(self)(super().__getitem__(index))
        return super().__getitem__(index)

    def __add__(self, other: list[Any]) -> Self:  # type: ignore[override]
        return type(self)([*self, *other])

    def copy(self) -> Self:
        """A shallow copy of the same kind."""
        return type(self)(self)

    def min(self, column: str) -> Any:
        """Smallest value of a column over all datasets; None if none has it, all are empty, or its
        type keeps no extremes."""
        return types.merge_extreme(min, [ds.min(column) for ds in self])

    def max(self, column: str) -> Any:
        """Largest value of a column over all datasets; None as for `min`."""
        return types.merge_extreme(max, [ds.max(column) for ds in self])

    def lines(self, sliceno: int | None = None) -> int:
        """Rows in all datasets, or in one slice of each."""
        if sliceno is None:
            return sum(ds.shape[1] for ds in self)
        return sum(ds.lines[sliceno] for ds in self)

    def column_counts(self) -> Counter[str]:
        """How many of the datasets have each column."""
        return Counter(name for ds in self for name in ds.columns)

    def column_count(
        self,
        column: str,
        types: str | tuple[str, ...] | None = None,
        none_support: bool | None = None,
    ) -> int:
        """How many of the datasets have this column (of these types, with or without None)."""
        return len(self.with_column(column, types, none_support))

    def with_column(
        self,
        column: str,
        types: str | tuple[str, ...] | None = None,
        none_support: bool | None = None,
    ) -> Self:
        """Only the datasets that have this column (of these types, with or without None)."""
        wanted = (types,) if isinstance(types, str) else types

        def has(ds: Dataset) -> bool:
            found = ds.columns.get(column)
            return (
                found is not None
                and (not wanted or found.type in wanted)
                and (none_support is None or found.none_support == none_support)
            )

        return self.filter(has)

    def none_support(self, column: str) -> bool:
        """Whether any of the datasets allows None in this column."""
        return any(ds.columns[column].none_support for ds in self if column in ds.columns)

    def filter(self, predicate: Callable[[Dataset], Any]) -> Self:
        """Only the datasets for which `predicate(dataset)` is true."""
        return type(self)(ds for ds in self if predicate(ds))

    def range(self, colname: str, start: Any = None, stop: Any = None) -> Self:
        """Only the datasets that may have values `start <= value < stop`, judged by min and max.

        Raises DatasetUsageError if one lacks the column.
        """

        def overlaps(ds: Dataset) -> bool:
            found = ds.columns.get(colname)
            if found is None:
                raise DatasetUsageError(f"dataset {ds.quoted} has no column {colname!r}")
            if found.min is None:
                return False
            return bool(
                (stop is None or found.min < stop) and (start is None or found.max >= start)
            )

        return self.filter(overlaps)

    def iterate(
        self, sliceno: int | str | None, columns: Any = None, **keywords: Any
    ) -> Iterator[Any]:
        """Rows of all datasets in turn; the keywords are those of `Dataset.iterate_list`."""
        from axtui.data.iterate import iterate_list

        return iterate_list(sliceno, columns, self, **keywords)

    def batches(
        self, sliceno: int | None = None, columns: Any = None, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Arrow record batches of a slice of all datasets in turn, or (None) of all slices.

        `columns` (None: those that all datasets have, in the order of the last) come with one type
        throughout: where datasets differ, the one that holds the values of all.
        """
        from axtui.data import columnar

        return columnar.chain_batches(self, sliceno, columns, batch_rows)

    def query(
        self, sliceno: int | None, sql: str, params: Mapping[str, Any] | None = None
    ) -> pa.RecordBatchReader:
        """Like `Dataset.query`; the table THIS has the rows of all datasets, oldest first. A column
        that a dataset lacks is NULL in its rows."""
        from axtui.data import query

        return query.query(self, sliceno, sql, params)


class DatasetChain(DatasetList):
    """Datasets that follow one another through `previous`, oldest first."""
