"""What a `Dataset` knows of itself from its metadata."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from axtui.data import context, dsmeta
from axtui.data.dsmeta import DatasetColumn

if TYPE_CHECKING:
    from axtui.data.dataset import Dataset
    from axtui.data.job import Job


class DatasetFacts:
    """The attributes of a dataset."""

    name: str
    jobid: str

    @property
    def meta(self) -> dsmeta.Meta:
        """The metadata as stored: `lines` and `slices` there are those of the Parquet files."""
        found = self.__dict__.get("_meta")
        if found is None:
            found = self.__dict__["_meta"] = dsmeta.load(self.ref)
        return found

    @property
    def ref(self) -> str:
        """The reference in full, 'dev-3/default'."""
        return dsmeta.join_ref(self.jobid, self.name)

    @property
    def job(self) -> Job:
        """The job it belongs to."""
        from axtui.data.job import Job

        return Job(self.jobid)

    @property
    def quoted(self) -> str:
        """The reference, safe to print whatever the name holds."""
        return quote(self.ref, safe="/-_. ")

    @property
    def columns(self) -> dict[str, DatasetColumn]:
        """{name: DatasetColumn (type, none_support, min, max, ...)}, in order."""
        return dict(self.meta.columns)

    @property
    def previous(self) -> Dataset | None:
        """The dataset it follows in its chain."""
        from axtui.data.dataset import Dataset

        found = self.meta.previous
        return Dataset(found) if found else None

    @property
    def parent(self) -> Dataset | tuple[Dataset, ...] | None:
        """The dataset it adds columns to or links to; a tuple after a merge."""
        from axtui.data.dataset import Dataset

        found = self.meta.parent
        if isinstance(found, list):
            return tuple(Dataset(one) for one in found)
        return Dataset(found) if found else None

    @property
    def filename(self) -> str | None:
        """The file it was made from, if its maker said so; in full for one of the input directory."""
        if self.meta.filename_is_input:
            return str(context.active().input_directory / str(self.meta.filename))
        return self.meta.filename

    @property
    def hashlabel(self) -> str | None:
        """The column whose hash decides the slice of a row."""
        return self.meta.hashlabel

    @property
    def caption(self) -> str:
        """Its caption; the job id where it was given none."""
        if not self.meta.caption:
            context.active().note("identity", job=self.jobid)
        return self.meta.caption or self.jobid

    @property
    def content(self) -> str:
        """Digest of all it holds: equal for equal data, whatever the job."""
        return self.meta.content

    @property
    def lines(self) -> list[int]:
        """Rows per slice of this workspace, also where it was written with another slice count."""
        from axtui.data import virtual

        context.active().note("slices")
        self._note_asked()
        return virtual.lines(self.meta, context.active().slices)

    @property
    def shape(self) -> tuple[int, int]:
        """(columns, rows)."""
        self._note_asked()
        return len(self.meta.columns), self.meta.rows

    def min(self, column: str) -> Any:
        """Smallest value of a column, or None."""
        self._note_asked(column)
        found = self.meta.columns.get(column)
        return found.min if found else None

    def max(self, column: str) -> Any:
        """Largest value of a column, or None."""
        self._note_asked(column)
        found = self.meta.columns.get(column)
        return found.max if found else None

    def _note_asked(self, *columns: str) -> None:
        """What is counted or compared is taken for what the dataset holds, as if it were read."""
        context.note("asked", dataset=self.ref, columns=columns)

    def column_filename(self, colname: str, sliceno: int | None = None) -> Path:
        """The Parquet file that holds one slice of a column (under `columns[colname].source_column`).

        Raises DatasetUsageError where no file holds just that: the slice is empty, or the column
        comes from a dataset with another number of slices.
        """
        from axtui.data import virtual

        return virtual.file_of(self.meta, colname, sliceno or 0)
