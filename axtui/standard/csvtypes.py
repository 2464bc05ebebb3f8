"""Types that columns get while they are imported: what `dataset_type` does, in the same pass.

Nothing is written as bytes to be read again, so that it takes less time and half the room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from axtui.errors import UserError
from axtui.standard.arrays import Bools
from axtui.standard.kernels import Conversion, convert
from axtui.standard.typenames import TypeName, parse
from axtui.standard.typerows import conversions, shown

OPTIONS = ("timezone", "defaults", "numeric_comma")
"""Of an import, beside `column2type`; they mean what they do for `dataset_type`."""


@dataclass
class Types:
    """The types of some columns of a CSV, and how values become what they say."""

    names: dict[str, TypeName] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, options: Mapping[str, Any], file: str, kept: Sequence[str]) -> Types:
        """The types that the options of an import ask for. Raises UserError for columns that are not
        among those kept of the file, and for wrong formats, codecs, zones and defaults."""
        asked = options["column2type"] or {}
        names = {column: parse(str(text)) for column, text in asked.items()}
        for column in names:
            if column not in kept:
                known = ", ".join(sorted(kept))
                raise UserError(f"{file} has no column {column!r} to type; it has: {known}")
        found = cls(names, {option: options[option] for option in OPTIONS})
        assert found.conversions is not None  # what is wrong with them is told before a row is read
        return found

    @cached_property
    def conversions(self) -> dict[str, Conversion]:
        """How each of the columns is made."""
        return conversions(self.names, self.options) if self.names else {}

    def __getstate__(self) -> dict[str, Any]:
        """Without the conversions, which are functions: another process makes its own."""
        return {"names": self.names, "options": self.options}

    def stored(self, column: str) -> tuple[str, bool]:
        """The type that a column has in the dataset, and whether it can have None."""
        name = self.names.get(column)
        if name is None:
            return "bytes", False
        defaults = self.options["defaults"]
        return name.stored, name.none or (column in defaults and defaults[column] is None)

    def typed(self, batch: pa.RecordBatch) -> Typed:
        """A batch of texts with the columns typed. Raises Refused where a value that has no default
        cannot be converted."""
        columns = {name: batch.column(name) for name in batch.schema.names}
        defaulted = {}
        for name, how in self.conversions.items():
            found = convert(columns[name], how)
            if found.bad is not None:
                raise Refused(name, how, columns[name], found.bad)
            columns[name] = found.values
            if found.defaulted:
                defaulted[name] = found.defaulted
        arrays = list(columns.values())
        return Typed(pa.RecordBatch.from_arrays(arrays, names=list(columns)), defaulted)


@dataclass(frozen=True)
class Typed:
    """A batch with typed columns, and how many values of which are the default."""

    batch: pa.RecordBatch
    defaulted: dict[str, int]


class Refused(Exception):
    """A value that cannot be converted; `row` is its place in the batch."""

    def __init__(self, column: str, how: Conversion, texts: pa.Array, bad: Bools) -> None:
        self.row = int(np.flatnonzero(bad)[0])
        self._words = f'"{shown(texts[self.row].as_py())}"', column, how.name.text
        super().__init__(*self._words)

    def told(self, file: str, sliceno: int, line: int) -> UserError:
        """What the user is told, given the slice and the number of the row in it, from 1. Which row of
        the file that is, cannot be said where bad lines were set apart before."""
        value, column, kind = self._words
        return UserError(
            f"Failed to convert {value} from {file} column {column} slice {sliceno} line {line} to "
            f"{kind} (give the column a default; or leave it out of column2type, and let "
            "dataset_type with filter_bad set such rows apart)"
        )
