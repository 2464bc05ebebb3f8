"""History, saving of queries, buffers, and where cells lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from axtui.build.sql import history
from axtui.build.sql.history import Asked, History
from axtui.build.sql.keeping import save_query, saved_text
from axtui.errors import UserError
from axtui.tui.places import Place
from axtui.tui.sql.buffers import Buffers, remembered
from axtui.tui.sql.walking import leads_to, row_leads_to
from axtui.workspace import Workspace
from catalog.saved import read_query


def test_history_is_newest_first_and_each_text_once(tmp_path: Path) -> None:
    kept = History(tmp_path)
    kept.add(Asked(1.0, "SELECT 1", 0.1, rows=1))
    kept.add(Asked(2.0, "SELECT 2", 0.1, error="no"))
    kept.add(Asked(3.0, "SELECT 1", 0.2, rows=1, more=True))
    assert [(one.at, one.sql, one.more) for one in History(tmp_path).read()] == [
        (3.0, "SELECT 1", True),
        (2.0, "SELECT 2", False),
    ]


def test_history_survives_lines_that_are_not_formed_and_folders_that_are_not_there(
    tmp_path: Path,
) -> None:
    kept = History(tmp_path)
    (tmp_path / history.NAME).write_text('{"at": 1\n[]\n{"no": 1}\n')
    kept.add(Asked(1.0, "SELECT 1", 0.1))
    assert [one.sql for one in kept.read()] == ["SELECT 1"]
    gone = History(tmp_path / "gone")
    gone.add(Asked(1.0, "SELECT 1", 0.1))
    assert gone.read() == []


def test_history_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "KEPT", 5)
    kept = History(tmp_path)
    for number in range(23):
        kept.add(Asked(float(number), f"SELECT {number}", 0.1))
    assert len((tmp_path / history.NAME).read_bytes().splitlines()) <= 10
    assert [one.sql for one in kept.read()] == [f"SELECT {n}" for n in (22, 21, 20, 19, 18)]
    assert [path.name for path in tmp_path.iterdir()] == [history.NAME]


def test_a_saved_query_is_one_that_axtui_sql_reads(
    read_workspace: Workspace, tmp_path: Path
) -> None:
    text = saved_text("How many?", "-- $n BIGINT = 3: how many\nSELECT $n, $who;\n")
    path = tmp_path / "many.sql"
    path.write_text(text)
    query = read_query(path)
    assert query.description == "How many?"
    assert [(one.name, one.type, one.default) for one in query.parameters] == [
        ("n", "BIGINT", "3"),
        ("who", "VARCHAR", None),
    ]
    assert query.sql.endswith("SELECT $n, $who\n")


def test_a_query_that_is_there_is_replaced_only_if_that_is_said(workspace: Workspace) -> None:
    path = save_query(workspace, "mine", "Mine?", "SELECT 1")
    with pytest.raises(UserError, match="already"):
        save_query(workspace, "mine", "Other?", "SELECT 2")
    assert "SELECT 1" in path.read_text()
    save_query(workspace, "mine", "Other?", "SELECT 2", replace=True)
    assert path.read_text() == "-- Other?\nSELECT 2\n"
    with pytest.raises(UserError, match="name"):
        save_query(workspace, "../mine", "Mine?", "SELECT 1")
    with pytest.raises(UserError, match="no query"):
        save_query(workspace, "none", "Mine?", "-- only a comment")


def test_a_closed_buffer_comes_back_to_its_place() -> None:
    buffers = Buffers()
    for text in ("one", "two", "three"):
        buffers.new(text)
    buffers.at = 1
    assert buffers.close().text == "two"
    assert [one.text for one in buffers.each] == ["one", "three"]
    buffers.close()
    assert [one.text for one in buffers.each] == ["one"]
    assert buffers.reopen() is not None and buffers.reopen() is not None
    assert [one.text for one in buffers.each] == ["one", "two", "three"]
    assert buffers.current.text == "two"
    assert buffers.reopen() is None


def test_closing_the_last_buffer_leaves_a_blank_one() -> None:
    buffers = Buffers()
    buffers.new("only")
    buffers.close()
    assert [one.text for one in buffers.each] == [""]
    buffers.reopen()
    assert [one.text for one in buffers.each] == ["only"]


def test_buffers_are_remembered_as_far_as_they_are_formed() -> None:
    buffers = Buffers()
    buffers.new("SELECT 1", "mine").cursor = (0, 3)
    buffers.new("SELECT 2")
    again = remembered(buffers.as_json())
    assert [(one.name, one.text, one.cursor) for one in again.each] == [
        ("mine", "SELECT 1", (0, 3)),
        ("query 1", "SELECT 2", (0, 0)),
    ]
    assert again.at == 1
    assert remembered({"buffers": [{"name": 1}, None, {}], "at": "x"}).each == []


@pytest.mark.parametrize(
    ("column", "value", "place"),
    [
        ("job", "dev-12", Place("job", "dev-12")),
        ("against", "my-work-12", Place("job", "my-work-12")),
        ("dataset", "dev-12/default", Place("data", "dev-12/default")),
        ("previous", "dev-12/a b.csv", Place("data", "dev-12/a b.csv")),
        ("link", "movie.gif", Place("results", "movie.gif")),
        ("method", "csvimport", Place("methods", "csvimport")),
        ("script", "build", Place("methods", "build", "script")),
        ("day", "2026-01-12", None),
        ("why", "first time", None),
        ("rows", 12, None),
        ("caption", None, None),
    ],
)
def test_cells_lead_to_what_they_name(column: str, value: object, place: Place | None) -> None:
    assert leads_to(column, value) == place


def test_a_row_leads_to_its_job_from_other_cells() -> None:
    assert row_leads_to("rows", {"rows": 3, "job": "dev-1"}) == Place("job", "dev-1")
    assert row_leads_to("rows", {"rows": 3}) is None
