"""Rows that were written and wait to be converted: a container per column.

Numbers wait in an `array`, whose `append` checks type and range in C and which becomes Arrow by a copy;
other values wait in a list. Against a list of tuples that takes half the time per row: there is no tuple
to make, to look at for the garbage collector, and to take apart again.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any

NUMBERS = {"int64": "q", "int32": "i", "float64": "d", "float32": "f"}
"""The column types whose values an `array` takes just as their fixers do, and its type code; those
for floats once `real` has seen what is no float."""


def real(value: Any) -> Any:
    """A value, unless it is text: that may have `__float__`, as `numpy.str_` does."""
    if isinstance(value, str | bytes):
        raise TypeError("text is no number")
    return value


class Waiting:
    """Rows of the columns whose type codes are given, an empty one for what waits in a list."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.columns: list[Any] = [array(code) if code else [] for code in codes]

    def __len__(self) -> int:
        return len(self.columns[-1])

    @property
    def puts(self) -> list[Callable[[Any], None]]:
        """What appends a value to each column; they must be called in turn, the last one last."""
        return [column.append for column in self.columns]

    def trim(self) -> None:
        """Take back a row of which not all values have come."""
        rows = len(self)
        for column in self.columns:
            del column[rows:]

    def clear(self) -> None:
        """No row waits any more."""
        for column in self.columns:
            del column[:]
