"""Completion: what may stand at the bar in a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from axtui.build.sql import statements
from axtui.build.sql.complete import Completions, complete
from axtui.build.sql.names import Column, DatasetName, Function, Names, Relation
from catalog.saved import SavedQuery
from catalog.scan import Token, tokens

NAMES = Names(
    relations={
        "jobs": Relation(
            "jobs",
            "view",
            "All jobs.",
            (Column("job", "VARCHAR", "Job id."), Column("method", "VARCHAR", "Its method.")),
        ),
        "files": Relation("files", "view", "", (Column("name"), Column("order"))),
        "job": Relation("job", "table", "", ()),
    },
    functions=(
        Function("date_trunc", ("part", "timestamp"), "Truncate."),
        Function("ancestors_of", ("of_job",), "", gives_rows=True, own=True),
        Function("now", (), ""),
    ),
    keywords=("from", "group", "order", "select", "where", "zone"),
    reserved=frozenset({"order", "select", "from"}),
    datasets=(DatasetName("csvimport", "newest: dev-2", 72), DatasetName("dev-2", "csvimport", 72)),
    queries={"built": SavedQuery("built", "What was built?", (), "SELECT 1", Path("built.sql"))},
)


def columns_of(spec: str) -> tuple[Column, ...]:
    return (Column("celsius", "float64"),) if spec == "dev-2" else ()


def at(text: str) -> Completions:
    place = text.index("|")
    return complete(text.replace("|", ""), place, NAMES, columns_of)


def labels(text: str) -> list[str]:
    return [item.label for item in at(text).items]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("SEL|", "SELECT"),
        ("bui|", "built"),
        ("SELECT * FROM jo|", "jobs"),
        ("SELECT * FROM files, jo|", "jobs"),
        ("SELECT * FROM files JOIN an|", "ancestors_of"),
        ("SELECT me| FROM jobs", "method"),
        ("SELECT j.me| FROM jobs AS j", "method"),
        ("SELECT jobs.| FROM jobs", "job"),
        ("SELECT c| FROM dataset('dev-2') WHERE 1", "celsius"),
        ("SELECT d.| FROM chain('dev-2') d", "celsius"),
        ("FROM dataset('dev|", "dev-2"),
        ("FROM chain('|')", "csvimport"),
        ("WITH warm AS (SELECT job AS hot FROM jobs) SELECT h| FROM warm", "hot"),
        ("WITH warm AS (SELECT job AS hot FROM jobs) SELECT * FROM w|", "warm"),
        ("SELECT x.| FROM (SELECT count(*) AS many FROM jobs) x", "many"),
        ("SELECT date_|", "date_trunc"),
        ("SELECT * FROM jobs WHERE method = $a OR job = $|", "$a"),
        ("SELECT 1; SEL|", "SELECT"),
        ("SELECT * FROM jobs GR|", "GROUP"),
        ("select * from jobs gr|", "group"),
    ],
)
def test_the_likeliest_comes_first(text: str, first: str) -> None:
    assert labels(text)[0] == first


@pytest.mark.parametrize("text", ["SELECT 'jo|'", "-- jo|", "SELECT /* jo| */ 1", "SELECT x.|"])
def test_nothing_is_offered_where_nothing_is_known(text: str) -> None:
    assert labels(text) == []


def test_the_columns_of_one_relation_are_not_offered_for_another() -> None:
    assert "name" not in labels("SELECT j.| FROM jobs j, files f")
    assert "method" not in labels("SELECT f.| FROM jobs j, files f")


def test_what_is_put_is_valid_sql() -> None:
    found = {item.label: item for item in at("SELECT f.| FROM files f").items}
    assert found["order"].text == '"order"'
    function = next(item for item in at("SELECT date_|").items)
    assert (function.text, function.back) == ("date_trunc()", 1)
    assert at("FROM dataset('dev|").items[0].text == "dev-2')"
    assert at("FROM dataset('dev|')").items[0].text == "dev-2"


def test_it_says_what_is_replaced_and_whether_there_is_need() -> None:
    found = at("SELECT me|thod FROM jobs")
    assert (found.start, found.end, found.prefix) == (7, 9, "me")
    assert not found.is_finished
    assert at("SELECT method| FROM jobs").is_finished


def test_comments_of_columns_are_told() -> None:
    assert "Its method." in at("SELECT me| FROM jobs").items[0].about


def test_of_a_long_text_only_what_is_near_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []

    def counted(text: str, comments: bool = False) -> list[Token]:
        lengths.append(len(text))
        return tokens(text, comments)

    monkeypatch.setattr(statements, "tokens", counted)
    long = "SELECT job FROM jobs WHERE method = 'x';\n" * 2_000
    text = long + "SELECT meth FROM jobs;\n" + long
    place = len(long) + len("SELECT meth")
    found = complete(text, place, NAMES, columns_of)
    assert (found.start, found.end, found.prefix) == (place - 4, place, "meth")
    assert found.items[0].text == "method"
    assert max(lengths) < 25_000
