"""What gives something else each time is found in a query, and in the macros and views before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from axtui.engine.sqlmethod.text import statements
from axtui.engine.sqlmethod.volatile import Volatile, look


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    with duckdb.connect() as connection:
        yield connection


def found(connection: Any, sql: str) -> Volatile:
    return look(connection, statements(sql))


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT now()", "now()"),
        ('SELECT "now"()', "now()"),
        ("SELECT current_date", "current_date"),
        ("SELECT current_timestamp", "current_timestamp"),
        ("SELECT age(d) FROM t", "age()"),
        ("SELECT ago(INTERVAL 1 DAY)", "ago()"),
        ("FROM t USING SAMPLE 3", "a sample without"),
        ("CREATE MACRO n() AS now(); SELECT n()", "now()"),
        ("CREATE OR REPLACE TEMP MACRO n(a, b := 2) AS uuid(); SELECT n(1)", "uuid()"),
        ("CREATE MACRO n() AS 1, (a) AS now(); SELECT n(1)", "now()"),
        ("CREATE MACRO n(a) AS (a) + 1, (a, b) AS today() - a; SELECT n(1, 2)", "today()"),
        ("CREATE FUNCTION n() AS TABLE SELECT today(); FROM n()", "today()"),
        ("CREATE VIEW v(a) AS FROM t USING SAMPLE 3; FROM v", "a sample without"),
        ("CREATE VIEW v AS FROM t TABLESAMPLE 10%; FROM v", "a sample without"),
        ("CREATE VIEW v AS SELECT current_time; FROM v", "current_time"),
        (
            "CREATE VIEW v AS PIVOT (SELECT *, now() FROM t) ON a IN (1) USING sum(b); FROM v",
            "now()",
        ),
        ("FROM query('SELECT now()')", "query()"),
        ("CREATE VIEW v AS FROM query_table('t'); FROM v", "query_table()"),
        ("SELECT current_setting('threads')", "current_setting()"),
        ("FROM duckdb_settings()", "duckdb_settings()"),
        ("FROM duckdb_views", "duckdb_views"),
        ("SELECT * FROM pg_catalog.pg_settings", "pg_settings"),
        ("SELECT * FROM information_schema.views", "information_schema"),
        ("CREATE VIEW v AS FROM pragma_platform(); FROM v", "pragma_platform()"),
    ],
)
def test_it_is_found_wherever_it_stands(connection: Any, sql: str, words: str) -> None:
    assert any(one.startswith(words) for one in found(connection, sql).told), sql


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT age(a, b), 'now()', version() FROM t -- now()",
        'SELECT t.current_date, "now", uuid FROM t',
        "FROM t USING SAMPLE 10 PERCENT (bernoulli, 42)",
        "CREATE VIEW v AS FROM t TABLESAMPLE reservoir(3) REPEATABLE (4); FROM v",
        "CREATE MACRO half(x) AS x / 2; CREATE VIEW query AS SELECT half(a) FROM t; FROM query",
        "CREATE MACRO f(x) AS x, (x, y) AS x + y; SELECT f(now, today) FROM t",
    ],
)
def test_what_is_the_same_each_time_is_not(connection: Any, sql: str) -> None:
    assert found(connection, sql) == Volatile((), draws=False, runs_text=False)


@pytest.mark.parametrize(
    ("sql", "runs_text"),
    [
        ("SELECT random()", False),
        ("CREATE MACRO r() AS random(); SELECT r()", False),
        ("CREATE MACRO r() AS 1, (x) AS random() * x; SELECT r(2)", False),
        ("CREATE VIEW v AS SELECT random(); FROM v", False),
        ("FROM query('SELECT random()')", True),
    ],
)
def test_random_numbers_are_known_of_to_be_seeded(
    connection: Any, sql: str, runs_text: bool
) -> None:
    said = found(connection, sql)
    assert (said.draws, said.runs_text, bool(said.told)) == (True, runs_text, runs_text)
