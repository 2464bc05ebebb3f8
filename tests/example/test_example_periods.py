"""Which zips are imported, and in which order."""

import zipfile
from pathlib import Path

import pytest

from axtui.errors import UserError
from methods.periods import find_periods


def make_zip(path: Path, *names: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "date\n")


def test_in_order_of_their_days_without_strays(tmp_path: Path):
    make_zip(tmp_path / "a.zip", "data_Q1_2016/2016-01-02.csv", "data_Q1_2016/2016-01-01.csv")
    make_zip(
        tmp_path / "b.zip",
        "2013/2013-04-10.csv",
        "2013/.DS_Store",
        "__MACOSX/2013/._2013-04-10.csv",
        "__MACOSX/2013/2013-05-05.csv",
        "2013/notes-2013-04-10.csv",
    )
    make_zip(tmp_path / "other.zip", "readme.txt")
    (tmp_path / "README.md").write_text("not a zip")
    found = find_periods(tmp_path)
    assert [(period.name, period.days) for period in found] == [
        ("b.zip", ("2013-04-10",)),
        ("a.zip", ("2016-01-01", "2016-01-02")),
    ]
    assert found[1].timestamp == "2016-01-02"


def test_a_day_in_two_zips_is_refused(tmp_path: Path):
    make_zip(tmp_path / "data_2013.zip", "2013/2013-04-10.csv")
    make_zip(tmp_path / "data_Q2_2013.zip", "2013-04-10.csv", "2013-04-11.csv")
    with pytest.raises(UserError, match=r"2013-04-10 is both in data_2013.zip and in data_Q2"):
        find_periods(tmp_path)


def test_a_day_twice_in_a_zip_is_refused(tmp_path: Path):
    make_zip(tmp_path / "data_2013.zip", "2013/2013-04-10.csv", "2013-04-10.csv")
    with pytest.raises(UserError, match="two files for 2013-04-10"):
        find_periods(tmp_path)


def test_a_broken_zip_is_named(tmp_path: Path):
    (tmp_path / "data_2013.zip").write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(UserError, match=r"data_2013.zip is not a zip"):
        find_periods(tmp_path)


def test_an_empty_folder(tmp_path: Path):
    assert find_periods(tmp_path) == []


def test_a_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(UserError, match=r"no input folder .*nowhere"):
        find_periods(tmp_path / "nowhere")
