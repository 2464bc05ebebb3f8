"""The schema: every part has its comment, keys hold, users' names stay, the page is current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.version import Version
from test_catalog_fold import ask

from catalog.document import document
from catalog.rows import TABLES
from catalog.schema import HERE, sql_files
from catalog.store import connection

OURS = "database_name = current_database() AND NOT internal"
INDEX_TABLES = {"catalog_version", "journal_position", "journal_problem"}

# Users' queries rest on these: a column may be added at the end, none may go or change its place.
JOBS = [
    *("job", "method", "script", "workdir", "state", "started", "ended", "wall_s", "cpu_s"),
    *("peak_rss", "rows", "bytes", "why", "caption", "error", "path"),
]
CONTRACT = {
    "builds": ["day", "started", "job", "method", "script", "build_job", "state", "wall_s", "why"],
    "options": ["job", "method", "name", "value", "type"],
    "inputs": ["job", "method", "kind", "argument", "position", "ref", "input_job"],
    "datasets": ["dataset", "job", "name", "method", "rows", "columns", "slices", "bytes"],
    "columns": ["dataset", "name", "type"],
    "slices": ["dataset", "sliceno", "rows", "bytes", "path"],
    "results": ["link", "job", "file", "method"],
    "result_inputs": ["result", "file", "digest", "bytes", "read_by", "method"],
    "ancestry": ["job", "ancestor", "method", "depth", "files"],
    "job_packages": ["job", "method", "name", "version", "used"],
    "stages": ["job", "method", "stage", "sliceno", "started", "ended", "begin_s", "wall_s"],
    "cost": ["scope", "method", "job", "jobs", "wall_s", "cpu_s", "bytes"],
    "runs": ["run", "script", "state", "started", "ended", "wall_s", "built", "reused"],
    "urd_entries": ["list", "timestamp", "caption", "build_job", "recorded", "jobs"],
}


def names(folder: Path, relation: str) -> list[str]:
    sql = f"SELECT column_name FROM duckdb_columns() WHERE table_name = '{relation}' AND {OURS}"
    return [name for (name,) in ask(folder, f"{sql} ORDER BY column_index")]


def test_the_columns_of_jobs(told: Path) -> None:
    assert names(told, "jobs")[: len(JOBS)] == JOBS


@pytest.mark.parametrize("view", CONTRACT)
def test_the_columns_of_the_other_views(told: Path, view: str) -> None:
    assert names(told, view)[: len(CONTRACT[view])] == CONTRACT[view]


@pytest.mark.parametrize(
    "parts",
    [
        "SELECT table_name, comment FROM duckdb_tables()",
        "SELECT view_name, comment FROM duckdb_views()",
        "SELECT table_name || '.' || column_name, comment FROM duckdb_columns()",
        "SELECT function_name, comment FROM duckdb_functions()",
    ],
)
def test_every_part_has_a_comment(told: Path, parts: str) -> None:
    found = ask(told, f"{parts} WHERE {OURS}")
    assert found
    assert [name for name, comment in found if not comment or not comment.endswith(".")] == []


def test_no_comment_says_what_no_column_is(told: Path) -> None:
    """COMMENT ON fails for what is not there, but a comment given twice hides a wrong one."""
    for folder in ("schema", "views"):
        for path in sql_files(folder):
            targets = re.findall(r"^COMMENT ON (?:\w+ )+?([\w.]+) IS", path.read_text(), re.M)
            assert len(targets) == len(set(targets))


def test_tables_are_singular_and_views_are_not_tables(told: Path) -> None:
    tables = {name for (name,) in ask(told, f"SELECT table_name FROM duckdb_tables() WHERE {OURS}")}
    views = {name for (name,) in ask(told, f"SELECT view_name FROM duckdb_views() WHERE {OURS}")}
    assert not tables & views
    assert not [name for name in tables if name.endswith("s")]


def test_what_the_fold_writes_is_what_the_schema_has(told: Path) -> None:
    tables = {name for (name,) in ask(told, f"SELECT table_name FROM duckdb_tables() WHERE {OURS}")}
    assert tables == TABLES.keys() | INDEX_TABLES
    for name, table in TABLES.items():
        assert set(names(told, name)) == set(table.columns), name


def test_the_key_in_a_tables_comment_is_one(told: Path) -> None:
    for name, comment in ask(told, f"SELECT table_name, comment FROM duckdb_tables() WHERE {OURS}"):
        found = re.search(r"Key: \(([\w, ]+)\)\.$", comment)
        assert found, name
        twice = f"SELECT {found[1]} FROM {name} GROUP BY ALL HAVING count(*) > 1"
        assert ask(told, f"SELECT count(*) FROM ({twice})") == [(0,)], name


def test_every_view_gives_rows(told: Path) -> None:
    """But that of collected jobs, which the story has none of: see test_catalog_fold."""
    listed = f"SELECT view_name FROM duckdb_views() WHERE {OURS} AND view_name <> 'collected_jobs'"
    for (view,) in ask(told, listed):
        assert ask(told, f"SELECT count(*) > 0 FROM {view}") == [(True,)], view


def test_the_page_is_current() -> None:
    page = HERE.parent / "docs" / "catalog.md"
    assert page.read_text(encoding="utf-8") == document(), (
        "run: python -m catalog.document docs/catalog.md"
    )


def test_any_duckdb_can_use_the_file_under_any_name(told: Path) -> None:
    import duckdb

    with duckdb.connect() as con:
        con.execute(f"ATTACH '{told / 'catalog.duckdb'}' AS elsewhere (READ_ONLY)")
        assert con.execute("SELECT count(*) > 0 FROM elsewhere.jobs").fetchall() == [(True,)]
        tags = con.execute(
            "SELECT tags FROM duckdb_databases() WHERE database_name = 'elsewhere'"
        ).fetchall()
    assert tags[0][0]["storage_version"].startswith("v1.5")


VERSIONS = [
    "1",
    "1.0",
    "1.0.0",
    "1.0.1",
    "1.1",
    "1.10",
    "1.9",
    "2",
    "2.2.3",
    "2.10",
    "3",
    "3.0",
    "3.0rc1",
    "3.0.0rc2",
    "3.0a1",
    "3.0b1",
    "3.0.dev1",
    "3.0a1.dev2",
    "3.0.post1",
    "3.0.post1.dev1",
    "3.0-1",
    "3.0.1",
    "3.1",
    "1!0.5",
    "2024.1",
    "2024.10",
    "v3.0",
    "3.0-alpha.1",
    "3.0preview2",
    "0.0.1",
    "10",
    "3.0c3",
    "3.0.0.0.1",
    "20260921.1",
]


def test_versions_compare_as_packages_order_them(tmp_path: Path, told: Path) -> None:
    with connection(told / "catalog.duckdb", read_only=True) as con:
        for one in VERSIONS:
            found = con.execute(
                "SELECT v, version_key(v) < version_key($one), version_key(v) = version_key($one) "
                "FROM (SELECT unnest($all::VARCHAR[]) AS v)",
                {"one": one, "all": VERSIONS},
            ).fetchall()
            for other, less, same in found:
                assert less == (Version(other) < Version(one)), (other, one)
                assert same == (Version(other) == Version(one)), (other, one)


@pytest.mark.parametrize("text", ["unknown", "", "main", "1.0 beta of spring"])
def test_what_is_no_version_compares_with_nothing(told: Path, text: str) -> None:
    assert ask(told, f"SELECT version_key('{text}')") == [(None,)]
