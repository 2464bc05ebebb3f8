"""The text of values: what `str()` of them gives, for whole columns; bytes are read as UTF-8.

Bytes that are no UTF-8 become lone surrogates, as with `surrogateescape`, so that nothing is lost.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data import floattexts
from axtui.data.decode import decode
from axtui.data.types import ColumnType

NONE = "None"
_CLOCKS = {"date": None, "datetime": 19, "time": 8}
"""How long the text is without a fraction of a second."""


def texts(kind: ColumnType, array: pa.Array, flags: pa.Array | None = None) -> list[str]:
    """The text of each value of a column in the physical form."""
    if pa.types.is_dictionary(array.type):
        return _by_code(kind, array)
    if kind.name == "bytes":
        return [_of_bytes(value) for value in decode(kind, array)]
    found = arrow_texts(kind, array, flags)
    if found is None:
        return [str(value) for value in decode(kind, array, flags)]
    return _listed(found)


def arrow_texts(
    kind: ColumnType, array: pa.Array, flags: pa.Array | None = None
) -> pa.Array | None:
    """The same as an Arrow array (null for None), for types where Arrow can tell; else None.

    Text and bytes come as they are; bytes need not be UTF-8.
    """
    name = kind.name
    if name in ("ascii", "unicode", "bytes"):
        return array
    if name in ("int64", "int32"):
        return array.cast(pa.string())
    if name in ("float64", "float32"):
        return floattexts.reprs(array.cast(pa.float64()))
    if name == "bool":
        return pc.if_else(array, "True", "False")
    if name == "number":
        return floattexts.of_numbers(array)
    if name in _CLOCKS and (flags is None or not pc.any(pc.not_equal(flags, 0)).as_py()):
        return _of_clocks(array, _CLOCKS[name])
    return None


def whole_texts(
    kind: ColumnType, array: pa.Array, flags: pa.Array | None = None
) -> pa.Array | None:
    """The same as a `string` array, with the text of None for null; None where Arrow cannot tell, or
    bytes are no UTF-8."""
    if pa.types.is_dictionary(array.type):
        each = whole_texts(kind, array.dictionary)
        found = None if each is None else each.take(array.indices)
    else:
        found = arrow_texts(kind, array, flags)
    if found is None:
        return None
    try:
        found = found.cast(pa.string())
    except pa.ArrowInvalid:
        return None
    return found.fill_null(NONE) if found.null_count else found


def of_value(value: Any) -> str:
    """The text of one value."""
    return _of_bytes(value) if isinstance(value, bytes) else str(value)


def _of_bytes(value: bytes | None) -> str:
    return NONE if value is None else value.decode("utf-8", "surrogateescape")


def _by_code(kind: ColumnType, array: pa.Array) -> list[str]:
    table = np.empty(len(array.dictionary) + 1, object)
    table[:-1] = texts(kind, array.dictionary)
    table[-1] = NONE
    codes = array.indices.fill_null(len(array.dictionary))
    return table[codes.to_numpy(zero_copy_only=False)].tolist()  # type: ignore[no-any-return]


def _listed(array: pa.Array) -> list[str]:
    if array.null_count:
        array = array.fill_null(NONE)
    return array.to_numpy(zero_copy_only=False).tolist()  # type: ignore[no-any-return]


def _of_clocks(array: pa.Array, short: int | None) -> pa.Array:
    found = array.cast(pa.string())
    if short is None:
        return found
    fraction = pc.not_equal(pc.subsecond(array), 0.0)
    return pc.if_else(fraction, found, pc.utf8_slice_codeunits(found, 0, short))


def plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch without dictionaries."""
    arrays = [
        array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
        for array in batch.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)
