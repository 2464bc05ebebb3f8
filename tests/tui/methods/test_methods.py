"""Screen 7: what there is, what it takes, its last job, and running it with a form."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, OptionList, Static

from axtui.build.shelf import entries
from axtui.build.watch.told import How
from axtui.tui.app import Axtui
from axtui.tui.methods import asked
from axtui.tui.methods.form import Form
from axtui.tui.methods.view import MethodsView
from axtui.tui.places import Place
from axtui.tui.table.cellmodal import CellModal
from axtui.workspace import Workspace
from tests.tui.support import wait_for


def _text(app: Axtui, name: str) -> str:
    return str(app.screen.query_one(f"#methods-{name}", Static).render())


def _options(app: Axtui) -> list[str]:
    return [str(o.prompt) for o in app.screen.query_one("#methods-list", OptionList).options]


async def test_the_list_the_page_and_the_way_to_the_last_job(read_workspace: Workspace) -> None:
    app = Axtui(read_workspace, Place("methods"), watch=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await wait_for(
            pilot, lambda: any("complete" in line for line in _options(app)), "last jobs"
        )
        lines = _options(app)
        assert lines[0] == "Build scripts" and "build" in lines[1]
        assert any("forecast" in line and "failed" in line for line in lines)
        assert any("csvimport" in line and "never run" in line for line in lines)
        assert lines.index("Methods") < lines.index("Standard methods")
        assert app.screen.place == Place("methods", "build", "script")

        await app.go(Place("methods", "warmest"))
        await wait_for(pilot, lambda: "celsius" in _text(app, "takes"), "what warmest takes")
        assert "how many to keep" in _text(app, "takes")
        assert "The warmest readings" in _text(app, "about")
        assert "option limit: 5 -> 8" in _text(app, "jobs")
        await pilot.press("j")
        assert app.screen.place != Place("methods", "warmest")
        await pilot.press("k", "y")
        assert app.clipboard.endswith("a_warmest.py")
        await pilot.press("G")
        await wait_for(
            pilot, lambda: app.screen.place.subject == "dataset_unroundrobin", "the last one"
        )
        await wait_for(pilot, lambda: "comes with axtui" in _text(app, "about"), "whose it is")
        await pilot.press("g", "slash", *"warmest")
        await wait_for(pilot, lambda: len(_options(app)) < 8, "the filter")
        assert any("warmest" in line for line in _options(app))
        await pilot.press("escape")
        await wait_for(pilot, lambda: len(_options(app)) > 8, "all of them again")
        await app.go(Place("methods", "warmest"))
        await pilot.press("enter")
        await wait_for(pilot, lambda: app.screen.place.screen == "job", "the last job")


async def test_a_script_runs_with_what_the_form_says(
    read_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, How | None]] = []
    app = Axtui(read_workspace, Place("methods", "build", "script"), watch=False)
    monkeypatch.setattr(app, "build", lambda script, how=None: ran.append((script, how)))
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: "three days" in _text(app, "about"), "its page")
        await pilot.press("R")
        assert ran == [("build", None)]
        await pilot.press("r")
        await wait_for(pilot, lambda: isinstance(app.screen, Form), "the form")
        await pilot.press(*"quick", "down", *"soon", "enter")
        wrong = app.screen.query_one("#form-wrong", Static)
        await wait_for(pilot, lambda: "soon" in str(wrong.render()), "what is wrong with it")
        app.screen.query(Input)[1].value = "2026-03"
        await pilot.press("f5")
        await wait_for(pilot, lambda: isinstance(app.screen, MethodsView), "the form gone")
        assert ran[1] == ("build", How(frozenset({"quick"}), "2026-03"))


async def test_a_method_is_checked_in_the_form_and_built_by_hand(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    app = Axtui(workspace, Place("methods", "normals"), watch=False)
    async with app.run_test(size=(100, 30)) as pilot:
        await wait_for(pilot, lambda: "normals" in _text(app, "about"), "its page")
        await pilot.press("r")
        await wait_for(pilot, lambda: isinstance(app.screen, Form), "the form")
        await pilot.press(*"dev-999", "enter")
        wrong = app.screen.query_one("#form-wrong", Static)
        await wait_for(pilot, lambda: "dev-999" in str(wrong.render()), "what is wrong with it")
        app.screen.query_one(Input).value = "readings"
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, MethodsView), "the job begun")

        def built() -> Any:
            return [line for line in _options(app) if "normals" in line and "complete" in line]

        await wait_for(pilot, lambda: built() and "by_hand" not in str(_options(app)), "its end")
        await app.go(Place("methods", "build", "script"))
        await wait_for(pilot, lambda: "three days" in _text(app, "about"), "the script's page")
        await pilot.press("w")
        await wait_for(pilot, lambda: isinstance(app.screen, CellModal), "what it would build")
        assert "nothing" in app.screen.text or "would" in app.screen.text


def test_a_broken_file_is_listed_as_broken(tmp_path: Path) -> None:
    from axtui.workspace import open_workspace

    (tmp_path / "axtui.toml").touch()
    (tmp_path / "methods").mkdir()
    (tmp_path / "methods/a_bad.py").write_text("def synthesis(:\n")
    (tmp_path / "methods/build_bad.py").write_text("x = (\n")
    found = {(one.kind, one.name): one for one in entries(open_workspace(tmp_path))}
    assert found["method", "bad"].broken and "line 1" in found["method", "bad"].summary
    assert found["script", "bad"].broken
    assert not found["method", "csvimport"].broken and found["method", "csvimport"].standard


def test_forms_offer_what_there_is(read_workspace: Workspace) -> None:
    fields = {one.name: one for one in asked.script_fields(read_workspace, {"b", "a"})}
    assert list(fields["flags"].offered) == ["a", "b"]
    assert list(fields["workdir"].offered) == list(read_workspace.config.workdirs)
    assert fields["input"].default == "inputs"  # seen from the workspace


async def test_a_form_that_took_long_does_not_open_over_another_screen(
    read_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for, go_on, told = threading.Event(), threading.Event(), threading.Event()

    def slow(path: Path) -> set[str]:
        asked_for.set()
        go_on.wait(20)
        told.set()
        return set()

    monkeypatch.setattr("axtui.tui.methods.reading.flags", slow)
    app = Axtui(read_workspace, Place("methods", "build", "script"), watch=False)
    async with app.run_test(size=(100, 30)) as pilot:
        await wait_for(pilot, lambda: "three days" in _text(app, "about"), "its page")
        assert _text(app, "about").startswith("methods/build.py")
        view = app.screen
        await pilot.press("r")
        await wait_for(pilot, asked_for.is_set, "the form asked for")
        said = app._notifications
        await wait_for(pilot, lambda: any("Preparing" in n.message for n in said), "the word")
        await app.go(Place("help"))
        go_on.set()
        await wait_for(pilot, told.is_set, "the answer")
        await wait_for(
            pilot, lambda: not any(w.group == "methods-run" for w in app.workers), "its end"
        )
        assert app.screen is not view and not isinstance(app.screen, Form)
