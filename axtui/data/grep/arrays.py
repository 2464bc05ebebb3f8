"""NumPy arrays as Arrow ones, without a copy; and Arrow without pandas, which takes long to load."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
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


def spare_pandas() -> None:
    """Keep Arrow from loading pandas, which it does with the first value that it converts, for good:
    only for a process that is of no other use. What is unpickled can still import pandas."""
    if "pandas" not in sys.modules:
        without = _Without()
        sys.meta_path.insert(0, without)
        try:
            pa.array([0])
        finally:
            sys.meta_path.remove(without)


class _Without(MetaPathFinder):
    """Says that there is no pandas."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(f"no {fullname} here", name=fullname)
