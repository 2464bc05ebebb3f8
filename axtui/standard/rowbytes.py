"""Rows as the bytes that the Accelerator takes checksums of, and their md5 digests.

A row is its values one after another, each ended by a zero byte: bytes as they are, text as UTF-8,
json and pickle as compact JSON with sorted keys, all else as Python's `repr`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import md5
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.decode import decode
from axtui.data.types import TYPES, ColumnType
from axtui.standard import pytexts
from axtui.standard.byduckdb import MANY, each

DIGEST_BYTES = 16
NO_TEXT = b"None\xff"
"""None in a column of bytes or text: no text is equal to it, as it is no UTF-8."""
Digests = np.ndarray[Any, np.dtype[np.void]]
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
    zero, nothing = pa.scalar(b"\0"), pa.scalar(b"")
    *before, last = columns
    ended = pc.binary_join_element_wise(last, zero, nothing)
    rows = pc.binary_join_element_wise(*before, ended, zero) if before else ended
    if len(rows) < MANY:
        return b"".join([md5(row, usedforsecurity=False).digest() for row in rows.to_pylist()])
    found = each(rows, "unhex(md5(x))")
    _, offsets, data = found.buffers()
    start = int(np.frombuffer(offsets, np.int32, 1, found.offset * 4)[0])
    return memoryview(data)[start : start + DIGEST_BYTES * len(found)].tobytes()


def in_order(found: bytes) -> bytes:
    """Digests, sorted."""
    halves = np.frombuffer(found, ">u8").reshape(-1, 2)
    first, second = (halves[:, half].astype(np.uint64) for half in (0, 1))
    order = np.argsort(
        first
    )  # not stable, which is twice as fast: first halves are hardly ever equal
    first, second = first[order], second[order]
    if np.any((first[1:] == first[:-1]) & (second[1:] < second[:-1])):
        order = order[np.lexsort((second, first))]
    return halves[order].tobytes()
