"""Record batches to the lines of a CSV file: every value as the Accelerator writes it, then joined."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from axtui.data import linetexts
from axtui.data.decode import decode
from axtui.data.types import TYPES, ColumnType
from axtui.standard import pytexts
from axtui.standard.arrays import mask_of

_PIECE_BYTES = 64 << 20
"""Bytes of values that become lines at once; Arrow's arrays of text hold 2 GiB."""
_NUMERIC = ("int32", "int64", "float32", "float64", "number")
_DIGITS = frozenset("0123456789+-.einfa")
"""All that numbers are written with."""
_json = json.JSONEncoder(sort_keys=True, ensure_ascii=True, check_circular=False).encode


@dataclass(frozen=True)
class LineFormat:
    """How values become lines. `quote`: '' for none; with `lazy` only values are quoted that begin or
    end with a quote, or have the separator in them."""

    separator: str
    ending: str
    quote: str
    lazy: bool

    def quoted(self, texts: pa.Array) -> pa.Array:
        """The texts, quoted as they need."""
        if not self.quote:
            return texts
        whole = pc.binary_join_element_wise(
            self.quote, pc.replace_substring(texts, self.quote, 2 * self.quote), self.quote, ""
        )
        if not (self.lazy and self.separator):
            return whole
        wanted = mask_of(pc.match_substring(texts, self.separator))
        for quote in ('"', "'") if self.quote in "\"'" else (self.quote,):  # each quotes the other
            wanted |= mask_of(pc.starts_with(texts, quote)) | mask_of(pc.ends_with(texts, quote))
        return pc.if_else(pa.array(wanted), whole, texts) if wanted.any() else texts

    def leaves(self, characters: frozenset[str]) -> bool:
        """Whether no text of these characters can need quotes."""
        sure = self.lazy and set(self.separator) - characters and set(self.quote) - characters
        return not self.quote or bool(sure)

    def header(self, labels: Sequence[str]) -> bytes:
        """The line of labels."""
        texts: list[str] = self.quoted(pa.array(labels, pa.string())).to_pylist()
        return (self.separator.join(texts) + self.ending).encode()

    def joined(self, columns: Sequence[pa.Array]) -> memoryview:
        """The lines of some columns of finished text, one after another."""
        return linetexts.joined(columns, self.separator, self.ending)


@dataclass(frozen=True)
class Field:
    """A column as it is exported. `none`: what is written for None."""

    name: str
    kind: ColumnType
    none: str

    def texts(self, batch: pa.RecordBatch, form: LineFormat) -> pa.Array:
        """The finished text of every row of a batch."""
        if self.kind.name in ("bytes", "ascii", "unicode", "json"):
            made = pytexts.as_coded(_distinct(self.kind, batch.column(self.name)), self._text(form))
        elif self.kind.name == "pickle":
            values = decode(self.kind, batch.column(self.name))
            made = form.quoted(pytexts.per_value(values, str))
        else:
            made = pytexts.strings(self.kind, batch, self.name)
            if not (self.kind.name in _NUMERIC and form.leaves(_DIGITS)):
                made = form.quoted(made)
        if not made.null_count:
            return made
        return pc.fill_null(made, form.quoted(pa.array([self.none]))[0])

    def _text(self, form: LineFormat) -> Any:
        def make(array: pa.Array) -> pa.Array:
            if self.kind.name == "bytes":
                array = pytexts.utf8(array)
            elif self.kind.name == "json":
                array = pytexts.per_value(decode(self.kind, array), _json)
            return form.quoted(array)

        return make


def _distinct(kind: ColumnType, array: pa.Array) -> pa.Array:
    """json as a dictionary, as each value is read and written by itself."""
    if kind.name == "json" and not pa.types.is_dictionary(array.type):
        return array.dictionary_encode()
    return array


def field(name: str, kind: str, none_as: Any) -> Field:
    """A column of type `kind`; `none_as` is the option: a text, {label: text}, or neither."""
    default = "null" if kind == "json" else "None"
    none = none_as if isinstance(none_as, str) else (none_as or {}).get(name)
    return Field(name, TYPES[kind], default if none is None else str(none))


def pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """A batch in parts of bounded size."""
    if batch.nbytes <= _PIECE_BYTES or batch.num_rows < 2:
        yield batch
        return
    half = batch.num_rows // 2
    yield from pieces(batch.slice(0, half))
    yield from pieces(batch.slice(half))
