"""A catalog that is opened in an instance that was used before is opened as in one of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest

from catalog.layout import database_path
from catalog.read import open_reader
from catalog.store import transaction
from tests import keptinstances
from tests.keptinstances import Instances


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Has an element for each instance that is started."""
    found: list[int] = []
    connect = duckdb.connect

    def counted(*args: Any, **settings: Any) -> Any:
        found.append(1)
        return connect(*args, **settings)

    monkeypatch.setattr(duckdb, "connect", counted)
    return found


@pytest.fixture
def kept() -> Iterator[Instances]:
    with keptinstances.kept() as instances:
        yield instances


def test_an_instance_is_used_again_and_nothing_is_left_in_it(
    kept: Instances, started: list[int], told: Path
) -> None:
    for _ in range(2):
        with kept.connection(database_path(told), read_only=True) as con:
            views = "SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal"
            assert con.execute(views).fetchall() == []
            assert con.execute("SELECT current_database()").fetchall() == [("catalog",)]
            assert con.execute("SELECT current_setting('errors_as_json')").fetchall() == [(False,)]
            con.execute("CREATE TEMP VIEW left_behind AS SELECT 1")
            con.execute("SET errors_as_json = true")
    assert len(started) == 1
    assert not [file for file in psutil.Process().open_files() if str(told) in file.path]


def test_the_program_opens_its_catalogs_in_them(
    kept: Instances, started: list[int], tmp_path: Path
) -> None:
    path = database_path(tmp_path)
    path.parent.mkdir(exist_ok=True)
    for statement in ("CREATE TABLE catalog_version AS SELECT 0 AS version", "SELECT 1"):
        with transaction(path) as con:
            con.execute(statement)
    assert len(started) == 1


def test_two_that_are_open_at_a_time_are_apart(
    kept: Instances, started: list[int], told: Path
) -> None:
    with open_reader(told) as one, open_reader(told) as other:
        jobs = [
            reader.query("SELECT count(*) AS n FROM jobs").to_pylist() for reader in (one, other)
        ]
    assert jobs[0] == jobs[1] and len(started) == 2


def test_one_in_which_something_failed_is_not_used_again(
    kept: Instances, started: list[int], told: Path
) -> None:
    with (
        pytest.raises(duckdb.Error),
        kept.connection(database_path(told), read_only=True) as con,
    ):
        con.execute("SELECT nothing")
    with open_reader(told):
        pass
    assert len(started) == 2


def test_a_forked_process_starts_its_own(kept: Instances, started: list[int], told: Path) -> None:
    with open_reader(told):
        pass
    pid = os.fork()
    if pid == 0:
        kept._take()
        os._exit(len(started))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 2
