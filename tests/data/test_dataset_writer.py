"""Writing datasets: every way to hand over rows, across stages, and every refusal."""

from __future__ import annotations

import datetime as dt
import pickle
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from column_values import VALUES, same
from dataset_workspace import Workspace
from hypothesis import given
from hypothesis import strategies as st

from axtui.data import types
from axtui.data.dataset import Dataset
from axtui.data.hashing import slice_of
from axtui.data.writecode import argument_names
from axtui.data.writer import DatasetWriter, end_of_stage, finish_pending
from axtui.errors import DatasetUsageError

AB = {"a": "int64", "b": "ascii"}


@given(data=st.data())
@pytest.mark.parametrize("kind", sorted(types.TYPES))
def test_round_trip_through_parquet(workspace: Workspace, kind: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | VALUES[kind], max_size=15))
    ds = workspace.write({"x": (kind, True)}, [[value] for value in values])
    assert same(list(ds.iterate("roundrobin", "x")), values)
    column = ds.columns["x"]
    assert (column.type, column.none_support) == (kind, True)
    if column.min is not None and column.min == column.min:
        real = [v for v in values if v is not None and v == v]
        assert clock(column.min) == min(map(clock, real)) and clock(column.max) == max(
            map(clock, real)
        )


def clock(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime | dt.time) else value


ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(names=st.sets(ODD, min_size=1, max_size=5), name=ODD.filter(bool))
def test_odd_names_survive(workspace: Workspace, names: set[str], name: str) -> None:
    with workspace.job() as jobid:
        writer = DatasetWriter(columns=dict.fromkeys(names, "unicode"), name=name)
        write = writer.get_split_write_dict()
        write({column: column for column in names})
    ds = Dataset(jobid, name)
    assert ds.name == name and set(ds.columns) == names
    assert list(ds.iterate(None)) == [tuple(sorted(names))]
    assert ds.to_arrow().to_pylist() == [{column: column for column in names}]


@pytest.mark.parametrize(
    "names",
    [["x", "x.int"], ["a.b", "a"], ["datetime", "type", "len", "values", "_v0", "self"], ["", "_"]],
)
def test_names_that_could_be_confused(workspace: Workspace, names: list[str]) -> None:
    row = dict(zip(names, range(10), strict=False))
    with workspace.job() as jobid:
        writer = DatasetWriter(columns=dict.fromkeys(names, "number"))
        writer.get_split_write_dict()(row)
        writer.get_split_write()(
            **dict(zip(argument_names(sorted(names)), range(10, 20), strict=False))
        )
    rows = list(Dataset(jobid).iterate("roundrobin"))
    assert rows == [tuple(row[name] for name in sorted(names)), tuple(range(10, 10 + len(names)))]
    for name in names:
        assert next(Dataset(jobid).iterate(None, name)) == row[name]


def test_names_of_files_do_not_collide(workspace: Workspace) -> None:
    names = ["x", "x.json", "x.writer", "x.writer.json", "X/y", "X%2Fy", "...", "ä" * 100]
    with workspace.job() as jobid:
        for number, name in enumerate(names):
            DatasetWriter(columns={"n": "int64"}, name=name).get_split_write()(number)
    for number, name in enumerate(names):
        assert list(Dataset(jobid, name).iterate(None, "n")) == [number]


def test_argument_names_are_the_cleaned_column_names() -> None:
    names = ["a", "a b", "a-b", "1x", "class", "é", "", "self", "a_b", "x.y", "None"]
    assert argument_names(names) == [
        *("a", "a_b", "a_b_", "_1x", "class_", "é", "_", "self", "a_b__", "x_y", "None_")
    ]


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


# -- the hash label


def test_a_row_for_another_slice_is_refused(workspace: Workspace) -> None:
    with workspace.job():
        writer = DatasetWriter(columns=AB, hashlabel="b")
        writer.set_slice(0)
        right = next(t for t in "abcdefgh" if slice_of(t, 3) == 0)
        wrong = next(t for t in "abcdefgh" if slice_of(t, 3) == 2)
        assert writer.hashcheck(right) and not writer.hashcheck(wrong)
        writer.write(1, right)
        writer.write(2, wrong)
        with pytest.raises(
            DatasetUsageError, match=f"wrong slice: b='{wrong}' belongs to slice 2, not 0"
        ):
            writer.close()
        writer.discard()


def test_hash_discard_keeps_what_belongs(workspace: Workspace) -> None:
    with workspace.job() as jobid:
        writer = DatasetWriter(columns=AB, hashlabel="a")
        for sliceno in range(3):
            writer.set_slice(sliceno)
            writer.enable_hash_discard()
            for number in range(5000):
                writer.write(number, "x")
    ds = Dataset(jobid)
    assert sorted(ds.iterate(None, "a")) == list(range(5000))
    assert all(slice_of(n, 3) == 1 for n in ds.iterate(1, "a"))


def test_column_writers(workspace: Workspace) -> None:
    with workspace.job() as jobid:
        writer = DatasetWriter(columns=AB, hashlabel="a")
        for sliceno in range(3):
            writer.set_slice(sliceno)
            for number in range(100):
                if writer.writers["a"].write(number):
                    writer.writers["b"].write(str(number))
                    assert writer.writers["a"].hashcheck(number)
    assert sorted(Dataset(jobid).iterate(None, ["a", "b"])) == [(n, str(n)) for n in range(100)]


def test_column_writers_must_agree_in_length(workspace: Workspace) -> None:
    with workspace.job():
        writer = DatasetWriter(columns=AB)
        writer.set_slice(0)
        writer.writers["a"].write(1)
        with pytest.raises(DatasetUsageError, match="same number of rows"):
            writer.close()
        writer.discard()


def test_column_writers_one_after_another(workspace: Workspace) -> None:
    with workspace.job(1) as jobid:
        writer = DatasetWriter(columns=AB)
        writer.set_slice(0)
        for number in range(150_000):
            writer.writers["a"].write(number)
        for number in range(150_000):
            writer.writers["b"].write(str(number))
    with workspace.sliced(1):
        assert list(Dataset(jobid).iterate(None, ["a", "b"])) == [
            (n, str(n)) for n in range(150_000)
        ]


@pytest.mark.parametrize(
    ("columns", "keywords", "message"),
    [
        ({"a": "int64"}, {"hashlabel": "b"}, "not a column it writes"),
        ({"a": "json"}, {"hashlabel": "a"}, "cannot be hashed"),
        ({}, {}, "no columns"),
    ],
)
def test_declarations_that_cannot_be_written(
    workspace: Workspace, columns: Any, keywords: Any, message: str
) -> None:
    with workspace.job():
        writer = DatasetWriter(columns=columns, **keywords)
        with pytest.raises(DatasetUsageError, match=message):
            writer.set_slice(0)
        writer.discard()


@pytest.mark.parametrize("spec", ["int", 5, ("int64",), ("int64", True, 1)])
def test_bad_column_specs(workspace: Workspace, spec: Any) -> None:
    with workspace.job(), pytest.raises(DatasetUsageError):
        DatasetWriter(columns={"a": spec})


def test_names_are_used_once(workspace: Workspace) -> None:
    with workspace.job():
        writer = DatasetWriter(columns={"a": "int64"})
        with pytest.raises(DatasetUsageError, match="already"):
            DatasetWriter(columns={"a": "int64"})
        writer.get_split_write()
        writer.finish()
        with pytest.raises(DatasetUsageError, match="already"):
            DatasetWriter(columns={"a": "int64"})


# -- values


def test_errors_come_at_the_row_and_name_the_column(workspace: Workspace) -> None:
    with workspace.job() as jobid:
        write = DatasetWriter(columns={"a": "int64", "b": ("ascii", True)}).get_split_write()
        with pytest.raises(TypeError, match=rf"column 'a' of type int64 in {jobid}/default"):
            write("x", "y")
        with pytest.raises(ValueError, match=r"None is refused.*column 'a'"):
            write(None, None)
        with pytest.raises(ValueError, match="not ASCII"):
            write(1, "é")
        write(1, None)
    assert list(Dataset(jobid).iterate(None)) == [(1, None)]


def test_defaults_and_parsed_types(workspace: Workspace) -> None:
    with workspace.job() as jobid:
        writer = DatasetWriter(hashlabel="n")
        writer.add("n", "parsed:number", default=-1)
        writer.add("d", ("date", True), default=None)
        write = writer.get_split_write()
        write("7", "not a date")
        write("x", dt.date(2020, 1, 2))
        write("1.5", None)
    ds = Dataset(jobid)
    assert ds.columns["n"].type == "number"
    assert sorted(ds.iterate(None, ["n", "d"])) == [
        (-1, dt.date(2020, 1, 2)),
        (1.5, None),
        (7, None),
    ]
    for sliceno in range(3):
        assert all(slice_of(n, 3) == sliceno for n in ds.iterate(sliceno, "n"))


def test_values_are_taken_as_they_are_when_written(workspace: Workspace) -> None:
    changing = [1]
    with workspace.job() as jobid:
        write = DatasetWriter(columns={"j": "json", "p": "pickle"}).get_split_write()
        write(changing, changing)
        changing.append(2)
    assert list(Dataset(jobid).iterate(None)) == [([1], [1])]


def test_copy_mode_moves_serialised_values_untouched(workspace: Workspace) -> None:
    source = workspace.write({"j": "json", "p": "pickle", "n": "int64"}, [[{"a": 1.50}, 1, (1, 2)]])
    with workspace.job() as jobid:
        write = DatasetWriter(columns=source.columns, copy_mode=True).get_split_write_list()
        for row in source.iterate(None, copy_mode=True):
            write(row)
    assert (
        list(Dataset(jobid).iterate(None))
        == list(source.iterate(None))
        == [({"a": 1.5}, 1, (1, 2))]
    )


def test_meta_only(workspace: Workspace) -> None:
    with workspace.job() as jobid:
        writer = DatasetWriter(columns={"a": "int64"}, meta_only=True, allow_missing_slices=True)
        pq.write_table(pa.table({"a": [4, 5]}), writer.column_filename("a", 1))
        writer.set_lines(1, 2)
        writer.set_minmax(1, {"a": (4, 5)})
    ds = Dataset(jobid)
    assert ds.lines == [0, 2, 0] and list(ds.iterate(None, "a")) == [4, 5]
    assert (ds.min("a"), ds.max("a")) == (4, 5)


# -- parents


def test_columns_added_to_a_parent(workspace: Workspace) -> None:
    parent = workspace.write(
        AB | {"drop": "bool"}, [[n, str(n), True] for n in range(10)], filename="f"
    )
    with workspace.job() as jobid:
        writer = DatasetWriter(columns={"c": "float64", "b": "int64", "drop": None}, parent=parent)
        for sliceno in range(3):
            writer.set_slice(sliceno)
            for number in parent.iterate(sliceno, "a"):
                writer.write(number + 100, number / 2)
    ds = Dataset(jobid)
    assert list(ds.columns) == ["a", "b", "c"] and ds.parent == parent and ds.filename == "f"
    assert list(ds.iterate("roundrobin")) == [(n, n + 100, n / 2) for n in range(10)]
    assert {path.name for path in (workspace.path / jobid / "DS/default").iterdir()} == {
        *("0.parquet", "1.parquet", "2.parquet")
    }
    assert pq.read_schema(workspace.path / jobid / "DS/default/0.parquet").names == ["b", "c"]


def test_a_parent_fixes_the_number_of_rows(workspace: Workspace) -> None:
    parent = workspace.write({"a": "int64"}, [[1], [2]])
    with pytest.raises(DatasetUsageError, match=r"as many rows.*\[1, 1, 0\], but has \[1, 0, 0\]"):
        workspace.write({"b": "int64"}, [[1]], parent=parent)


def test_the_hash_label_and_parents(workspace: Workspace) -> None:
    parent = workspace.write(AB, [[n, "x"] for n in range(9)], hashlabel="a")
    with workspace.job():
        with pytest.raises(DatasetUsageError, match="hashlabel_override"):
            DatasetWriter(columns={"b": "ascii"}, parent=parent, hashlabel="b")
        with pytest.raises(DatasetUsageError, match="cannot be split"):
            DatasetWriter(columns={"b": "ascii"}, parent=parent, name="x").get_split_write()
        same_label = DatasetWriter(columns={"a": "int64"}, parent=parent, name="y")
        assert same_label.hashlabel == "a"
        same_label.discard()
        with pytest.raises(DatasetUsageError, match="cannot be left out"):
            DatasetWriter(columns={"zz": None}, parent=parent, name="z")
        _discard_all()
    with workspace.job() as jobid:
        writer = DatasetWriter(columns={"c": "int64"}, parent=parent)
        for sliceno in range(3):
            writer.set_slice(sliceno)
            for number in parent.iterate(sliceno, "a"):
                writer.write(number)
    assert Dataset(jobid).hashlabel == "a"
    assert all(a == c for a, c in Dataset(jobid).iterate(None, ["a", "c"], hashlabel="a"))


def _discard_all() -> None:
    from axtui.data.writer import _open

    for writer in list(_open.values()):
        writer.discard()


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
    assert [facts.row_group(i).num_rows for i in range(facts.num_row_groups)] == [2048, 2048, 904]
