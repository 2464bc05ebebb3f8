"""The less common forms of writing a dataset: Arrow batches, and Parquet files of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from axtui.data import dsmeta, jobdir
from axtui.data.writerows import RowForms
from axtui.errors import DatasetUsageError

if TYPE_CHECKING:
    import pyarrow as pa


class OtherForms(RowForms):
    """What `DatasetWriter` can do besides writing rows."""

    def write_batch(
        self,
        batch: pa.RecordBatch | pa.Table,
        sliceno: int | None = None,
        placed: bool = False,
    ) -> None:
        """Write a record batch or table to a slice: the given one, else the one at hand.

        It must have exactly the columns of the writer; see `arrowin.physical` for the types. With
        `placed` you vouch that by the hash label all rows belong to this slice: it is not checked.
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
            sink.write_batch(piece, placed)

    def write_batch_split(self, batch: pa.RecordBatch | pa.Table) -> None:
        """Write a record batch or table, each row to its slice as with `get_split_write`."""
        splitter = self._splitter()
        for piece in self._arrived(batch):
            splitter.write_batch(piece)

    def write_table(
        self, table: pa.Table | pa.RecordBatch | pa.RecordBatchReader, sliceno: int | None = None
    ) -> None:
        """Write a table: to the slice given or at hand, or split where there is none. A reader is
        written batch by batch."""
        if hasattr(table, "read_next_batch"):
            for batch in table:
                self.write_table(batch, sliceno)
        elif sliceno is None and self._sink is None:
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
