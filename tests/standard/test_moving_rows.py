"""dataset_hashpart, dataset_sort and dataset_filter_columns, run as jobs."""

from __future__ import annotations

from typing import Any

import pytest

from axtui.data.dataset import Dataset
from axtui.data.hashing import slice_of
from axtui.data.job import Job
from tests.standard.conftest import TYPES, Lab, by_slice, rows


def test_hashpart(lab: Lab, imported: Job) -> None:
    typed = lab.job("dataset_type", source=str(imported), column2type=TYPES)
    ds = lab.job("dataset_hashpart", source=str(typed), hashlabel="model").dataset()
    assert ds.hashlabel == "model"
    assert sorted(rows(ds, ["id", "size"]), key=str) == sorted(rows(typed, ["id", "size"]), key=str)
    for sliceno, values in enumerate(by_slice(ds, "model")):
        assert all(slice_of(value, 3) == sliceno for value in values)
    assert ds.caption == '"typed dataset" hashed on model'


@pytest.mark.parametrize("chain_slices", [False, True])
def test_hashpart_of_a_chain(lab: Lab, chained: Job, chain_slices: bool) -> None:
    job = lab.job("dataset_hashpart", source=str(chained), hashlabel="b", chain_slices=chain_slices)
    chain = job.dataset().chain()
    assert len(chain) == (9 if chain_slices else 3)
    assert sorted(int(value) for ds in chain for value in rows(ds, "a")) == list(range(1, 10))


def test_hashpart_refuses_what_cannot_be_hashed(lab: Lab, imported: Job) -> None:
    assert "has no column 'x'" in lab.refused(
        "dataset_hashpart", source=str(imported), hashlabel="x"
    )
    typed = lab.job("dataset_type", source=str(imported), column2type={"id": "json"})
    assert "which has no hash" in lab.refused("dataset_hashpart", source=str(typed), hashlabel="id")


def test_sort_within_slices_is_stable(lab: Lab, imported: Job) -> None:
    typed = lab.job("dataset_type", source=str(imported), column2type=TYPES)
    ds = lab.job("dataset_sort", source=str(typed), sort_columns=["model", "size"]).dataset()
    for sliceno in range(3):
        found = list(ds.iterate(sliceno, ["model", "size", "id"]))
        before = list(Dataset(str(typed)).iterate(sliceno, ["model", "size", "id"]))
        assert found == sorted(before, key=lambda row: (row[0], -1 if row[1] is None else row[1]))
    back = lab.job(
        "dataset_sort", source=str(typed), sort_columns=["model"], sort_order="descending"
    ).dataset()
    for values, before in zip(by_slice(back, "id"), by_slice(typed, "id"), strict=True):
        assert values == sorted(before, key=lambda n: -(n % 4))


def test_sort_across_slices(lab: Lab, imported: Job) -> None:
    typed = lab.job("dataset_type", source=str(imported), column2type=TYPES)
    options = {"source": str(typed), "sort_columns": ["model", "id"], "sort_across_slices": True}
    ds = lab.job("dataset_sort", **options).dataset()
    assert list(ds.iterate(None, "id")) == sorted(range(50), key=lambda n: (n % 4, n))
    assert sorted(ds.lines) == [16, 17, 17]
    ds = lab.job("dataset_sort", **options, trigger_column="model").dataset()
    models = [set(values) for values in by_slice(ds, "model")]
    assert sum(map(len, models)) == len(set().union(*models)) == 4
    assert sorted(ds.iterate(None, "id")) == list(range(50))


def test_a_sorted_chain_is_one_dataset(lab: Lab, chained: Job) -> None:
    typed = lab.job("dataset_type", source=str(chained), column2type={"a": "int64_10"})
    ds = lab.job(
        "dataset_sort", source=str(typed), sort_columns=["a"], sort_order="descending"
    ).dataset()
    assert ds.previous is None
    assert sorted(rows(ds, "a")) == list(range(1, 10))
    assert all(values == sorted(values, reverse=True) for values in by_slice(ds, "a"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sort_columns": ["x"]}, "has no column 'x' to sort by"),
        ({"sort_columns": []}, "sort_columns names no columns"),
        ({"sort_columns": ["id"], "trigger_column": "id"}, "only of use with sort_across_slices"),
        (
            {"sort_columns": ["id"], "sort_across_slices": True, "trigger_column": "day"},
            "must be one of",
        ),
    ],
)
def test_wrong_sort_options_are_told(lab: Lab, imported: Job, options: Any, message: str) -> None:
    assert message in lab.refused("dataset_sort", source=str(imported), **options)


def test_filter_columns(lab: Lab, imported: Job) -> None:
    ds = lab.job(
        "dataset_filter_columns", source=str(imported), keep_columns=["day", "id"]
    ).dataset()
    assert sorted(ds.columns) == ["day", "id"]
    ds = lab.job(
        "dataset_filter_columns", source=str(imported), discard_columns=["day", "nope"]
    ).dataset()
    assert sorted(ds.columns) == ["id", "model", "size"]
    assert "either keep_columns or discard_columns" in lab.refused(
        "dataset_filter_columns", source=str(imported)
    )
    message = lab.refused("dataset_filter_columns", source=str(imported), keep_columns=["x"])
    assert "has no columns ['x']" in message
