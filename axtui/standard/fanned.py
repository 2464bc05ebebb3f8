"""Which dataset of a fan-out each row goes to, and the columns these datasets have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from axtui.data.chain import DatasetChain
from axtui.data.decode import decode
from axtui.data.types import FLAGS, ColumnType
from axtui.errors import UserError
from axtui.standard import sources
from axtui.standard.arrays import Ints

_NUMBERS = frozenset(("int32", "int64", "float32", "float64"))
_TAKEN_IN = {
    "unicode": {"ascii"},
    "number": _NUMBERS,
    "complex64": {"complex32"},
    "float64": {"float32"},
    "int64": {"int32"},
}
"""{a type: those whose values it can hold}"""


def fan_chain(source: Any, previous: Any, column: str, length: int) -> DatasetChain:
    """The new part of the chain, back to what the job `previous` had as its source. Raises UserError
    where it is empty or a dataset lacks the column."""
    chain = sources.new_chain_of_job(source, previous, length)
    for ds in chain:
        if column not in ds.columns:
            known = ", ".join(sorted(ds.columns))
            raise UserError(f"{ds.quoted} has no column {column!r}; it has: {known}")
    return chain


def fan_columns(chain: DatasetChain, column: str) -> dict[str, tuple[str, bool]]:
    """{name: (type, none_support)} of the columns that all datasets have, but for `column`, each of
    the type that holds the values of all. Raises UserError where there is no such type, or column."""
    shared = set.intersection(*(set(ds.columns) for ds in chain)) - {column}
    if not shared:
        raise UserError(f"the datasets have no columns in common (except {column!r})")
    found = {}
    for name in sorted(shared):
        kinds = {ds.columns[name].type for ds in chain}
        found[name] = (_wide(name, kinds), chain.none_support(name))
    return found


def _wide(name: str, kinds: Iterable[str]) -> str:
    left = set(kinds)
    for wide, narrow in _TAKEN_IN.items():
        if wide in left:
            left -= narrow
    if len(left) > 1 and left <= _NUMBERS:
        return "number"
    if len(left) > 1:
        raise UserError(f"column {name!r} has types that do not go together: {sorted(left)}")
    return left.pop()


def grouped(kind: ColumnType, batch: pa.RecordBatch, column: str) -> tuple[list[str], Ints]:
    """The texts of the values of a column, as `str` gives them, and which of them each row has."""
    array = batch.column(column)
    flags = batch.column(column + FLAGS) if kind.flagged else None
    codes = np.zeros(batch.num_rows, np.int64)
    for part in _coded(array, flags):
        _, codes = np.unique(codes * (int(part.max(initial=0)) + 1) + part, return_inverse=True)
    _, rows, codes = np.unique(codes, return_index=True, return_inverse=True)
    some = pa.array(rows)
    values = decode(kind, array.take(some), None if flags is None else flags.take(some))
    names: dict[str, int] = {}
    name_of = np.array([names.setdefault(str(v), len(names)) for v in values], np.int64)
    return list(names), name_of[codes]


def _coded(array: pa.Array, flags: pa.Array | None) -> Iterator[Ints]:
    """Numbers from 0 that together are equal where the stored values are."""
    if pa.types.is_struct(array.type):
        for part in array.flatten():
            yield from _coded(part, None)
        return
    if pa.types.is_floating(array.type):  # so that -0.0 is not 0.0
        array = array.view(pa.int64() if array.type.bit_width == 64 else pa.int32())
    found = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    missing = len(found.dictionary)
    yield found.indices.fill_null(missing).to_numpy(zero_copy_only=False).astype(np.int64)
    if flags is not None:
        yield flags.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)


def fanned(
    batch: pa.RecordBatch, names: Sequence[str], codes: Ints
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """The rows of each of the names, in their order."""
    ordered = batch.take(pa.array(np.argsort(codes, kind="stable")))
    start = 0
    for name, count in zip(names, np.bincount(codes, minlength=len(names)).tolist(), strict=True):
        yield name, ordered.slice(start, count)
        start += count
