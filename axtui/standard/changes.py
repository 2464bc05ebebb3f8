"""Where the value of a column changes from one row to the next, as Python's `!=` tells it.

None is None; NaN is never NaN; 1 is 1.0; -0.0 is 0.0; a time in UTC is no naive time.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from axtui.data.encode import UTC_FLAG
from axtui.data.types import ColumnType
from axtui.standard.arrays import Bools, mask_of, valid
from axtui.standard.sortkeys import key_arrays


def differs(kind: ColumnType, array: pa.Array, flags: pa.Array | None = None) -> Bools:
    """For each row but the first, whether its value is another than that of the row before it.
    `array` is in physical form, `flags` its companion."""
    present = valid(array)
    found: Bools = present[1:] != present[:-1]
    for part, nan in _parts(kind, array):
        found |= _unequal(part)
        if nan is not None:
            found |= nan[1:] | nan[:-1]
    if flags is not None:
        zone = np.where(present, flags.to_numpy(zero_copy_only=False) & UTC_FLAG, 0)
        found |= zone[1:] != zone[:-1]
    return found


def _parts(kind: ColumnType, array: pa.Array) -> list[tuple[pa.Array, Bools | None]]:
    """Arrays without null that are equal where the values are, each with what is NaN in it."""
    if kind.name == "number":
        _, floats, bigs = array.flatten()
        big = bigs.null_count < len(bigs)
        keys = key_arrays("number", array, big)
        return [(keys[0], mask_of(pc.is_nan(floats))), *((key, None) for key in keys[1:])]
    if pa.types.is_struct(array.type):
        return [_float_part(part) for part in array.flatten()]
    if pa.types.is_floating(array.type):
        return [_float_part(array)]
    if pa.types.is_string(array.type) or pa.types.is_binary(array.type):
        return [(pc.fill_null(array.view(pa.binary()), b""), None)]
    if pa.types.is_boolean(array.type):
        return [(pc.fill_null(array, False), None)]
    width = pa.int32() if array.type.bit_width == 32 else pa.int64()
    return [(pc.fill_null(array.view(width), 0), None)]


def _float_part(array: pa.Array) -> tuple[pa.Array, Bools]:
    return pc.fill_null(array, 0), mask_of(pc.is_nan(array))


def _unequal(array: pa.Array) -> Bools:
    different = pc.not_equal(array.slice(1), array.slice(0, max(0, len(array) - 1)))
    found: Bools = different.to_numpy(zero_copy_only=False)
    return found
