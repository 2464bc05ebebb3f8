"""csvimport and csvimport_zip with `column2type`: the same rows as dataset_type makes."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from axtui.data.dataset import Dataset
from tests.standard.conftest import Lab, by_slice

TYPES = {
    "n": "int64_10",
    "day": "date:%Y-%m-%d",
    "share": "float64+None",
    "model": "unicode:utf-8",
    "wide": "number",
    "none": "int32_10+None",
    "flag": "strbool",
}
LABELS = "n,day,share,model,wide,none,flag,serial"


def line(n: int) -> str:
    share = "" if n % 3 else f"{n / 7}"
    return f"{n},2013-04-{n % 30 + 1:02},{share},møde {n % 5},{n**5},,{'no' if n % 4 else 'yes'},S{n:09}"


def text(first: int, stop: int) -> str:
    return "\n".join([LABELS, *(line(n) for n in range(first, stop))]) + "\n"


def rows(ds: Dataset) -> list[Any]:
    names = sorted(ds.columns)
    return [by_slice(ds, names), {name: (c.type, c.none_support) for name, c in ds.columns.items()}]


@pytest.mark.parametrize("count", [0, 40, 7000])  # without values, by text, by code
def test_columns_are_typed_as_by_dataset_type(lab: Lab, count: int) -> None:
    lab.input("d.csv", text(0, count))
    at_once = lab.job("csvimport", filename="d.csv", column2type=TYPES).dataset()
    imported = lab.job("csvimport", filename="d.csv").dataset()
    by_two = lab.job("dataset_type", source=imported, column2type=TYPES).dataset()
    assert rows(at_once) == rows(by_two)
    assert at_once.columns["n"].min == by_two.columns["n"].min


def test_members_of_a_zip_are_typed(lab: Lab) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", text(0, 10))
        archive.writestr("b.csv", text(10, 12))
    lab.input("d.zip", packed.getvalue())
    ds = lab.job("csvimport_zip", filename="d.zip", column2type=TYPES).dataset()
    assert sorted(n for part in ds.chain() for n in part.iterate(None, "n")) == list(range(12))


def test_a_value_that_is_none_of_its_type_is_named_with_its_place(lab: Lab) -> None:
    lab.input("d.csv", "n,x\n1,a\n2,b\n3,c\n4,d\nbad\nfive,e\n6,f\n")
    types = {"n": "int64_10"}
    told = lab.refused("csvimport", filename="d.csv", column2type=types, allow_bad=True)
    assert (
        'Failed to convert "five" from d.csv column n slice 2 line 2 to int64_10 (give the c'
        in told
    )


def test_defaults_stand_for_what_cannot_be_converted_and_are_told(lab: Lab) -> None:
    lab.input("d.csv", "n,x\n1,\n?,\n3,7\n")
    types, defaults = {"n": "int64_10", "x": "int32_10"}, {"n": "-1", "x": None}
    job = lab.job("csvimport", filename="d.csv", column2type=types, defaults=defaults)
    ds = job.dataset()
    assert sorted(ds.iterate(None, ("n", "x")), key=str) == [(-1, None), (1, None), (3, 7)]
    assert [c.none_support for c in ds.columns.values()] == [False, True]
    assert "d.csv: 2 values of column 'x' are replaced by the default" in job.output()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"column2type": {"m": "int64_10"}}, "d.csv has no column 'm' to type; it has: n, x"),
        ({"column2type": {"n": "date:%Y"}, "defaults": {"n": "?"}}, "default '?' of column 'n'"),
        ({"column2type": {"x": "ascii"}, "discard": {"x"}}, "no column 'x' to type; it has: n"),
    ],
)
def test_options_that_do_not_fit_are_told_before_a_row_is_read(
    lab: Lab, options: dict[str, Any], message: str
) -> None:
    lab.input("d.csv", "n,x\n1,a\n")
    assert message in lab.refused("csvimport", filename="d.csv", **options)
