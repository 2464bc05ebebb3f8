"""Values of a batch, piece by piece, are those of the whole."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest
from column_values import VALUES, same
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.data.clocktables import table_of_datetimes, table_of_times
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


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([1, 60, 3600, 86_400, 86_399]),
    st.integers(-30, 30),
    st.lists(st.integers(0, 12) | st.none(), min_size=1, max_size=20),
)
def test_datetimes_that_are_alike_come_from_a_table(
    seconds: int, first: int, units: list[int | None]
) -> None:
    moments = [
        None
        if unit is None
        else dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds) * (first + unit)
        for unit in units * 5
    ]
    array, flags = encode(TYPES["datetime"], moments)
    found = table_of_datetimes(array)
    if found is not None:
        table, codes = found
        assert table[codes].tolist() == moments
    else:
        assert seconds == 86_399 or len(units) < 12 or set(units) == {None}
    give = pieces(TYPES["datetime"], array, flags)
    assert [*give(0, 5), *give(5, len(moments))] == moments


def test_what_is_no_whole_second_is_made_as_ever() -> None:
    moments = [dt.datetime(2020, 1, 1)] * 100 + [dt.datetime(2020, 1, 1, microsecond=1)]
    array, flags = encode(TYPES["datetime"], moments)
    assert table_of_datetimes(array) is None
    assert list(pieces(TYPES["datetime"], array, flags)(0, 101)) == moments
    times = [moment.time() for moment in moments]
    array, flags = encode(TYPES["time"], times)
    assert table_of_times(array) is None
    assert list(pieces(TYPES["time"], array, flags)(0, 101)) == times


@settings(max_examples=10, deadline=None)
@given(st.lists(st.times().map(lambda time: time.replace(microsecond=0)) | st.none()))
def test_times_come_from_a_table(times: list[dt.time | None]) -> None:
    array, flags = encode(TYPES["time"], times)
    table, codes = table_of_times(array) or ([], [])
    assert [table[code] for code in codes] == times
    assert list(pieces(TYPES["time"], array, flags)(0, len(times))) == times
