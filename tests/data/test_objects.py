"""Values of a batch, piece by piece, are those of the whole."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from column_values import VALUES, same
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.data.encode import encode
from axtui.data.objects import left, pieces
from axtui.data.types import TYPES


@pytest.mark.parametrize("name", TYPES)
@settings(max_examples=12)
@given(st.data())
def test_pieces(name: str, data: st.DataObject) -> None:
    kind = TYPES[name]
    strategy = VALUES[name]
    if data.draw(st.booleans()) and not kind.snapshot:
        strategy |= st.none()
    written = data.draw(st.lists(strategy, max_size=12))
    arrays = encode(kind, [value if value is None else kind.fix(value) for value in written])
    first = data.draw(st.integers(0, len(written)))
    cut = data.draw(st.integers(first, len(written)))
    if data.draw(st.booleans()) and pa.types.is_string(arrays[0].type):
        arrays[0] = arrays[0].dictionary_encode()
    give = pieces(kind, *(array.slice(first) for array in arrays))
    found = [*give(0, cut - first), *give(cut - first, len(written) - first)]
    expected = [_stored(kind.name, value) for value in written[first:]]
    assert same(found, expected), (found, expected)


def _stored(name: str, value: Any) -> Any:
    """What comes back of a value: `pickle` and `json` as they were, others as their fixer has them."""
    if value is None or name in ("json", "pickle"):
        return value
    return TYPES[name].fix(value)


@pytest.mark.parametrize(
    ("name", "values"), [("int64", [5, 6, 7]), ("int64", [5, None, 7]), ("ascii", ["a", "b", "c"])]
)
def test_what_is_left_of_a_piece(name: str, values: list[Any]) -> None:
    rows = pieces(TYPES[name], encode(TYPES[name], values)[0])(0, 3)
    assert left(rows) == 3
    assert next(rows) == values[0]
    assert left(rows) == 2
    assert list(rows) == values[1:]
    assert left(rows) == 0
