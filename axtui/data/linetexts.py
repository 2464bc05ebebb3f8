"""Lines of text, made of whole columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def joined(columns: Sequence[pa.Array | pa.Scalar], separator: str, ending: str) -> memoryview:
    """The lines of some columns of text without null, one after another; a scalar is the same in all of
    them, but the last is a column."""
    if len(columns) == 1 or not separator:
        lines = pc.binary_join_element_wise(*columns, pa.scalar(ending), "")
    else:
        *before, last = columns
        last = pc.binary_join_element_wise(last, pa.scalar(ending), "")
        lines = pc.binary_join_element_wise(*before, last, separator)
    return content(lines)


def content(texts: pa.Array) -> memoryview:
    """The bytes of a `string` or `binary` array, one value after another (those of null rows may be
    among them)."""
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return memoryview(b"")
    ends = np.frombuffer(offsets, np.int32, len(texts) + 1, texts.offset * 4)
    return memoryview(data)[int(ends[0]) : int(ends[-1])]
