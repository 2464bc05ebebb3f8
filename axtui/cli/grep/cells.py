"""The fields of the rows that were found, column by column."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from axtui.build.grep.plan import Part
from axtui.data.decode import decode
from axtui.data.grep.search import Found
from axtui.data.grep.texts import of_value, texts, whole_texts
from axtui.data.types import FLAGS, TYPES, ColumnType

CHUNK_ROWS = 16_384
"""Rows made into text at a time: few enough to stay in the processor's cache."""


class Cells:
    """Some of the rows of a `Found`."""

    def __init__(self, part: Part, found: Found, start: int) -> None:
        self._part = part
        self._found = found
        self._rows = slice(start, start + CHUNK_ROWS)

    def texts(self, names: list[str]) -> list[list[str]]:
        """Each column as texts."""
        return [self._texts(name) for name in names]

    def arrays(self, names: list[str]) -> list[pa.Array] | None:
        """Each column as text for Arrow, without null; None where Arrow cannot tell the texts of one."""
        found = []
        for name in names:
            if name in self._found.objects:
                return None
            texts = whole_texts(*self._column(name))
            if texts is None:
                return None
            found.append(texts)
        return found

    def values(self, names: list[str]) -> list[list[Any]]:
        """Each column as values; bytes as text, as for JSON."""
        return [self._values(name) for name in names]

    def _texts(self, name: str) -> list[str]:
        if name in self._found.objects:
            return list(map(str, self._found.objects[name][self._rows]))
        kind, array, flags = self._column(name)
        return texts(kind, array, flags)

    def _values(self, name: str) -> list[Any]:
        if name in self._found.objects:
            return self._found.objects[name][self._rows]
        kind, array, flags = self._column(name)
        found = decode(kind, array, flags)
        if kind.name == "bytes":
            return [None if value is None else of_value(value) for value in found]
        return found

    def _column(self, name: str) -> tuple[ColumnType, pa.Array, pa.Array | None]:
        kind = TYPES[self._part.dataset.meta.columns[name].type]
        batch = self._found.batch
        flags = batch.column(name + FLAGS)[self._rows] if kind.flagged else None
        return kind, batch.column(name)[self._rows], flags
