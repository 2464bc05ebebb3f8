"""What the census read of complete jobs is kept while their records stand untouched, and no longer."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from axtui.build.housekeeping import census as census_module
from axtui.build.housekeeping import knownfacts
from axtui.build.housekeeping.census import census
from axtui.data import jobdir


class Jobs:
    """A workdir of plain jobs, and what the census reads of it."""

    def __init__(self, root: Path) -> None:
        self.folder, self.kept = root / "dev", root / "dot"
        self.kept.mkdir()
        self.read: list[str] = []

    def make(self, number: int, **end: Any) -> Path:
        path = self.folder / f"dev-{number}"
        path.mkdir(parents=True)
        setup = {
            "method": "m",
            "key": "k",
            "starttime": 5.0,
            "jobs": {"a": "dev-1"},
            "flags": ["f"],
        }
        jobdir.write_json(path / jobdir.SETUP, setup)
        self.finish(path, **end)
        return path

    def finish(self, path: Path, **end: Any) -> None:
        files = {"x": {"size": 10, "ino": 1}}
        jobdir.write_json(path / jobdir.POST, {"files": files, "endtime": 9.0, **end})

    def ask(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        """The census, which `read` these jobs; it tells what one that keeps nothing tells."""
        self.read.clear()
        facts = census_module.facts

        def reading(path: Path) -> Any:
            self.read.append(path.name)
            return facts(path)

        with monkeypatch.context() as patch:
            patch.setattr(census_module, "facts", reading)
            found = census({"dev": self.folder}, self.kept)
        assert found == census({"dev": self.folder})
        return found


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    monkeypatch.setattr(knownfacts, "SETTLED_NS", -(10**18))  # whatever the clock says
    jobs = Jobs(tmp_path)
    for number in (1, 2, 3):
        jobs.make(number, links=["dev-1"], subjobs={"dev-2": True})
    jobs.ask(monkeypatch)
    assert jobs.read == ["dev-1", "dev-2", "dev-3"]
    return jobs


def test_what_stands_untouched_is_not_read_again(jobs: Jobs, monkeypatch: Any) -> None:
    found = jobs.ask(monkeypatch)
    assert jobs.read == []
    assert found["dev-3"].bound == {"dev-1", "dev-2"} and found["dev-3"].flags == ("f",)


def test_a_record_that_was_touched_is_read_again(jobs: Jobs, monkeypatch: Any) -> None:
    jobs.finish(jobs.folder / "dev-2", links=["dev-3"], subjobs={"dev-2": True})
    assert jobs.ask(monkeypatch)["dev-2"].bound == {"dev-3"}
    assert jobs.read == ["dev-2"]
    jobs.ask(monkeypatch)
    assert jobs.read == []


def test_a_job_that_came_or_went(jobs: Jobs, monkeypatch: Any) -> None:
    shutil.rmtree(jobs.folder / "dev-2")
    jobs.make(4)
    assert list(jobs.ask(monkeypatch)) == ["dev-1", "dev-3", "dev-4"]
    assert jobs.read == ["dev-4"]


def test_what_failed_is_read_each_time(jobs: Jobs, monkeypatch: Any) -> None:
    path = jobs.folder / "dev-2"
    (path / jobdir.POST).unlink()
    jobdir.write_json(path / jobdir.FAILED, {"kind": "exception", "ended": 9.0})
    for _ in range(2):
        assert jobs.ask(monkeypatch)["dev-2"].state == "failed"
        assert jobs.read == ["dev-2"]


def test_what_was_touched_a_moment_ago_is_not_kept(jobs: Jobs, monkeypatch: Any) -> None:
    monkeypatch.setattr(knownfacts, "SETTLED_NS", 10**18)
    jobs.finish(jobs.folder / "dev-2")
    for _ in range(2):
        jobs.ask(monkeypatch)
        assert jobs.read == ["dev-2"]


@pytest.mark.parametrize("spoil", [b"", b"{}", b"[1]"])
def test_a_spoilt_file_is_read_past(jobs: Jobs, monkeypatch: Any, spoil: bytes) -> None:
    (place,) = jobs.kept.iterdir()
    place.write_bytes(place.read_bytes().replace(b"dev-1", b"dev-9") if spoil == b"[1]" else spoil)
    jobs.ask(monkeypatch)
    assert jobs.read == ["dev-1", "dev-2", "dev-3"]


def test_facts_of_other_fields_are_not_taken_for_these(jobs: Jobs, monkeypatch: Any) -> None:
    """They are kept without their names: one in between would shift what `gc` decides by."""
    (place,) = jobs.kept.iterdir()
    held = jobdir.read_checked(place)
    jobdir.write_json(place, jobdir.checked(held | {"fields": ["new", *held["fields"]]}))
    jobs.ask(monkeypatch)
    assert jobs.read == ["dev-1", "dev-2", "dev-3"]
