"""Rows handed from the slice that read them to the slices that they belong to.

Each part of what is read (a stored slice of a source) is read once, by whichever slice comes to it
first, and *split*: its rows are left in one file, those of each slice of a batch together. When all
parts are split, every slice picks its own rows from all of them, in the order of the parts. No slice
waits for one that has not begun, so it does not matter how many run at once.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa

from axtui.data import context, jobdir
from axtui.standard.arrays import Ints

Split = tuple[pa.RecordBatch, Ints]
"""A batch, and the slice that each of its rows belongs to."""
Part = Callable[[], Iterator[Split]]
"""Reads a part: gives its batches, which all have the same columns."""
_OPEN, _ROWS = 4 << 20, "rows"


class Exchange:
    """The exchange of one dataset, in analysis; all slices make it of the same name and parts.

    Memory is bounded by the batches; on disk lie the rows uncompressed, until the job ends.
    """

    def __init__(self, name: str, parts: Sequence[Part], sliceno: int, slices: int) -> None:
        place = context.running()
        assert place is not None, "there is an exchange within a job only"
        self._folder = place.job_path / jobdir.TMP / "exchange" / jobdir.quote_name(name)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._parts, self._sliceno, self._slices = parts, sliceno, slices

    def rows(self) -> Iterator[pa.RecordBatch]:
        """The rows of this slice, in the order of the parts."""
        count = len(self._parts)
        begin = self._sliceno * count // self._slices  # so that slices start at different parts
        for number in [*range(begin, count), *range(begin)]:
            with self._locked(number, wait=False) as mine:
                if mine:
                    self._split(number)
        for number in range(count):
            with self._locked(number, wait=True):  # who splits it has the lock until it is there
                self._split(number)
            yield from self._picked(number)

    @contextmanager
    def _locked(self, number: int, wait: bool) -> Iterator[bool]:
        """The lock of a part, which the kernel frees when its holder dies; whether it was had."""
        fd = os.open(self._folder / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(fd)

    def _split(self, number: int) -> None:
        """Leave the rows of a part where they can be picked, if nobody has."""
        index = self._path(number, "json")
        if index.exists():
            return
        places: list[list[tuple[int, int]]] = [[] for _ in range(self._slices)]
        schema = None
        with self._path(number, _ROWS).open("wb", buffering=_OPEN) as file:
            at = 0
            for batch, belongs in self._parts[number]():
                batch = _plain(batch)
                schema = batch.schema
                for sliceno, rows in self._by_slice(batch, belongs):
                    message = rows.serialize()
                    places[sliceno].append((at, message.size))
                    file.write(message)
                    at += message.size
        if schema is not None:
            self._path(number, "schema").write_bytes(schema.serialize())
        temporary = self._path(number, "new")
        temporary.write_text(json.dumps(places))
        temporary.rename(index)

    def _by_slice(
        self, batch: pa.RecordBatch, belongs: Ints
    ) -> Iterator[tuple[int, pa.RecordBatch]]:
        """The rows of each slice that has some."""
        counts = np.bincount(belongs, minlength=self._slices).tolist()
        if max(counts) == batch.num_rows:
            yield counts.index(batch.num_rows), batch
            return
        # numbers of one or two bytes are sorted several times as fast
        order = np.argsort(belongs.astype(np.min_scalar_type(self._slices)), kind="stable")
        ordered, start = batch.take(pa.array(order)), 0
        for sliceno, count in enumerate(counts):
            if count:
                yield sliceno, ordered.slice(start, count)
                start += count

    def _picked(self, number: int) -> Iterator[pa.RecordBatch]:
        mine = json.loads(self._path(number, "json").read_text())[self._sliceno]
        if not mine:
            return
        schema = pa.ipc.read_schema(pa.py_buffer(self._path(number, "schema").read_bytes()))
        with self._path(number, _ROWS).open("rb", buffering=0) as file:
            for at, size in mine:
                file.seek(at)
                yield pa.ipc.read_record_batch(pa.py_buffer(file.read(size)), schema)

    def _path(self, number: int, ending: str) -> Path:
        return self._folder / f"{number}.{ending}"


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch without dictionaries."""
    columns = [
        column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
