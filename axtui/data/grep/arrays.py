"""NumPy arrays as Arrow ones, without a copy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa


def places(numbers: np.ndarray[Any, Any]) -> pa.Array:
    """Row numbers, to take."""
    held = np.ascontiguousarray(numbers, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(held), [None, pa.py_buffer(held)])


def mask(wanted: np.ndarray[Any, Any]) -> pa.Array:
    """A boolean for each row, to filter."""
    bits = np.packbits(np.asarray(wanted, bool), bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(wanted), [None, pa.py_buffer(bits)])
