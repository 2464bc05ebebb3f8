"""Methods in SQL, read and not run: what their comments declare, what of them counts, what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from axtui.engine.options import declare
from axtui.engine.source import code_digest
from axtui.engine.sqlmethod.columns import UnfitColumn, column_types
from axtui.engine.sqlmethod.header import HeaderError, parse
from axtui.engine.sqlmethod.module import BadSqlMethod, namespace, read
from axtui.engine.sqlmethod.text import statements

FULL = """\
-- What it does.
--
-- Note: a sentence with a colon is no declaration.
-- per: slice
-- dataset: source chain by serial number since previous
-- dataset: previous
-- dataset: parts list
-- job: rates rates.json
-- option: least int = 5  # models with fewer are left out
-- column: a model ascii
-- hashlabel: a model
-- previous: previous
-- caption: rates
SELECT 1 AS "a model" -- dataset: nowhere
"""


def test_a_header_says_all_that_is_to_know() -> None:
    header = parse(FULL)
    assert header.description.splitlines()[0] == "What it does."
    assert "no declaration" in header.description
    assert (header.per, header.hashlabel, header.caption) == ("slice", "a model", "rates")
    source = header.datasets["source"]
    assert (source.reach, source.by, source.since) == ("chain", "serial number", "previous")
    assert header.datasets["parts"].reach == "list"
    assert (header.jobs, header.columns) == ({"rates": "rates.json"}, {"a model": "ascii"})
    assert (header.options, header.helps) == (
        {"least": 5},
        {"least": ("models with fewer are left out",)},
    )
    found = namespace("x.sql", FULL.encode())
    assert found["datasets"] == ("source", "previous", ["parts"])
    assert {"prepare", "analysis"} < found.keys() and "synthesis" not in found


@pytest.mark.parametrize(
    ("line", "given", "value"),
    [
        ("n int = 5", {}, 5),
        ("n int = 5", {"n": "7"}, 7),
        ("n = 2.5", {}, 2.5),
        ("n float = 2", {}, 2.0),
        ("n str = 'a # b'  # words", {}, "a # b"),
        ("n int = None", {}, None),
        ("n date = 2024-02-29", {}, dt.date(2024, 2, 29)),
        ("n date", {"n": "2024-02-29"}, dt.date(2024, 2, 29)),
        ("n list of int = [1, 2]", {}, [1, 2]),
        ("n list of str = []", {"n": ["x"]}, ["x"]),
        ("n day|week = week", {}, "week"),
        ("n day|week", {"n": "day"}, "day"),
    ],
)
def test_options_are_those_of_python_methods(line: str, given: dict[str, Any], value: Any) -> None:
    found = declare(parse(f"-- option: {line}\n").options).convert_all(given)
    assert (found["n"], type(found["n"])) == (value, type(value))


@pytest.mark.parametrize(
    ("header", "line", "message"),
    [
        ("-- hashlable: a", 1, "Did you mean 'hashlabel'"),
        ("-- per: rows", 1, "slice or whole"),
        ("--\n-- option: n itn = 1", 2, "no option type 'itn'"),
        ("-- option: n int = 'a'", 1, "is no int"),
        ("-- option: n = []", 1, "has no type"),
        ("-- option: n = now()", 1, "is no value"),
        ("-- option: n a|b = c", 1, "is none of"),
        ("-- option: n int\n-- option: n str", 2, "twice"),
        ("-- dataset: my source", 1, "declared as"),
        ("-- dataset: source since other", 1, "since"),
        ("-- dataset: source chain since other", 1, "no dataset 'other'"),
        ("-- previous: other", 1, "no dataset 'other'"),
        ("-- job: rates", 1, "NAME FILE"),
        ("-- column: a text", 1, "no column type"),
        ("-- hashlabel: a\n-- hashlabel: b", 2, "twice"),
        ("-- per: slice\n-- threads: 2", 2, "one thread"),
        ("-- dataset: a\n-- job: a a.csv", 2, "both"),
    ],
)
def test_what_declares_nothing_is_told_with_its_line(header: str, line: int, message: str) -> None:
    with pytest.raises(HeaderError, match=message) as caught:
        parse(header + "\nSELECT 1")
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("sql", "line", "message"),
    [
        ("-- nothing", 0, "no query"),
        ("SELECT 1;\nSELEC 2", 2, "syntax error"),
        ("SELECT 1;\nSELECT 2", 1, "only macros and views"),
        ("CREATE VIEW v AS SELECT 1;\nDROP VIEW v", 2, "must be a query"),
        ("SELECT\n  $n, $m", 2, "no option 'n'"),
        ("SELECT 1,\n $1", 2, "no name"),
        ("SELECT ?", 1, "no name"),
        ("PIVOT a ON b USING sum(c)", 1, "names its values"),
        ("SELECT '\udcff'", 1, "not UTF-8"),
    ],
)
def test_a_file_that_cannot_run_is_refused_with_its_line(sql: str, line: int, message: str) -> None:
    with pytest.raises(BadSqlMethod, match=message) as caught:
        read("x.sql", sql.encode("utf-8", "surrogateescape"))
    assert caught.value.line == line


def test_comments_and_layout_do_not_count_and_all_else_does() -> None:
    def of(text: str) -> str:
        return code_digest(text.encode(), "methods/x.sql")

    one = of("-- words\n-- option: n int = 5\nSELECT a <= $n, 'b--c' FROM t -- more")
    for same in (
        "-- option: n int = 5  # help\n\n/* new */ SELECT a\n  <= $n,'b--c'\nFROM t",
        "-- option:   n int = 5\nSELECT  a <=  $n , 'b--c' FROM t",
    ):
        assert of(same) == one
    for other in (
        "-- option: n int = 6\nSELECT a <= $n, 'b--c' FROM t",
        "-- option: n int = 5\n-- per: slice\nSELECT a <= $n, 'b--c' FROM t",
        "-- option: n int = 5\nSELECT a < = $n, 'b--c' FROM t",
        "-- option: n int = 5\nSELECT a <= $n, 'b --c' FROM t",
        '-- option: n int = 5\nSELECT a <= $n, "b--c" FROM t',
        "-- option: n int = 5\nSELECT A <= $n, 'b--c' FROM t",
        "-- option: n itn = 5\nSELECT a <= $n, 'b--c' FROM t",
    ):
        assert of(other) != one


def test_statements_keep_their_lines() -> None:
    found = statements("-- a\nCREATE MACRO f(x) AS ';' || x;\n\n-- b;\n  SELECT\n f(1);")
    assert [(one.text, one.line) for one in found] == [
        ("CREATE MACRO f(x) AS ';' || x", 2),
        ("SELECT\n f(1)", 5),
    ]


def test_types_of_duckdb_become_those_of_datasets() -> None:
    kinds = ["BIGINT", "HUGEINT", "DECIMAL(38,0)", "DECIMAL(4,1)", "ENUM('a')", "TIMESTAMP"]
    described = [(f"c{number}", kind) for number, kind in enumerate(kinds)]
    found = column_types(described, {"c0": "int32"})
    assert list(found.values()) == ["int32", "number", "number", "float64", "unicode", "datetime"]
    for kind, advice in (
        ("INTEGER[]", "to_json"),
        ("UUID", "::VARCHAR"),
        ("STRUCT(a DATE)", "json"),
    ):
        with pytest.raises(UnfitColumn, match=advice):
            column_types([("x", kind)], {})
    with pytest.raises(UnfitColumn, match="two columns"):
        column_types([("x", "DATE"), ("x", "DATE")], {})
    with pytest.raises(UnfitColumn, match="declared"):
        column_types([("x", "DATE")], {"y": "date"})
