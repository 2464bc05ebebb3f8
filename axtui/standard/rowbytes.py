"""Rows as the bytes that the Accelerator takes checksums of, and their md5 digests.

A row is its values one after another, each ended by a zero byte: bytes as they are, text as UTF-8,
json and pickle as compact JSON with sorted keys, all else as Python's `repr`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.decode import decode
from axtui.data.types import TYPES, ColumnType
from axtui.standard import md5columns, pytexts
from axtui.standard.arrays import byte_view
from axtui.standard.md5columns import DIGEST_BYTES

NO_TEXT = b"None\xff"
"""None in a column of bytes or text: no text is equal to it, as it is no UTF-8."""
_json = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, check_circular=False, separators=(",", ":")
).encode


def column_bytes(kind: ColumnType, batch: pa.RecordBatch, name: str) -> pa.Array:
    """The bytes of each value of a column."""
    array = batch.column(name)
    if kind.name in ("bytes", "ascii", "unicode"):
        found = pytexts.as_coded(array, lambda part: part.cast(pa.binary()))
        return pc.fill_null(found, NO_TEXT)
    if kind.name == "json":
        coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
        texts = pytexts.as_coded(coded, lambda part: pytexts.per_value(decode(kind, part), _json))
        return pc.fill_null(texts, "null").cast(pa.binary())
    if kind.name == "pickle":
        values = decode(kind, array)
        return pc.fill_null(pytexts.per_value(values, _json), "null").cast(pa.binary())
    return pc.fill_null(pytexts.reprs(kind, batch, name), "None").cast(pa.binary())


def digests(batch: pa.RecordBatch, kinds: Sequence[tuple[str, str]]) -> bytes:
    """The md5 digests of all rows, one after another. `kinds`: (column, its type), in order."""
    columns = [column_bytes(TYPES[kind], batch, name) for name, kind in kinds]
    rows = pc.binary_join_element_wise(*columns, pa.scalar(b""), pa.scalar(b"\0"))
    starts, lengths, data = byte_view(rows)
    return md5columns.of_texts(data, starts, lengths).tobytes()


def in_order(found: bytes) -> bytes:
    """Digests, sorted."""
    halves = np.frombuffer(found, ">u8").reshape(-1, 2)
    count = len(halves)
    first = halves[:, 0].astype(np.uint64)
    # as many bits of the first half as leave room for its place: plain integers are sorted several
    # times as fast as places by what lies there, and hardly any digests begin alike
    places = np.uint64(count.bit_length())
    packed = first >> places << places | np.arange(count, dtype=np.uint64)
    packed.sort()
    order = (packed & np.uint64((1 << int(places)) - 1)).astype(np.int64)
    packed >>= places
    same = packed[1:] == packed[:-1]
    if same.any():
        alike = np.flatnonzero(np.append(same, False) | np.append(False, same))
        some = order[alike]
        order[alike] = some[np.lexsort((halves[some, 1], halves[some, 0]))]
    return np.frombuffer(found, np.dtype((np.void, DIGEST_BYTES)))[order].tobytes()
