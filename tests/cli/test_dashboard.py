"""`axtui` without a command, `--tui`, and how a dashboard that failed ends the program."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from axtui.build.watch.lock import WatchLock
from axtui.cli import dashboard, main
from axtui.errors import DashboardError
from axtui.tui import launch
from axtui.tui.places import Place
from axtui.workspace import Workspace

Shown = list[tuple[Path, Place]]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal on both ends."""
    ends = SimpleNamespace(stdin=_Terminal(), stdout=_Terminal())
    monkeypatch.setattr(dashboard, "sys", ends)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("AXTUI_BROWSER", raising=False)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """The places that the dashboard was shown at; it ends with code 7."""
    places: Shown = []

    def show(workspace: Workspace, place: Place) -> int:
        places.append((workspace.root, place))
        return 7

    monkeypatch.setattr(launch, "launch", show)
    return places


def axtui(workspace: Workspace, *args: str) -> int:
    return main.run(["--workspace", str(workspace.root), *args])


@pytest.mark.parametrize(
    ("args", "place"),
    [
        ([], Place()),
        (["status", "--tui"], Place()),
        (["job", "--tui"], Place("jobs")),
        (["job", "--filter", "state:failed", "--tui"], Place("jobs", "state:failed")),
        (["job", "words", "--tui", "--tab", "files"], Place("job", "dev-1", "files")),
        (["why", "words", "--tui"], Place("job", "dev-1", "why")),
        (["ds", "dev-1", "--tui", "--tab", "rows"], Place("data", "dev-1/default", "rows")),
        (["ds", "--tui"], Place("data")),
        (["ds", "dev-1", "--tui"], Place("data", "dev-1/default")),
        (["sql", "SELECT 1", "--tui"], Place("sql", "SELECT 1")),
        (["graph", "dev-1", "--tui"], Place("graph", "dev-1")),
        (["open", "--tui"], Place("results")),
        (["method", "words", "--tui"], Place("methods", "words")),
        (["script", "build", "--tui"], Place("methods", "build", "script")),
        (["help", "run", "--tui"], Place("help", "run")),
    ],
)
def test_a_place_on_the_command_line(
    workspace: Workspace,
    make_job: Callable[..., str],
    on_terminal: None,
    shown: Shown,
    args: list[str],
    place: Place,
) -> None:
    make_job("words", datasets={"default": {}})
    assert axtui(workspace, *args) == 7
    assert shown == [(workspace.root, place)]


def test_tui_shows_one_thing_and_tab_goes_with_it(
    workspace: Workspace, on_terminal: None, shown: Shown
) -> None:
    assert axtui(workspace, "job", "dev-1", "dev-2", "--tui") == 2
    assert axtui(workspace, "job", "--tab", "files") == 2
    assert axtui(workspace, "--plain", "job") == 2
    assert shown == []


def test_without_a_terminal_commands_say_what_they_say_without_tui(
    workspace: Workspace,
    make_job: Callable[..., str],
    shown: Shown,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_job("words")
    assert axtui(workspace, "job") == 0
    plain = capsys.readouterr().out
    assert axtui(workspace, "job", "--tui") == 0
    said = capsys.readouterr()
    assert said.out == plain and "dev-1" in plain
    assert said.err.startswith("axtui: no dashboard here: standard input is no terminal")
    assert shown == []


def test_what_stands_in_the_way(on_terminal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dashboard.hindrance({"TERM": "xterm"}) is None
    assert "TERM" in (dashboard.hindrance({"TERM": "dumb"}) or "")
    assert "TERM" in (dashboard.hindrance({}) or "")
    monkeypatch.setattr(dashboard.sys, "stdout", io.StringIO())
    assert dashboard.hindrance({"TERM": "xterm"}) == "standard output is no terminal"
    assert dashboard.hindrance({"AXTUI_BROWSER": "key"}) is None


@pytest.mark.parametrize("how", ["a pipe", "--plain", "TERM=dumb"])
def test_the_summary_tells_in_plain_lines(
    workspace: Workspace,
    make_job: Callable[..., str],
    shown: Shown,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    how: str,
) -> None:
    if how != "a pipe":
        request.getfixturevalue("on_terminal")
    if how == "TERM=dumb":
        monkeypatch.setenv("TERM", "dumb")
    make_job("words")
    make_job("broken", "failed")
    folder = workspace.config.results
    folder.mkdir()
    for number in range(6):
        job = workspace.config.workdirs["dev"] / "dev-1"
        (job / f"{number}.txt").write_text("x")
        (folder / f"{number}.txt").symlink_to(job / f"{number}.txt")
    assert axtui(workspace, *(["--plain"] if how == "--plain" else [])) == 0
    text = capsys.readouterr().out
    assert shown == []
    assert f"Workspace {workspace.root}\n" in text
    assert "Running now\nnothing runs\n" in text
    assert "broken dev-2: failed, started " in text
    assert "What went wrong: axtui job dev-2\n" in text
    assert "of dev-1, linked " in text and "and 1 more: axtui open\n" in text
    assert "Watching\nnobody: `axtui watch`" in text
    assert "\x1b[?1049h" not in text and "words dev-1" not in text


def test_the_summary_tells_who_watches(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = WatchLock(workspace)
    assert lock.take()
    axtui(workspace, "--plain")
    assert f"Watching\nprocess {os.getpid()} of " in capsys.readouterr().out
    lock.release()
    axtui(workspace, "--plain")
    assert "Watching\nnobody" in capsys.readouterr().out


def test_outside_of_workspaces_it_says_how_to_make_one(
    tmp_path: Path,
    on_terminal: None,
    shown: Shown,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main.run([]) == 0
    said = capsys.readouterr().out
    assert "Usage: axtui" in said and "axtui init DIR" in said
    assert main.run(["--workspace", "nowhere"]) == 1
    assert "nowhere is no workspace" in capsys.readouterr().err
    assert shown == []


def test_a_dashboard_that_was_killed_is_one_message_and_its_code(
    workspace: Workspace,
    on_terminal: None,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def die(workspace: Workspace, place: Place) -> int:
        error = DashboardError("the dashboard was killed by SIGSEGV", 139)
        error.add_note("the traceback of the dashboard")
        raise error

    monkeypatch.setattr(launch, "launch", die)
    monkeypatch.delenv("AXTUI_DEBUG", raising=False)
    assert axtui(workspace) == 139
    assert capsys.readouterr().err == "axtui: the dashboard was killed by SIGSEGV\n"
    monkeypatch.setenv("AXTUI_DEBUG", "1")
    assert axtui(workspace) == 139
    assert "the traceback of the dashboard" in capsys.readouterr().err
