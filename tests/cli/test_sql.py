"""`axtui sql`: what it refuses, and how its tables look."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from axtui.cli.main import run
from axtui.workspace import Workspace


class Said(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


Sql = Callable[..., Said]


@pytest.fixture
def sql(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> Sql:
    def said(*arguments: str) -> Said:
        code = run(["--workspace", str(workspace.root), "sql", *arguments])
        return Said(code, *capsys.readouterr())

    return said


def test_a_file_of_an_unknown_kind_is_refused(sql: Sql, tmp_path: Path) -> None:
    result = sql("SELECT 1", "--output", str(tmp_path / "busy.xlsx"))
    assert result.exit_code == 2
    assert ".xlsx" in result.stderr and ".parquet" in result.stderr
    assert not (tmp_path / "busy.xlsx").exists()
    assert sql("SELECT 1", "--output", str(tmp_path / "b.xlsx"), "--format", "csv").exit_code == 0


@pytest.mark.parametrize("name", ["busy", "busy.txt"])
def test_a_table_may_go_into_a_file_of_text(sql: Sql, tmp_path: Path, name: str) -> None:
    assert sql("SELECT 7 AS seven", "--output", str(tmp_path / name)).exit_code == 0
    assert (tmp_path / name).read_text().split() == ["seven", "7"]


def test_a_bad_query_does_not_hide_the_others(sql: Sql, workspace: Workspace) -> None:
    folder = workspace.root / "queries"
    folder.mkdir()
    (folder / "bad.sql").write_text("-- What?\n-- $job: a job\nSELECT 1")
    (folder / "good.sql").write_text("-- My own.\nSELECT 1")
    result = sql("--list")
    assert result.exit_code == 0
    assert "My own." in result.stdout and "lineage" in result.stdout
    assert "bad" not in result.stdout and "bad.sql, line 2" in result.stderr


@pytest.mark.parametrize(("typed", "meant"), [("datset", "dataset"), ("chian", "chain")])
def test_a_misspelt_dataset_brings_the_right_word(sql: Sql, typed: str, meant: str) -> None:
    message = sql(f"FROM {typed}('dev-1')").stderr
    assert f'Did you mean "{meant}"?' in message and "read_text" not in message


def test_what_is_far_off_is_not_suggested(sql: Sql) -> None:
    message = sql("FROM foo('dev-1')").stderr
    assert "foo does not exist" in message and "mean" not in message


def test_moments_stand_in_tables_as_in_other_commands(sql: Sql) -> None:
    query = "SELECT TIMESTAMPTZ '2026-01-31 12:00:00.123456+00:00' AS at"
    shown = sql(query).stdout.splitlines()[1]
    assert len(shown) == len("2026-01-31 12:00:00") and "." not in shown
    if os.environ.get("TZ") == "UTC":
        assert shown == "2026-01-31 12:00:00"
    assert ".123456" in sql(query, "--format", "json").stdout


def test_answers_of_saved_queries_show_units(sql: Sql, workspace: Workspace) -> None:
    (workspace.root / "queries").mkdir()
    select = "SELECT 91955200 AS peak_rss, 125.2 AS wall_s, 7 AS rows"
    (workspace.root / "queries" / "own.sql").write_text(f"-- What?\n{select}")
    assert sql("own").stdout.splitlines()[1].split() == ["92.0", "MB", "2:05", "7"]
    assert sql("own", "--format", "csv").stdout.splitlines()[1] == "91955200,125.2,7"
    assert sql(select).stdout.splitlines()[1].split() == ["91955200", "125.2", "7"]
