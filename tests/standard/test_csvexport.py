"""csvexport, and the methods that join, rename and sum datasets, run as jobs."""

from __future__ import annotations

import gzip
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest

from axtui.data.job import Job
from tests.standard.conftest import Lab, rows


def content(job: Job, name: str = "result.csv") -> bytes:
    """A file of a job."""
    assert name in {str(found) for found in job.files()}
    return Path(job.path, name).read_bytes()


@pytest.fixture
def drives(lab: Lab) -> Job:
    """Two chained datasets of three and two rows."""
    lab.input("0.csv", "b,a\n1,x\n2,\n3,y z\n")
    lab.input("1.csv", 'b,a\n4,"\n5,ö\n')
    first = lab.job("csvimport", filename="0.csv")
    second = lab.job("csvimport", filename="1.csv", previous=str(first))
    types = {"a": "unicode+None:utf-8", "b": "float64"}
    return lab.job("dataset_type", source=str(second), column2type=types)


def test_one_file_and_a_chain_of_which_only_what_is_new(lab: Lab, drives: Job) -> None:
    job = lab.job("csvexport", source=str(drives))
    assert content(job) == 'a,b\n",4.0\nö,5.0\n'.encode()
    assert {str(name) for name in job.files()} == {"result.csv"}  # no parts stay
    options: dict[str, Any] = {"chain_source": True, "labels": ["b", "a", "b"], "none_as": "-"}
    first = lab.job("csvexport", source=str(drives.dataset().previous), **options)
    assert content(first) == b"b,a,b\n1.0,x,1.0\n2.0,-,2.0\n3.0,y z,3.0\n"
    second = lab.job("csvexport", source=str(drives), previous=str(first), **options)
    assert content(second) == 'b,a,b\n4.0,",4.0\n5.0,ö,5.0\n'.encode()
    third = lab.job("csvexport", source=str(drives), previous=str(second), **options)
    assert content(third) == b"b,a,b\n"


def test_a_file_per_slice_in_gzip(lab: Lab, drives: Job) -> None:
    job = lab.job(
        "csvexport",
        source=str(drives),
        filename="d/x%02d.gz",
        sliced=True,
        quote_fields="'",
        line_separator="\r\n",
    )
    assert [gzip.decompress(content(job, f"d/x0{n}.gz")) for n in range(3)] == [
        b"a,b\r\n'\"',4.0\r\n",
        "a,b\r\nö,5.0\r\n".encode(),
        b"a,b\r\n",
    ]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"labels": ["a", "x"]}, "has no column 'x'; it has: a, b"),
    ({"none_as": {"c": ""}}, "none_as has labels that are not exported: c"),
    ({"none_as": 5}, "none_as is 5; it must be a text"),
    ({"filename": "50%", "sliced": True}, "it must have one %d"),
]


def test_wrong_options_are_told(lab: Lab, drives: Job) -> None:
    for options, message in WRONG:
        assert message in lab.refused("csvexport", source=str(drives), **options)


def test_a_chain_becomes_one_dataset(lab: Lab, drives: Job, chained: Job) -> None:
    job = lab.job("dataset_concat", source=str(drives))
    assert sorted(rows(job, "b")) == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert job.dataset().previous is None and job.dataset().columns["a"].none_support
    again = lab.job("dataset_concat", source=str(drives), previous=str(job)).dataset()
    assert again.shape == (2, 0) and again.previous == job.dataset()
    message = lab.refused("dataset_concat", source=str(chained))
    assert "does not have the same columns" in message and "'c' (bytes, not there)" in message


def test_columns_side_by_side_and_under_other_names(lab: Lab, drives: Job) -> None:
    other = lab.job(
        "dataset_rename_columns", source=str(drives), rename={"b": "c", "a": None}
    ).dataset()
    assert list(other.columns) == ["c"] and rows(other, "c") == [4.0, 5.0]
    merged = lab.job("dataset_merge", source=[str(other), str(drives), str(other)])
    assert rows(merged, ["a", "b", "c"]) == [('"', 4.0, 4.0), ("ö", 5.0, 5.0)]
    assert len(merged.datasets) == 2
    assert "at least two datasets, not 1" in lab.refused("dataset_merge", source=[str(other)])
    assert "no such column" in lab.refused(
        "dataset_rename_columns", source=str(drives), rename={"x": "y"}
    )


def test_checksums(lab: Lab, drives: Job) -> None:
    second = drives.dataset()
    digests = [md5(b'"\0004.0\0').digest(), md5("ö\0005.0\0".encode()).digest()]
    expected = int(md5(b"".join(sorted(digests))).hexdigest(), 16)
    found = lab.job("dataset_checksum", source=str(second)).load()
    assert (found.sum, found.sort, found.columns) == (expected, True, ["a", "b"])
    unsorted = lab.job("dataset_checksum", source=str(second), sort=False).load()
    assert unsorted.sum == int(md5(b"".join(digests)).hexdigest(), 16)
    first = lab.job("dataset_checksum", source=str(second.previous), columns=["b"]).load()
    last = lab.job("dataset_checksum", source=str(second), columns=["b"]).load()
    chain = lab.job("dataset_checksum_chain", source=str(second), columns=["b"]).load()
    assert chain.sum == first.sum ^ last.sum and chain.columns == ["b"]
    assert list(chain.sources) == [second.previous, second]
    assert "has no column 'x'" in lab.refused("dataset_checksum", source=str(second), columns=["x"])
    assert "is left to sum" in lab.refused(
        "dataset_checksum_chain", source=str(second), stop=str(second)
    )


def test_what_is_new_is_told_by_what_it_holds(lab: Lab) -> None:
    """The job of previous may be one that was re-used for an equal chain, which it does not name."""
    lab.method("chain", CHAIN)
    first, second = (str(lab.job("chain", version=number)) for number in (1, 2))
    old = lab.job("dataset_concat", source=f"{first}/0")
    job = lab.job("dataset_concat", source=second, previous=str(old))
    assert rows(job, "n") == [1]


CHAIN = """
options = {"version": 0}


def synthesis(job):
    previous = None
    for number, name in enumerate(("0", "default")):
        writer = job.datasetwriter({"n": "int64"}, name=name, previous=previous)
        writer.get_split_write()(number)
        previous = writer.finish()
"""
