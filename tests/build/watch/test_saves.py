"""Saves become batches; what does not count is left out; a look finds what nobody told of."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui import config
from axtui.build.watch.folders import Folders
from axtui.build.watch.saves import ALONE, LONGEST, QUIET, Saves
from axtui.build.watch.scope import Scope
from axtui.build.watch.sightings import Sightings, bytes_of

from ..processes import until


def test_a_batch_is_due_when_it_is_quiet_or_after_a_while() -> None:
    saves = Saves()
    assert saves.due is None
    saves.note("a", 10.0)
    assert saves.due == 10.0 + QUIET
    saves.note("b", 10.04)
    assert saves.take(10.05) == frozenset()
    assert saves.take(10.04 + QUIET) == {"a", "b"}
    assert saves.due is None
    for tick in range(40):  # a file that is written all the time holds nothing up
        saves.note("log", 20 + tick / 100)
    assert saves.due == 20.0 + LONGEST


def test_one_file_that_was_written_waits_less_than_a_dance() -> None:
    saves = Saves()
    assert saves.note("a", 10.0, written=True)
    assert saves.due == 10.0 + ALONE
    assert not saves.note("a", 10.01)  # moved away: it will be written anew
    assert saves.due == 10.01 + QUIET
    assert not saves.note("a", 10.02, written=True)
    assert saves.due == 10.02 + ALONE
    assert not saves.note("b", 10.03, written=True)
    assert saves.due == 10.03 + QUIET
    assert saves.take(10.03 + QUIET) == {"a", "b"}


@given(st.lists(st.tuples(st.floats(0, 0.2), st.sampled_from("abc")), max_size=30))
def test_no_save_is_lost_and_none_waits_too_long(steps: list[tuple[float, str]]) -> None:
    saves, now = Saves(), 0.0
    waiting: dict[str, float] = {}
    for pause, path in steps:
        now += pause
        taken = saves.take(now)
        for one in taken:
            del waiting[one]
        assert all(now - since < LONGEST + 1e-9 for since in waiting.values())
        saves.note(path, now)
        waiting.setdefault(path, now)
    assert saves.take(now + LONGEST) == waiting.keys()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("methods", "inputs", "workdirs/dev", "results", "methods/__pycache__"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "axtui.toml").write_text("")
    return tmp_path


def scope_of(root: Path, text: str = "", named: tuple[str, ...] = ()) -> Scope:
    (root / "axtui.toml").write_text(text)
    return Scope(config.load(root / "axtui.toml"), named)


COUNTS = ["methods/a_x.py", "methods/sub/helper.py", "inputs/data 1.csv", "axtui.toml"]
NOT = [
    "methods/.a_x.py.swp", "methods/a_x.py~", "methods/4913", "methods/.#a_x.py", "methods/#a_x.py#",
    "methods/__pycache__/a_x.cpython-311.pyc", "methods/.git/HEAD", "workdirs/dev/dev-1/setup.json",
    "results/movie.mp4", ".axtui/catalog.duckdb", "notes.txt", "methods/a_x.py___jb_tmp___",
]  # fmt: skip


def test_what_counts(root: Path) -> None:
    scope = scope_of(root)
    assert [name for name in COUNTS if not scope.counts(str(root / name))] == []
    assert [name for name in NOT if scope.counts(str(root / name))] == []
    assert scope.name(str(root / "methods/a_x.py")) == "methods/a_x.py"
    assert scope.name("/elsewhere/x") == "/elsewhere/x"


def test_files_that_jobs_name_count_wherever_they_are(root: Path) -> None:
    outside = root.parent / f"{root.name}-outside" / "reference.tmp"
    scope = scope_of(root)
    before = set(scope.roots())
    assert not scope.counts(str(outside))
    outside.parent.mkdir()
    assert scope.add([str(outside)])
    assert scope.counts(str(outside))
    assert set(scope.roots()) - before == {(str(outside.parent), False)}
    assert not scope.add([str(outside)])
    assert not scope.add([str(root / "workdirs/dev/dev-1/x")])


def test_a_tree_that_holds_output_is_split(root: Path) -> None:
    scope = scope_of(root, 'methods = ["."]' if root.name.isidentifier() else 'inputs = "."')
    watched = dict(scope.roots())
    assert watched[str(root)] is False
    assert watched[str(root / "methods")] is True
    assert not any("workdirs/dev" in folder or "results" in folder for folder in watched)


def test_links_are_not_followed_out(root: Path) -> None:
    outside = root.parent / f"{root.name}-tree"
    outside.mkdir()
    (outside / "x.py").touch()
    (root / "methods" / "link").symlink_to(outside)
    assert not any("methods" in path for path in scope_of(root).files())


def test_a_look_finds_what_is_new_changed_and_gone(root: Path) -> None:
    for name in ("kept.py", "changed.py", "gone.py"):
        (root / "methods" / name).write_text("1")
    scope = scope_of(root)
    sightings = Sightings(scope)
    later = (root / "axtui.toml").stat().st_mtime + 60
    assert sightings.look(scope, later) == set()
    (root / "methods" / "new.py").write_text("1")
    (root / "methods" / "changed.py").write_text("22")
    (root / "methods" / "gone.py").unlink()
    expected = {str(root / "methods" / name) for name in ("new.py", "changed.py", "gone.py")}
    assert sightings.look(scope, later) == expected
    assert sightings.look(scope, later) == expected, "it is found until it was seen to"
    for path in expected:
        sightings.see(path)
    assert sightings.look(scope, later) == set()
    fresh = root / "methods" / "half_written.py"
    fresh.write_text("x =")
    written = fresh.stat().st_mtime
    assert sightings.look(scope, written + 0.01) == set(), "it is not at rest"
    assert sightings.look(scope, written + 1) == {str(fresh)}


def test_bytes_are_as_recorded_where_only_layout_differs(root: Path) -> None:
    file = root / "methods" / "a_x.py"
    file.write_text("x = 1\n")
    before = bytes_of(str(file))
    file.write_text("x  =  1  # the same\n")
    now = bytes_of(str(file))
    assert now != before and now.is_as(before.raw, before.code)
    file.write_text("x = 2\n")
    assert not bytes_of(str(file)).is_as(before.raw, before.code)
    file.unlink()
    assert bytes_of(str(file)).is_as(None, None)


def test_saves_are_heard_however_they_are_done(root: Path) -> None:
    heard: list[str] = []
    looks: list[int] = []
    scope = scope_of(root)
    folders = Folders(
        scope, lambda path, written: heard.append(path), lambda: looks.append(1), poll=False
    )
    folders.start()
    if folders.polling:
        pytest.skip(folders.polling)
    try:
        file = root / "methods" / "a_x.py"
        file.write_text("plain")
        until(lambda: str(file) in heard)
        heard.clear()
        (root / "methods" / ".a_x.py.new").write_text("renamed")
        (root / "methods" / ".a_x.py.new").rename(file)
        until(lambda: str(file) in heard)
        heard.clear()
        file.rename(root / "methods" / "a_x.py~")  # as vim does
        file.write_text("anew")
        until(lambda: str(file) in heard)
        heard.clear()
        file.unlink()
        until(lambda: str(file) in heard)
        assert not any(name.endswith("~") for name in heard)
        (root / "methods" / "sub").mkdir()
        until(lambda: bool(looks))
    finally:
        folders.stop()


def test_where_the_system_refuses_files_are_polled(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from watchdog.observers.api import BaseObserver

    def refuse(self: BaseObserver, *_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(BaseObserver, "schedule", refuse)
    folders = Folders(scope_of(root), lambda path, written: None, lambda: None, poll=False)
    before = folders.pause
    folders.start()
    assert "inotify watch limit reached" in folders.polling
    assert folders.pause < before
    folders.stop()
