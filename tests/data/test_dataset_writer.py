"""Writing datasets: what a row may hold, under which names, and every refusal."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
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
from axtui.data.writer import DatasetWriter
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


# -- the hash label


def test_a_row_for_another_slice_is_refused(workspace: Workspace) -> None:
    with workspace.job() as jobid:
        writer = DatasetWriter(columns=AB, hashlabel="b", allow_missing_slices=True)
        writer.set_slice(0)
        right = next(t for t in "abcdefgh" if slice_of(t, 3) == 0)
        wrong = next(t for t in "abcdefgh" if slice_of(t, 3) == 2)
        assert writer.hashcheck(right) and not writer.hashcheck(wrong)
        writer.write(1, right)
        told = f"wrong slice: b='{wrong}' belongs to slice 2, not 0"
        with pytest.raises(DatasetUsageError, match=told):
            writer.write(2, wrong)
        writer.write(3, right)
        with pytest.raises(DatasetUsageError, match=told):
            writer.write_list([2, wrong])
        writer.close()
    assert list(Dataset(jobid).iterate(None, "a")) == [1, 3]


def _keys(sliceno: int) -> list[int]:
    return [number for number in range(9000) if slice_of(number, 3) == sliceno]


def test_a_wrong_row_is_refused_on_the_spot_also_after_many_right_ones(
    workspace: Workspace,
) -> None:
    right, wrong = _keys(1), _keys(2)[7]
    with workspace.job() as jobid:
        writer = DatasetWriter(columns={"a": "int64"}, hashlabel="a", allow_missing_slices=True)
        writer.set_slice(1)
        for number in right[:2500]:
            writer.write(number)
        with pytest.raises(DatasetUsageError, match=r"slice 2, not 1 \(row 2500 of"):
            writer.write(wrong)
        for number in right[2500:]:
            writer.write(number)
        writer.close()
    assert list(Dataset(jobid).iterate(1, "a")) == right


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


def test_hash_discard_also_for_a_write_function_taken_before(workspace: Workspace) -> None:
    with workspace.job() as jobid:
        writer = DatasetWriter(columns={"a": "int64"}, hashlabel="a", allow_missing_slices=True)
        writer.set_slice(1)
        write = writer.write
        with pytest.raises(DatasetUsageError, match=r"row 0 of"):
            write(_keys(2)[0])
        writer.enable_hash_discard()
        for number in range(100):
            write(number)
    assert list(Dataset(jobid).iterate(1, "a")) == [number for number in _keys(1) if number < 100]


def test_a_value_that_does_not_fit_is_told_before_a_wrong_slice(workspace: Workspace) -> None:
    with workspace.job():
        writer = DatasetWriter(columns=AB, hashlabel="b", allow_missing_slices=True)
        writer.set_slice(0)
        wrong = next(t for t in "abcdefgh" if slice_of(t, 3) == 2)
        with pytest.raises(TypeError, match="column 'a'"):
            writer.write("x", wrong)
        with pytest.raises(TypeError, match="column 'b'"):
            writer.write(1, 2)
        writer.discard()


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
        order = r"write\(\) takes a, b"
        with pytest.raises(
            TypeError, match=rf"column 'a' of type int64 in {jobid}/default; {order}"
        ):
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


@pytest.mark.parametrize("refused", [{"a": "no"}, {"b": 7}, {"c": "no"}, {"a": 2**63, "c": None}])
def test_a_refused_row_leaves_nothing(workspace: Workspace, refused: dict[str, Any]) -> None:
    kinds = {"a": "int64", "b": "ascii", "c": "float64", "d": "float32"}
    row = {"a": 1, "b": "x", "c": 0.5, "d": 0.1}
    with workspace.job(1) as jobid:
        writer = DatasetWriter(columns=kinds)
        writer.set_slice(0)
        writer.write_dict(row)
        first = next(iter(refused))
        with pytest.raises((TypeError, OverflowError), match=f"column '{first}'"):
            writer.write_dict(row | refused)
        writer.write(True, "y", 2, np.float32(1.5))
    with workspace.sliced(1):
        found = list(Dataset(jobid).iterate(0, ["a", "b", "c", "d"]))
    assert found == [(1, "x", 0.5, np.float32(0.1)), (1, "y", 2.0, 1.5)]
    assert [type(value) for value in found[1]] == [int, str, float, float]


class _Text(str):
    def __float__(self) -> float:
        return 1.5


class _Bytes(bytes):
    def __float__(self) -> float:
        return 1.5


@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_text_that_could_be_a_float_is_none(workspace: Workspace, kind: str) -> None:
    with workspace.job(1) as jobid:
        writer = DatasetWriter(columns={"a": kind, "b": "int32"})
        writer.set_slice(0)
        for value in (_Text("x"), _Bytes(b"x"), np.str_("1.5"), "1.5"):
            with pytest.raises(TypeError, match="column 'a'"):
                writer.write(value, 1)
        writer.write(Decimal("0.5"), 2)
        writer.write(3, 3)
    with workspace.sliced(1):
        assert list(Dataset(jobid).iterate(0, ["a", "b"])) == [(0.5, 2), (3.0, 3)]


def test_a_number_that_is_refused_takes_its_default(workspace: Workspace) -> None:
    with workspace.job(1) as jobid:
        writer = DatasetWriter()
        writer.add("a", "int64", default=-1)
        writer.add("b", "float64", default=None, none_support=True)
        writer.set_slice(0)
        for row in ((5, 0.5), ("no", "no"), (2**63, 2), (None, None)):
            writer.write(*row)
    with workspace.sliced(1):
        assert list(Dataset(jobid).iterate(0, ["a", "b"])) == [
            (5, 0.5),
            (-1, None),
            (-1, 2.0),
            (-1, None),
        ]
