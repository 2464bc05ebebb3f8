"""Datasets by name, their metadata and digests, and datasets that only link to others."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import orjson
import pytest
from dataset_workspace import Workspace

from axtui.data.dataset import Dataset, NoDataset
from axtui.data.writer import DatasetWriter
from axtui.errors import DamagedJobError, DatasetUsageError, NoSuchDatasetError, NoSuchJobError

COLUMNS: dict[str, Any] = {"a": "int64", "b": "ascii", "c": ("number", True)}
ROWS: list[Any] = [[1, "x", 1.5], [2, "y", None], [3, "z", 7], [4, "x", 8]]


@pytest.fixture
def ds(workspace: Workspace) -> Dataset:
    return workspace.write(COLUMNS, ROWS, filename="f.csv", caption="Some data")


# -- names


def test_forms_of_the_constructor(workspace: Workspace, ds: Dataset) -> None:
    named = workspace.write(COLUMNS, ROWS, name="x/y")
    assert ds == "dev-1" == Dataset("dev-1/default") == Dataset("dev-1", "default") == Dataset(ds)
    assert (
        named
        == "dev-2/x/y"
        == Dataset("dev-2", "x/y")
        == Dataset(("dev-2", "x/y"))
        == Dataset("dev-2/x/y")
    )
    assert (named.name, named.jobid, named.quoted, str(named.job)) == (
        "x/y",
        "dev-2",
        "dev-2/x/y",
        "dev-2",
    )
    assert Dataset(NoDataset) is NoDataset
    for wrong in ((), "", None, ("dev-1",), {}):
        with pytest.raises(DatasetUsageError):
            Dataset(wrong)
    with pytest.raises(DatasetUsageError, match="twice"):
        Dataset("dev-1/default", "default")


def test_what_does_not_exist_is_named(workspace: Workspace, ds: Dataset) -> None:
    with pytest.raises(NoSuchDatasetError, match="dev-1 has no dataset 'x'; it has: default"):
        Dataset("dev-1", "x")
    with pytest.raises(NoSuchJobError, match="no job 'dev-9'"):
        Dataset("dev-9")


def test_attributes(ds: Dataset) -> None:
    assert ds.lines == [2, 1, 1] and ds.shape == (3, 4) and ds.caption == "Some data"
    assert (ds.filename, ds.hashlabel, ds.previous, ds.parent) == ("f.csv", None, None, None)
    assert list(ds.columns) == ["a", "b", "c"] and ds.columns["c"].none_support
    assert (ds.min("a"), ds.max("a"), ds.min("c"), ds.max("c")) == (1, 4, 1.5, 8)
    assert (ds.min("b"), ds.min("zz")) == (None, None)
    assert ds.column_filename("a", 1).name == "1.parquet"
    assert ds.fragments(0) == [(ds.column_filename("a", 0), {"a": "a", "b": "b", "c": "c"})]


def test_nodataset() -> None:
    assert (
        not NoDataset and NoDataset == "" and NoDataset.lines[5] == 0 and NoDataset.shape == (0, 0)
    )
    assert (
        NoDataset.columns == {} and NoDataset.quoted == "<NoDataset>" and NoDataset.min("x") is None
    )
    assert not NoDataset.job and NoDataset.previous is None and NoDataset.hashlabel is None
    assert pickle.loads(pickle.dumps(NoDataset)) is NoDataset
    assert list(NoDataset.iterate(None)) == []


def test_pickles_as_a_name(ds: Dataset) -> None:
    again = pickle.loads(pickle.dumps(ds))
    assert again == ds and type(again) is Dataset and again.shape == ds.shape
    assert len(pickle.dumps(ds)) < 100


def test_damage_is_told(workspace: Workspace, ds: Dataset) -> None:
    data = ds.column_filename("a", 0)
    data.write_bytes(data.read_bytes()[:100])
    with pytest.raises(DamagedJobError, match=r"0\.parquet is not a readable Parquet file"):
        list(ds.iterate(0))
    data.unlink()
    with pytest.raises(DamagedJobError, match=r"0\.parquet is gone"):
        list(ds.iterate(0))
    meta = workspace.path / "dev-1/DS/default.json"
    meta.write_bytes(b"{")
    with pytest.raises(DamagedJobError, match="not readable JSON"):
        Dataset("dev-1")
    meta.write_bytes(b"{}")
    with pytest.raises(DamagedJobError, match="not dataset metadata"):
        Dataset("dev-1")


def test_the_metadata_layer_needs_no_heavy_import() -> None:
    code = (
        "import sys; import axtui.data.dataset, axtui.data.writer, axtui.data.iterate, axtui.data.job;"
        "print(sorted({'pyarrow', 'numpy', 'duckdb', 'pandas'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_finishing_needs_no_heavy_import(workspace: Workspace) -> None:
    jobid = workspace.new_job()
    with workspace.stage(jobid, "prepare"):
        DatasetWriter(columns=COLUMNS, hashlabel="a").get_split_write()(1, "x", None)
    code = (
        "import sys; from pathlib import Path; from axtui.data import context, writer;"
        f"path = Path({str(workspace.path)!r});"
        "context.activate(context.Context({'dev': path}, 3, path, path));"
        f"print(writer.finish_pending(path / {jobid!r}));"
        "from axtui.data.dataset import Dataset;"
        f"print(Dataset({jobid!r}).shape);"
        "print(sorted({'pyarrow', 'numpy', 'duckdb'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split("\n")[:3] == ["['default']", "(3, 1)", "[]"]


# -- links


def test_link_to_here(workspace: Workspace, ds: Dataset) -> None:
    with workspace.job() as jobid:
        here = ds.link_to_here()
    assert (
        here == jobid
        and here.parent == ds
        and here.filename == "f.csv"
        and here.caption == "Some data"
    )
    assert list(here.iterate("roundrobin")) == list(ds.iterate("roundrobin"))
    assert here.meta.slices == [] and here.column_filename("a", 0) == ds.column_filename("a", 0)
    assert here.content == ds.content


def test_link_renames_and_drops(workspace: Workspace, ds: Dataset) -> None:
    hashed = workspace.write(COLUMNS, ROWS, hashlabel="a", previous=ds)
    with workspace.job() as jobid:
        swapped = hashed.link_to_here("swapped", rename={"a": "b", "b": "a"})
        hashed.link_to_here("over", rename={"a": "b"})
        hashed.link_to_here("onto", rename={"b": "a"})
        hashed.link_to_here("dropped", rename={"a": None})
        hashed.link_to_here("kept", column_filter={"n", "b"}, rename={"c": "n"})
        hashed.link_to_here("unchained", override_previous=None, filename="")
        hashed.link_to_here("chained", override_previous=swapped, filename="g")
    assert list(Dataset(jobid, "swapped").columns) == ["b", "a", "c"]
    assert (
        Dataset(jobid, "swapped").hashlabel == "b"
        and Dataset(jobid, "swapped").columns["a"].type == "ascii"
    )
    assert sorted(Dataset(jobid, "swapped").iterate(None, "a")) == ["x", "x", "y", "z"]
    assert (
        list(Dataset(jobid, "over").columns) == ["b", "c"]
        and Dataset(jobid, "over").hashlabel == "b"
    )
    assert (
        Dataset(jobid, "onto").columns["a"].type == "ascii"
        and Dataset(jobid, "onto").hashlabel is None
    )
    assert (
        list(Dataset(jobid, "dropped").columns) == ["b", "c"]
        and Dataset(jobid, "dropped").hashlabel is None
    )
    assert (
        list(Dataset(jobid, "kept").columns) == ["b", "n"]
        and Dataset(jobid, "kept").hashlabel is None
    )
    assert Dataset(jobid, "swapped").previous == ds
    assert (
        Dataset(jobid, "unchained").previous is None
        and Dataset(jobid, "unchained").filename is None
    )
    assert (
        Dataset(jobid, "chained").previous == f"{jobid}/swapped"
        and Dataset(jobid, "chained").filename == "g"
    )


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"rename": {"zz": "y"}}, "no such column"),
        ({"rename": {"a": "y", "b": "y"}}, "are renamed to 'y'"),
        ({"rename": {"a": None, "b": None, "c": None}}, "no column"),
        ({"column_filter": ["zz"]}, "no columns"),
        ({"override_previous": "dev-77"}, "no job"),
    ],
)
def test_links_that_cannot_be(
    workspace: Workspace, ds: Dataset, keywords: Any, message: str
) -> None:
    with workspace.job(), pytest.raises((DatasetUsageError, NoSuchJobError), match=message):
        ds.link_to_here(**keywords)


def test_links_need_a_job_and_a_free_name(workspace: Workspace, ds: Dataset) -> None:
    with pytest.raises(DatasetUsageError, match="inside a job"):
        ds.link_to_here()
    with workspace.job():
        ds.link_to_here("x")
        DatasetWriter(columns={"a": "int64"}, name="y").get_split_write()
        for taken in ("x", "y"):
            with pytest.raises(DatasetUsageError, match="already"):
                ds.link_to_here(taken)


def test_merge(workspace: Workspace, ds: Dataset) -> None:
    child = workspace.write({"b": "bool", "d": "int64"}, [[True, n] for n in range(4)], parent=ds)
    stranger = workspace.write({"e": "int64"}, [[n] for n in range(4)], hashlabel=None)
    with workspace.job() as jobid:
        merged = ds.merge(child, previous=ds)
        with pytest.raises(DatasetUsageError, match="common ancestor"):
            ds.merge(stranger, "no")
        ds.merge(stranger, "yes", allow_unrelated=True)
        with pytest.raises(DatasetUsageError, match="itself"):
            ds.merge(ds, "no")
    assert merged == jobid and merged.parent == (ds, child) and merged.previous == ds
    assert list(merged.columns) == ["a", "b", "c", "d"] and merged.columns["b"].type == "bool"
    assert next(merged.iterate(0)) == (1, True, 1.5, 0)
    assert list(Dataset(jobid, "yes").iterate("roundrobin", ["a", "e"])) == [
        (1, 0),
        (2, 1),
        (3, 2),
        (4, 3),
    ]
    other = workspace.write({"e": "int64"}, [[1]])
    with workspace.job(), pytest.raises(DatasetUsageError, match="numbers of rows"):
        ds.merge(other, allow_unrelated=True)


def test_merge_and_the_hash_label(workspace: Workspace) -> None:
    left = workspace.write({"a": "int64"}, [[n] for n in range(9)], hashlabel="a")
    with workspace.job() as jobid:
        writer = DatasetWriter(columns={"b": "int64"}, parent=left)
        over = DatasetWriter(
            columns={"a": "ascii"}, parent=left, name="over", hashlabel_override=True
        )
        for sliceno in range(3):
            writer.set_slice(sliceno)
            over.set_slice(sliceno)
            for number in left.iterate(sliceno, "a"):
                writer.write(number)
                over.write("x")
    added, over_ds = Dataset(jobid), Dataset(jobid, "over")
    assert added.hashlabel == "a" and over_ds.hashlabel is None
    with workspace.job():
        assert left.merge(added).hashlabel == "a"
        assert left.merge(over_ds, "x").hashlabel is None


# -- digests


def test_equal_data_has_equal_content_under_any_job(workspace: Workspace, ds: Dataset) -> None:
    again = workspace.write(COLUMNS, ROWS, filename="f.csv", caption="Some data")
    assert again != ds and again.content == ds.content and again.meta.own == ds.meta.own


@pytest.mark.parametrize(
    ("columns", "rows", "keywords"),
    [
        (COLUMNS, [*ROWS[:3], [4, "x", 9]], {}),
        (COLUMNS, ROWS[:3], {}),
        (COLUMNS, [ROWS[0], ROWS[3], ROWS[2], ROWS[1]], {}),
        (COLUMNS | {"c": "number"}, [[1, "x", 1], [2, "y", 2], [3, "z", 7], [4, "x", 8]], {}),
        ({"a": "int32", "b": "ascii", "c": ("number", True)}, ROWS, {}),
        ({"a": "int64", "b": "unicode", "c": ("number", True)}, ROWS, {}),
        ({"a": ("int64", True), "b": "ascii", "c": ("number", True)}, ROWS, {}),
        ({"a": "int64", "bb": "ascii", "c": ("number", True)}, ROWS, {}),
        (COLUMNS, ROWS, {"filename": "g.csv"}),
        (COLUMNS, ROWS, {"caption": "Other"}),
        (COLUMNS, ROWS, {"name": "x"}),
        (COLUMNS, ROWS, {"previous": "dev-1"}),
        (COLUMNS, ROWS, {"slices": 4}),
        (COLUMNS, ROWS, {"hashlabel": "b"}),
    ],
)
def test_whatever_differs_shows_in_the_content(
    workspace: Workspace, ds: Dataset, columns: Any, rows: Any, keywords: Any
) -> None:
    given = {"filename": "f.csv", "caption": "Some data"} | keywords
    assert workspace.write(columns, rows, **given).content != ds.content


def test_reordering_and_renaming_change_the_content(workspace: Workspace, ds: Dataset) -> None:
    with workspace.job():
        found = {
            ds.content,
            ds.link_to_here("default", rename={"a": "z"}).content,
            ds.link_to_here("2", column_filter=["a", "b"]).content,
            ds.link_to_here("3").content,
        }
    with workspace.job() as jobid:
        writer = DatasetWriter(caption="Some data", filename="f.csv")
        for name in ("c", "b", "a"):
            writer.add(name, COLUMNS[name])
        write = writer.get_split_write_list()
        for row in ROWS:
            write(row[::-1])
    assert len(found | {Dataset(jobid).content}) == 5


def test_content_follows_parents_and_chains(workspace: Workspace, ds: Dataset) -> None:
    twin = workspace.write(COLUMNS, ROWS, filename="f.csv", caption="Some data")
    other = workspace.write(
        COLUMNS, [[9, "x", 1], *ROWS[1:]], filename="f.csv", caption="Some data"
    )
    contents = []
    for before in (ds, twin, other):
        child = workspace.write({"d": "int64"}, [[1], [2], [3], [4]], parent=before)
        follower = workspace.write({"d": "int64"}, [[1]], previous=before)
        contents.append((child.content, follower.content))
    assert contents[0] == contents[1]
    assert contents[0][0] != contents[2][0] and contents[0][1] != contents[2][1]


def test_metadata_is_plain_json(workspace: Workspace) -> None:
    ds = workspace.write({"n": "number", "f": "float64"}, [[float("nan"), 10**30]])
    raw = orjson.loads((workspace.path / ds.jobid / "DS/default.json").read_bytes())
    assert raw["format"] == "axtui-dataset-2" and list(raw["columns"]) == ["f", "n"]
    assert raw["columns"]["n"]["min"] == "1" + "0" * 30 and raw["columns"]["f"]["max"] == "nan"
    assert raw["columns"]["n"]["source"] == {"dataset": f"{ds.jobid}/default", "column": "n"}
    assert raw["slices"][0]["file"] == "DS/default/0.parquet" and raw["slices"][0]["rows"] == 1
    assert ds.min("n") == 10**30 and ds.max("f") != ds.max("f")


def test_a_dataset_that_was_sliced_by_the_hash_of_before_has_no_hash_label(
    workspace: Workspace,
) -> None:
    with workspace.job() as jobid:
        writer = DatasetWriter(columns={"n": "int64"}, hashlabel="n")
        write = writer.get_split_write()
        for number in range(20):
            write(number)
    path = workspace.path / jobid / "DS/default.json"
    raw = orjson.loads(path.read_bytes())
    assert (raw["format"], raw["hashlabel"]) == ("axtui-dataset-2", "n")
    assert len(list(Dataset(jobid).iterate(None, "n", hashlabel="n"))) == 20
    path.write_bytes(orjson.dumps({**raw, "format": "axtui-dataset-1", "old": 1}))
    before = Dataset(jobid)
    assert before.hashlabel is None and sorted(before.iterate(None, "n")) == list(range(20))
    with pytest.raises(DatasetUsageError, match="was hashed on 'n' by an earlier axtui"):
        before.iterate(None, "n", hashlabel="n")
    again = [n for n in range(3) for _ in before.iterate(n, "n", hashlabel="n", rehash=True)]
    assert len(again) == 20
    with workspace.job() as linking:
        before.link_to_here("linked")
    assert Dataset(linking, "linked").hashlabel is None
