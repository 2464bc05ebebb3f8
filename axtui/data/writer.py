"""`DatasetWriter`: how a job makes a dataset.

Made in `prepare`, written in `analysis` (in other processes: what travels is a reference, the slice
opens its own), or made and written within one stage with `set_slice` or a split writer. Slices lie
in the stage's own folder until the coordinator publishes them; `finish_pending` then makes the
metadata of all writers nobody finished.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from axtui.data import context, declare, dsfinish, dsmeta, jobdir
from axtui.data.declare import UNSET, Declaration
from axtui.data.dsfinish import finish_pending
from axtui.data.virtual import lines as virtual_lines
from axtui.errors import DatasetUsageError, NoSuchDatasetError

if TYPE_CHECKING:
    import pyarrow as pa

    from axtui.data.dataset import Dataset
    from axtui.data.sinks import Layout, SliceSink, SplitSink
    from axtui.data.slicefile import SliceFile

__all__ = ["DatasetWriter", "end_of_stage", "finish_pending"]

_open: dict[tuple[str, str], DatasetWriter] = {}


class DatasetWriter:
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

    _declaration: Declaration
    _place: context.Place
    _layout: Layout | None
    _sink: SliceSink | None
    _split: SplitSink | None
    _slices: dict[int, SliceSink]
    _meta_slices: dict[int, jobdir.Json]
    _written: set[int]
    _finished: Dataset | None
    _ended: str | None
    _sliceno: int | None
    write: Callable[..., None]
    """Write a row, one argument per column."""
    write_list: Callable[..., None]
    """Write a row given as a sequence."""
    write_dict: Callable[..., None]
    """Write a row given as {column: value}."""

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
        if not name or not isinstance(name, str):
            raise DatasetUsageError(f"a dataset name is a non-empty text, not {name!r}")
        _check_new(place, name)
        declaration = Declaration(
            name=name,
            slices=context.active().slices,
            stage=place.stage,
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
        _add_parent(declaration, parent, columns or {})
        for column, spec in sorted((columns or {}).items()):
            if spec is not None:
                declaration.add(column, spec)
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
        return (_opened, (self.name,))

    # -- what it is

    @property
    def name(self) -> str:
        """Name of the dataset."""
        return self._declaration.name

    @property
    def ds_name(self) -> str:
        """Reference of the dataset, 'dev-3/name'."""
        return dsmeta.join_ref(self._place.jobid, self.name)

    @property
    def columns(self) -> dict[str, tuple[str, bool]]:
        """{name: (type, none_support)} of the columns it writes."""
        return {
            column.name: (column.type, column.none_support) for column in self._declaration.columns
        }

    @property
    def hashlabel(self) -> str | None:
        """The column that decides the slice."""
        return self._declaration.hashlabel

    def add(
        self, colname: str, coltype: Any, default: Any = UNSET, none_support: Any = UNSET
    ) -> None:
        """Add a column; `default` replaces values that cannot be stored.

        Only in the stage that made the writer, and before the first slice.
        """
        if self._place.stage != self._declaration.stage:
            raise DatasetUsageError(
                f"add all columns of {self.name!r} in the stage that makes the writer"
            )
        if self._layout is not None:
            raise DatasetUsageError(f"add all columns of {self.name!r} before choosing a slice")
        self._declaration.add(colname, coltype, default, none_support)

    # -- choosing where rows go

    def set_slice(self, sliceno: int) -> None:
        """Write to this slice from now on (not in analysis: there the slice is given)."""
        if self._place.sliceno is not None:
            self._only_single("set_slice")
        self._set_slice(sliceno)

    def _only_single(self, what: str) -> None:
        single = self._declaration.for_single_slice
        if single is None:
            raise DatasetUsageError(
                f"{what} can be used in analysis only together with for_single_slice"
            )
        if single != self._place.sliceno:
            raise DatasetUsageError(f"the writer of {self.name!r} is for slice {single} alone")

    def _set_slice(self, sliceno: int) -> None:
        if self._split is not None:
            raise DatasetUsageError(
                f"{self.name!r}: use either set_slice or a split writer, not both"
            )
        if not isinstance(sliceno, int) or not 0 <= sliceno < self._declaration.slices:
            raise DatasetUsageError(
                f"sliceno must be 0 to {self._declaration.slices - 1}, not {sliceno!r}"
            )
        self._use_slice(sliceno)

    def _use_slice(self, sliceno: int) -> None:
        self._close_slice()
        self._sliceno = sliceno
        if self._declaration.meta_only:
            self._prepare()
            return
        self._sink = self._slice(sliceno)
        self.__dict__.update(self._sink.functions)

    def _slice(self, sliceno: int) -> SliceSink:
        """The open sink of a slice, opened where it is not."""
        from axtui.data.sinks import SliceSink

        if sliceno not in self._slices:
            layout = self._prepare()
            self._slices[sliceno] = SliceSink(layout, sliceno, self._slice_file(sliceno))
        return self._slices[sliceno]

    def _slice_file(self, sliceno: int) -> SliceFile:
        from axtui.data.slicefile import SliceFile

        if sliceno in self._written:
            raise DatasetUsageError(f"slice {sliceno} of {self.ds_name} is written already")
        self._written.add(sliceno)
        layout = self._prepare()
        pairs = list(zip(layout.names, layout.kinds, strict=True))
        return SliceFile(self._place.attempt / dsmeta.data_name(self.name, sliceno), pairs)

    def _prepare(self) -> Layout:
        from axtui.data.sinks import Layout

        if self._ended:
            raise DatasetUsageError(f"the writer of {self.name!r} {self._ended}")
        if self._layout is None:
            self._declaration.check()
            self._layout = Layout(self._declaration, self.ds_name)
        return self._layout

    def _refuse_writes(self) -> None:
        def refuse(*_: Any, **__: Any) -> None:
            raise DatasetUsageError(self._why_not())

        self.__dict__.update(write=refuse, write_list=refuse, write_dict=refuse)

    def _why_not(self) -> str:
        if self._ended:
            return f"the writer of {self.name!r} {self._ended}"
        single = self._declaration.for_single_slice
        if single is not None and self._place.sliceno not in (None, single):
            return f"the writer of {self.name!r} is for slice {single} alone"
        return f"call set_slice(sliceno) before writing to {self.name!r}, or use get_split_write()"

    # -- writing rows

    @property
    def writers(self) -> dict[str, Any]:
        """{column: writer of that column} of the slice at hand; see `sinks.ColumnWriter`."""
        return self._current().writers

    def _current(self) -> SliceSink:
        if self._sink is None:
            raise DatasetUsageError(self._why_not())
        return self._sink

    def hashcheck(self, value: Any) -> bool:
        """Whether a row with this value in the hash label belongs to the slice at hand."""
        self._need_hashlabel("hashcheck")
        return self._prepare().hash_slice(value) == self._current().sliceno

    def enable_hash_discard(self) -> None:
        """From now on leave out rows that belong to another slice, instead of raising."""
        self._need_hashlabel("enable_hash_discard")
        sink = self._current()
        sink.flush()
        sink.discarding = True

    def _need_hashlabel(self, what: str) -> None:
        if self.hashlabel is None:
            raise DatasetUsageError(f"{what} needs a hashlabel, which {self.name!r} has not")

    def get_split_write(self) -> Callable[..., None]:
        """A `write` that sends each row to its slice: by hash, or in turn without a hash label."""
        return self._splitter().functions["write"]

    def get_split_write_list(self) -> Callable[..., None]:
        """A `write_list` like `get_split_write`."""
        return self._splitter().functions["write_list"]

    def get_split_write_dict(self) -> Callable[..., None]:
        """A `write_dict` like `get_split_write`."""
        return self._splitter().functions["write_dict"]

    def _splitter(self) -> SplitSink:
        from axtui.data.sinks import SplitSink

        layout = self._prepare()
        if self._split is not None:
            return self._split
        if self._place.sliceno is not None:
            self._only_single("a split writer")
        if self._slices or self._written:
            raise DatasetUsageError(
                f"{self.name!r}: use either set_slice or a split writer, not both"
            )
        if self._declaration.allow_missing_slices:
            raise DatasetUsageError(
                f"{self.name!r}: a split writer cannot have allow_missing_slices"
            )
        parent = self._declaration.parent
        if parent and dsmeta.load(parent).hashlabel is not None and self.hashlabel is None:
            raise DatasetUsageError(
                f"{self.name!r} cannot be split: its parent is hashed, and the hashed column is not written"
            )
        self._split = SplitSink(layout, self._slice_file)
        return self._split

    # -- writing Arrow

    def write_batch(self, batch: pa.RecordBatch | pa.Table, sliceno: int | None = None) -> None:
        """Write a record batch or table to a slice: the given one, else the one at hand.

        It must have exactly the columns of the writer; see `arrowin.physical` for the types.
        """
        if sliceno is not None and self._place.sliceno not in (None, sliceno):
            self._only_single("write_batch(sliceno=...)")
        if sliceno is None:
            sink = self._current()
        elif self._split is not None:
            raise DatasetUsageError(f"{self.name!r}: use either slices or a split writer, not both")
        else:
            sink = self._slice(sliceno)
        for piece in self._arrived(batch):
            sink.write_batch(piece)

    def write_batch_split(self, batch: pa.RecordBatch | pa.Table) -> None:
        """Write a record batch or table, each row to its slice as with `get_split_write`."""
        splitter = self._splitter()
        for piece in self._arrived(batch):
            splitter.write_batch(piece)

    def write_table(self, table: pa.Table | pa.RecordBatch, sliceno: int | None = None) -> None:
        """Write a table: to the slice given or at hand, or split where there is none."""
        if sliceno is None and self._sink is None:
            self.write_batch_split(table)
        else:
            self.write_batch(table, sliceno)

    def _arrived(self, batch: Any) -> list[pa.RecordBatch]:
        from axtui.data import arrowin

        return arrowin.physical(self._prepare(), batch)

    # -- writing files oneself

    def column_filename(self, colname: str, sliceno: int | None = None) -> str:
        """The Parquet file of a slice, which holds all columns."""
        chosen = self._sliceno if sliceno is None else sliceno
        if chosen is None:
            raise DatasetUsageError(f"column_filename of {self.name!r} needs a sliceno")
        path = self._place.attempt / dsmeta.data_name(self.name, chosen)
        path.parent.mkdir(parents=True, exist_ok=True)
        return str(path)

    def set_lines(self, sliceno: int, count: int) -> None:
        """How many rows a slice has (with meta_only)."""
        self._meta(sliceno)["rows"] = int(count)

    def set_minmax(self, sliceno: int, minmax: Mapping[str, tuple[Any, Any]]) -> None:
        """{column: (min, max)} of a slice (with meta_only)."""
        self._meta(sliceno)["minmax"] = dict(minmax)

    def set_compressions(self, compressions: Any) -> None:
        """Accepted and ignored: Parquet files tell their own compression (with meta_only)."""
        self._need_meta_only()

    def _meta(self, sliceno: int) -> jobdir.Json:
        self._need_meta_only()
        self._prepare()
        return self._meta_slices.setdefault(sliceno, {"rows": 0, "minmax": {}})

    def _need_meta_only(self) -> None:
        if not self._declaration.meta_only:
            raise DatasetUsageError(
                f"the writer of {self.name!r} counts its own rows (it is not meta_only)"
            )

    # -- ending

    def _close_slice(self) -> None:
        if self._sink is not None:
            del self._slices[self._sink.sliceno]
            self._sink.close()
            self._sink = None
            self._refuse_writes()

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
        from axtui.data.dataset import Dataset

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


def _check_new(place: context.Place, name: str) -> None:
    taken = (dsmeta.meta_name(name), declare.file_name(name))
    if _key(place, name) in _open or any(place.find(file).exists() for file in taken):
        raise DatasetUsageError(f"job {place.jobid} has a dataset named {name!r} already")


def _add_parent(declaration: Declaration, parent: Any, columns: Mapping[str, Any]) -> None:
    dropped = sorted(name for name, spec in columns.items() if spec is None)
    ref = dsmeta.reference(parent)
    if ref is None:
        if dropped:
            raise DatasetUsageError(f"columns {dropped} cannot be left out: there is no parent")
        return
    meta = dsmeta.load(ref)
    unknown = [name for name in dropped if name not in meta.columns]
    if unknown:
        raise DatasetUsageError(
            f"columns {unknown} cannot be left out: {ref} has none of that name"
        )
    declaration.parent, declaration.dropped = ref, dropped
    declaration.parent_lines = virtual_lines(meta, declaration.slices)
    if declaration.hashlabel_override:
        return
    if declaration.hashlabel is None:
        if columns.get(meta.hashlabel or "") is not None:
            declaration.hashlabel = meta.hashlabel
    elif declaration.hashlabel != meta.hashlabel:
        raise DatasetUsageError(
            f"hashlabel {declaration.hashlabel!r} is not that of the parent {ref} ({meta.hashlabel!r}); "
            "set hashlabel_override=True to change it"
        )


def _opened(name: str) -> DatasetWriter:
    """The writer of this name in this stage, opened by its declaration where it is not open yet."""
    place = _place()
    found = _open.get(_key(place, name))
    if found is not None:
        return found
    path = place.find(declare.file_name(name))
    if not path.exists():
        raise NoSuchDatasetError(f"no writer of a dataset named {name!r} was made in prepare")
    writer = DatasetWriter._make(declare.load(path))
    if place.sliceno is not None and writer._declaration.for_single_slice is None:
        writer._use_slice(place.sliceno)
    return writer


def end_of_stage() -> None:
    """Close what this stage wrote. In analysis every writer made in prepare gets its slice, be it
    empty; in other stages the writers that are not finished are declared for the next."""
    place = context.active().place
    if place is None:
        return
    if place.sliceno is not None:
        for declaration in declare.pending(place.job_path):
            if declaration.for_single_slice is None and not declaration.meta_only:
                _opened(declaration.name)
    for key, writer in list(_open.items()):
        if key[0] != str(place.attempt):
            continue
        writer.close()
        if place.stage == writer._declaration.stage:
            writer._declaration.save(place.attempt)
        del _open[key]
