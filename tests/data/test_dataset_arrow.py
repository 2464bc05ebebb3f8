"""Writing datasets from Arrow, and the bytes that equal rows give."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from column_values import same
from dataset_workspace import Workspace

from axtui.data.dataset import Dataset
from axtui.data.writer import DatasetWriter, end_of_stage, finish_pending
from axtui.errors import DatasetUsageError

AB = {"a": "int64", "b": "ascii"}


# -- Arrow


def test_batches_and_tables(workspace: Workspace) -> None:
    table = pa.table({"b": ["x", "y", "z"], "a": pa.array([1, 2, 3], pa.int32())})
    with workspace.job() as jobid:
        DatasetWriter(columns=AB, name="split").write_table(table)
        DatasetWriter(columns=AB, name="hashed", hashlabel="a").write_batch_split(
            table.to_batches()[0]
        )
        chosen = DatasetWriter(columns=AB, name="chosen")
        for sliceno in (1, 0, 2, 1):
            chosen.write_batch(table, sliceno)
    assert list(Dataset(jobid, "split").iterate("roundrobin")) == [(1, "x"), (2, "y"), (3, "z")]
    assert sorted(Dataset(jobid, "hashed").iterate(None, "a", hashlabel="a")) == [1, 2, 3]
    assert Dataset(jobid, "chosen").lines == [3, 6, 3]


@pytest.mark.parametrize(
    ("kind", "array", "values"),
    [
        ("number", pa.array([1, None], pa.int8()), [1, None]),
        ("number", pa.array([1.5, None]), [1.5, None]),
        ("number", pa.array([2**64 - 1], pa.uint64()), [2**64 - 1]),
        ("number", pa.array([1, 2]).cast(pa.decimal128(25, 2)), [1, 2]),
        ("float64", pa.array([1, 2], pa.int32()), [1.0, 2.0]),
        ("int64", pa.array([1.0]).cast(pa.int16()), [1]),
        ("unicode", pa.array(["å", None, "å"]).dictionary_encode(), ["å", None, "å"]),
        ("unicode", pa.array(["a"], pa.large_string()), ["a"]),
        ("ascii", pa.array([b"a"]), ["a"]),
        (
            "datetime",
            pa.array([0, 1], pa.timestamp("s")),
            [dt.datetime(1970, 1, 1, 0, 0, s) for s in (0, 1)],
        ),
        (
            "datetime",
            pa.array([0], pa.timestamp("us", "UTC")),
            [dt.datetime(1970, 1, 1, tzinfo=dt.UTC)],
        ),
        ("date", pa.array([0], pa.date32()), [dt.date(1970, 1, 1)]),
        ("time", pa.array([1], pa.time32("s")), [dt.time(0, 0, 1)]),
        ("bool", pa.array([True, None]), [True, None]),
        ("bytes", pa.array([b"\xff"], pa.large_binary()), [b"\xff"]),
        ("complex64", pa.array([1.5, None]), [1.5 + 0j, None]),
        ("json", pa.array(['{"a":1}', None]), [{"a": 1}, None]),
        ("int64", pa.nulls(2), [None, None]),
    ],
)
def test_arrow_types_that_are_taken(
    workspace: Workspace, kind: str, array: Any, values: Any
) -> None:
    with workspace.job() as jobid:
        DatasetWriter(columns={"x": (kind, True)}).write_table(pa.table({"x": array}))
    assert same(list(Dataset(jobid).iterate("roundrobin", "x")), values)


@pytest.mark.parametrize(
    ("kind", "array", "message"),
    [
        ("int64", pa.array([1.5]), "cannot store Arrow double"),
        ("int32", pa.array([2**40]), "cannot store"),
        ("int64", pa.array([None], pa.int64()), "null in row 0"),
        ("number", pa.array(["1"]), "cannot store"),
        ("ascii", pa.array(["é"]), "not ASCII"),
        ("unicode", pa.array([1]), "cannot store"),
        ("datetime", pa.array([0], pa.timestamp("us", "Europe/Oslo")), "only UTC"),
        ("date", pa.array(["2020-01-01"]), "cannot store"),
    ],
)
def test_arrow_types_that_are_refused(
    workspace: Workspace, kind: str, array: Any, message: str
) -> None:
    with workspace.job():
        writer = DatasetWriter(columns={"x": kind})
        with pytest.raises(DatasetUsageError, match=message):
            writer.write_table(pa.table({"x": array}))
        with pytest.raises(DatasetUsageError, match="exactly its columns"):
            writer.write_table(pa.table({"y": array}))
        writer.discard()


def test_a_physical_batch_is_stored_as_it_is(workspace: Workspace) -> None:
    rows = [[dt.datetime(2020, 1, 1, tzinfo=dt.UTC), 1], [dt.datetime(2020, 1, 1, fold=1), 2.5]]
    source = workspace.write({"d": "datetime", "n": "number"}, rows)
    with workspace.job() as jobid:
        writer = DatasetWriter(columns=source.columns)
        for sliceno in range(3):
            writer.set_slice(sliceno)
            for batch in source.batches(sliceno, physical=True):
                writer.write_batch(batch)
    assert same(
        list(Dataset(jobid).iterate("roundrobin", ["d", "n"])), [tuple(row) for row in rows]
    )


# -- bytes


def test_equal_rows_give_equal_bytes_however_they_are_written(workspace: Workspace) -> None:
    numbers = list(range(150_000))
    with workspace.job(1) as jobid:
        by_row = DatasetWriter(columns=AB, name="row")
        by_row.set_slice(0)
        for number in numbers:
            by_row.write(number, "t")
        table = pa.table({"a": numbers, "b": ["t"] * len(numbers)})
        for name, size in (("table", 150_000), ("pieces", 999)):
            writer = DatasetWriter(columns=AB, name=name)
            writer.set_slice(0)
            for start in range(0, len(numbers), size):
                writer.write_batch(table.slice(start, size))
        end_of_stage()
        finish_pending(workspace.path / jobid)
    digests = {Dataset(jobid, name).meta.own for name in ("row", "table", "pieces")}
    assert len(digests) == 1
    facts = pq.read_metadata(Dataset(jobid, "row").column_filename("a", 0))
    assert [facts.row_group(i).num_rows for i in range(facts.num_row_groups)] == [
        65536,
        65536,
        18928,
    ]


def test_row_groups_are_bounded_in_bytes(workspace: Workspace) -> None:
    with workspace.job(1) as jobid:
        writer = DatasetWriter(columns={"a": "bytes"})
        writer.set_slice(0)
        for number in range(5000):
            writer.write(number.to_bytes(2, "big") * 10_000)
    facts = pq.read_metadata(Dataset(jobid).column_filename("a", 0))
    assert [facts.row_group(i).num_rows for i in range(facts.num_row_groups)] == [4096, 904]
