"""The column files of the Accelerator, decoded into the Arrow arrays that axtui stores.

A slice of a column is a gzip stream of values without a header, in the byte order of the machine.
`ColumnReader` gives it in pieces; nothing is decoded value by value but integers beyond 64 bits.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from axtui.build.adopt.oldvalues import FIXED, PACKED
from axtui.build.adopt.packed import starts
from axtui.data.types import ColumnType
from axtui.errors import DamagedJobError

_CHUNK = 1 << 20
_ENOUGH = 16 << 20
"""Bytes of one column that are held at most, unless one value takes more."""

Arrays = list[pa.Array]
_GZIP = 16 + zlib.MAX_WBITS


class Inflater:
    """The uncompressed bytes of gzip members that follow one another from the place where the stream
    stands. The checksum of each member is checked at its end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._member = zlib.decompressobj(_GZIP)
        self._begun = False

    def read(self, most: int) -> bytes:
        """Some more bytes, within one member; b'' at the end of the file."""
        while True:
            if self._member.eof:
                rest = self._member.unused_data
                self._member, self._begun = zlib.decompressobj(_GZIP), bool(rest)
                data = self._inflate(rest, most)
            else:
                packed = self._member.unconsumed_tail or self._stream.read(_CHUNK)
                if not packed:
                    if self._begun:
                        raise DamagedJobError("the file was cut: its gzip data does not end")
                    return b""
                self._begun = True
                data = self._inflate(packed, most)
            if data:
                return data

    def _inflate(self, packed: bytes, most: int) -> bytes:
        if not packed:
            return b""
        try:
            return self._member.decompress(packed, most)
        except zlib.error as error:
            raise DamagedJobError(f"the gzip data is corrupt ({error})") from None

    def end_member(self, alone: bool) -> None:
        """See that the member ends here, and if it is `alone` in its file, the file, too."""
        while not self._member.eof and self._begun:
            packed = self._member.unconsumed_tail or self._stream.read(_CHUNK)
            if not packed:
                raise DamagedJobError("the file was cut: its gzip data does not end")
            if self._inflate(packed, 1):
                raise DamagedJobError("there are more values than the dataset has rows")
        if alone and (self._member.unused_data or self._stream.read(1)):
            raise DamagedJobError("there is more in the file than the rows of the dataset")


class ColumnReader:
    """One slice of one column, piece by piece, from where `stream` stands.

    `alone` says that the file holds nothing else; `step` is how many bytes are uncompressed at a time.
    Raises DamagedJobError, from any method, where the
    file does not hold `rows` values of the type.
    """

    def __init__(
        self, stream: BinaryIO, kind: ColumnType, rows: int, alone: bool, step: int = 1 << 22
    ) -> None:
        self._bytes, self._kind, self._alone, self._step = Inflater(stream), kind, alone, step
        self._held = bytearray()
        self._left = rows
        self._ready: Arrays = []
        self._decode: Callable[[], tuple[Arrays, int]] = (
            self._fixed if kind.name in FIXED else self._packed
        )

    @property
    def ready(self) -> int:
        """Rows that can be taken now."""
        return len(self._ready[0]) if self._ready else 0

    def prepare(self, rows: int) -> int:
        """Decode until up to `rows` rows can be taken, as far as memory allows; how many can."""
        wanted = min(rows, self._left + self.ready)
        while self.ready < wanted and not (self.ready and self._nbytes() > _ENOUGH):
            arrays, count = self._decode()
            if count:
                self._left -= count
                self._ready = _joined(self._ready, arrays)
                continue
            more = self._bytes.read(self._step)
            if not more:
                raise DamagedJobError(
                    f"the file was cut, or comes from a machine of another byte order: {self._left} "
                    "values are missing"
                )
            self._held += more
        return min(wanted, self.ready)

    def take(self, rows: int) -> Arrays:
        """The next rows, of which so many are ready: the arrays of `encode.fields`."""
        taken = [array.slice(0, rows) for array in self._ready]
        self._ready = [array.slice(rows) for array in self._ready]
        return taken

    def finish(self) -> None:
        """See that nothing follows the last row. The checksum is checked with that."""
        if self._held:
            raise DamagedJobError("there are more values than the dataset has rows")
        self._bytes.end_member(self._alone)

    def _nbytes(self) -> int:
        return sum(array.nbytes for array in self._ready)

    def _fixed(self) -> tuple[Arrays, int]:
        width, decode = FIXED[self._kind.name]
        count = min(self._left, len(self._held) // width)
        if not count:
            return [], 0
        data = bytes(memoryview(self._held)[: count * width])
        del self._held[: count * width]
        return decode(np.frombuffer(data, np.uint8)), count

    def _packed(self) -> tuple[Arrays, int]:
        sizes, decode = PACKED[self._kind.name]
        if not self._held:
            return [], 0
        data = bytes(self._held)
        places, end = starts(data, self._left, sizes)
        if not len(places):
            return [], 0
        del self._held[:end]
        return decode(data[:end], places), len(places)


def _joined(before: Arrays, more: Arrays) -> Arrays:
    if not before or not len(before[0]):
        return more
    return [pa.concat_arrays(pair) for pair in zip(before, more, strict=True)]
