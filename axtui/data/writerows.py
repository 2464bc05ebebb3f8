"""Writing a dataset row by row: choosing the slice, and the functions that take rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from axtui.data import context, dsmeta, jobdir
from axtui.data.declare import UNSET, Declaration
from axtui.errors import DatasetUsageError

if TYPE_CHECKING:
    from axtui.data.dataset import Dataset
    from axtui.data.sinks import Layout, SliceSink
    from axtui.data.slicefile import SliceFile
    from axtui.data.splitsink import SplitSink


_WRITE = ("write", "write_list", "write_dict")


class RowForms:
    """The state of a `DatasetWriter`, and all of it that takes rows."""

    _declaration: Declaration
    _place: context.Place
    _sink: SliceSink | None
    _split: SplitSink | None
    _sliceno: int | None
    _meta_slices: dict[int, jobdir.Json]

    _layout: Layout | None
    _slices: dict[int, SliceSink]
    _written: set[int]
    _finished: Dataset | None
    _ended: str | None
    write: Callable[..., None]
    """Write a row, one argument per column."""
    write_list: Callable[..., None]
    """Write a row given as a sequence."""
    write_dict: Callable[..., None]
    """Write a row given as {column: value}."""

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

    def share(self, processes: int) -> None:
        """Let the processes of the first so many slices write all slices among them, as they see fit (to be
        said before analysis; each slice is one process's)."""
        self._declaration.team = processes

    def _only_single(self, what: str) -> None:
        single, team = self._declaration.for_single_slice, self._declaration.team
        if team is not None and (self._place.sliceno or 0) < team:
            return
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
        for name in _WRITE:
            self.__dict__.pop(name, None)

    def __getattr__(self, name: str) -> Any:
        """The write functions of the slice at hand, made when one is first asked for: for a hundred
        columns that takes longer than writing a batch, for which they are not needed."""
        sink = self.__dict__.get("_sink")
        if name not in _WRITE or sink is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.__dict__.update(sink.functions)
        return self.__dict__[name]

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
        path = self._place.attempt / dsmeta.data_name(self.name, sliceno)
        return SliceFile(path, self._prepare().form)

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
        self.__dict__.pop("hashcheck", None)

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
        """{column: writer of that column} of the slice at hand; see `columnwriter.ColumnWriter`."""
        return self._current().writers

    def _current(self) -> SliceSink:
        if self._sink is None:
            raise DatasetUsageError(self._why_not())
        return self._sink

    def hashcheck(self, value: Any) -> bool:
        """Whether a row with this value in the hash label belongs to the slice at hand."""
        self._need_hashlabel("hashcheck")
        guard = self._current().guard
        assert guard is not None
        self.__dict__["hashcheck"] = guard.belongs  # it is asked for each row
        return guard.belongs(value)

    def enable_hash_discard(self) -> None:
        """From now on leave out rows that belong to another slice, instead of raising."""
        self._need_hashlabel("enable_hash_discard")
        self._current().discard_others()

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
        from axtui.data.splitsink import SplitSink

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

    def _close_slice(self) -> None:
        if self._sink is not None:
            del self._slices[self._sink.sliceno]
            self._sink.close()
            self._sink = None
            self._refuse_writes()
