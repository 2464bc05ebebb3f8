"""DuckDB queries over slices and chains: what iterate gives, whatever the slices; nothing undeclared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from dataset_workspace import Workspace

from axtui.data.dataset import Dataset, DatasetChain
from axtui.data.results import ResultIter
from axtui.data.writer import DatasetWriter
from axtui.errors import DatasetError, UserError

COLUMNS = {"k": "int64", "n": ("number", True), "t": "unicode"}
ROWS = [[k, k if k % 3 else None, f"é{k}"] for k in range(-6, 14)]


def rows(reader: pa.RecordBatchReader) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in reader.read_all().to_pylist()]


def widened(workspace: Workspace, base: Dataset) -> Dataset:
    """`base` with a column that lies in files of its own."""
    with workspace.job() as jobid:
        writer = DatasetWriter(columns={"extra": "int32"}, parent=base)
        for sliceno in range(workspace.slices):
            writer.set_slice(sliceno)
            for key in base.iterate(sliceno, "k"):
                writer.write(key * 2)
    return Dataset(jobid)


@pytest.mark.parametrize(("label", "more"), [(None, False), ("k", False), (None, True)])
def test_slices_have_the_rows_that_iterate_gives(
    workspace: Workspace, label: str | None, more: bool
) -> None:
    found = workspace.write(COLUMNS, ROWS, hashlabel=label)
    found = widened(workspace, found) if more else found
    names = sorted(found.columns)
    for slices in (3, 1, 2, 6):  # the files; several; parts of files; parts by hash
        with workspace.sliced(slices):
            sliceno = slices // 2
            reader = found.query(sliceno, f"SELECT {', '.join(names)} FROM this")
            assert rows(reader) == list(found.iterate(sliceno, names))
    whole = rows(found.query(None, "SELECT k FROM this WHERE n > $least", {"least": 4}))
    assert sorted(whole) == [(5,), (7,), (8,), (10,), (11,), (13,)]


def test_a_chain_is_one_table_with_one_type_for_each_column(workspace: Workspace) -> None:
    first = workspace.write({"k": "int64", "n": "number"}, [[1, 1], [2, 2]])
    second = workspace.write({"n": "number", "k": "int64"}, [[3, 2.5]], previous=first)
    third = workspace.write({"k": "int64", "n": "number", "x": "bool"}, [], previous=second)
    chain = third.chain()
    table = chain.query(None, "FROM this ORDER BY k").read_all()
    assert table.to_pydict() == {"k": [1, 2, 3], "n": [1.0, 2.0, 2.5], "x": [None] * 3}
    batches = list(chain.batches(None, ["n"]))
    assert {batch.schema.field("n").type for batch in batches} == {pa.float64()}
    assert [n for batch in batches for n in batch.column("n").to_pylist()] == [1.0, 2.0, 2.5]
    assert set(next(chain.batches()).schema.names) == {"k", "n"}
    with pytest.raises(DatasetError, match="empty"):
        DatasetChain().query(0, "FROM this")
    assert list(DatasetChain().batches(0)) == []


@pytest.mark.parametrize(
    ("sql", "read"),
    [
        ("SELECT count(*) FROM this", []),
        ("SELECT a.k FROM this AS a WHERE a.N > 1", ["k", "n"]),
        ("SELECT this FROM this", ["k", "n", "t"]),
        ("FROM this AS x(a, b, c) SELECT a", ["k", "n", "t"]),
        ("PIVOT this ON t USING sum(k)", ["k", "n", "t"]),
    ],
)
def test_columns_that_are_read_are_told(workspace: Workspace, sql: str, read: list[str]) -> None:
    found = workspace.write(COLUMNS, ROWS, hashlabel="k")
    for slices in (3, 2):  # files as they are; rows that have to be loaded
        with workspace.sliced(slices):
            workspace.notes.clear()
            assert found.query(0, sql).read_all().num_rows
            told = [facts["columns"] for kind, facts in workspace.notes if kind == "reads"]
            assert told[0] == read


def test_a_query_reads_nothing_else(workspace: Workspace, tmp_path: Path) -> None:
    found = workspace.write(COLUMNS, ROWS)
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")
    outside = pa.table({"a": [1]})
    for sql in (f"FROM '{other}'", f"FROM read_csv('{other}')", "FROM outside", "SET threads = 9"):
        with pytest.raises(UserError, match=found.ref):
            found.query(0, sql)
    assert outside.num_rows


def test_errors_while_rows_come_are_the_users(workspace: Workspace) -> None:
    found = workspace.write(COLUMNS, ROWS)
    with pytest.raises(UserError, match="Could not convert"):
        found.query(None, "SELECT t::int AS x FROM this").read_all()


def test_answers_are_written_batch_by_batch(workspace: Workspace) -> None:
    found = workspace.write(COLUMNS, ROWS)
    with workspace.job() as jobid:
        writer = DatasetWriter(columns={"total": "int64", "t": "unicode"}, hashlabel="t")
        writer.write_table(found.query(None, "SELECT sum(k) AS total, t FROM this GROUP BY t"))
    made = Dataset(jobid)
    assert sorted(made.iterate(None, ["total", "t"])) == sorted((k, t) for k, _, t in ROWS)


def test_tables_of_slices_are_merged() -> None:
    parts = [pa.table({"a": [1]}), pa.table({"a": pa.array([], pa.int64())}), pa.table({"a": [2]})]
    assert ResultIter(3, parts.__getitem__).merge_auto().to_pydict() == {"a": [1, 2]}
    parts[2] = 7
    with pytest.raises(UserError, match="earlier slices returned an Arrow table"):
        ResultIter(3, parts.__getitem__).merge_auto()
