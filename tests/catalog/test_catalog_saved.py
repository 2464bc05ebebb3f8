"""Saved queries: each runs and answers right; their heads are read; a workspace can add its own."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from catalog_story import NOON, TODAY, event, job, story
from test_catalog_fold import tell

from catalog.errors import CatalogQueryError
from catalog.fold import fold
from catalog.read import query
from catalog.saved import load_query, read_query, saved_queries

DAY = datetime.timedelta(days=1)


def answer(folder: Path, name: str, **given: object) -> list[dict[str, Any]]:
    saved = load_query(name)
    rows: list[dict[str, Any]] = query(folder, saved.sql, saved.values(given)).to_pylist()
    return rows


def column(rows: list[dict[str, Any]], *names: str) -> list[Any]:
    if len(names) == 1:
        return [row[names[0]] for row in rows]
    return [tuple(row[name] for name in names) for row in rows]


def test_each_query_is_answered_here(told: Path) -> None:
    """A query without a test of its answer below is not finished."""
    text = Path(__file__).read_text()
    missing = [name for name in saved_queries() if f'answer(told, "{name}"' not in text]
    assert missing == []


@pytest.mark.parametrize("result", ["afr.html", "dev-5", "dev-4"])
def test_inputs_of_result(told: Path, result: str) -> None:
    rows = answer(told, "inputs_of_result", result=result)
    assert column(rows, "file", "read_by", "digest") == [
        ("/w/inputs/a.csv", "dev-1", "file-a"),
        ("/w/inputs/b.csv", "dev-2", "file-b"),
    ]


def test_inputs_of_a_result_that_rests_on_one(told: Path) -> None:
    rows = answer(told, "inputs_of_result", result="dev-1")
    assert column(rows, "file") == ["/w/inputs/a.csv"]
    assert answer(told, "inputs_of_result", result="nothing") == []


def test_package_below(told: Path) -> None:
    rows = answer(told, "package_below")
    assert column(rows, "job", "version") == [("dev-3", "2.2.3"), ("dev-4", "2.2.3")]
    rows = answer(told, "package_below", version="2.2.3")
    assert rows == []
    rows = answer(told, "package_below", package="Pandas", version="3.0.2")
    assert column(rows, "job") == ["dev-3", "dev-4", "dev-5"]


def test_changes(told: Path) -> None:
    rows = answer(told, "changes", old="dev-4", new="dev-5")
    assert column(rows, "part", "name", "old", "new") == [
        ("layout", "methods/helper.py", "helper", "helper2"),
        ("option", "days", "30", "60"),
        ("package", "pandas", "2.2.3", "3.0.1"),
        ("source", "methods/a_afr.py", "old", "new"),
        ("output", "content", "content4", "content5"),
        ("output", "file afr.html", "html", "html2"),
        ("installed", "rich", "14.0", "14.1"),
    ]
    assert answer(told, "changes", old="dev-4", new="dev-4") == []
    assert answer(told, "changes", old="dev-4", new="dev-99") == []


def test_changes_of_inputs_and_columns(told: Path) -> None:
    rows = answer(told, "changes", old="dev-1", new="dev-2")
    found = {(row["part"], row["name"]): (row["old"], row["new"]) for row in rows}
    assert found["dataset", "previous"] == (None, "dev-1/default (data1)")
    assert found["input", "/w/inputs/a.csv"] == ("/w/inputs/a.csv (file-a)", None)
    assert found["output", "dataset default"] == ("100 rows", "200 rows")
    rows = answer(told, "changes", old="dev-2", new="dev-3")
    found = {(row["part"], row["name"]): (row["old"], row["new"]) for row in rows}
    assert found["output", "column default.failure"] == ("unicode", "int64")
    assert found["method", "method"] == ("csvimport", "dataset_type")


def test_source_changes(told: Path) -> None:
    rows = answer(told, "source_changes", old="dev-4", new="dev-5")
    assert column(rows, "path", "line", "side", "text") == [
        ("methods/a_afr.py", 4, "+", "    return 2"),
        ("methods/a_afr.py", 4, "-", "    return 1"),
        ("methods/helper.py", 1, "+", "# says one, now with more words"),
        ("methods/helper.py", 1, "-", "# says one"),
    ]


def test_cost_by_method(told: Path) -> None:
    rows = answer(told, "cost_by_method")
    assert column(rows, "method", "jobs", "wall_s", "bytes")[:2] == [
        # Of the script's 150 s, 80 went into the jobs it built.
        ("build_import", 1, 70.0, 0),
        ("dataset_type", 2, 40.0, 3000),
    ]
    assert sum(column(rows, "wall_share")) == pytest.approx(1)
    assert answer(told, "cost_by_method", limit="1") == rows[:1]


def test_cost_by_job(told: Path) -> None:
    rows = answer(told, "cost_by_job", limit=1)
    assert column(rows, "job") == ["dev-0", "dev-7"]
    assert len(answer(told, "cost_by_job")) == 8


def test_built(told: Path) -> None:
    (row,) = answer(told, "built", day=_date(1))
    assert (row["job"], row["against"]) == ("dev-5", "dev-4")
    assert row["why"] == "option days and the source changed"
    assert row["changes"] == "option days: 30 to 60; source methods/a_afr.py"
    assert len(answer(told, "built", day=_date(3))) == 5
    assert column(answer(told, "built", day=_date(0)), "job") == ["dev-6", "dev-7"]


def test_built_asks_for_yesterday_by_itself(told: Path) -> None:
    """The story's days are those of the clock when it was written, which may have struck since."""
    days = "SELECT current_date, day_of('today'), day_of('Yesterday')"
    (row,) = query(told, days).to_pylist()
    today, *meant = row.values()
    assert meant == [today, today - DAY]
    assert load_query("built").values({}) == {"day": "yesterday"}


def _date(days_before: int) -> str:
    return (NOON - days_before * DAY).date().isoformat()


def test_failures(told: Path) -> None:
    (row,) = answer(told, "failures")
    assert (row["job"], row["stage"], row["sliceno"]) == ("dev-6", "analysis", 2)
    assert row["message"] == "ValueError: 'x' is no number"


def test_a_failure_is_told_once_and_in_a_line(tmp_path: Path) -> None:
    ended = {"state": "failed", "rows": None, "bytes": None, "content": None}
    through = {"kind": "exception", "message": "dataset_type (dev-6) failed:\nanalysis:\nTrace"}
    other = {"kind": "exception", "message": f"ValueError: {'no ' * 200}\nand more"}
    tell(
        tmp_path,
        *story(),
        job(8, "build_import", TODAY - 90, is_build=True, error=through, **ended),
        job(9, "build_import", TODAY - 80, is_build=True, error=other, **ended),
    )
    fold(tmp_path)
    rows = answer(tmp_path, "failures")
    assert column(rows, "job") == ["dev-9", "dev-6"]
    assert len(rows[0]["message"]) == 160 and rows[0]["message"].startswith("ValueError: no no")


def test_slowest_slices(told: Path) -> None:
    row = answer(told, "slowest_slices", limit=1)[0]
    assert (row["job"], row["sliceno"], row["wall_s"], row["median_s"]) == ("dev-1", 2, 11.0, 6.0)


def test_method_history(told: Path) -> None:
    rows = answer(told, "method_history", method="afr")
    assert column(rows, "job", "state") == [
        ("dev-7", "running"),
        ("dev-5", "complete"),
        ("dev-4", "complete"),
    ]


def test_run_timeline(told: Path) -> None:
    latest = answer(told, "run_timeline")
    assert column(latest, "job", "what")[:3] == [
        ("dev-1", "re-used"),
        ("dev-2", "re-used"),
        ("dev-3", "re-used"),
    ]
    assert column(latest[3:], "stage", "sliceno", "begin_s") == [
        ("prepare", None, 1.0),
        ("analysis", 0, 2.0),
        ("analysis", 1, 2.0),
        ("analysis", 2, 2.0),
    ]
    assert len(answer(told, "run_timeline", run="r1")) == 4 + 3


def test_users_of(told: Path) -> None:
    rows = answer(told, "users_of", what="dev-2/default")
    direct = [row["job"] for row in rows if row["how"] == "directly"]
    assert direct == ["dev-3"]
    assert {"dev-4", "dev-5", "dev-0"} == set(column(rows, "job")) - {"dev-3"}
    assert column(answer(told, "users_of", what="dev-3"), "job")[:2] == ["dev-4", "dev-5"]
    assert column(answer(told, "users_of", what="b.csv"), "job")[0] == "dev-2"


def test_reuse(told: Path) -> None:
    (row,) = answer(told, "reuse")
    assert (row["runs"], row["built"], row["reused"]) == (2, 5, 3)
    assert row["reuse_rate"] == pytest.approx(0.375)


def test_lineage(told: Path) -> None:
    rows = answer(told, "lineage", job="dev-5")
    assert column(rows, "depth", "job", "ref") == [
        (0, "dev-5", "dev-3/default"),
        (1, "dev-3", "dev-2/default"),
        (2, "dev-2", "dev-1/default"),
        (2, "dev-2", "/w/inputs/b.csv"),
        (3, "dev-1", "/w/inputs/a.csv"),
    ]


def test_column_users(told: Path) -> None:
    (row,) = answer(told, "column_users", column="failure")
    assert (row["dataset"], row["job"], row["type"]) == ("dev-2/default", "dev-3", "unicode")


def test_undeclared(told: Path) -> None:
    (row,) = answer(told, "undeclared")
    assert (row["name"], row["method"], row["latest_job"]) == ("TZ", "dataset_type", "dev-3")


def test_unused(told: Path) -> None:
    assert column(answer(told, "unused"), "job") == ["dev-6"]


def test_running(told: Path) -> None:
    (row,) = answer(told, "running")
    assert (row["job"], row["usual_s"]) == ("dev-7", 10.0)


def test_results(told: Path) -> None:
    (row,) = answer(told, "results")
    assert (row["link"], row["job"], row["method"]) == ("afr.html", "dev-5", "afr")


def test_gone(told: Path, tmp_path: Path) -> None:
    assert answer(told, "gone") == []
    tell(tmp_path, *story(), event("forget", TODAY + 1, jobid="dev-3"))
    fold(tmp_path)
    rows = answer(tmp_path, "gone")
    assert column(rows, "job", "rests_on", "argument") == [
        ("dev-0", "dev-3", None),
        ("dev-4", "dev-3", "source"),
        ("dev-5", "dev-3", "source"),
    ]


def test_ancestry_agrees_with_the_macro(told: Path) -> None:
    for number in range(8):
        job = f"dev-{number}"
        view = f"SELECT ancestor AS job, depth FROM ancestry WHERE job = '{job}' ORDER BY 1"
        macro = f"SELECT job, depth FROM ancestors_of('{job}') WHERE depth > 0 ORDER BY 1"
        assert query(told, view).to_pylist() == query(told, macro).to_pylist()


def test_the_urd_as_it_stands(told: Path) -> None:
    rows = query(told, "SELECT timestamp, jobs FROM urd_entries ORDER BY timestamp_key").to_pylist()
    assert column(rows, "timestamp", "jobs") == [
        ("2024-01", ["dev-1"]),
        ("2024-02", ["dev-2", "dev-3"]),
    ]


HEAD = """\
-- What is this?
-- It goes on.
-- $job VARCHAR: a job
-- $share DOUBLE = 0.5: a share
-- $text VARCHAR = 'it''s: so': a text
-- $flag BOOLEAN = true: a flag
-- $day DATE = 2026-01-31: a day

SELECT 1 -- $not VARCHAR: one
"""


def test_a_head_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.sql"
    path.write_text(HEAD)
    saved = read_query(path)
    assert (saved.name, saved.description) == ("own", "What is this? It goes on.")
    assert [p.name for p in saved.parameters] == ["job", "share", "text", "flag", "day"]
    assert saved.values({"job": "dev-1", "flag": "no"}) == {
        "job": "dev-1",
        "share": 0.5,
        "text": "it's: so",
        "flag": False,
        "day": datetime.date(2026, 1, 31),
    }


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "needs job: a job"),
        ({"job": "x", "jbo": "y"}, "no parameter jbo"),
        ({"job": "x", "share": "much"}, "'much' is no DOUBLE"),
        ({"job": "x", "flag": "maybe"}, "'maybe' is no BOOLEAN"),
        ({"job": "x", "day": "someday"}, "'someday' is no DATE"),
    ],
)
def test_values_that_do_not_fit(tmp_path: Path, given: dict[str, object], message: str) -> None:
    path = tmp_path / "own.sql"
    path.write_text(HEAD)
    with pytest.raises(CatalogQueryError, match=message):
        read_query(path).values(given)


def test_a_head_that_is_not_formed_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "own.sql"
    path.write_text("-- What?\n-- $job: a job\nSELECT 1")
    with pytest.raises(CatalogQueryError, match=r"own\.sql, line 2"):
        read_query(path)


def test_a_workspace_has_queries_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "mine.sql").write_text("-- Mine.\nSELECT 1")
    (tmp_path / "built.sql").write_text("-- My own built.\nSELECT 2")
    found = saved_queries([tmp_path, tmp_path / "absent"])
    assert found["mine"].description == "Mine."
    assert found["built"].path == tmp_path / "built.sql"
    assert load_query("built", [tmp_path]).path == tmp_path / "built.sql"
    assert load_query("cost_by_job", [tmp_path]).path.parent.name == "queries"


def test_an_unknown_name_brings_near_ones() -> None:
    with pytest.raises(CatalogQueryError, match="did you mean failures"):
        load_query("failure")
    with pytest.raises(CatalogQueryError, match="no saved query"):
        load_query("../views/1_macros")
