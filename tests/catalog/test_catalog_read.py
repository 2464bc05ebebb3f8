"""Reading: only statements that read, each told what is wrong with it; never a stale catalog."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from catalog_story import TODAY, job
from hypothesis import given
from hypothesis import strategies as st
from test_catalog_fold import tell

from catalog.errors import CatalogError, CatalogQueryError
from catalog.fold import fold
from catalog.names import rewrite
from catalog.read import open_reader, query
from catalog.scan import tokens

READS = [
    "SELECT count(*) FROM jobs",
    "FROM jobs",
    "WITH j AS (SELECT job FROM jobs) SELECT * FROM j",
    "VALUES (1), (2)",
    "TABLE job",
    "(SELECT 1)",
    "SELECT 1;",
    "SELECT 1; -- that is all;",
    "-- first\nSELECT 1",
    "DESCRIBE jobs",
    "SHOW TABLES",
    "SUMMARIZE jobs",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "EXPLAIN (FORMAT json) SELECT 1",
    "EXPLAIN (SELECT 1)",
    "PRAGMA table_info('jobs')",
    "PRAGMA version",
    "PIVOT (SELECT method, state FROM jobs) ON state USING count(*)",
    "UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b",
    "SELECT 'DROP TABLE job; COPY job TO x' AS text",
]


@pytest.mark.parametrize("sql", READS)
def test_reading_is_allowed(told: Path, sql: str) -> None:
    assert query(told, sql).num_rows > 0


WRITES = [
    "COPY (SELECT 1) TO 'FILE'",
    "COPY job FROM 'FILE'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO 'FILE'",
    "EXPLAIN (ANALYZE) COPY (SELECT 1) TO 'FILE'",
    "EXPLAIN ANALYZE EXPLAIN ANALYZE COPY (SELECT 1) TO 'FILE'",
    "explain /* (a */ analyze -- (\n copy (select 1) to 'FILE'",
    "EXPORT DATABASE 'FILE'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "ATTACH 'FILE' AS other",
    "DETACH catalog",
    "INSERT INTO job (job) VALUES ('x')",
    "WITH a AS (SELECT 1) INSERT INTO job SELECT * FROM a",
    "UPDATE job SET state = 'complete'",
    "DELETE FROM job",
    "CREATE TABLE t (i INT)",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE TABLE t AS PIVOT (SELECT 1 AS a) ON a USING count(*)",
    "DROP TABLE job",
    "ALTER TABLE job ADD COLUMN x INT",
    "COMMENT ON TABLE job IS 'x'",
    "SET threads = 1",
    "PRAGMA threads = 1",
    "PRAGMA enable_profiling",
    "USE memory",
    "CALL pragma_version()",
    "BEGIN",
    "VACUUM",
    "CHECKPOINT",
    "PREPARE p AS SELECT 1",
    "SELECT 1; DROP TABLE job",
    "SELECT 1; SELECT 2",
    "",
    " -- nothing",
    ";",
]


@pytest.mark.parametrize("sql", WRITES)
def test_all_else_is_refused(told: Path, tmp_path: Path, sql: str) -> None:
    before = (told / "catalog.duckdb").read_bytes()
    with pytest.raises(CatalogQueryError):
        query(told, sql.replace("FILE", str(tmp_path / "file")))
    assert list(tmp_path.iterdir()) == []
    assert (told / "catalog.duckdb").read_bytes() == before


def test_a_refusal_says_what_is_allowed(told: Path) -> None:
    with pytest.raises(CatalogQueryError, match=r"DROP is not allowed.*SELECT, FROM") as caught:
        query(told, "  DROP TABLE job")
    assert caught.value.position == 2


@pytest.mark.parametrize(
    "sql", ["FROM read_parquet('https://a.invalid/x.parquet')", "FROM read_xlsx('x.xlsx')"]
)
def test_extensions_are_never_fetched(told: Path, sql: str) -> None:
    with pytest.raises(CatalogQueryError, match="never fetched"):
        query(told, sql)


@pytest.mark.parametrize(
    ("sql", "word", "candidate"),
    [
        ("SELECT job\nFROM jbs", "jbs", "jobs"),
        ("SELECT 'é' AS e,\n  methd FROM jobs", "methd", "method"),
        ("SELECT 1 FORM jobs WHERE", "jobs", None),
        ("SELECT state, nosuch FROM dataset('dev-1/é') d, jobs", "nosuch", None),
        ("SELECT * FROM dataset('dev-1') d JOIN jbs j ON true", "jbs", "jobs"),
    ],
)
def test_errors_show_the_place(told: Path, sql: str, word: str, candidate: str | None) -> None:
    with pytest.raises(CatalogQueryError) as caught:
        query(told, sql, resolve=lambda *_: "SELECT 1 AS one")
    error = caught.value
    assert error.position == sql.index(word)
    *_, line, caret = str(error).splitlines()
    assert line[caret.index("^") :].startswith(word)
    assert candidate is None or candidate in error.candidates


def test_parameters(told: Path) -> None:
    rows = query(told, "SELECT job FROM jobs WHERE job = $job", {"job": "dev-3", "more": 1})
    assert rows.to_pylist() == [{"job": "dev-3"}]
    with pytest.raises(CatalogQueryError, match=r"no value for \$job"):
        query(told, "SELECT $job", {})
    with pytest.raises(CatalogQueryError, match="SELECT"):
        query(told, "SELECT 1 SELECT", {"job": "dev-3"})


def spoken(kind: str, spec: str) -> str:
    text = spec.replace("'", "''")
    return f"SELECT '{kind}' AS kind, '{text}' AS spec"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("FROM dataset('dev-12')", [("dataset", "dev-12")]),
        ("from Dataset ( 'dev-12/a b' ) as d", [("dataset", "dev-12/a b")]),
        ("FROM chain('dev-12/it''s')", [("chain", "dev-12/it's")]),
        ("FROM chain(e'dev-12' /* ) */)", []),
        ("FROM dataset($job)", [("dataset", "dev-9")]),
        ("FROM dataset('a') UNION ALL FROM dataset('b')", [("dataset", "a"), ("dataset", "b")]),
        ('FROM dataset($$x"y$$)', [("dataset", 'x"y')]),
    ],
)
def test_datasets_by_name(told: Path, sql: str, found: list[tuple[str, str]]) -> None:
    if not found:
        with pytest.raises(CatalogQueryError):
            query(told, sql, resolve=spoken)
        return
    rows = query(told, sql, {"job": "dev-9"}, resolve=spoken).to_pylist()
    assert [(row["kind"], row["spec"]) for row in rows] == found


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'dataset(''dev-1'')' AS text",
        "SELECT 1 -- dataset('dev-1')",
        "SELECT 1 /* dataset('dev-1') /* dataset('dev-2') */ */",
        "WITH dataset(a) AS (SELECT 1) FROM dataset",
        "SELECT 1 AS \"dataset('x')\"",
        "SELECT $$ dataset('x') $$",
        "SELECT dataset FROM datasets",
    ],
)
def test_what_only_looks_like_a_dataset_is_left_alone(told: Path, sql: str) -> None:
    assert rewrite(sql).sql == sql
    query(told, sql)


def test_datasets_work_under_describe_and_summarize(told: Path) -> None:
    for word in ("DESCRIBE", "SUMMARIZE"):
        assert query(told, f"{word} dataset('dev-1')", resolve=spoken).num_rows == 2


def test_a_dataset_that_is_not_there_is_told_as_the_resolver_tells_it(told: Path) -> None:
    def refuses(kind: str, spec: str) -> str:
        raise LookupError(f"no {kind} {spec}")

    with pytest.raises(LookupError, match="no dataset dev-1"):
        query(told, "FROM dataset('dev-1')", resolve=refuses)
    with pytest.raises(CatalogQueryError, match="cannot be used"):
        query(told, "FROM dataset('dev-1')")
    with pytest.raises(CatalogQueryError, match="must be given"):
        query(told, "FROM dataset($job)", resolve=spoken)


def test_prepare_can_add_views(told: Path) -> None:
    def prepare(con: Any) -> None:
        con.execute("CREATE TEMP VIEW mine AS SELECT 7 AS seven")

    assert query(told, "FROM mine", prepare=prepare).to_pylist() == [{"seven": 7}]


SQL_TEXT = st.text(st.sampled_from("abe'\"$-/*\n;() \\é1"), max_size=30)


@given(SQL_TEXT)
def test_tokens_cover_the_text_in_order(sql: str) -> None:
    place = 0
    for token in tokens(sql, comments=True):
        assert sql[place : token.start].strip() == ""
        assert token.start < token.end <= len(sql)
        place = token.end
    assert sql[place:].strip() == ""


@given(SQL_TEXT, st.sampled_from(["'", "$$", "$a$", '"']))
def test_quotes_are_read_as_duckdb_reads_them(text: str, quote: str) -> None:
    """The text, quoted, is one token, and what DuckDB makes of it is the token's value."""
    if quote in ("'", '"'):
        quoted = quote + text.replace(quote, 2 * quote) + quote
    elif (text + quote).index(quote) < len(text) or (text + "$").startswith("$"):
        return
    else:
        quoted = quote + text + quote
    (token,) = tokens(quoted)
    assert (token.start, token.end) == (0, len(quoted))
    if quote == '"':
        assert token.value == text
    else:
        assert duckdb.sql(f"SELECT {quoted}").fetchall() == [(text,)] == [(token.value,)]


def test_a_reader_sees_the_newest_fold_while_an_older_one_is_open(tmp_path: Path) -> None:
    """DuckDB shares one instance per path in a process; an open reader must not pin the old file."""
    count = "SELECT count(*) AS n FROM jobs"
    tell(tmp_path, job(1, "m", TODAY))
    fold(tmp_path)
    with open_reader(tmp_path) as old:
        assert old.query(count).to_pylist() == [{"n": 1}]
        tell(tmp_path, job(2, "m", TODAY))
        fold(tmp_path)
        assert query(tmp_path, count).to_pylist() == [{"n": 2}]
        assert old.query(count).to_pylist() == [{"n": 1}]


def test_a_file_held_open_for_writing_is_waited_for_and_then_told(tmp_path: Path) -> None:
    fold(tmp_path)
    holds = (
        "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('held', flush=True); "
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holds, str(tmp_path / "catalog.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(CatalogError, match="held open"):
            query(tmp_path, "FROM jobs", wait=0.1)
        threading.Timer(0.3, holder.stdin.close).start()
        assert query(tmp_path, "FROM jobs", wait=60).num_rows == 0


ENDLESS = "SELECT count(*) FROM range(100000000000) a, range(1000) b"


def test_interrupt_from_another_thread(told: Path) -> None:
    failures: list[BaseException] = []
    with open_reader(told) as reader:

        def work() -> None:
            try:
                reader.query(ENDLESS)
            except BaseException as error:
                failures.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        while thread.is_alive():
            time.sleep(0.05)
            reader.interrupt()
        assert reader.query("SELECT 1 AS a").to_pylist() == [{"a": 1}]
    assert [type(error) for error in failures] == [CatalogQueryError]
    assert "interrupted" in str(failures[0])


def test_control_c_ends_a_query(told: Path) -> None:
    code = (
        "import sys; from catalog.read import query\n"
        "def prepare(con): print('begun', flush=True)\n"
        f"try: query(sys.argv[1], {ENDLESS!r}, prepare=prepare)\n"
        "except KeyboardInterrupt: print('stopped', flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(told)], stdout=subprocess.PIPE, text=True
    ) as asking:
        assert asking.stdout is not None
        assert asking.stdout.readline() == "begun\n"
        asking.send_signal(signal.SIGINT)
        assert asking.stdout.read() == "stopped\n"
    assert asking.returncode == 0
