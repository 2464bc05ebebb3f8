"""Datasets as columns: Arrow, data frames, SQL."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from column_values import VALUES
from dataset_workspace import Workspace
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.data.columnar import chain_view_sql, view_sql
from axtui.data.dataset import Dataset
from axtui.data.writer import DatasetWriter
from axtui.errors import DatasetUsageError, UserError


@pytest.fixture
def ds(workspace: Workspace) -> Dataset:
    day = dt.date(2020, 1, 1)
    rows = [[day + dt.timedelta(n), f"m{n % 3}", n, n / 2 if n % 2 else None] for n in range(100)]
    return workspace.write(
        {"n": "number", "day": "date", "model": "ascii", "x": ("float64", True)},
        [[row[0], row[1], row[2], row[3]] for row in rows],
    )


def test_batches(ds: Dataset) -> None:
    batches = list(ds.batches(1, ["n", "model"], batch_rows=10))
    assert [batch.num_rows for batch in batches] == [10, 10, 10, 3]
    assert pa.Table.from_batches(batches).to_pydict() == {
        "n": list(range(1, 100, 3)),
        "model": ["m1"] * 33,
    }
    assert batches[0].schema.types == [pa.int64(), pa.string()]
    assert sum(batch.num_rows for batch in ds.batches()) == 100
    with pytest.raises(DatasetUsageError, match="no column"):
        ds.batches(0, ["zz"])


def test_tables_and_columns(ds: Dataset) -> None:
    assert ds.to_arrow().schema.names == ["day", "model", "n", "x"]
    assert ds.column("n", 0).to_pylist() == list(range(0, 100, 3))
    assert ds.to_arrow("n").num_columns == 1
    assert ds.to_arrow(["n"], physical=True).schema.field("n").type.num_fields == 3


@pytest.mark.parametrize(
    ("values", "expected", "kind"),
    [
        ([1, None, 3], [1, None, 3], pa.int64()),
        ([1, 1.5, None], [1.0, 1.5, None], pa.float64()),
        ([2**60, 3], [2**60, 3], pa.int64()),
        ([2**60, 1.5], [str(2**60), "1.5"], pa.string()),
        ([10**30, 1], [str(10**30), "1"], pa.string()),
        ([], [], pa.int64()),
        ([None], [None], pa.int64()),
    ],
)
def test_numbers_become_what_holds_them_all(
    workspace: Workspace, values: list[Any], expected: list[Any], kind: Any
) -> None:
    ds = workspace.write({"n": ("number", True)}, [[value] for value in values])
    table = ds.to_arrow()
    assert table.schema.field("n").type == kind
    assert sorted(map(str, table.column("n").to_pylist())) == sorted(map(str, expected))
    answer = ds.sql("SELECT n FROM this")
    assert sorted(map(str, answer.column("n").to_pylist())) == sorted(map(str, expected))


def test_times_have_a_zone_if_all_are_utc(workspace: Workspace) -> None:
    utc = workspace.write({"t": "datetime"}, [[dt.datetime(2020, 1, 1, tzinfo=dt.UTC)]])
    mixed = workspace.write(
        {"t": "datetime"}, [[dt.datetime(2020, 1, 1, tzinfo=dt.UTC)], [dt.datetime(2020, 1, 1)]]
    )
    assert utc.to_arrow().to_pylist() == [{"t": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}]
    assert mixed.to_arrow().to_pylist() == [{"t": dt.datetime(2020, 1, 1)}] * 2
    assert mixed.to_arrow(physical=True).schema.names == ["t", "t\x01flags"]


def test_frames(ds: Dataset) -> None:
    assert ds.to_polars().filter(pl.col("n") > 97)["model"].to_list() in (
        ["m2", "m0"],
        ["m0", "m2"],
    )
    assert ds.to_pandas(["n"], 0)["n"].sum() == sum(range(0, 100, 3))


def test_sql(ds: Dataset) -> None:
    found = ds.sql("SELECT model, count(*) AS c, sum(n) AS s FROM THIS GROUP BY ALL ORDER BY model")
    assert found.to_pylist() == [
        {"model": "m0", "c": 34, "s": 1683},
        {"model": "m1", "c": 33, "s": 1617},
        {"model": "m2", "c": 33, "s": 1650},
    ]
    assert ds.sql("SELECT min(day) AS d, count(x) AS x FROM this").to_pylist() == [
        {"d": dt.date(2020, 1, 1), "x": 50}
    ]
    with pytest.raises(UserError, match="the query on dev-1/default failed"):
        ds.sql("SELECT zz FROM this")


def test_relation_on_a_connection_of_ones_own(ds: Dataset) -> None:
    with duckdb.connect() as connection:
        assert ds.relation(connection).filter("n < 3").fetchall()[0][2] == 0


def test_sql_over_columns_of_parents(workspace: Workspace, ds: Dataset) -> None:
    child = workspace.write(
        {"square": "int64", "x": None}, [[n * n] for n in range(100)], parent=ds
    )
    grandchild = workspace.write({"cube": "int64"}, [[n**3] for n in range(100)], parent=child)
    with workspace.job():
        linked = grandchild.link_to_here(rename={"n": 'odd "name"'})
        found = linked.sql(
            'SELECT count(*) FILTER ("odd ""name""" ** 3 = cube) AS ok, sum(square) AS s FROM this'
        )
        assert linked.sql("SELECT * FROM this").column_names == [
            "day",
            "model",
            'odd "name"',
            "square",
            "cube",
        ]
    assert found.to_pylist() == [{"ok": 100, "s": 328350}]


def test_rows_stay_together_over_many_row_groups(workspace: Workspace) -> None:
    rows = 300_000
    parent = workspace.write({"n": "int64", "pad": "bytes"}, [[i, b"x" * 300] for i in range(0)], 1)
    with workspace.job(1) as jobid:
        writer = DatasetWriter(columns={"n": "int64", "pad": "bytes"})
        writer.set_slice(0)
        numbers = pa.array(range(rows), pa.int64())
        writer.write_batch(pa.table({"n": numbers, "pad": pa.array([b"x" * 1000] * rows)}))
    parent = Dataset(jobid)
    with workspace.job(1) as jobid:
        writer = DatasetWriter(columns={"m": "int64"}, parent=parent)
        writer.set_slice(0)
        writer.write_batch(pa.table({"m": numbers}))
    child = Dataset(jobid)
    assert child.sql(
        "SELECT count(*) AS c FROM this WHERE n = m AND pad IS NOT NULL"
    ).to_pylist() == [{"c": rows}]
    assert sum(1 for n, m, _ in child.iterate(None, ["n", "m", "pad"]) if n == m) == rows


def test_names_in_sql(workspace: Workspace) -> None:
    ds = workspace.write(
        dict.fromkeys(["a", "A", "a_2", "x.y", "select", "'", ""], "int64"), [range(7)]
    )
    with duckdb.connect() as connection:
        relation = connection.sql(view_sql(ds))
        assert relation.columns == ["_", "'", "A", "a_2", "a_2_2", "select", "x.y"]
        assert relation.fetchall() == [(0, 1, 2, 3, 4, 5, 6)]


def test_empty_datasets_have_their_columns(workspace: Workspace) -> None:
    kinds = {kind: (kind, True) for kind in VALUES}
    ds = workspace.write(kinds, [])
    assert ds.to_arrow().num_rows == 0 and ds.to_arrow().column_names == sorted(kinds)
    full = workspace.write(kinds, [[None] * len(kinds)])
    empty_types = [str(kind) for kind in duckdb.sql(view_sql(ds)).types]
    assert empty_types == [str(kind) for kind in duckdb.sql(view_sql(full)).types]
    assert ds.sql("SELECT count(*) AS c FROM this").to_pylist() == [{"c": 0}]


def test_a_chain_in_sql(workspace: Workspace, ds: Dataset) -> None:
    later = workspace.write({"n": "int64", "new": "bool"}, [[1000, True]], previous=ds)
    found = duckdb.sql(
        f"SELECT count(*), sum(n), count(new), count(model) FROM ({chain_view_sql(later)})"
    )
    assert found.fetchall() == [(101, 5950, 1, 100)]


KINDS = ["bool", "bytes", "date", "datetime", "float64", "int64", "time", "unicode"]
ROWS = st.lists(st.tuples(*(st.none() | VALUES[kind] for kind in KINDS)), max_size=8)


@settings(max_examples=25)
@given(rows=ROWS)
def test_sql_sees_what_arrow_sees(workspace: Workspace, rows: list[tuple[Any, ...]]) -> None:
    naive = [
        [value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value for value in row]
        for row in rows
    ]
    ds = workspace.write({kind: (kind, True) for kind in KINDS}, naive)
    seen = ds.sql("FROM this")
    for number, kind in enumerate(KINDS):
        assert seen.column(kind).null_count == sum(row[number] is None for row in naive)
        if kind not in ("float64", "unicode"):
            assert seen.column(kind).to_pylist() == ds.column(kind).to_pylist()
