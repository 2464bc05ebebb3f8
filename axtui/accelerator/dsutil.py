"""Writers and readers of single columns by type name, and dates by format, where the Accelerator keeps them.

The files are the project's own business: nothing else reads them. What a writer's `hash` gives decides,
modulo the number of slices, in which slice a dataset hashed on such a column holds a value.
"""

from __future__ import annotations

from axtui.accelerator.columnfiles import ColumnReader, ColumnWriter, reader_of, writer_of
from axtui.accelerator.dates import strptime, strptime_i
from axtui.data.types import TYPES

__all__ = ["strptime", "strptime_i", "typed_reader", "typed_writer"]

_convfuncs: dict[str, type[ColumnWriter]] = {name: writer_of(name) for name in TYPES} | {
    f"parsed:{name}": writer_of(f"parsed:{name}") for name, kind in TYPES.items() if kind.parse
}
"""The writer of each type name, under the Accelerator's name for this table."""

_type2iter: dict[str, type[ColumnReader]] = {name: reader_of(name) for name in TYPES}
"""The reader of each type name."""


def typed_writer(typename: str) -> type[ColumnWriter]:
    """The writer of a column type. Raises ValueError for a type that is none."""
    if typename not in _convfuncs:
        raise ValueError(f"there is no writer for the type {typename}")
    return _convfuncs[typename]


def typed_reader(typename: str) -> type[ColumnReader]:
    """The reader of a column type. Raises ValueError for a type that is none."""
    if typename not in _type2iter:
        raise ValueError(f"there is no reader for the type {typename}")
    return _type2iter[typename]
