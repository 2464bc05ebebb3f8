"""`DatasetWriter`: how a job makes a dataset.

Made in `prepare`, written in `analysis` (in other processes: what travels is a reference, the slice
opens its own), or made and written within one stage with `set_slice` or a split writer. Slices lie
in the stage's own folder until the coordinator publishes them; `finish_pending` then makes the
metadata of all writers nobody finished.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from axtui.data import context, declare, dsfinish, dsmeta
from axtui.data.declare import Declaration
from axtui.data.dsfinish import finish_pending
from axtui.data.writeforms import OtherForms
from axtui.errors import DatasetUsageError

if TYPE_CHECKING:
    from axtui.data.dataset import Dataset
    from axtui.data.splitsink import SplitSink

__all__ = ["DatasetWriter", "end_of_stage", "finish_pending"]

_open: dict[tuple[str, str], DatasetWriter] = {}


class DatasetWriter(OtherForms):
    """A dataset being written. In analysis `DatasetWriter(name=...)` gives the one made in prepare.

    columns: {name: type}, {name: (type, none_support)}, {name: a DatasetColumn}, or {name: None} to
    leave out a column of the parent. Rows are given in the order the columns were added; those given
    here are added in sorted order.
    parent: a dataset to add these columns to; every slice must get as many rows as the parent has.
    hashlabel: the column that decides the slice of a row; rows for another slice are an error.
    previous: the dataset this one follows. for_single_slice: only this slice writes, all of it.
    allow_missing_slices: slices never written are empty instead of an error.
    meta_only: you write `column_filename(...)` yourself and tell `set_lines`.
    copy_mode: json and pickle values are given as stored, as `iterate(copy_mode=True)` gives them.
    """

    def __new__(
        cls,
        columns: Mapping[str, Any] | None = None,
        filename: str | None = None,
        hashlabel: str | None = None,
        hashlabel_override: bool = False,
        caption: str | None = None,
        previous: Any = None,
        name: str = dsmeta.DEFAULT,
        parent: Any = None,
        meta_only: bool = False,
        for_single_slice: int | None = None,
        copy_mode: bool = False,
        allow_missing_slices: bool = False,
    ) -> DatasetWriter:
        place = _place()
        if place.sliceno is not None:
            if any((columns, filename, hashlabel, caption, previous, parent, meta_only)):
                raise DatasetUsageError(
                    f"in analysis a dataset writer is only opened by its name (dataset {name!r})"
                )
            return _opened(name)
        if is_open(place, name):
            raise DatasetUsageError(f"job {place.jobid} has a dataset named {name!r} already")
        declaration = declare.new(
            place,
            columns or {},
            parent,
            name=name,
            filename=filename or None,
            hashlabel=hashlabel,
            hashlabel_override=hashlabel_override,
            caption=caption or None,
            previous=dsmeta.reference(previous),
            meta_only=meta_only,
            for_single_slice=for_single_slice,
            copy_mode=copy_mode,
            allow_missing_slices=allow_missing_slices,
        )
        return cls._make(declaration)

    @classmethod
    def create(cls, job: Any, **keywords: Any) -> DatasetWriter:
        """The same as `DatasetWriter(...)`, for the running job."""
        return cls(**keywords)

    @classmethod
    def _make(cls, declaration: Declaration) -> DatasetWriter:
        self = object.__new__(cls)
        self._declaration = declaration
        self._place = _place()
        self._layout = self._sink = self._split = None
        self._finished = self._ended = self._sliceno = None
        self._slices, self._meta_slices, self._written = {}, {}, set()
        self._refuse_writes()
        _open[_key(self._place, declaration.name)] = self
        return self

    def __reduce__(self) -> Any:
        if self._ended:
            raise DatasetUsageError(
                f"the writer of {self.name!r} {self._ended}; pass on the dataset itself"
            )
        if self._place.sliceno is None:
            self._declaration.save(self._place.attempt)
        return (_handed_over, (self.name,))

    # -- ending

    def close(self) -> None:
        """Finish all slices that are open."""
        self._close_slice()
        for sink in self._slices.values():
            sink.close()
        self._slices.clear()
        if self._split is not None:
            self._split.close()
            self._split = None
            self._ended = self._ended or "was closed"
        for sliceno, facts in self._meta_slices.items():
            dsfinish.write_meta_sidecar(self._place.attempt, self._declaration, sliceno, facts)
        self._meta_slices.clear()

    def discard(self) -> None:
        """Give the dataset up: nothing of it stays."""
        if self._ended:
            raise DatasetUsageError(f"the writer of {self.name!r} {self._ended}")
        for sink in self._slices.values():
            sink.file.abandon()
        for file in self._split.files if self._split else ():
            file.abandon()
        self._slices.clear()
        self._sink = self._split = None
        self._forget("was discarded")
        dsfinish.discard(self._place, self.name)

    def finish(self) -> Dataset:
        """Make the dataset readable now, to pass it to a subjob; otherwise it is done at the end."""
        if self._finished is not None:
            return self._finished
        if self._place.stage not in (self._declaration.stage, "synthesis"):
            raise DatasetUsageError(
                f"finish {self.name!r} in the stage that made it, or in synthesis"
            )
        if self._ended and self._ended != "was closed":
            raise DatasetUsageError(f"the writer of {self.name!r} {self._ended}")
        self.close()
        dsfinish.finish_here(self._place, self._declaration)
        return self._end_as_finished()

    def set_slice(self, sliceno: int) -> None:
        """Write to this slice from now on (not in analysis: there the slice is given).

        In synthesis also to a slice that analysis left empty, of a dataset made in prepare.
        """
        self._reopen([sliceno])
        super().set_slice(sliceno)

    def _splitter(self) -> SplitSink:
        if self._split is None:
            self._reopen(range(self._declaration.slices))
        return super()._splitter()

    def _reopen(self, slices: Iterable[int]) -> None:
        """Take back that the dataset was finished after analysis, which left these slices empty."""
        if self._finished is not None and self._place.stage == "synthesis":
            dsfinish.reopen(self._place, self._declaration, slices)
            self._finished = self._ended = None
            _open[_key(self._place, self.name)] = self

    def _end_as_finished(self) -> Dataset:
        """Become the writer of a dataset that is made: only `finish` is of use."""
        from axtui.data.dataset import Dataset

        self._forget("is finished")
        self._finished = Dataset(self._place.jobid, self.name)
        return self._finished

    def _forget(self, how: str) -> None:
        self._ended = how
        _open.pop(_key(self._place, self.name), None)
        self._refuse_writes()


# -- making and opening ------------------------------------------------------------------------------


def _place() -> context.Place:
    place = context.active().place
    if place is None:
        raise DatasetUsageError("datasets are written inside a job: there is none running here")
    return place


def _key(place: context.Place, name: str) -> tuple[str, str]:
    return str(place.attempt), name


def is_open(place: context.Place, name: str) -> bool:
    """Whether this stage is writing a dataset of this name."""
    return _key(place, name) in _open


def _opened(name: str) -> DatasetWriter:
    """The writer of this name in this stage, opened by its declaration where it is not open yet."""
    place = _place()
    found = _open.get(_key(place, name))
    if found is not None:
        return found
    path = place.find(declare.file_name(name))
    if not path.exists():
        raise DatasetUsageError(f"no writer of a dataset named {name!r} was made in prepare")
    if place.find(dsmeta.meta_name(name)).exists():
        raise DatasetUsageError(f"dataset {name!r} is finished: read it with job.dataset({name!r})")
    writer = DatasetWriter._make(declare.load(path))
    if place.sliceno is not None and not writer._declaration.chooses:
        writer._use_slice(place.sliceno)
    return writer


def _handed_over(name: str) -> DatasetWriter:
    """The writer of this name among what prepare returned.

    Synthesis is given the writers that analysis has filled, too: their datasets are made by then.
    """
    place = _place()
    if not place.find(dsmeta.meta_name(name)).exists():
        return _opened(name)
    writer = DatasetWriter._make(declare.load(place.find(declare.file_name(name))))
    writer._end_as_finished()
    return writer


def end_of_stage() -> None:
    """Close what this stage wrote. In analysis every writer made in prepare gets its slice, be it
    empty; in other stages the writers that are not finished are declared for the next."""
    place = context.active().place
    if place is None:
        return
    if place.sliceno is not None:
        mine = [name for attempt, name in _open if attempt == str(place.attempt)]
        for declaration in declare.pending(place.job_path, mine):
            begun = place.job_path / dsmeta.data_name(declaration.name, place.sliceno, "json")
            is_mine = not (declaration.chooses or declaration.meta_only)
            if is_mine and not begun.exists():
                _opened(declaration.name)
    for key, writer in list(_open.items()):
        if key[0] != str(place.attempt):
            continue
        writer.close()
        if place.stage == writer._declaration.stage:
            writer._declaration.save(place.attempt)
        del _open[key]
