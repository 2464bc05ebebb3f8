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
from axtui.standard.kernels import Conversion, convert
from axtui.standard.typenames import TypeName, can_be_none, parse
from axtui.standard.typerows import cannot_convert, conversions

OPTIONS = ("timezone", "defaults", "numeric_comma")
"""Of an import, beside `column2type`; they mean what they do for `dataset_type`."""
_MEND = (
    "give the column a default; or leave it out of column2type, and let dataset_type with filter_bad "
    "set such rows apart"
)


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
        return name.stored, can_be_none(name, column, self.options["defaults"])

    def typed(self, batch: pa.RecordBatch, file: str, sliceno: int, before: int) -> Typed:
        """A batch of texts with the columns typed; so many rows are `before` it in the slice. Raises
        UserError where a value that has no default cannot be converted. Which row of the file that is
        cannot be said where bad lines were set apart before."""
        columns = {name: batch.column(name) for name in batch.schema.names}
        defaulted = {}
        for name, how in self.conversions.items():
            found = convert(columns[name], how)
            if found.bad is not None:
                row = int(np.flatnonzero(found.bad)[0])
                where = f"{file} column {name} slice {sliceno} line {before + row + 1}"
                raise cannot_convert(columns[name][row].as_py(), where, how, _MEND)
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
