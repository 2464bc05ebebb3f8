"""Sorting: keys against Python's order, memory against disk, and slices that share all rows."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any
from unittest import mock

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui.data.dsmeta import DatasetColumn
from axtui.data.encode import encode
from axtui.data.types import TYPES
from axtui.errors import UserError
from axtui.standard import spilling
from axtui.standard.ordering import order_of
from axtui.standard.shorttexts import taker
from axtui.standard.sorting import at_changes, slice_ends, sorted_batches
from axtui.standard.sortkeys import check_sortable, key_arrays

numbers = st.one_of(
    st.integers(-(2**64), 2**64),
    st.sampled_from(
        [2**53, 2**53 + 1, 2**63 - 1, -(2**63), 2**100, 2**100 + 1, float(2**53), 1e30, 10**30]
    ),
    st.floats(),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": numbers,
    "float64": st.floats(),
    "float32": st.floats(width=32),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "int32": st.integers(-2, 2),
    "bool": st.booleans(),
    "datetime": st.datetimes(),
    "date": st.dates(),
    "time": st.times(),
    "bytes": st.binary(max_size=2),
    "ascii": st.text("ab", max_size=2),
    "unicode": st.text(st.sampled_from("a\x00å\uffff\U0001f600"), max_size=2),
}
NONE = {
    "datetime": dt.datetime.max, "date": dt.date.max, "time": dt.time.max,
    "bytes": b"", "ascii": "", "unicode": "", "bool": -1,
}  # fmt: skip


def comparable(kind: str, value: Any) -> Any:
    if value is None:
        return NONE.get(kind, -math.inf)
    return math.inf if isinstance(value, float) and math.isnan(value) else value


def physical(kind: str, values: list[Any]) -> pa.Array:
    return encode(TYPES[kind], values)[0]


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data(), descending=st.booleans())
def test_rows_are_sorted_as_python_would(kind, data, descending):
    values = data.draw(st.lists(st.one_of(st.none(), VALUES[kind]), max_size=12))
    stored = physical(kind, values)
    big = any(isinstance(v, int) and not -(2**63) <= v < 2**63 for v in values)
    keys = key_arrays(kind, stored, big)
    assert not any(key.null_count for key in keys)
    found = order_of(keys, descending).tolist() if values else []
    order = [comparable(kind, v) for v in values]
    assert found == sorted(range(len(values)), key=order.__getitem__, reverse=descending)


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.one_of(st.none(), st.floats())), max_size=30),
    st.integers(1, 10),
    st.booleans(),
)
def test_on_disk_is_as_in_memory(rows, size, descending):
    def batches():
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            whole, real = (
                physical(k, list(v))
                for k, v in zip(("int64", "float64"), zip(*part, strict=True), strict=True)
            )
            batch = pa.RecordBatch.from_arrays(
                [
                    whole,
                    real,
                    physical("number", [v for _, v in part]),
                    pa.array(range(start, start + len(part))),
                ],
                names=["a", 'odd "name"', "n", "row"],
            )
            yield batch, [*key_arrays("int64", whole), *key_arrays("float64", real)]

    memory = list(sorted_batches(batches(), descending, limit=1 << 20))
    with mock.patch.object(spilling, "MOST_RUNS", 3):  # more are merged into one
        disk = list(sorted_batches(batches(), descending, limit=0))
    assert [b.schema for b in memory[:1]] == [b.schema for b in disk[:1]]
    listed = [[repr(row) for b in found for row in b.to_pylist()] for found in (memory, disk)]
    assert listed[0] == listed[1]
    assert sum(b.num_rows for b in memory) == len(rows)


@pytest.mark.parametrize("longest", [0, 7, 8, 16, 32, 33])
@pytest.mark.parametrize("kind", [pa.string(), pa.binary()])
def test_short_texts_are_taken_as_arrow_takes_them(longest, kind):
    draw = np.random.default_rng(longest)
    texts = ["x" * int(size) + chr(int(size)) for size in draw.integers(0, longest + 1, 5000)]
    array = pa.array([text[:longest] for text in texts], kind).slice(3)
    places = draw.permutation(len(array))
    assert taker(array)(places).equals(array.take(pa.array(places)))
    for other in (pa.concat_arrays([array, pa.nulls(1, kind)]), array.slice(0, 9)):
        assert taker(other)(places % 9).equals(other.take(pa.array(places % 9)))


def test_runs_that_are_merged_again_keep_their_steps(tmp_path):
    rows = np.random.default_rng(1).permutation(40_000)
    batches = [
        pa.RecordBatch.from_arrays([pa.array(part), pa.array(part)], names=["0", "1"])
        for part in np.array_split(rows, 400)
    ]
    sorter = spilling._Sorter(tmp_path, 1, False, 256 * 3 * 16)  # a step is 256 rows
    lengths = []

    class Run(spilling._Run):
        def __init__(self, path, found):
            super().__init__(path, (lengths.append(one.num_rows) or one for one in found))

    with mock.patch.object(spilling, "MOST_RUNS", 3), mock.patch.object(spilling, "_Run", Run):
        found = np.concatenate([b.column(0).to_numpy() for b in sorter.sorted(iter(batches))])
    assert found.tolist() == list(range(40_000))
    assert max(lengths) <= 256


def test_a_merge_gives_about_as_much_as_it_holds(tmp_path):
    rows = np.random.default_rng(2).permutation(60_000)
    batches = [
        pa.RecordBatch.from_arrays([pa.array(part), pa.array(part)], names=["0", "1"])
        for part in np.array_split(rows, 120)
    ]
    sorter = spilling._Sorter(tmp_path, 1, False, 2 * 30 * 100 * 16)  # a chunk is 100 rows
    with mock.patch.object(spilling, "MOST_RUNS", 30):
        sizes = [batch.num_rows for batch in sorter.sorted(iter(batches))]
    assert sum(sizes) == 60_000
    # ten runs; up to the end of one chunk at a time it would be one chunk
    assert np.median(sizes) > 5 * 100


@given(st.permutations(range(11)), st.integers(1, 15))
def test_slices_share_all_rows_evenly(order, slices):
    ends = slice_ends(np.array(order), slices)
    sizes = np.diff([0, *ends])
    assert ends[-1] == len(order)
    assert set(sizes.tolist()) <= {len(order) // slices, len(order) // slices + 1}


@given(st.lists(st.integers(0, 4), max_size=20), st.integers(1, 5))
def test_slices_end_where_the_value_changes(values, slices):
    ordered = sorted(values)
    order = np.arange(len(ordered))
    ends = at_changes(slice_ends(order, slices), order, [pa.array(ordered, pa.int64())])
    assert ends == sorted(ends)
    assert ends[-1] == len(ordered)
    for end in ends[:-1]:
        assert end in (0, len(ordered)) or ordered[end - 1] != ordered[end]


@pytest.mark.parametrize("kind", ["complex64", "pickle"])
def test_what_has_no_order_is_refused(kind):
    with pytest.raises(UserError, match="no order to sort by"):
        check_sortable("c", DatasetColumn(kind, False, None, None, "dev-1/default", "c"))
