"""What the files of a dataset have in common: the columns as Parquet has them.

It is made once for equal columns. For a hundred of them that takes as long as writing a thousand rows, and
the datasets of a chain, which may be small, mostly have the same.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from functools import lru_cache

import pyarrow as pa

from axtui.data.encode import NUMBER, fields
from axtui.data.encodings import encodings
from axtui.data.types import FLAGS, TYPES, ColumnType


class SliceForm:
    """Columns of (name, type) in order; in those of `required` nothing is None."""

    def __init__(
        self, columns: Sequence[tuple[str, ColumnType]], required: Container[str] = frozenset()
    ) -> None:
        self.columns = list(columns)
        self.schema = pa.schema([field for name, kind in columns for field in fields(name, kind)])
        """As rows are handed over."""
        places = {name: place for place, name in enumerate(self.schema.names)}
        self.required = [place for name, place in places.items() if name in required]
        """Where in the schema nothing is None."""
        self.ordered = [
            (name, kind, places[name], places.get(name + FLAGS))
            for name, kind in columns
            if kind.ordered
        ]
        """(name, type, place, place of its flags) of the columns that have a minimum and maximum."""
        self.without_null = [*self.required, *(at for *_, at in self.ordered if at is not None)]
        """Where there is no null: that, and the flags."""
        self.ascii = [places[name] for name, kind in columns if kind.name == "ascii"]
        self.statistics = self._with_statistics()
        self._flat = self._written(self.schema.types)
        self._encodings = encodings(self.schema, ())

    def _with_statistics(self) -> list[str]:
        """The Parquet columns whose minimum and maximum may spare reading them."""
        found = []
        for name, kind in self.columns:
            if kind.name == "number":
                found += [f"{name}.{part.name}" for part in NUMBER]
            elif kind.ordered or kind.name in ("ascii", "unicode"):
                found.append(name)
        return found

    def _written(self, types: Sequence[pa.DataType]) -> pa.Schema:
        pairs = enumerate(zip(self.schema.names, types, strict=True))
        required = set(self.required)
        return pa.schema(
            [pa.field(name, kind, place not in required) for place, (name, kind) in pairs]
        )

    def written(self, arrays: Sequence[pa.Array] | None = None) -> pa.Schema:
        """The schema of a file of columns like these (None: none by dictionary)."""
        if arrays is None:
            return self._flat
        return self._written([array.type for array in arrays])

    def encodings(self, by_dictionary: Collection[str]) -> dict[str, str]:
        """The encodings of the paths that have one of their own, where those lie by dictionary."""
        if not by_dictionary:
            return self._encodings
        return encodings(self.schema, by_dictionary)


@lru_cache(maxsize=16)
def form_of(columns: tuple[tuple[str, str, bool], ...]) -> SliceForm:
    """The form of columns of (name in the file, type, whether None may be in it)."""
    kinds = [(name, TYPES[kind]) for name, kind, _ in columns]
    required = {name for name, kind, none in columns if not none and not TYPES[kind].snapshot}
    return SliceForm(kinds, required)
