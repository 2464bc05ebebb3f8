"""Writing a slice by columns, one value after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from axtui.data.encode import encode

if TYPE_CHECKING:
    from axtui.data.sinks import SliceSink

PIECE_ROWS = 65_536
"""So many values are converted and written at a time."""


class ColumnWriter:
    """Writes one column of one slice, value by value: `writer.writers['name'].write(value)`.

    That of the hash label leaves out what belongs elsewhere, and `write` tells whether it did.
    """

    def __init__(self, sink: SliceSink, index: int) -> None:
        self._sink = sink
        self._kind = sink.layout.kinds[index]
        self._fix = sink.layout.fixers[index]
        self._guard = sink.guard
        self._filter = index == sink.layout.hashed
        self._values: list[Any] = []
        self._pieces: list[list[pa.Array]] = []
        self._converted = 0
        self.count = 0

    def write(self, value: Any) -> bool:
        """Append a value; False where it was left out because its hash is another slice's."""
        value = self._fix(value)
        if self._filter and not self.hashcheck(value):
            return False
        self._values.append(value)
        self.count += 1
        if len(self._values) >= PIECE_ROWS:
            self._convert()
            self._sink.column_ready()
        return True

    def hashcheck(self, value: Any) -> bool:
        """Whether a value of the hash label belongs to this slice."""
        assert self._guard is not None
        return self._guard.belongs(value)

    @property
    def waiting(self) -> int:
        """Values that are not in the file yet."""
        return self._converted + len(self._values)

    def _convert(self) -> None:
        if self._values:
            self._pieces.append(encode(self._kind, self._values))
            self._converted += len(self._values)
            self._values = []

    def take(self, rows: int) -> list[pa.Array]:
        """The arrays of the first `rows` waiting values."""
        self._convert()
        whole = [pa.concat_arrays(part) for part in zip(*self._pieces, strict=True)]
        self._converted -= rows
        self._pieces = [[part.slice(rows) for part in whole]] if self._converted else []
        return [part.slice(0, rows) for part in whole]
