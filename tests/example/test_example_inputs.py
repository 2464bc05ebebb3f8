"""The example's input files: made by the script, and with the quirks of the published ones."""

import csv
import io
import re
import subprocess
import sys
import zipfile
from collections import defaultdict
from pathlib import Path

import pytest

ZIPS = [
    "data_2013.zip",
    "data_2014.zip",
    "data_2015.zip",
    "data_Q1_2016.zip",
    "data_Q2_2016.zip",
    "data_Q3_2016.zip",
    "data_Q4_2016.zip",
]
DAY = re.compile(r"^(?:[^_/][^/]*/)?(\d{4}-\d\d-\d\d)\.csv$")


def contents(path: Path) -> list[tuple[object, ...]]:
    """Everything of a zip but how it is compressed, which may depend on the zlib."""
    with zipfile.ZipFile(path) as archive:
        return [
            (info.filename, info.date_time, info.external_attr, archive.read(info))
            for info in archive.infolist()
        ]


@pytest.fixture(scope="module")
def tables(root: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of every day, by day."""
    found = {}
    for name in ZIPS:
        with zipfile.ZipFile(root / "inputs" / name) as archive:
            for entry in archive.namelist():
                if match := DAY.match(entry):
                    text = archive.read(entry).decode("ascii")
                    found[match[1]] = list(csv.DictReader(io.StringIO(text)))
    return found


@pytest.fixture(scope="module")
def lives(tables: dict[str, list[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
    """The rows of every drive, oldest first."""
    found = defaultdict(list)
    for day in sorted(tables):
        for row in tables[day]:
            found[row["serial_number"]].append(row)
    return found


@pytest.mark.parametrize("name", ZIPS)
def test_the_shipped_files_are_what_the_script_makes(root: Path, generated: Path, name: str):
    assert contents(root / "inputs" / name) == contents(generated / name)


def test_nothing_else_is_shipped_or_made(root: Path, generated: Path):
    assert sorted(path.name for path in generated.iterdir()) == ZIPS
    assert sorted(path.name for path in (root / "inputs").glob("*.zip")) == ZIPS


def test_making_them_does_not_depend_on_hash_seed_or_folder(root: Path, tmp_path: Path, generated):
    environment = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    script = root / "inputs" / "make_inputs.py"
    command = [sys.executable, str(script), str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd="/")
    for name in ZIPS:
        assert (tmp_path / name).read_bytes() == (generated / name).read_bytes()


def test_size_and_rows(root: Path, tables):
    assert sum((root / "inputs" / name).stat().st_size for name in ZIPS) <= 4_000_000
    assert sum(map(len, tables.values())) >= 60_000
    assert len(tables) > 90


def test_columns_drift(root: Path):
    headers = []
    for name in ZIPS:
        with zipfile.ZipFile(root / "inputs" / name) as archive:
            days = [entry for entry in archive.namelist() if DAY.match(entry)]
            found = {archive.read(day).split(b"\n", 1)[0] for day in days}
        assert len(found) == 1, f"{name} changes its columns within a period"
        headers.append(found.pop().decode().split(","))
    assert len({tuple(header) for header in headers}) >= 5
    assert "datacenter" not in headers[0]
    assert headers[-1].index("datacenter") == 5, "columns are also added in the middle"


def test_stray_entries(root: Path):
    with zipfile.ZipFile(root / "inputs" / "data_2013.zip") as archive:
        names = archive.namelist()
    assert "2013/.DS_Store" in names
    assert "__MACOSX/2013/._2013-04-10.csv" in names
    with zipfile.ZipFile(root / "inputs" / "data_Q3_2016.zip") as archive:
        assert all("/" not in name for name in archive.namelist())


def test_a_model_has_two_spellings(tables):
    early = {row["model"] for row in tables["2013-04-10"]}
    late = {row["model"] for row in tables["2016-12-28"]}
    assert {"WDC WD30EFRX", "WDC  WD30EFRX"} <= early
    assert not any("  " in model for model in late)


def test_some_drives_do_not_tell_their_capacity(tables):
    silent = [row for rows in tables.values() for row in rows if row["capacity_bytes"] == "-1"]
    assert 50 < len(silent) < 1000
    assert all(value == "" for row in silent for name, value in row.items() if "smart" in name)


def test_a_drive_fails_on_its_last_day_only(lives):
    failed = 0
    for rows in lives.values():
        assert all(row["failure"] == "0" for row in rows[:-1])
        failed += rows[-1]["failure"] == "1"
    assert 100 < failed < 400


def test_drives_vanish_without_failing(tables, lives):
    last = max(tables)
    gone = [rows for rows in lives.values() if rows[-1]["date"] < last]
    assert sum(rows[-1]["failure"] == "0" for rows in gone) > 200


def test_drives_appear_age_and_keep_their_model(tables, lives):
    first = min(tables)
    assert sum(rows[0]["date"] > first for rows in lives.values()) > 500
    for rows in lives.values():
        hours = [int(row["smart_9_raw"]) for row in rows if row["smart_9_raw"]]
        assert hours == sorted(hours)
        assert len({row["model"].replace("  ", " ") for row in rows}) == 1


def test_each_row_has_the_day_of_its_file_and_a_drive_is_seen_once_a_day(tables):
    for day, rows in tables.items():
        assert {row["date"] for row in rows} == {day}
        assert len({row["serial_number"] for row in rows}) == len(rows)
