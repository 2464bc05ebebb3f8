"""The least and greatest values of many columns at once."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.data.extremes import of_whole

LOW, HIGH = -(1 << 31), (1 << 31) - 1
VALUES = st.none() | st.sampled_from([LOW, HIGH, 0]) | st.integers(LOW, HIGH)


@st.composite
def columns(draw: st.DrawFn) -> dict[str, list[int | None]]:
    rows = draw(st.integers(0, 5))
    names = draw(st.lists(st.sampled_from("abcde"), unique=True))
    return {name: draw(st.lists(VALUES, min_size=rows, max_size=rows)) for name in names}


@settings(max_examples=30, deadline=None)
@given(columns())
def test_each_column_has_its_own_least_and_greatest(table: dict[str, list[int | None]]) -> None:
    found = of_whole({name: pa.array(values, pa.int32()) for name, values in table.items()})
    assert found.keys() == table.keys()
    for name, values in table.items():
        present = [value for value in values if value is not None]
        assert found[name] == ((min(present), max(present)) if present else (None, None))
