"""The index for re-use made anew: right whatever was there, and what is right is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from axtui.build.index import ReuseIndex, is_indexed
from axtui.build.reindex import reindex
from axtui.data import jobdir
from axtui.workspace import open_workspace
from catalog.read import query

KEYS = {1: "blake3:aa11", 2: "blake3:bb22", 3: "blake3:aa11"}


def a_job(folder: Path, number: int, key: str, method: str = "words") -> None:
    path = folder / f"dev-{number}"
    path.mkdir(parents=True)
    jobdir.write_json(path / jobdir.SETUP, {"key": key, "method": method, "is_build": False})
    jobdir.write_json(path / jobdir.POST, {"endtime": 1.0})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "dev"
    for number, key in KEYS.items():
        a_job(folder, number, key)
    return folder


def content(folder: Path) -> dict[str, str]:
    top = folder / ".reuse"
    return {str(path.relative_to(top)): path.read_text() for path in top.glob("*/*")}


RIGHT = {
    "aa/aa11": "dev-1\ndev-3\n",
    "bb/bb22": "dev-2\n",
    "methods/words": "dev-1\ndev-2\ndev-3\n",
}


def test_made_from_job_directories_or_from_what_is_known_of_them(folder: Path) -> None:
    index = ReuseIndex({"dev": folder}, "dev")
    assert index.rebuild("dev") == 3
    assert content(folder) == RIGHT
    known = [(f"dev-{number}", key, "words") for number, key in KEYS.items()]
    for path in (folder / ".reuse").glob("*/*"):
        path.unlink()
    assert index.rebuild("dev", known) == 3
    assert content(folder) == RIGHT


def test_what_is_right_is_not_written_again_and_all_else_is(folder: Path) -> None:
    index = ReuseIndex({"dev": folder}, "dev")
    index.rebuild("dev")
    top = folder / ".reuse"
    (top / "methods/words").write_text("dev-3\ndev-9\nde")
    (top / "cc").mkdir()
    (top / "cc/cc33").write_text("dev-9\n")
    (top / "cc/.cc33.77").write_text("half")
    before = {name: (top / name).stat().st_ino for name in ("aa/aa11", "bb/bb22")}
    index.rebuild("dev")
    assert content(folder) == RIGHT
    assert {name: (top / name).stat().st_ino for name in before} == before
    assert index.candidates("blake3:aa11") == ["dev-3", "dev-1"]


def test_a_job_that_another_process_adds_meanwhile_is_kept(folder: Path) -> None:
    index = ReuseIndex({"dev": folder}, "dev")
    index.rebuild("dev")
    known = [(f"dev-{number}", key, "words") for number, key in KEYS.items()]
    a_job(folder, 4, "blake3:dd44")
    a_job(folder, 5, "blake3:aa11")
    other = ReuseIndex({"dev": folder}, "dev")
    other.add("dev-4", "blake3:dd44", "words")
    other.add("dev-5", "blake3:aa11", "words")
    index.rebuild("dev", known)
    assert content(folder) == {
        "aa/aa11": "dev-1\ndev-3\ndev-5\n",
        "bb/bb22": "dev-2\n",
        "dd/dd44": "dev-4\n",
        "methods/words": "dev-1\ndev-2\ndev-3\ndev-4\ndev-5\n",
    }


@pytest.mark.parametrize("key", [None, 3, "", "blake3:", "blake3:../x", "nothing"])
def test_a_damaged_record_makes_no_file_elsewhere(folder: Path, key: object) -> None:
    assert not is_indexed(key, "words")
    setup = folder / "dev-2" / jobdir.SETUP
    jobdir.write_json(setup, jobdir.read_json(setup) | {"key": key})
    assert ReuseIndex({"dev": folder}, "dev").rebuild("dev") == 2


def test_a_record_that_parses_but_is_none_costs_only_its_own_job(folder: Path) -> None:
    config = folder.parent / "axtui.toml"
    config.write_text('[workdirs]\ndev = "dev"\n')
    jobdir.write_json(folder / "dev-2" / jobdir.SETUP, {"options": []})
    workspace = open_workspace(config_file=config)
    workspace.make_folders()
    assert reindex(workspace).problems == []
    states = query(workspace.dot_axtui, "SELECT state FROM jobs ORDER BY number").to_pylist()
    assert [row["state"] for row in states] == ["complete", "damaged", "complete"]
    assert content(folder)["methods/words"] == "dev-1\ndev-3\n"
