"""Datasets read with another number of slices than they were written with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dataset_workspace import Workspace
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.data.dataset import Dataset
from axtui.data.hashing import slice_of
from axtui.data.writer import DatasetWriter
from axtui.errors import DamagedJobError, DatasetError

counts = st.integers(1, 7)
labels = st.sampled_from([None, "k"])


def make(workspace: Workspace, rows: int, slices: int, label: str | None) -> Dataset:
    return workspace.write(
        {"n": "int64", "k": "ascii"},
        [[f"k{n * 7 % 11}", n] for n in range(rows)],
        slices,
        hashlabel=label,
    )


def add_column(
    workspace: Workspace, parent: Dataset, slices: int, name: str, times: int
) -> Dataset:
    """A dataset of `slices` slices that adds column `name` (n * times) to a parent of any."""
    with workspace.job(slices) as jobid:
        writer = DatasetWriter(columns={name: "int64"}, parent=parent)
        for sliceno in range(slices):
            writer.set_slice(sliceno)
            for number in parent.iterate(sliceno, "n"):
                writer.write(number * times)
    return Dataset(jobid)


@given(rows=st.integers(0, 60), written=counts, read=counts, label=labels)
def test_virtual_slices_are_all_rows_once(
    workspace: Workspace, rows: int, written: int, read: int, label: str | None
) -> None:
    ds = make(workspace, rows, written, label)
    with workspace.sliced(read):
        slices = [list(ds.iterate(s, ["n", "k"])) for s in range(read)]
        assert sorted(row[0] for part in slices for row in part) == list(range(rows))
        assert ds.lines == [len(part) for part in slices]
        assert [ds.to_arrow(["n", "k"], s).num_rows for s in range(read)] == ds.lines
        if label:
            assert all(slice_of(k, read) == s for s, part in enumerate(slices) for _, k in part)
        else:
            assert max(ds.lines) - min(ds.lines) <= 1
            if written != read:
                assert [row for part in slices for row in part] == list(
                    ds.iterate(None, ["n", "k"])
                )
        assert list(ds.iterate("roundrobin", "n")) == (
            list(range(rows)) if not label else _robin(ds)
        )


def _robin(ds: Dataset) -> list[int]:
    """Round robin goes over the stored slices, whatever the number of slices now is."""
    parts = [ds.to_arrow(["n"]).column(0).to_pylist()]
    found: list[int] = parts[0]
    bounds = [0]
    for count in ds.meta.lines:
        bounds.append(bounds[-1] + count)
    stored = [found[bounds[i] : bounds[i + 1]] for i in range(len(ds.meta.lines))]
    return [
        part[row]
        for row in range(max(map(len, stored), default=0))
        for part in stored
        if row < len(part)
    ]


@settings(max_examples=12)
@given(rows=st.integers(0, 40), one=counts, two=counts, three=counts, label=labels)
def test_children_of_parents_with_other_slices(
    workspace: Workspace, rows: int, one: int, two: int, three: int, label: str | None
) -> None:
    """Each generation may have its own number of slices; rows stay together through all of them."""
    parent = make(workspace, rows, one, label)
    child = add_column(workspace, parent, two, "c", 10)
    grandchild = add_column(workspace, child, three, "g", 100)
    expected = sorted((n, f"k{n * 7 % 11}", n * 10, n * 100) for n in range(rows))
    for read in {one, two, three, 4}:
        with workspace.sliced(read):
            parts = [list(grandchild.iterate(s, ["n", "k", "c", "g"])) for s in range(read)]
            assert sorted(row for part in parts for row in part) == expected
            assert grandchild.lines == [len(part) for part in parts]
    assert sorted(grandchild.iterate(None, ["n", "k", "c", "g"])) == expected
    table = grandchild.to_arrow(["g", "n", "k", "c"])
    assert (
        sorted(zip(*(table.column(name).to_pylist() for name in ("n", "k", "c", "g")), strict=True))
        == expected
    )
    assert grandchild.hashlabel == label


def test_links_and_merges_of_datasets_with_other_slices(workspace: Workspace) -> None:
    parent = make(workspace, 30, 2, "k")
    child = add_column(workspace, parent, 3, "c", 10)
    sibling = add_column(workspace, parent, 3, "s", 7)
    with workspace.job() as jobid:
        child.link_to_here("renamed", rename={"k": "kk", "n": None})
        child.merge(sibling, "merged")
    assert Dataset(jobid, "renamed").hashlabel == "kk"
    assert sorted(Dataset(jobid, "renamed").iterate(None, "c")) == [n * 10 for n in range(30)]
    rows = sorted(Dataset(jobid, "merged").iterate(None, ["n", "c", "s"]))
    assert rows == [(n, n * 10, n * 7) for n in range(30)]


def test_range_and_slice_in_virtual_slices(workspace: Workspace) -> None:
    for label in (None, "k"):
        ds = make(workspace, 100, 2, label)
        with workspace.sliced(5):
            found = [n for s in range(5) for n in ds.iterate(s, "n", range={"n": (20, 60)})]
            assert sorted(found) == list(range(20, 60))
            fullest = ds.lines.index(max(ds.lines))
            rows = list(ds.iterate(fullest, "n"))
            assert list(ds.iterate(fullest, "n", slice=slice(3, 9))) == rows[3:9]
            assert list(ds.iterate(fullest, "n", slice=-2)) == rows[-2:]


def test_rehash_with_other_slices(workspace: Workspace) -> None:
    ds = make(workspace, 50, 2, None)
    with workspace.sliced(3):
        parts = [list(ds.iterate(s, "n", hashlabel="n", rehash=True)) for s in range(3)]
    assert sorted(n for part in parts for n in part) == list(range(50))
    assert all(slice_of(n, 3) == s for s, part in enumerate(parts) for n in part)


def test_only_slices_that_can_matter_are_read(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from axtui.data import parquet

    opened: list[str] = []
    original = parquet._open

    def noted(path: Any, *others: Any) -> Any:
        opened.append(path.name)
        return original(path, *others)

    monkeypatch.setattr(parquet, "_open", noted)
    ds = make(workspace, 100, 4, "k")
    with workspace.sliced(2):
        list(ds.iterate(1, "n"))
        assert opened == ["1.parquet", "3.parquet"]
    opened.clear()
    with workspace.sliced(8):
        list(ds.iterate(5, "n"))
        assert opened == ["1.parquet"]


def test_sql_follows_where_it_can(workspace: Workspace) -> None:
    from axtui.data.columnar import view_sql

    parent = make(workspace, 30, 2, None)
    child = add_column(workspace, parent, 3, "c", 10)
    with pytest.raises(DatasetError, match="has 2 slices, not 3"):
        view_sql(child)
    found = child.sql(
        "SELECT sum(c) AS c, sum(n) AS n, count(*) FILTER (c = n * 10) AS same FROM this"
    )
    assert found.to_pylist() == [{"c": 4350, "n": 435, "same": 30}]


def test_a_file_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    from axtui.data import parquet

    path = tmp_path / "0.parquet"
    for numbers in ([1, 2], [3, 4]):  # of equal size
        pq.write_table(pa.table({"n": numbers}), tmp_path / "new")
        (tmp_path / "new").rename(path)
        (batch,) = parquet.read(path, [("n", "n")])
        assert batch.column("n").to_pylist() == numbers
    path.unlink()
    with pytest.raises(DamagedJobError, match="is gone"):
        list(parquet.read(path, [("n", "n")]))
