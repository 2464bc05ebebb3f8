"""The rows that wait to become a row group: what they count, and their texts by dictionary.

Texts come as they are or as dictionary arrays, in batches of any size. What leaves is a function of the
rows alone: in a dictionary each distinct value stands once, in order of appearance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data import packed

Ints = np.ndarray[Any, np.dtype[np.int64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]

_SURELY = 1.1
"""An estimate is too high by a fifteenth at most where no more than half of the texts differ."""


class RowGroup:
    """Rows of a schema, gathered batch by batch."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self.rows = 0
        self._bytes = 0
        self._batches: list[pa.RecordBatch] = []
        self._uncounted: list[pa.RecordBatch] = []

    def add(self, batch: pa.RecordBatch, size: int | None = None) -> None:
        """Rows, which have so many bytes (None: to be counted when someone asks)."""
        self._batches.append(batch)
        self.rows += batch.num_rows
        if size is None:
            self._uncounted.append(batch)
        else:
            self._bytes += size

    @property
    def bytes(self) -> int:
        """As `sizes` counts them."""
        while self._uncounted:
            batch = self._uncounted.pop()
            self._bytes += int(sizes(batch, np.array([batch.num_rows]))[0])
        return self._bytes

    def flats(self) -> list[pa.Array]:
        """All columns without dictionary."""
        if self._batches and all(batch.schema.equals(self.schema) for batch in self._batches):
            whole = (
                self._batches[0] if len(self._batches) == 1 else pa.concat_batches(self._batches)
            )
            return list(whole.columns)
        return [self.flat(index) for index in range(len(self.schema))]

    def _pieces(self, index: int) -> list[pa.Array]:
        return [batch.column(index) for batch in self._batches]

    def flat(self, index: int) -> pa.Array:
        """A column without dictionary."""
        kind = self.schema.field(index).type
        return _one([_flat(piece) for piece in self._pieces(index)], kind)

    def coded(self, index: int, most: int | None = None) -> pa.DictionaryArray | None:
        """A column of texts by dictionary; None where it has more than so many different ones."""
        kind = self.schema.field(index).type
        pieces = _gathered(self._pieces(index), kind)
        if most is not None and any(_has_more(piece, most) for piece in pieces):
            return None
        by_code = [
            piece if pa.types.is_dictionary(piece.type) else coded(piece) for piece in pieces
        ]
        if len(by_code) == 1:
            found = in_order(by_code[0])
        else:
            alike = pa.chunked_array([_by_int32(piece) for piece in by_code])
            found = in_order(alike.unify_dictionaries().combine_chunks())
        return found if most is None or len(found.dictionary) <= most else None


def is_text(kind: pa.DataType) -> bool:
    """Whether values of a physical type have bytes of their own, and may stand in a dictionary."""
    return bool(pa.types.is_string(kind) or pa.types.is_binary(kind))


def coded(texts: pa.Array) -> pa.DictionaryArray:
    """Texts by dictionary, in order of appearance."""
    keys = packed.pack_array(texts)
    if keys is None:
        return pc.dictionary_encode(texts)
    mask = None
    if texts.null_count:
        mask = texts.is_null().to_numpy(zero_copy_only=False)
    return packed.distinct(keys, texts.type, mask)


def in_order(array: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same values with a dictionary of just those, in order of appearance, coded by int32."""
    if array.indices.type == pa.uint8() and not array.indices.null_count:
        return _in_order_of_bytes(array.indices.to_numpy(), array.dictionary)
    codes = _by_int32(array).indices
    if not _is_in_order(codes, len(array.dictionary)):
        again = pc.dictionary_encode(codes)
        values = array.dictionary.take(again.dictionary)
        return pa.DictionaryArray.from_arrays(again.indices, values)
    return pa.DictionaryArray.from_arrays(codes, array.dictionary)


def _by_int32(array: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same by codes that pieces of all kinds share, and that have room for what all of them hold."""
    if array.indices.type == pa.int32():
        return array
    return pa.DictionaryArray.from_arrays(array.indices.cast(pa.int32()), array.dictionary)


def _in_order_of_bytes(codes: Bytes, values: pa.Array) -> pa.DictionaryArray:
    """As `in_order`: for codes of a byte each Arrow has a table, and so have we."""
    order = pc.unique(pa.array(codes)).to_numpy()
    if len(order) < len(values) or (order[1:] < order[:-1]).any():
        place = np.zeros(256, np.uint8)
        place[order] = np.arange(len(order))
        codes = np.frombuffer(codes.tobytes().translate(place.tobytes()), np.uint8)
        values = values.take(pa.array(order))
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), values)


def _is_in_order(codes: pa.Array, count: int) -> bool:
    if codes.null_count:
        codes = codes.drop_null()
    if not len(codes):
        return count == 0
    highest = np.maximum.accumulate(codes.to_numpy())
    first, last = int(highest[0]), int(highest[-1])
    return first == 0 and last == count - 1 and bool((np.diff(highest) <= 1).all())


def _has_more(texts: pa.Array, most: int) -> bool:
    """Whether an array without dictionary surely has more than so many different texts: told by an
    estimate, in a tenth of the time that looking up many takes."""
    # where most texts of an array differ, the estimate may be a sixth too high
    if pa.types.is_dictionary(texts.type) or len(texts) <= 2 * most:
        return False
    return bool(packed.about_distinct(texts) > _SURELY * most)


def _gathered(pieces: list[pa.Array], kind: pa.DataType) -> list[pa.Array]:
    """The pieces, those without dictionary as one if all are."""
    if len(pieces) != 1 and not any(pa.types.is_dictionary(piece.type) for piece in pieces):
        return [_one(pieces, kind)]
    return pieces


def _flat(array: pa.Array) -> pa.Array:
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _one(pieces: list[pa.Array], kind: pa.DataType) -> pa.Array:
    return pieces[0] if len(pieces) == 1 else pa.concat_arrays(pieces or [pa.array([], kind)])


# -- how much it is ----------------------------------------------------------------------------------


def sizes(batch: pa.RecordBatch, stops: Ints) -> Ints:
    """The bytes of the values of the rows before each of the `stops`, which ascend: a function of the
    rows, not of how Arrow happens to hold them."""
    total = np.zeros(len(stops), np.int64)
    fixed = 0
    for column in batch.columns:
        kind = column.type
        if pa.types.is_dictionary(kind):
            fixed += 4
            total += _coded_bytes(column, stops)
        elif is_text(kind):
            fixed += 4
            total += _text_bytes(column, stops)
        elif pa.types.is_struct(kind):
            fixed += 16
        else:
            fixed += max(1, kind.bit_width // 8)
    return total + fixed * stops


def _offsets(column: pa.Array) -> np.ndarray[Any, np.dtype[np.int32]]:
    return np.frombuffer(column.buffers()[1], np.int32, len(column) + 1, column.offset * 4)


def _text_bytes(column: pa.Array, stops: Ints) -> Ints:
    if not column.null_count:
        ends = _offsets(column).astype(np.int64)
        found: Ints = ends[stops] - ends[0]
        return found
    ends = np.cumsum(_lengths(column), dtype=np.int64)
    return np.concatenate([[0], ends])[stops]


def _lengths(column: pa.Array) -> np.ndarray[Any, np.dtype[np.int32]]:
    """How long each text is; a null has no bytes, though Arrow may hold some in its place."""
    if not len(column):
        return np.zeros(0, np.int32)
    lengths = np.diff(_offsets(column))
    if column.null_count:
        lengths[column.is_null().to_numpy(zero_copy_only=False)] = 0
    return lengths


def _coded_bytes(column: pa.DictionaryArray, stops: Ints) -> Ints:
    lengths = _lengths(column.dictionary)
    codes = column.indices
    if codes.null_count:
        codes = codes.fill_null(len(lengths))
        lengths = np.append(lengths, np.int32(0))
    elif len(lengths) and (lengths == lengths[0]).all():
        return stops * int(lengths[0])
    starts = np.concatenate([[0], stops[:-1]])
    if codes.type == pa.uint8() and len(lengths) and int(lengths.max()) < 256:
        table = lengths.astype(np.uint8).tobytes().ljust(256, b"\0")
        each = np.frombuffer(codes.to_numpy().tobytes().translate(table), np.uint8)
    else:
        each = lengths.take(codes.to_numpy())
    parts = np.add.reduceat(each, starts, dtype=np.int64)
    found: Ints = np.cumsum(parts)
    return found
