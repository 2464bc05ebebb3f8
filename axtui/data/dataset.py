"""`Dataset`: a dataset of a job, by name. A `str`, as in the Accelerator: 'dev-3' or 'dev-3/name'."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypedDict, Unpack

from axtui.data import dsmeta
from axtui.data.chain import DatasetChain, DatasetList
from axtui.data.dscolumns import ColumnAccess
from axtui.data.dsfacts import DatasetFacts
from axtui.data.dsmeta import DatasetColumn
from axtui.errors import DatasetUsageError, NoSuchWhateverError

__all__ = [
    "Dataset",
    "DatasetChain",
    "DatasetColumn",
    "DatasetList",
    "NoDataset",
    "SkipDataset",
    "SkipSlice",
]
KEEP: Any = object()
"""Default of `override_previous`: the previous dataset stays what it is."""


class SkipDataset(Exception):
    """Raise this in a pre_callback to skip the coming dataset (or what is left of it)."""


class SkipSlice(Exception):
    """Raise this in a pre_callback to skip the coming slice."""


class IterateKeywords(TypedDict, total=False):
    """Keywords of all ways to iterate; see `Dataset.iterate_list`."""

    range: Mapping[str, tuple[Any, Any]] | None
    sloppy_range: bool
    hashlabel: str | None
    pre_callback: Callable[..., Any] | None
    post_callback: Callable[..., Any] | None
    filters: Any
    translators: Any
    status_reporting: bool
    rehash: bool
    slice: int | slice | None
    copy_mode: bool


class Dataset(DatasetFacts, ColumnAccess, str):
    """A dataset that exists. Its rows are read with `iterate`, its columns as Arrow with `batches`,
    `column` and `to_arrow`, and it is queried in SQL with `sql`."""

    def __new__(cls, jobid: Any, name: str | None = None) -> Dataset:
        """Takes 'dev-3', 'dev-3/name', ('dev-3', 'name'), a job and a name, or {job: parameter} (the
        dataset that job was given as `parameter`; NoDataset if none).

        Raises NoSuchDatasetError, NoSuchJobError, or DatasetUsageError for anything else.
        """
        found = _resolve(jobid, name)
        if found is None:
            return NoDataset
        self = cls._unchecked(*dsmeta.split_ref(found))
        self.__dict__["_meta"] = dsmeta.load(found)
        return self

    @classmethod
    def _unchecked(cls, jobid: str, name: str) -> Dataset:
        text = jobid if name == dsmeta.DEFAULT else dsmeta.join_ref(jobid, name)
        self = str.__new__(cls, text)
        self.jobid, self.name = jobid, name
        return self

    @classmethod
    def named(cls, ref: str) -> Dataset:
        """The dataset of a reference; whether it exists is seen when it is used."""
        return cls._unchecked(*dsmeta.split_ref(ref))

    def check(self) -> None:
        """Raises NoSuchDatasetError where it does not exist (NoDataset may be)."""
        if self:
            _ = self.meta

    def __reduce__(self) -> Any:
        return (_restore, (self.jobid, self.name))

    # -- chains

    def chain(self, length: int = -1, reverse: bool = False, stop_ds: Any = None) -> DatasetChain:
        """This dataset and those before it, oldest first (newest first with `reverse`).

        At most `length` of them, and none from `stop_ds` ({job: parameter} also works) on backwards.
        A job that was re-used may name an equal chain of another job: what counts is what it holds.
        """
        stop = dsmeta.reference(stop_ds)
        content = _content_of(stop)
        return self._chain(length, reverse, lambda ds: ds.ref == stop or ds.meta.content == content)

    def chain_within_job(self, length: int = -1, reverse: bool = False) -> DatasetChain:
        """Like `chain`, but only as long as the datasets are of the same job."""
        return self._chain(length, reverse, lambda ds: ds.jobid != self.jobid)

    def _chain(self, length: int, reverse: bool, stop: Callable[[Dataset], bool]) -> DatasetChain:
        found = DatasetChain()
        current: Dataset | None = self
        while current and len(found) != length and not stop(current):
            found.append(current)
            current = current.previous
        if not reverse:
            found.reverse()
        return found

    # -- rows

    def iterate(
        self, sliceno: int | str | None, columns: Any = None, **keywords: Unpack[IterateKeywords]
    ) -> Iterator[Any]:
        """Rows of this dataset; see `iterate_list`."""
        return Dataset.iterate_list(sliceno, columns, [self], **keywords)

    def iterate_chain(
        self,
        sliceno: int | str | None,
        columns: Any = None,
        length: int = -1,
        *,
        reverse: bool = False,
        stop_ds: Any = None,
        **keywords: Unpack[IterateKeywords],
    ) -> Iterator[Any]:
        """Rows of the chain that ends here; see `chain` and `iterate_list`."""
        return Dataset.iterate_list(
            sliceno, columns, self.chain(length, reverse, stop_ds), **keywords
        )

    @staticmethod
    def iterate_list(
        sliceno: int | str | None, columns: Any, datasets: Any, **keywords: Unpack[IterateKeywords]
    ) -> Iterator[Any]:
        """Rows of several datasets, one after another.

        sliceno: a slice; None for all slices in turn; 'roundrobin' for one row of each slice in turn.
        columns: a list of names gives tuples; one name gives bare values; None gives tuples of all
        columns, sorted by name.

        range={col: (start, stop)}: only rows with start <= value < stop (None: open); the column need
        not be asked for. With sloppy_range=True only whole datasets are left out.
        filters: a callable on the row, or {col: callable or None (the value's truth)}.
        translators: a callable from row to row, or {col: callable or dict}; they run before filters.
        hashlabel: the column the datasets must be hashed on (DatasetUsageError if not); with
        rehash=True those that are not are hashed while reading.
        slice: an int (rows to skip) or slice(start, stop, step); negative counts from the end.
        pre_callback, post_callback: called with (dataset) or (dataset, sliceno) before and after; a
        pre_callback may raise SkipDataset, SkipSlice or StopIteration.
        copy_mode=True: json and pickle values stay as stored, for a writer that has copy_mode too.
        status_reporting=False: show no progress (for iterators that are zipped).
        """
        from axtui.data.iterate import iterate_list

        return iterate_list(sliceno, columns, datasets, **keywords)

    # -- new datasets that hold no new data

    def link_to_here(
        self,
        name: str = dsmeta.DEFAULT,
        column_filter: Iterable[str] | None = None,
        rename: Mapping[str, str | None] | None = None,
        override_previous: Any = KEEP,
        filename: str | None = None,
    ) -> Dataset:
        """Make this dataset one of the running job, copying no data.

        rename={old: new, or None to drop}; column_filter names the columns to keep (after renaming);
        override_previous chains it anew (None: unchained); filename '' clears the file name.
        """
        from axtui.data import dslink

        return dslink.link_to_here(self, name, column_filter, rename, override_previous, filename)

    def merge(
        self,
        other: Any,
        name: str = dsmeta.DEFAULT,
        previous: Any = None,
        allow_unrelated: bool = False,
    ) -> Dataset:
        """A dataset of the running job with the columns of both side by side; `other`'s win.

        Both must have the same number of rows in every slice, and a common ancestor unless
        `allow_unrelated`.
        """
        from axtui.data import dslink

        return dslink.merge(self, Dataset(other), name, previous, allow_unrelated)


def _content_of(ref: str | None) -> str | None:
    """What a dataset holds, the chain before it included; None where it is gone."""
    try:
        return dsmeta.load(ref).content if ref else None
    except NoSuchWhateverError:
        return None


def _resolve(jobid: Any, name: str | None) -> str | None:
    """The reference for the arguments of `Dataset`; None where they mean NoDataset."""
    if jobid is NoDataset and name is None:
        return None
    if isinstance(jobid, dict):
        if name is not None or len(jobid) != 1:
            raise DatasetUsageError("Dataset({job: parameter}) takes exactly one job and no name")
        return _parameter(*next(iter(jobid.items())))
    if isinstance(jobid, tuple | list):
        if name is not None or len(jobid) != 2:
            raise DatasetUsageError("Dataset((job, name)) takes exactly a job and a name")
        jobid, name = jobid
    if not jobid:
        raise DatasetUsageError("Dataset() needs a job; to mean the running job, pass its id")
    text = str(jobid)
    if name is None:
        return dsmeta.reference(text)
    if "/" in text:
        raise DatasetUsageError(f"Dataset({text!r}, {name!r}): the name is given twice")
    return dsmeta.join_ref(text, str(name))


def _parameter(job: Any, parameter: str) -> str | None:
    from axtui.data.job import Job

    return dsmeta.reference(Job(str(job)).params["datasets"].get(parameter))


def _restore(jobid: str, name: str) -> Dataset:
    """What a pickled dataset becomes; whether it exists is seen when it is used."""
    return Dataset._unchecked(jobid, name) if jobid else NoDataset


class _NoLines(list[int]):
    """The lines of NoDataset: no rows in any slice, however many there are."""

    def __getitem__(self, index: Any) -> Any:
        return self if isinstance(index, slice) else 0


class _NoDataset(Dataset):
    """An unset dataset argument: an empty string with what still makes sense of a dataset."""

    def __new__(cls) -> _NoDataset:
        self = str.__new__(cls, "")
        self.jobid = self.name = ""
        return self

    @property
    def meta(self) -> dsmeta.Meta:
        raise DatasetUsageError("this dataset parameter was not given (it is NoDataset)")

    columns = property(lambda self: {})
    previous = property(lambda self: None)
    parent = property(lambda self: None)
    filename = property(lambda self: None)
    hashlabel = property(lambda self: None)
    caption = property(lambda self: "")
    quoted = property(lambda self: "<NoDataset>")
    lines = property(lambda self: _NoLines([0]))
    shape = property(lambda self: (0, 0))

    @property
    def job(self) -> Any:
        """NoJob."""
        from axtui.data.job import NoJob

        return NoJob

    def min(self, column: str) -> Any:
        """None."""
        return None

    def max(self, column: str) -> Any:
        """None."""
        return None

    def _chain(self, *_: Any) -> DatasetChain:
        return DatasetChain()


NoDataset: Dataset = _NoDataset()
"""The one unset dataset: falsy, without columns, rows or chain."""
