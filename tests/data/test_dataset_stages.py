"""Writing datasets across the stages of a job, and slice by slice within one."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from column_values import VALUES, same
from dataset_workspace import Workspace
from hypothesis import given
from hypothesis import strategies as st

from axtui.data.dataset import Dataset
from axtui.data.hashing import slice_of
from axtui.data.writer import DatasetWriter, finish_pending
from axtui.errors import DatasetUsageError

AB = {"a": "int64", "b": "ascii"}


# -- from prepare to analysis


def test_made_in_prepare_written_in_analysis(workspace: Workspace) -> None:
    jobid = workspace.new_job()
    with workspace.stage(jobid, "prepare"):
        writer = DatasetWriter(columns=AB, caption="C", filename="f.csv")
        DatasetWriter(columns={"c": "bool"}, name="untouched", previous=writer)
        handed = pickle.dumps(writer)
    for sliceno in range(3):
        with workspace.stage(jobid, "analysis", sliceno):
            opened = pickle.loads(handed)
            assert opened is DatasetWriter(name="default")
            for number in range(sliceno * 10):
                opened.write(a=number, b="x")
    assert finish_pending(workspace.path / jobid) == ["default", "untouched"]
    ds = Dataset(jobid)
    assert ds.lines == [0, 10, 20] and ds.caption == "C" and ds.filename == "f.csv"
    assert list(ds.iterate(1, "a")) == list(range(10))
    assert Dataset(jobid, "untouched").lines == [0, 0, 0]
    assert Dataset(jobid, "untouched").previous == ds
    left = {path.name for path in (workspace.path / jobid / "DS").rglob("*.json")}
    assert left == {"default.json", "untouched.json"}


def test_finished_between_stages_when_complete(workspace: Workspace) -> None:
    jobid = workspace.new_job()
    with workspace.stage(jobid, "prepare"):
        DatasetWriter(columns={"a": "int64"}, name="now").get_split_write()(1)
        DatasetWriter(columns={"a": "int64"}, name="later")
    assert finish_pending(workspace.path / jobid, final=False) == ["now"]
    with workspace.stage(jobid, "analysis", 0):
        assert list(Dataset(jobid, "now").iterate(None, "a")) == [1]
        DatasetWriter(name="later").write(2)
        with pytest.raises(DatasetUsageError, match=r"is finished: read it"):
            DatasetWriter(name="now")
    for sliceno in (1, 2):
        with workspace.stage(jobid, "analysis", sliceno):
            pass
    assert finish_pending(workspace.path / jobid) == ["later"]
    order = [Dataset(jobid, name).meta.raw["order"] for name in ("now", "later")]
    assert order == [0, 1]


def test_synthesis_is_handed_the_writers_that_analysis_filled(workspace: Workspace) -> None:
    jobid = workspace.new_job()
    with workspace.stage(jobid, "prepare"):
        handed = pickle.dumps(DatasetWriter(columns={"a": "int64"}))
    for sliceno in range(3):
        with workspace.stage(jobid, "analysis", sliceno):
            pickle.loads(handed).write(sliceno)
    assert finish_pending(workspace.path / jobid, final=False) == ["default"]
    with workspace.stage(jobid, "synthesis"):
        writer = pickle.loads(handed)
        assert writer.finish() == Dataset(jobid)
        assert list(writer.finish().iterate(None, "a")) == [0, 1, 2]
        with pytest.raises(DatasetUsageError, match="written already"):
            writer.set_slice(0)
    assert finish_pending(workspace.path / jobid) == []


def test_finish_makes_it_readable_at_once(workspace: Workspace) -> None:
    jobid = workspace.new_job()
    with workspace.stage(jobid, "prepare"):
        writer = DatasetWriter(columns={"a": "int64"}, name="x")
        writer.get_split_write()(7)
        ds = writer.finish()
        assert list(ds.iterate(None, "a")) == [7] and writer.finish() is ds
        with pytest.raises(DatasetUsageError, match="is finished"):
            writer.write(8)
    assert finish_pending(workspace.path / jobid) == []
    assert list(Dataset(jobid, "x").iterate(None, "a")) == [7]


def test_for_single_slice_writes_all_of_it(workspace: Workspace) -> None:
    jobid = workspace.new_job()
    with workspace.stage(jobid, "prepare"):
        DatasetWriter(columns={"a": "int64"}, for_single_slice=1)
    for sliceno in range(3):
        with workspace.stage(jobid, "analysis", sliceno):
            writer = DatasetWriter(name="default")
            if sliceno == 1:
                write = writer.get_split_write()
                for number in range(5):
                    write(number)
            else:
                for refused in (lambda: writer.write(1), writer.get_split_write):  # noqa: B023
                    with pytest.raises(DatasetUsageError, match="for slice 1 alone"):
                        refused()
    finish_pending(workspace.path / jobid)
    assert list(Dataset(jobid).iterate("roundrobin", "a")) == list(range(5))


def test_analysis_cannot_make_writers(workspace: Workspace) -> None:
    jobid = workspace.new_job()
    with workspace.stage(jobid, "analysis", 0):
        with pytest.raises(DatasetUsageError, match="only opened by its name"):
            DatasetWriter(columns=AB)
        with pytest.raises(DatasetUsageError, match="no writer"):
            DatasetWriter(name="x")


def test_analysis_cannot_change_slice_or_columns(workspace: Workspace) -> None:
    jobid = workspace.new_job()
    with workspace.stage(jobid, "prepare"):
        DatasetWriter(columns=AB)
    with workspace.stage(jobid, "analysis", 0):
        writer = DatasetWriter()
        with pytest.raises(DatasetUsageError, match="for_single_slice"):
            writer.set_slice(1)
        with pytest.raises(DatasetUsageError, match="for_single_slice"):
            writer.get_split_write()
        with pytest.raises(DatasetUsageError, match="stage that makes the writer"):
            writer.add("c", "int64")


# -- within one stage


def test_set_slice_writes_slice_after_slice(workspace: Workspace) -> None:
    with workspace.job() as jobid:
        writer = DatasetWriter()
        writer.add("z", "int64")
        writer.add("a", "ascii", none_support=True)
        with pytest.raises(DatasetUsageError, match="set_slice"):
            writer.write(1, "x")
        for sliceno in (2, 0, 1):
            writer.set_slice(sliceno)
            writer.write(sliceno, None)
            writer.write_list([sliceno + 10, "l"])
            writer.write_dict({"a": "d", "z": sliceno + 20})
        with pytest.raises(DatasetUsageError, match="written already"):
            writer.set_slice(2)
    ds = Dataset(jobid)
    assert list(ds.columns) == ["z", "a"]
    assert list(ds.iterate(1, ["z", "a"])) == [(1, None), (11, "l"), (21, "d")]


def test_missing_slices_are_an_error_unless_allowed(workspace: Workspace) -> None:
    with (
        pytest.raises(DatasetUsageError, match=r"slices \[1, 2\] were not written"),
        workspace.job(),
    ):
        DatasetWriter(columns={"a": "int64"}).set_slice(0)
    with workspace.job() as jobid:
        writer = DatasetWriter(columns={"a": "int64"}, allow_missing_slices=True)
        writer.set_slice(1)
        writer.write(5)
    ds = Dataset(jobid)
    assert ds.lines == [0, 1, 0] and list(ds.iterate(None, "a")) == [5]
    assert ds.to_arrow().to_pylist() == [{"a": 5}] == ds.sql("SELECT * FROM this").to_pylist()


def test_a_writer_never_used_is_an_error(workspace: Workspace) -> None:
    with pytest.raises(DatasetUsageError, match="nothing was written"), workspace.job():
        DatasetWriter(columns={"a": "int64"})


def test_discard_leaves_nothing(workspace: Workspace) -> None:
    jobid = workspace.new_job()
    with workspace.stage(jobid, "prepare"):
        early = DatasetWriter(columns={"a": "int64"}, name="early")
        early.get_split_write()(1)
        early.discard()
        DatasetWriter(columns={"a": "int64"}, name="late", for_single_slice=0)
    with workspace.stage(jobid, "synthesis"):
        writer = pickle.loads(pickle.dumps(_reopen("late")))
        writer.set_slice(0)
        writer.write(1)
        writer.discard()
    assert finish_pending(workspace.path / jobid) == []
    assert [p.name for p in (workspace.path / jobid / "DS").rglob("*")] == []


def _reopen(name: str) -> DatasetWriter:
    from axtui.data.writer import _opened

    return _opened(name)


def test_split_and_set_slice_exclude_each_other(workspace: Workspace) -> None:
    with pytest.raises(DatasetUsageError, match="either"), workspace.job():
        writer = DatasetWriter(columns={"a": "int64"})
        writer.get_split_write()
        writer.set_slice(0)


def test_round_robin_restores_the_order(workspace: Workspace) -> None:
    ds = workspace.write({"a": "int64"}, [[n] for n in range(100_000)])
    assert ds.lines == [33334, 33333, 33333]
    assert list(ds.iterate("roundrobin", "a")) == list(range(100_000))
    assert list(ds.iterate(1, "a")) == list(range(1, 100_000, 3))


@given(values=st.lists(VALUES["number"], max_size=40))
def test_split_by_hash_puts_every_row_in_its_slice(workspace: Workspace, values: list[Any]) -> None:
    ds = workspace.write(
        {"n": "number", "i": "int64"}, [[i, n] for i, n in enumerate(values)], hashlabel="n"
    )
    for sliceno in range(3):
        rows = list(ds.iterate(sliceno, ["i", "n"], hashlabel="n"))
        assert same(rows, [(i, n) for i, n in enumerate(values) if slice_of(n, 3) == sliceno])
