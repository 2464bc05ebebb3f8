"""A catalog that is missing, damaged, older or newer: rebuilt or refused, and the user is told."""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from catalog_story import EARLIER, TODAY, event, job, story
from test_catalog_fold import ask, contents, tell

from catalog.errors import CatalogError, CatalogNewerError
from catalog.fold import fold, reindex
from catalog.journal import JournalWriter
from catalog.layout import database_path, journal_paths
from catalog.read import query
from catalog.schema import HERE, newest_version
from catalog.store import DamagedError, connection, explain, transaction

NOW = newest_version()


def from_directories() -> Iterable[dict[str, Any]]:
    return [job(1, "m", EARLIER), job(2, "m", EARLIER)]


def never() -> Iterable[dict[str, Any]]:
    raise AssertionError("the job directories were read")


@pytest.fixture(scope="module")
def folded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of two jobs whose journals are folded and gone. Not to be changed by tests."""
    folder = tmp_path_factory.mktemp("folded")
    tell(folder, *from_directories())
    fold(folder, from_directories)
    fold(folder, from_directories)
    assert journal_paths(folder) == []
    return folder


@pytest.fixture
def folder(folded: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(folded, tmp_path, dirs_exist_ok=True)
    return tmp_path


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def overwritten(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(50_000))


def halved(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def without_its_version(path: Path) -> None:
    with transaction(path) as con:
        con.execute("DROP TABLE catalog_version")


def with_a_changed_header(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[20] ^= 0xFF
    path.write_bytes(data)


DAMAGES = [emptied, overwritten, halved, without_its_version, with_a_changed_header]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_catalog_is_set_aside_and_rebuilt(
    folder: Path, damage: Callable[[Path], None]
) -> None:
    damage(database_path(folder))
    damaged = database_path(folder).read_bytes()
    tell(folder, job(3, "m", TODAY))
    report = fold(folder, lambda: [*from_directories(), job(3, "m", TODAY)])
    assert report.status == "rebuilt"
    assert "damaged" in report.notes[0]
    assert ask(folder, "SELECT job FROM job ORDER BY job") == [("dev-1",), ("dev-2",), ("dev-3",)]
    (aside,) = folder.glob("catalog.duckdb.damaged-*")
    assert aside.read_bytes() == damaged
    assert fold(folder, never).status == "current"


def test_damage_in_a_block_that_only_the_fold_meets(folder: Path) -> None:
    """Each block of the file is spoilt in turn: no fold may end with fewer jobs than there are."""
    path = database_path(folder)
    whole = path.read_bytes()
    told = [*from_directories(), job(3, "m", TODAY)]
    tell(folder, told[-1])
    journal = journal_paths(folder)[0]
    kept = journal.read_bytes()
    statuses = set()
    for start in range(12288, len(whole), 16384):
        data = bytearray(whole)
        data[start + 500 : start + 600] = bytes(100)
        path.write_bytes(data)
        journal.write_bytes(kept)
        statuses.add(fold(folder, lambda: told).status)
        assert ask(folder, "SELECT count(*) FROM jobs WHERE state = 'complete'") == [(3,)]
    assert statuses == {"folded", "rebuilt"}
    assert len(list(folder.glob("catalog.duckdb.damaged-*"))) <= 3


def test_damage_without_a_way_to_rebuild_is_told_and_mended_later(folder: Path) -> None:
    emptied(database_path(folder))
    tell(folder, job(3, "m", TODAY))
    report = fold(folder)
    assert any("axtui reindex" in note for note in report.notes)
    assert ask(folder, "SELECT job FROM job") == [("dev-3",)]
    assert fold(folder, lambda: [*from_directories(), job(3, "m", TODAY)]).status == "rebuilt"
    assert ask(folder, "SELECT count(*) FROM job") == [(3,)]


def test_a_missing_catalog_is_made_from_the_directories(folder: Path) -> None:
    database_path(folder).unlink()
    assert fold(folder, from_directories).status == "rebuilt"
    assert ask(folder, "SELECT count(*) FROM job") == [(2,)]


def test_a_reader_says_what_to_do_about_damage_and_absence(folder: Path) -> None:
    overwritten(database_path(folder))
    with pytest.raises(CatalogError, match=r"damaged.*axtui reindex"):
        query(folder, "FROM jobs")
    database_path(folder).unlink()
    with pytest.raises(CatalogError, match=r"no catalog.*axtui reindex"):
        query(folder, "FROM jobs")


def test_a_rebuild_that_fails_leaves_the_old_catalog(folder: Path) -> None:
    def fails() -> Iterable[dict[str, Any]]:
        yield job(9, "m", TODAY)
        raise RuntimeError("cannot list")

    with pytest.raises(RuntimeError):
        reindex(folder, fails)
    assert ask(folder, "SELECT job FROM job ORDER BY job") == [("dev-1",), ("dev-2",)]
    assert not list(folder.glob(".catalog-*"))


def test_reindex_drops_jobs_without_directory_and_keeps_what_is_written_meanwhile(
    tmp_path: Path,
) -> None:
    """dev-1 was removed by hand; dev-3 is reported while the directories are being listed."""
    tell(tmp_path, *story())
    fold(tmp_path)
    tell(tmp_path, job(1, "gone", TODAY))

    def listing() -> Iterable[dict[str, Any]]:
        yield job(2, "m", EARLIER)
        tell(tmp_path, job(3, "m", TODAY))

    report = reindex(tmp_path, listing)
    assert report.status == "rebuilt"
    assert ask(tmp_path, "SELECT job FROM job ORDER BY job") == [("dev-2",), ("dev-3",)]


def test_reindex_of_the_same_events_gives_the_same_catalog(tmp_path: Path) -> None:
    events = sorted(story(), key=lambda told: told["at"])
    with JournalWriter(tmp_path) as writer:
        for told in events:
            writer.append(told["kind"], told["doc"], told["at"])
        fold(tmp_path)
        before = contents(tmp_path)
        reindex(tmp_path, lambda: events)
        assert contents(tmp_path) == before


def test_events_of_a_rebuild_that_make_no_sense_are_told(tmp_path: Path) -> None:
    wrong: list[dict[str, Any]] = [{"kind": "job"}, event("job", TODAY), job(1, "m", TODAY)]
    report = fold(tmp_path, lambda: wrong)
    assert [problem.position for problem in report.problems] == [0, 1]
    assert ask(tmp_path, "SELECT job FROM job") == [("dev-1",)]


def test_a_newer_catalog_is_refused_until_it_is_rebuilt(folder: Path) -> None:
    with transaction(database_path(folder)) as con:
        con.execute("UPDATE catalog_version SET version = 99")
    tell(folder, job(3, "m", TODAY))
    for refused in (lambda: fold(folder, never), lambda: query(folder, "FROM jobs")):
        with pytest.raises(CatalogNewerError, match="axtui reindex"):
            refused()
    assert len(journal_paths(folder)) == 1
    reindex(folder, lambda: [*from_directories(), job(3, "m", TODAY)])
    assert ask(folder, "SELECT count(*) FROM job") == [(3,)]


NEWER_FILE = (
    "IO Error: Trying to read a database file with version number 69, but we can only read "
    "versions between 64 and 68."
)
HELD_FILE = 'IO Error: Could not set lock on file "/w/catalog.duckdb": Conflicting lock is held'
FULL_DISK = 'IO Error: Could not write file "/w/x": No space left on device'


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (NEWER_FILE, CatalogNewerError),
        (HELD_FILE, CatalogError),
        (FULL_DISK, CatalogError),
        ("IO Error: Corrupt database file: computed checksum 1 does not match", DamagedError),
    ],
)
def test_what_duckdb_says_is_told_apart_from_damage(text: str, kind: type[Exception]) -> None:
    assert type(explain(Path("/w/catalog.duckdb"), duckdb.IOException(text))) is kind


@pytest.fixture
def migrations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Those of this program, and two steps of one to come."""
    steps = tmp_path_factory.mktemp("migrations") / "all"
    shutil.copytree(HERE / "migrations", steps)
    (steps / f"{NOW + 1:04}_mood.sql").write_text("ALTER TABLE job ADD COLUMN mood VARCHAR;")
    (steps / f"{NOW + 2:04}_glad.sql").write_text(
        "UPDATE job SET mood = 'glad'; CREATE TABLE x (i INT);"
    )
    return steps


def test_an_older_catalog_is_brought_up_to_date(folder: Path, migrations: Path) -> None:
    report = fold(folder, never, migrations=migrations)
    assert report.status == "folded"
    assert f"version {NOW} to {NOW + 2}" in report.notes[0]
    assert ask(folder, "SELECT job, mood FROM job ORDER BY 1") == [
        ("dev-1", "glad"),
        ("dev-2", "glad"),
    ]
    assert ask(folder, "SELECT count(*) FROM jobs") == [(2,)]
    assert fold(folder, never, migrations=migrations).status == "current"
    with pytest.raises(CatalogNewerError):
        fold(folder, never)


def test_a_migration_that_breaks_off_starts_over(folder: Path, migrations: Path) -> None:
    step = migrations / f"{NOW + 2:04}_glad.sql"
    good = step.read_text()
    step.write_text(good + "SELECT no_such_column FROM job;")
    before = database_path(folder).read_bytes()
    with pytest.raises(CatalogError, match="no_such_column"):
        fold(folder, never, migrations=migrations)
    assert database_path(folder).read_bytes() == before
    assert not list(folder.glob(".catalog-*"))
    step.write_text(good)
    assert fold(folder, never, migrations=migrations).status == "folded"
    assert ask(folder, "SELECT DISTINCT mood FROM job") == [("glad",)]


def test_migrations_must_be_numbered_without_a_gap(folder: Path, migrations: Path) -> None:
    (migrations / f"{NOW + 1:04}_mood.sql").rename(migrations / f"{NOW + 3:04}_mood.sql")
    with pytest.raises(CatalogError, match="not numbered"):
        fold(folder, migrations=migrations)


def test_the_first_version_becomes_this_one(folder: Path, tmp_path_factory: Any) -> None:
    """What the migrations make of old tables is what a new catalog has."""
    with transaction(database_path(folder)) as con:
        con.execute("DROP VIEW failures; DROP VIEW collected_jobs; DROP VIEW pins")
        con.execute("DROP TABLE job_collected; DROP TABLE pin")
        for column in ("read_s", "write_s", "wait_s", "hot"):
            con.execute(f"ALTER TABLE job_stage DROP COLUMN {column}")
        con.execute("UPDATE catalog_version SET version = 1")
    assert fold(folder, never).status == "folded"
    fresh = tmp_path_factory.mktemp("fresh")
    fold(fresh)
    parts = (
        "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() "
        "WHERE database_name = current_database() AND NOT internal ORDER BY ALL"
    )
    assert ask(folder, parts) == ask(fresh, parts)


def test_views_of_another_program_version_are_replaced(folder: Path) -> None:
    with transaction(database_path(folder)) as con:
        con.execute("DROP VIEW jobs")
        con.execute("CREATE VIEW strange AS SELECT 1")
        con.execute("UPDATE catalog_version SET definitions = 'other'")
    assert fold(folder, never).status == "folded"
    assert ask(folder, "SELECT count(*) FROM jobs") == [(2,)]
    views = ask(folder, "SELECT view_name FROM duckdb_views() WHERE view_name = 'strange'")
    assert views == []


def test_a_full_disk_is_an_error_and_the_next_fold_works(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(folder, job(3, "m", TODAY))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("catalog.fold.copy", full)
        with pytest.raises(CatalogError, match="No space left"):
            fold(folder, never)
    assert ask(folder, "SELECT count(*) FROM job") == [(2,)]
    assert fold(folder, never).status == "folded"
    assert ask(folder, "SELECT count(*) FROM job") == [(3,)]


def test_a_folder_in_the_place_of_the_catalog(folder: Path) -> None:
    database_path(folder).unlink()
    database_path(folder).mkdir()
    with pytest.raises(CatalogError, match="directory"):
        fold(folder, never)
    shutil.rmtree(database_path(folder))
    assert fold(folder, from_directories).status == "rebuilt"


def test_copying_works_where_the_kernel_does_not_help(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> int:
        raise OSError(18, "Invalid cross-device link")

    tell(folder, job(3, "m", TODAY))
    monkeypatch.setattr("os.copy_file_range", refuses, raising=False)
    assert fold(folder, never).status == "folded"
    tell(folder, job(4, "m", TODAY))
    monkeypatch.delattr("os.copy_file_range")
    assert fold(folder, never).status == "folded"
    assert ask(folder, "SELECT count(*) FROM job") == [(4,)]


def test_ctrl_c_within_a_statement_is_no_other_error(folder: Path) -> None:
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        for _ in range(10):  # it comes within DuckDB, which has a word of its own for it, or not
            with pytest.raises(KeyboardInterrupt), connection(folder / "x", read_only=False) as con:
                signal.setitimer(signal.ITIMER_REAL, 0.01)
                while True:
                    con.execute("CREATE OR REPLACE TEMP TABLE many AS SELECT * FROM range(50000)")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
