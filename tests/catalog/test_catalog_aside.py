"""A copy of the catalog beside a workspace: it knows all that was told, and the workspace nothing of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from catalog_story import TODAY, job, story
from test_catalog_fold import ask, contents, tell

import catalog.aside
from catalog.aside import Aside
from catalog.fold import fold
from catalog.journal import JournalWriter, encode_line
from catalog.layout import database_path, journal_folder, journal_paths

JOBS = "SELECT count(*) FROM job"


def _look(folder: Path) -> list[tuple[str, int, int]]:
    paths = sorted(folder.rglob("*"))
    return [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths]


def test_a_copy_says_what_a_fold_would_say(tmp_path: Path) -> None:
    *first, last = story()
    tell(tmp_path, *first)
    fold(tmp_path)
    tell(tmp_path, last)
    before = _look(tmp_path)
    aside = Aside(tmp_path)
    assert aside.take()
    fold(aside.folder)
    assert _look(tmp_path) == before
    fold(tmp_path)
    assert contents(aside.folder) == contents(tmp_path)


def test_without_news_nothing_is_copied(tmp_path: Path) -> None:
    with JournalWriter(tmp_path) as writer:
        aside = Aside(tmp_path)
        assert aside.take() and not aside.take()
        for number in range(3):
            told = job(number, "m", TODAY)
            writer.append(told["kind"], told["doc"], told["at"])
            assert aside.take() and not aside.take()
            fold(aside.folder)
            assert ask(aside.folder, JOBS) == [(number + 1,)]
    fold(tmp_path)
    assert aside.take()
    fold(aside.folder)
    assert ask(aside.folder, JOBS) == [(3,)]


def test_a_line_that_is_being_written_is_left_for_the_next_time(tmp_path: Path) -> None:
    tell(tmp_path, job(1, "m", TODAY))
    (path,) = journal_paths(tmp_path)
    told = job(2, "m", TODAY)
    from catalog.encode import to_json

    line = encode_line(to_json(told))
    whole = path.read_bytes()
    path.write_bytes(whole + line[:-7])
    aside = Aside(tmp_path)
    aside.take()
    report = fold(aside.folder)
    assert report.problems == [] and ask(aside.folder, JOBS) == [(1,)]
    path.write_bytes(whole + line)
    aside.take()
    fold(aside.folder)
    assert ask(aside.folder, JOBS) == [(2,)]


def test_a_fold_in_between_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal is folded, and goes with its writer, between being listed and being copied."""
    fold(tmp_path)
    tell(tmp_path, job(1, "m", TODAY))
    copied = catalog.aside._copy_lines
    folded: list[str] = []

    def copy_after_a_fold(path: Path, target: Path, size: int) -> None:
        if not folded:
            folded.append(fold(tmp_path).status)
        copied(path, target, size)

    monkeypatch.setattr(catalog.aside, "_copy_lines", copy_after_a_fold)
    aside = Aside(tmp_path)
    aside.take()
    assert folded == ["folded"] and journal_paths(tmp_path) == []
    assert fold(aside.folder).problems == []
    assert ask(aside.folder, JOBS) == [(1,)]


def test_nothing_there_yet(tmp_path: Path) -> None:
    aside = Aside(tmp_path / "never")
    assert aside.take() and not aside.take()
    fold(aside.folder, lambda: [job(1, "m", TODAY)])
    assert ask(aside.folder, JOBS) == [(1,)]
    assert not (tmp_path / "never").exists()


def test_a_catalog_that_may_only_be_read(tmp_path: Path) -> None:
    tell(tmp_path, job(1, "m", TODAY))
    fold(tmp_path)
    database_path(tmp_path).chmod(0o444)
    tell(tmp_path, job(2, "m", TODAY))
    journal_folder(tmp_path).chmod(0o555)
    aside = Aside(tmp_path)
    aside.take()
    fold(aside.folder)
    assert ask(aside.folder, JOBS) == [(2,)]
    assert len(os.listdir(journal_folder(tmp_path))) == 1  # noqa: PTH208
    journal_folder(tmp_path).chmod(0o755)
