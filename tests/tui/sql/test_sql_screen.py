"""The screen of SQL, by its keys."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from threading import Event
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from textual import events
from textual.pilot import Pilot

from axtui.build.sql import export
from axtui.build.sql.history import History
from axtui.tui.app import Axtui
from axtui.tui.places import Place
from axtui.tui.sql.charting import Canvas
from axtui.tui.sql.dialogs import Form, Line
from axtui.tui.sql.editor import Editor
from axtui.tui.sql.picker import Picker
from axtui.tui.sql.results import Head, Results, Rows, Told
from axtui.tui.sql.side import Side
from axtui.tui.sql.view import SqlView
from axtui.workspace import Workspace
from tests.tui.support import wait_for

LONG = (  # sleeps row by row, so that any DuckDB looks whether it is to end
    "WITH RECURSIVE t(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM t "
    "WHERE coalesce(sleep_ms(20 + 0 * n)::VARCHAR, '') IS NOT NULL) SELECT count(*) FROM t"
)


def app_of(workspace: Workspace, text: str = "") -> Axtui:
    return Axtui(workspace, Place("sql", text), watch=False)


def screen(app: Axtui) -> SqlView:
    view = app.screen_below
    assert isinstance(view, SqlView)
    return view


def head(app: Axtui) -> str:
    return screen(app).query_one(Head).told.plain


def told(app: Axtui) -> str:
    return str(screen(app).query_one("#told-text").render())


async def opened(pilot: Pilot[object], app: Axtui) -> SqlView:
    await wait_for(pilot, lambda: app.screen_below is not None, "the screen")
    view = screen(app)
    await wait_for(pilot, lambda: view.names is not None, "the names")
    return view


async def ask(pilot: Pilot[object], app: Axtui, sql: str, said: str) -> None:
    editor = screen(app).editor
    editor.replace(sql, (0, 0), editor.document.end)
    await pilot.press("f5")
    await wait_for(pilot, lambda: said in head(app), f"{said!r} of {sql!r}")


async def type_into(pilot: Pilot[object], text: str) -> None:
    names = {" ": "space", "_": "underscore", ".": "full_stop", "'": "apostrophe", "-": "minus"}
    await pilot.press(*(names.get(character, character) for character in text))


async def test_it_opens_with_a_question_that_runs_and_a_row_leads_to_its_job(
    workspace: Workspace,
) -> None:
    app = app_of(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        view = await opened(pilot, app)
        assert "F5 runs" in told(app) and "read-only" in str(view.editor.border_title)
        await pilot.press("f5")
        await wait_for(pilot, lambda: view.results.answer is not None, "the rows")
        assert isinstance(app.focused, Rows)
        assert view.place.subject.startswith("SELECT job") and "rows" in head(app)
        assert History(workspace.dot_axtui).read()[0].rows > 0
        job = app.focused.cursor_values["job"]  # type: ignore[index]
        await pilot.press("enter")
        await wait_for(pilot, lambda: app.screen_below is not view, "the way to the job")
        place = app.screen_below.place  # type: ignore[union-attr]
        assert (place.screen, place.subject) == ("job", job)


async def test_the_editor_has_the_letters_until_escape(read_workspace: Workspace) -> None:
    app = app_of(read_workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        view = await opened(pilot, app)
        await pilot.press("i", "f7", "backspace")
        assert "EDIT" in str(view.editor.border_subtitle)
        await type_into(pilot, "select met")
        await pilot.press("escape")
        await type_into(pilot, " from jobs limit 1")
        assert view.editor.text.startswith("select met")
        await pilot.press("escape", "escape")
        await wait_for(pilot, lambda: "i edits" in str(view.editor.border_subtitle), "the mode")
        assert not isinstance(app.focused, Editor)
        text = view.editor.text
        await pilot.press("j", "k")
        assert view.editor.text == text


async def test_completion_shows_columns_and_tab_takes_one(read_workspace: Workspace) -> None:
    app = app_of(read_workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, app)
        editor, popup = view.editor, view.editor.popup
        editor.replace("SELECT  FROM jobs", (0, 0), editor.document.end)
        editor.move_cursor((0, 7))
        await pilot.press("i", "w", "a")
        await wait_for(pilot, lambda: popup.is_open, "the list")
        assert app.focused is editor
        assert popup.chosen is not None and popup.chosen.text == "wall_s"
        await pilot.press("tab")
        assert editor.text == "SELECT wall_s FROM jobs" and not popup.is_open
        editor.replace("FROM dataset('')", (0, 0), editor.document.end)
        editor.move_cursor((0, 14))
        await pilot.press("ctrl+@")
        await wait_for(pilot, lambda: popup.is_open, "the datasets")
        await pilot.press("down", "up", "escape")
        assert not popup.is_open and app.focused is editor
        await type_into(pilot, "zzz")
        await pilot.press("tab")
        assert not popup.is_open
        editor.replace("SELECT 1\nSELECT 2", (0, 0), editor.document.end)
        editor.select_all()
        await pilot.press("ctrl+underscore")
        assert editor.text == "-- SELECT 1\n-- SELECT 2"
        await pilot.press("ctrl+underscore")
        assert editor.text == "SELECT 1\nSELECT 2"


async def test_errors_are_marked_and_writing_is_refused(read_workspace: Workspace) -> None:
    app = app_of(read_workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, app)
        await ask(pilot, app, "SELECT 1;\nSELECT medhod\nFROM jobs", "1 row")
        view.editor.move_cursor((2, 0))
        await pilot.press("f5")
        await wait_for(pilot, lambda: "error" in head(app), "the error")
        assert '"method"' in told(app) and "medhod" in told(app)
        assert view.editor.cursor_location == (1, 7)
        spans = view.editor.get_line(1).spans
        assert [(span.start, span.end) for span in spans] == [(7, 13)]
        await pilot.press("i", "x")
        assert view.editor.get_line(1).spans == []
        await pilot.press("escape", "escape")
        await ask(pilot, app, "DROP TABLE job", "error")
        assert "only reads" in told(app)
        await ask(pilot, app, "SELECT 1 /", "error")
        await ask(pilot, app, "-- nothing", "error")
        assert "no query here" in told(app)


async def test_a_long_question_is_cancelled_and_rows_are_cut(workspace: Workspace) -> None:
    app = app_of(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, app)
        await ask(pilot, app, LONG, "running")
        await pilot.press("ctrl+x")
        await wait_for(pilot, lambda: "cancelled after" in head(app), "the end")
        await pilot.press("i")
        await ask(pilot, app, LONG, "running")
        await pilot.press("escape")
        await wait_for(pilot, lambda: "cancelled after" in head(app), "the end")
        await pilot.press("escape", "L")
        await wait_for(pilot, lambda: isinstance(app.screen, Form), "the form of the limit")
        app.screen.query_one("#field-rows").value = "1,000"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await ask(pilot, app, "SELECT range AS n FROM range(3000)", "1,000 of more rows")
        await pilot.press("e")
        await wait_for(pilot, lambda: isinstance(app.screen, Form), "the form of the export")
        path = workspace.root / "all.parquet"
        path.write_text("before")
        app.screen.query_one("#field-path").value = "all.parquet"  # type: ignore[attr-defined]
        await pilot.press("enter")
        objection = app.screen.query_one("#objection")
        await wait_for(pilot, lambda: "already" in str(objection.render()), "the objection")
        assert path.read_text() == "before"
        await pilot.press("enter")
        await wait_for(pilot, lambda: _rows_of(path) == 3000, "the file with all rows")
        assert view.results.answer is not None and view.results.answer.table.num_rows == 1000


def _rows_of(path: Path) -> int:
    try:
        return int(pq.read_metadata(path).num_rows)
    except OSError:
        return -1
    except Exception as error:
        assert "Parquet" in str(error)
        return -1


async def test_the_chart_and_the_clipboard(
    read_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_of(read_workspace, "SELECT 'k' || range AS k, range AS a, -range AS b FROM range(5)")
    copied: list[str] = []
    monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
    async with app.run_test(size=(120, 36)) as pilot:
        view = await opened(pilot, app)
        results = view.query_one(Results)
        await wait_for(pilot, lambda: results.answer is not None, "the rows")
        await pilot.press("C")
        await wait_for(pilot, lambda: copied, "the copy")
        assert copied[0].splitlines()[:2] == ["k\ta\tb", "k0\t0\t0"]
        await pilot.press("c")
        await wait_for(pilot, lambda: results.is_chart, "the chart")
        chart = results.front
        canvas = view.query_one(Canvas)
        await wait_for(pilot, lambda: "k4" in canvas.picture.plain, "the picture")
        assert chart.chart.kind == "bar" and chart.chart.x == "k"  # type: ignore[attr-defined]
        for key, kind in (("l", "line"), ("p", "scatter"), ("h", "histogram"), ("b", "bar")):
            await pilot.press(key)
            assert chart.chart.kind == kind  # type: ignore[attr-defined]
        await pilot.press("y")
        await wait_for(pilot, lambda: isinstance(app.screen, Picker), "the columns")
        await pilot.press("j", "enter")
        await wait_for(pilot, lambda: chart.chart.ys == ("b",), "the other column")  # type: ignore[attr-defined]
        await pilot.press("escape")
        assert not results.is_chart and isinstance(app.focused, Rows)
        await pilot.press("z")
        assert not view.editor.display
        await pilot.press("z")
        assert view.editor.display


async def test_buffers_are_closed_brought_back_and_remembered(workspace: Workspace) -> None:
    app = app_of(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, app)
        await pilot.press("ctrl+n")
        await type_into(pilot, "zz")
        await pilot.press("ctrl+w")
        assert [one.name for one in view.buffers.each] == ["example"]
        await pilot.press("alt+t")
        assert view.editor.text == "zz"
        await pilot.press("ctrl+z")
        assert view.editor.text == ""
        await pilot.press("ctrl+y", "alt+n")
        assert view.buffers.current.name == "example"
        await pilot.press("alt+p")
        assert view.editor.text == "zz"
    again = app_of(workspace)
    async with again.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, again)
        assert view.editor.text == "zz" and len(view.buffers.each) == 2


async def test_saved_queries_are_asked_for_their_parameters_and_saved(
    workspace: Workspace,
) -> None:
    app = app_of(workspace, "package_below")
    async with app.run_test(size=(120, 36)) as pilot:
        view = await opened(pilot, app)
        await wait_for(pilot, lambda: isinstance(app.screen, Form), "the form")
        form = app.screen
        assert form.query_one("#field-package").value == "pandas"  # type: ignore[attr-defined]
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.screen is view, "the screen again")
        editor = view.editor
        text = "-- $least BIGINT = 3: the least\nSELECT $least AS least"
        editor.replace(text, (0, 0), editor.document.end)
        await pilot.press("f5")
        await wait_for(pilot, lambda: isinstance(app.screen, Form), "the form of the buffer")
        app.screen.query_one("#field-least").value = "seven"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await wait_for(pilot, lambda: "error" in head(app), "the refusal")
        assert "seven" in told(app)
        await pilot.press("f5")
        await wait_for(pilot, lambda: isinstance(app.screen, Form), "the form again")
        app.screen.query_one("#field-least").value = "7"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await wait_for(pilot, lambda: "1 row" in head(app), "the row")
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: isinstance(app.screen, Form), "the form of saving")
        app.screen.query_one("#field-name").value = "least"  # type: ignore[attr-defined]
        app.screen.query_one("#field-description").value = "Least?"  # type: ignore[attr-defined]
        await pilot.press("ctrl+j")
        path = workspace.root / "queries/least.sql"
        await wait_for(pilot, path.exists, "the file")
        assert path.read_text().startswith("-- Least?\n-- $least BIGINT = 3: the least\nSELECT")


async def test_the_pane_gives_names_queries_and_history(workspace: Workspace) -> None:
    app = app_of(workspace)
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, app)
        side = view.query_one(Side)
        assert not side.display
        await pilot.press("t")
        await wait_for(pilot, lambda: side.display, "the pane")
        await pilot.press("slash")
        await type_into(pilot, "wall_s")
        await pilot.press("enter")
        leaf = next(
            node
            for branch in side.tree_.root.children
            for relation in branch.children
            for node in relation.children
            if node.data and node.data.insert == "wall_s"
        )
        side.tree_.move_cursor(leaf)
        await pilot.press("enter")
        await wait_for(pilot, lambda: "wall_s" in view.editor.text[:8], "the name in the text")
        assert app.focused is view.editor
        await pilot.press("escape")
        await ask(pilot, app, "SELECT 11 AS eleven", "1 row")
        await wait_for(pilot, lambda: History(workspace.dot_axtui).read(), "the history")
        await pilot.press("t", "slash", "f7")
        side.query_one("#side-filter").value = "eleven"  # type: ignore[attr-defined]
        await wait_for(pilot, lambda: len(side.tree_.root.children) == 4, "the tree")
        asked = side.tree_.root.children[1].children[0]
        assert asked.data is not None and asked.data.asked is not None
        assert asked.data.asked.rows == 1
        await pilot.press("t")


async def test_a_text_can_be_lent_to_another_editor(
    read_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_of(read_workspace)
    monkeypatch.setenv("VISUAL", "sh -c 'echo SELECT 42 > $0'")
    async with app.run_test(size=(80, 24)) as pilot:
        view = await opened(pilot, app)
        before = view.editor.text
        await pilot.press("f4")  # a terminal in memory cannot be lent
        assert view.editor.text == before and isinstance(app.focused, Told)


async def export_to(pilot: Pilot[object], app: Axtui, name: str) -> None:
    await pilot.press("e")
    await wait_for(pilot, lambda: isinstance(app.screen, Form), "the form of the export")
    app.screen.query_one("#field-path", Line).value = name
    await pilot.press("enter")


async def test_an_export_goes_on_whatever_else_is_done_and_every_text_has_its_own_rows(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = Event()
    plain = export.WRITERS["csv"]

    def slow(schema: pa.Schema, batches: Iterable[pa.RecordBatch], stream: IO[bytes]) -> None:
        going.wait(20)
        plain(schema, batches, stream)

    monkeypatch.setitem(export.WRITERS, "csv", slow)
    app = app_of(workspace)
    told: list[str] = []
    monkeypatch.setattr(app, "notify", lambda message, **_: told.append(message))
    async with app.run_test(size=(120, 36)) as pilot:
        view = await opened(pilot, app)
        await ask(pilot, app, "SELECT 41 AS n", "1 row")
        beside = view.query_one(Head)
        await export_to(pilot, app, "one.csv")
        await wait_for(pilot, lambda: "writing one.csv" in beside.beside, "the progress")
        await pilot.press("escape", "escape", "ctrl+x", "ctrl+n")
        assert "not run yet" in head(app) and view.place.subject == ""
        await pilot.press("escape", "c")
        assert not view.results.is_chart  # there are no rows of this text
        await ask(pilot, app, "SELECT range FROM range(2)", "2 rows")
        await pilot.press("left_square_bracket")
        assert "1 row" in head(app) and view.place.subject == "SELECT 41 AS n"
        await pilot.press("right_square_bracket")
        assert "2 rows" in head(app)
        await export_to(pilot, app, "two.csv")
        await wait_for(pilot, lambda: "2 files" in beside.beside, "both")
        await pilot.press("e")
        await wait_for(pilot, lambda: isinstance(app.screen, Form), "the form again")
        app.screen.query_one("#field-path", Line).value = "two.csv"
        await pilot.press("enter")
        objection = app.screen.query_one("#objection")
        await wait_for(pilot, lambda: "being written" in str(objection.render()), "the objection")
        await pilot.press("escape", "2")
        await wait_for(pilot, lambda: app.screen_below is not view, "another screen")
        going.set()
        await wait_for(pilot, lambda: "two.csv" in str(told) and "one.csv" in str(told), "the end")
        assert any(text.startswith("Wrote 1 row to") for text in told)
        assert (workspace.root / "one.csv").read_text() == "n\n41\n"
        going.clear()
        await pilot.press("5")
        await wait_for(pilot, lambda: app.screen is view, "the screen again")
        await export_to(pilot, app, "three.csv")
        await wait_for(pilot, lambda: "writing three.csv" in beside.beside, "the progress")
        await pilot.press("X")
        going.set()
        await wait_for(pilot, lambda: not beside.beside, "the end")
        assert "three.csv was not written" in told[-1]
        assert not list(workspace.root.glob("*three.csv*"))
        # a question that another one ends says so, where it was asked
        await ask(pilot, app, LONG, "running")
        await pilot.press("left_square_bracket")
        assert "1 row" in head(app)
        await ask(pilot, app, "SELECT 42 AS n", "1 row")
        await pilot.press("right_square_bracket")
        assert "another query was run" in head(app)


async def test_keys_edit_in_their_order_and_the_focus_stays_where_it_was(
    workspace: Workspace,
) -> None:
    app = app_of(workspace)
    async with app.run_test(size=(120, 36)) as pilot:
        view = await opened(pilot, app)
        editor = view.editor
        await pilot.press("i", "f7", "backspace")
        for key in ("a", "b", "backspace", "c", "left", "d", "ctrl+e", "e"):  # as fast as it goes
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await wait_for(pilot, lambda: len(editor.text) == 4, "the letters")
        assert editor.text == "adce"
        await pilot.press("ctrl+n")
        app.post_message(events.Key("alt+p", "p"))  # as terminals send it: with its letter
        await wait_for(pilot, lambda: editor.text == "adce", "the text before")
        editor.replace("SELECT job\n" * 400, (0, 0), editor.document.end)
        await pilot.press("ctrl+end", "x")
        await pilot.pause()
        assert len(editor._coloured) <= 2 and 200 not in editor._highlights
        editor.get_line(200)
        assert (0, 6, "keyword") in editor._highlights[200]
        view.side.tree_.focus()
        await pilot.pause()
        saved = view.side.tree_.root.children[0].children
        asks = next(
            one for one in saved if one.data and one.data.query and one.data.query.parameters
        )
        assert asks.data and asks.data.query
        assert asks.data.query.description in str(asks.label)
        view.side.tree_.move_cursor(asks)
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, Form), "the form")
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.screen is view, "the screen again")
        assert app.focused is view.side.tree_ and "not run yet" in head(app)
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, Form), "the form again")
        line = app.focused
        assert isinstance(line, Line)
        line.value = ""
        for key in ("a", "ctrl+u", "b", "home", "c"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await wait_for(pilot, lambda: line.value == "cb", "the letters in their order")
        await pilot.press("escape")
