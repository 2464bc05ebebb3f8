"""One slice of an old dataset, written anew as Parquet: what one process does at a time."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axtui.build.adopt import inside
from axtui.errors import DamagedJobError

if TYPE_CHECKING:
    from axtui.data.slicefile import SliceFile

_ROWS = 65_536
_BUFFERS = 64 << 20
"""Bytes that the columns of a slice hold together while they are uncompressed, about."""


@dataclass(frozen=True)
class ColumnTask:
    """One column: its `name` and the one it gets in the Parquet `file`, its type, and where its values
    are: in `file` below `root` at `offset`, with nothing else in it if it stands `alone`. A file of ""
    is that of no rows."""

    name: str
    stored: str
    type: str
    root: str
    file: str
    offset: int
    alone: bool


@dataclass(frozen=True)
class SliceTask:
    """One slice of one dataset, to be written to `path`. `hashed` is the column by whose hash the rows
    may lie in their slices."""

    path: str
    sliceno: int
    slices: int
    rows: int
    hashed: str | None
    columns: tuple[ColumnTask, ...]

    def to_json(self) -> dict[str, Any]:
        """As another process is told it."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> SliceTask:
        """What `to_json` gave."""
        columns = tuple(ColumnTask(**column) for column in raw["columns"])
        return cls(**{**raw, "columns": columns})


def write(task: SliceTask) -> dict[str, Any]:
    """Write the slice: what `SliceFile.close` tells, and whether every row is where its hash
    has it (`in_place`).

    Raises DamagedJobError, naming column and slice, where its files do not hold what they should.
    """
    from axtui.data.slicefile import SliceFile
    from axtui.data.sliceform import SliceForm
    from axtui.data.types import TYPES

    columns = [(column.stored, TYPES[column.type]) for column in task.columns]
    target = SliceFile(Path(task.path), SliceForm(columns))
    try:
        in_place = _copy(task, target)
        facts = target.close()
    except BaseException:
        target.abandon()
        raise
    return {**facts, "in_place": in_place}


def _copy(task: SliceTask, target: SliceFile) -> bool:
    from axtui.build.adopt.columns import ColumnReader
    from axtui.data.types import TYPES

    in_place = True
    with ExitStack() as stack:
        readers = []
        for column in task.columns if task.rows else ():
            with _named(task, column):
                stream = stack.enter_context(inside.open_file(Path(column.root), column.file))
                stream.seek(column.offset)
            step = max(1 << 16, min(1 << 22, _BUFFERS // len(task.columns)))
            readers.append(ColumnReader(stream, TYPES[column.type], task.rows, column.alone, step))
        left = task.rows
        while left and readers:
            in_place &= (taken := _batch(task, readers, target, min(left, _ROWS)))[1]
            left -= taken[0]
        for column, reader in zip(task.columns, readers, strict=False):
            with _named(task, column):
                reader.finish()
    return in_place


def _batch(task: SliceTask, readers: list[Any], target: SliceFile, rows: int) -> tuple[int, bool]:
    """Move as many rows as all columns have ready; how many, and whether they are in place."""
    import pyarrow as pa

    for column, reader in zip(task.columns, readers, strict=True):
        with _named(task, column):
            rows = reader.prepare(rows)
    arrays = []
    in_place = True
    for column, reader in zip(task.columns, readers, strict=True):
        taken = reader.take(rows)
        if column.name == task.hashed:
            in_place = _are_in_place(task, column.type, taken[0])
        arrays += taken
    target.append(pa.RecordBatch.from_arrays(arrays, schema=target.form.schema))
    return rows, in_place


def _are_in_place(task: SliceTask, type_: str, array: Any) -> bool:
    from axtui.data.hasharrow import slices_of
    from axtui.data.types import TYPES

    return bool((slices_of(TYPES[type_], array, task.slices) == task.sliceno).all())


class _named:
    """Inside the block, a DamagedJobError names the column and the slice."""

    def __init__(self, task: SliceTask, column: ColumnTask) -> None:
        self._where = f"column {column.name!r}, slice {task.sliceno} ({column.file})"

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: type | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, DamagedJobError):
            raise DamagedJobError(f"{self._where}: {error}") from None
        if isinstance(error, FileNotFoundError):
            raise DamagedJobError(f"{self._where}: the file is missing") from None
