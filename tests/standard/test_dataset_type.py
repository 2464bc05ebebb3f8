"""dataset_type, run as a job."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from axtui.data import context
from axtui.data.hashing import slice_of
from axtui.data.job import Job
from axtui.errors import UserError
from axtui.standard.typenames import GUESSES, parse
from axtui.standard.typeplan import make_plan
from tests.standard.conftest import TYPES, Lab, by_slice, rows


def test_columns_are_typed_and_the_others_inherited(lab: Lab, imported: Job) -> None:
    ds = lab.job("dataset_type", source=str(imported), column2type=TYPES).dataset()
    assert {name: column.type for name, column in ds.columns.items()} == {
        "id": "int32", "model": "bytes", "day": "date", "size": "number",
    }  # fmt: skip
    assert [name for name, column in ds.columns.items() if column.none_support] == ["size"]
    assert ds.parent == imported.dataset()
    found = list(ds.iterate("roundrobin", ["id", "model", "day", "size"]))
    assert found[:2] == [
        (0, b"m0", dt.date(2013, 4, 1), None),
        (1, b"m1", dt.date(2013, 4, 2), 1000),
    ]
    assert [row[0] for row in found] == list(range(50))
    assert (ds.min("id"), ds.max("size")) == (0, 49_000)


def test_untyped_columns_can_be_left_out(lab: Lab, imported: Job) -> None:
    ds = lab.job(
        "dataset_type", source=str(imported), column2type=TYPES, discard_untyped=True
    ).dataset()
    assert set(ds.columns) == set(TYPES)
    assert ds.parent is None


def test_a_value_that_cannot_be_typed_is_named_with_its_place(lab: Lab) -> None:
    lab.input("x.csv", "a,b\n" + "1,2\n" * 7 + "oops,2\n")
    source = lab.job("csvimport", filename="x.csv")
    message = lab.refused("dataset_type", source=str(source), column2type={"a": "int64_10"})
    assert (
        f'Failed to convert "oops" from {source}/default column a slice 1 line 3 to int64_10'
        in message
    )


def test_bad_lines_are_set_apart(lab: Lab) -> None:
    lab.input("x.csv", "a,b,c\n1,1,r\nx,2,s\n3,y,t\nx,y,u\n5,5,v\n")
    source = lab.job("csvimport", filename="x.csv")
    job = lab.job(
        "dataset_type",
        source=str(source),
        column2type={"a": "int64_10", "b": "number"},
        filter_bad=True,
    )
    assert sorted(rows(job, ["a", "b", "c"])) == [(1, 1, b"r"), (5, 5, b"v")]
    assert sorted(rows(f"{job}/bad", ["a", "b"])) == [(b"3", b"y"), (b"x", b"2"), (b"x", b"y")]
    assert "3 bad lines" in lab.prints()


def test_defaults_are_counted(lab: Lab) -> None:
    lab.input("x.csv", "a\n1\nx\ny\n")
    source = lab.job("csvimport", filename="x.csv")
    job = lab.job(
        "dataset_type", source=str(source), column2type={"a": "int64_10"}, defaults={"a": None}
    )
    assert sorted(rows(job, "a"), key=str) == [1, None, None]
    assert "2   a" in lab.prints()


def renamed(lab: Lab, source: Job, **keywords: Any) -> dict[str, str]:
    ds = lab.job("dataset_type", source=str(source), **keywords).dataset()
    return {
        name: f"{column.type} {sorted(set(rows(ds, name)))[0]!r}"
        for name, column in ds.columns.items()
    }


def test_renaming(lab: Lab) -> None:
    lab.input("x.csv", "a,b\n1,2\n")
    source = lab.job("csvimport", filename="x.csv")
    assert renamed(lab, source, column2type={"n": "number"}, rename={"a": "n"}) == {
        "a": "bytes b'1'", "b": "bytes b'2'", "n": "number 1",
    }  # fmt: skip
    assert renamed(lab, source, column2type={"a": "number"}, rename={"b": "c"}) == {
        "a": "number 1", "c": "bytes b'2'",
    }  # fmt: skip
    assert renamed(lab, source, column2type={"a": "number"}, rename={"b": None}) == {
        "a": "number 1"
    }
    assert renamed(lab, source, column2type={"a": "number"}, rename={"b": "a"}) == {
        "a": "number 2", "b": "bytes b'2'",
    }  # fmt: skip
    assert renamed(lab, source, column2type={"a": "number", "b": "ascii"}, rename={"a": "b", "b": "a"}) == {
        "a": "number 2", "b": "ascii '1'",
    }  # fmt: skip


def test_each_dataset_of_a_chain_is_typed_by_itself(lab: Lab, chained: Job) -> None:
    job = lab.job("dataset_type", source=str(chained), column2type={"a": "int64_10"})
    chain = job.dataset().chain()
    assert [ds.name for ds in chain] == ["0", "1", "default"]
    assert [sorted(rows(ds, "a")) for ds in chain] == [[1, 2, 3, 4, 5, 6], [7, 8, 9], []]
    assert [sorted(ds.columns) for ds in chain] == [["a", "b"], ["a", "b", "c"], ["a", "b"]]


def test_only_what_is_new_in_a_chain_is_typed(lab: Lab, chained: Job) -> None:
    first = chained.dataset().chain()[0]
    one = lab.job("dataset_type", source=str(first), column2type={"a": "int64_10"})
    two = lab.job(
        "dataset_type", source=str(chained), column2type={"a": "int64_10"}, previous=str(one)
    )
    assert [str(ds.job) for ds in two.dataset().chain()] == [str(one), str(two), str(two)]
    again = lab.job(
        "dataset_type", source=str(chained), column2type={"a": "number"}, previous=str(two)
    )
    assert again.datasets == []  # nothing is new


def test_rows_move_to_the_slice_of_a_new_hashlabel(lab: Lab, imported: Job) -> None:
    ds = lab.job("dataset_type", source=str(imported), column2type=TYPES, hashlabel="id").dataset()
    assert ds.hashlabel == "id"
    assert set(ds.columns) == {"id", "model", "day", "size"}
    for sliceno, values in enumerate(by_slice(ds, "id")):
        assert all(slice_of(value, 3) == sliceno for value in values)
    assert sorted(rows(ds, "id")) == list(range(50))
    retyped = lab.job("dataset_type", source=str(imported), column2type=TYPES, hashlabel="model")
    plain = lab.job("dataset_type", source=str(retyped), column2type={"model": "ascii"}).dataset()
    assert plain.hashlabel == "model"  # typing the hashlabel hashes anew
    assert sorted(plain.iterate(None, "id")) == list(range(50))
    unhashed = lab.job(
        "dataset_type", source=str(retyped), column2type={"model": "ascii"}, hashlabel=""
    )
    assert unhashed.dataset().hashlabel is None


def test_rehashed_rows_keep_order_and_bad_ones_are_told_by_their_source(lab: Lab) -> None:
    lab.input("x.csv", "a,b\n" + "".join(f"{n % 5},{n}\n" for n in range(30)) + "1,oops\n4,no\n")
    source = lab.job("csvimport", filename="x.csv")
    types = {"a": "int64_10", "b": "int64_10"}
    message = lab.refused("dataset_type", source=str(source), column2type=types, hashlabel="a")
    assert f'"oops" from {source}/default column b slice 0 line 11' in message
    job = lab.job(
        "dataset_type", source=str(source), column2type=types, hashlabel="a", filter_bad=True
    )
    assert by_slice(f"{job}/bad", "b") == [[b"oops"], [b"no"], []]
    assert "2 bad lines" in lab.prints()
    for values in by_slice(job.dataset(), "b"):
        assert values == sorted(values, key=lambda n: (n % 3, n))


def test_a_dataset_per_slice(lab: Lab, chained: Job) -> None:
    options = {"column2type": {"a": "int64_10"}, "hashlabel": "a", "chain_slices": True}
    job = lab.job("dataset_type", source=str(chained), **options)
    chain = job.dataset().chain()
    assert [ds.name for ds in chain] == [
        "0.0", "0.1", "0", "1.0", "1.1", "1", "default.0", "default.1", "default",
    ]  # fmt: skip
    assert sorted(value for ds in chain for value in rows(ds, "a")) == list(range(1, 10))
    assert {ds.hashlabel for ds in chain} == {"a"}


def test_slices_may_change_between_jobs(lab: Lab, imported: Job) -> None:
    lab.write("axtui.toml", "slices = 2\n")
    with context.use(lab.workspace.context()):
        job = lab.job("dataset_type", source=str(imported), column2type=TYPES, hashlabel="id")
        assert len(job.dataset().lines) == 2
        assert sorted(job.dataset().iterate(None, "id")) == list(range(50))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"column2type": {"nope": "ascii"}}, "has no column 'nope'"),
        ({"column2type": {"id": "Timestamp"}}, "datetime:%Y-%m-%d %H:%M:%S"),
        ({"column2type": {}}, "column2type names no columns"),
        ({"column2type": {"id": "int"}}, "(str). Did you mean"),
        ({"column2type": {"id": "int46_10"}}, "int64_10i"),
        ({"column2type": {"id": "date:%Q"}}, "date format '%Q' has a wrong code"),
        ({"column2type": {"id": "unicode:nope"}}, "no text encoding 'nope'"),
        ({"column2type": {"id": "ascii"}, "hashlabel": "nope"}, "hashlabel is 'nope'"),
        (
            {"column2type": {"id": "ascii"}, "hashlabel": "model", "discard_untyped": True},
            "hashlabel is 'model'",
        ),
        ({"column2type": {"id": "json"}, "hashlabel": "id"}, "cannot be a hashlabel"),
        (
            {"column2type": {"id": "ascii"}, "rename": {"day": "x", "size": "x"}},
            "both renamed to 'x'",
        ),
        (
            {"column2type": {"id": "number"}, "defaults": {"id": "x"}},
            "the default 'x' of column 'id'",
        ),
        (
            {"column2type": {"day": "datetime:%Y"}, "timezone": "Mars/Base"},
            "timezone is 'Mars/Base'",
        ),
    ],
)
def test_wrong_options_are_told(lab: Lab, imported: Job, options: Any, message: str) -> None:
    assert message in lab.refused("dataset_type", source=str(imported), **options)


def test_typed_columns_are_not_typed_again(lab: Lab, imported: Job) -> None:
    typed = lab.job("dataset_type", source=str(imported), column2type=TYPES)
    message = lab.refused("dataset_type", source=str(typed), column2type={"id": "ascii"})
    assert "only bytes, ascii and unicode columns can be typed" in message


def test_a_whole_chain_can_be_planned_as_one_dataset(lab: Lab, chained: Job) -> None:
    chain = list(chained.dataset().chain())
    options = {
        "column2type": {"a": "int64_10"}, "rename": {}, "hashlabel": None, "filter_bad": False,
        "defaults": {}, "discard_untyped": None,
    }  # fmt: skip
    plan = make_plan(chain, options)
    assert (plan.sources, list(plan.columns), plan.inherits) == (chain, ["a", "b"], False)
    assert list(make_plan(chain, options | {"discard_untyped": True}).columns) == ["a"]
    with pytest.raises(UserError, match=r"columns \['c'\] .* are not in all"):
        make_plan(chain[:2], options | {"discard_untyped": False})


def test_what_is_guessed_for_a_type_is_one() -> None:
    for guess, meant in GUESSES.items():
        parse(meant)
        with pytest.raises(UserError, match=f"Did you mean {re.escape(repr(meant))}"):
            parse(guess)


def test_years_that_have_no_table_of_clocks_have_their_summer_time(lab: Lab) -> None:
    lab.input(
        "in.csv", "t\n2040-07-01 12:00\n2040-01-01 12:00\n2040-10-28 02:30\n9999-12-31 23:30\n"
    )
    source = str(lab.job("csvimport", filename="in.csv"))
    typed = lab.job(
        "dataset_type",
        source=source,
        column2type={"t": "datetime:%Y-%m-%d %H:%M"},
        timezone=":Europe/Stockholm",
    )
    hours = sorted((t.month, t.hour) for t in rows(typed.dataset(), "t"))
    assert hours == [(1, 11), (7, 10), (10, 1), (12, 22)]
    ruled = lab.job(
        "dataset_type",
        source=source,
        column2type={"t": "datetime:%Y-%m-%d %H:%M"},
        timezone="CET-1CEST,M3.5.0,M10.5.0/3",
    )
    assert rows(ruled.dataset()) == rows(typed.dataset())
    gone = lab.job(
        "dataset_type",
        source=source,
        column2type={"t": "datetime:%Y-%m-%d %H:%M"},
        timezone="America/New_York",
        filter_bad=True,
    )
    assert rows(gone.dataset("bad"), "t") == [b"9999-12-31 23:30"]


def test_until_2022_zones_gave_naive_times_and_only_typed_columns_were_renamed(lab: Lab) -> None:
    lab.input("in.csv", "a,b,c,d\n1,2020-07-01,x,y\n")
    source = str(lab.job("csvimport", filename="in.csv"))
    options = {
        "column2type": {"n": "int64_10", "b": "datetime:%Y-%m-%d"},
        "rename": {"a": "n", "c": "new", "d": None},
        "timezone": "Europe/Stockholm",
    }
    today = lab.job("dataset_type", source=source, **options).dataset()
    assert sorted(today.columns) == ["a", "b", "n", "new"]
    assert rows(today, "b") == [dt.datetime(2020, 6, 30, 22, tzinfo=dt.UTC)]
    lab.write("axtui.toml", 'slices = 3\naccelerator = "2021"\n')
    then = lab.job("dataset_type", source=source, **options).dataset()
    assert sorted(then.columns) == ["a", "b", "c", "n"]
    assert rows(then, "b") == [dt.datetime(2020, 6, 30, 22)]
    own = lab.job("dataset_type", source=source, **options, filter_bad=True).dataset()
    assert sorted(own.columns) == ["b", "n", "new"]
