"""Which numbers are kept by dictionary."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dataset_workspace import Workspace

from axtui.data.encode import number_array
from axtui.data.repeats import repeating


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.arange(50_000), []),
        (np.sort(np.arange(50_000) // 2), []),
        (np.arange(50_000) % 1000, ["x"]),
        (np.sort(np.arange(50_000) % 1000), ["x"]),
        ((np.arange(50_000) % 7).astype("datetime64[us]"), ["x"]),
        (np.arange(50_000) % 2 == 0, []),
        (np.full(50_000, np.nan), ["x"]),
    ],
)
def test_what_repeats(values: np.ndarray, expected: list[str]) -> None:
    assert repeating([("x", pa.array(values))]) == expected


def test_parts_of_numbers_and_none() -> None:
    ints = pa.array([1, 2, None, 1] * 10, pa.int64())
    array = number_array(ints, pa.array([None, None, 0.5, None] * 10))
    assert repeating([("x", array)]) == ["x.int", "x.float"]
    assert repeating([("x", pa.array([], pa.int64()))]) == ["x"]


def test_numbers_that_repeat_are_written_by_dictionary(workspace: Workspace) -> None:
    rows = [[n, n % 5, n / 4] for n in range(3000)]
    ds = workspace.write({"a": "int64", "b": "number", "c": "float64"}, rows, slices=1)
    with workspace.sliced(1):
        path = next((workspace.path / ds.job).rglob("*.parquet"))
        group = pq.read_metadata(path).row_group(0)
        by_dictionary = {
            group.column(index).path_in_schema
            for index in range(group.num_columns)
            if group.column(index).has_dictionary_page
        }
        assert "b.int" in by_dictionary
        assert not {"a", "c"} & by_dictionary
        assert list(ds.iterate(0, ["a", "b", "c"])) == [tuple(row) for row in rows]
