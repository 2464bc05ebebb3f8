"""`axtui open`: which file is meant, and what is done where it can or cannot be shown."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from axtui.build import opener
from axtui.build.results import link_result
from axtui.cli import main
from axtui.errors import AcceleratorError
from axtui.workspace import Workspace

MakeJob = Callable[..., str]
Open = Callable[..., Result]
SCREEN = {"DISPLAY": ":0"}


@pytest.fixture
def call(
    workspace: Workspace, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_TTY", "SSH_CONNECTION", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for number, names in enumerate((["page.html", "page.csv"], ["film.mp4"]), 1):
        make_job("draw", post={"registered": names})
        job = workspace.config.workdirs["dev"] / f"dev-{number}"
        for name in names:
            (job / name).write_text(name)
            link_result(workspace.config.results, job, name, None, names)

    def run(*args: str) -> Result:
        done = CliRunner().invoke(main.cli, ["--workspace", str(workspace.root), "open", *args])
        if done.exception is not None:
            raise done.exception
        return done

    return run


def test_without_a_display_the_path_is_printed_and_why(call: Open, workspace: Workspace) -> None:
    path = workspace.config.results / "film.mp4"
    done = call("film.mp4")
    assert done.stdout == f"{path}\n" and "not opened: there is no display" in done.stderr
    done = call("film", "--print")
    assert (done.stdout, done.stderr) == (f"{path}\n", "")
    done = call("dev-1/page.csv", "--print")
    assert done.stdout == f"{workspace.config.workdirs['dev'] / 'dev-1' / 'page.csv'}\n"
    assert call("draw/film.mp4", "--print").stdout.endswith("/dev-2/film.mp4\n")


def test_wrong_names_are_met_with_near_ones(call: Open, workspace: Workspace) -> None:
    def refusal(name: str) -> str:
        with pytest.raises(AcceleratorError) as caught:
            call(name, "--print")
        return str(caught.value)

    assert "Did you mean 'film.mp4'" in refusal("fim.mp4")
    assert refusal("page") == "several results are called 'page': page.csv, page.html"
    assert "job dev-1 has no file 'page.htm'; it has page.html, page.csv. Did you mean" in refusal(
        "dev-1/page.htm"
    )
    assert "has no file" in refusal("dev-1/../dev-2/film.mp4")
    (workspace.config.workdirs["dev"] / "dev-2" / "film.mp4").unlink()
    assert "film.mp4, which is gone; run its build script again" in refusal("film.mp4")


def test_the_list(call: Open, workspace: Workspace) -> None:
    (workspace.config.workdirs["dev"] / "dev-2" / "film.mp4").unlink()
    rows = json.loads(call("--format", "json").stdout)
    assert [(row["result"], row["job"], row["bytes"], row["gone"]) for row in rows] == [
        ("film.mp4", "dev-2", None, True),
        ("page.csv", "dev-1", 8, False),
        ("page.html", "dev-1", 9, False),
    ]
    assert "(gone: film.mp4 of dev-2)" in call().stdout


def test_no_results_yet(workspace: Workspace) -> None:
    args = ["--workspace", str(workspace.root), "open"]
    done = CliRunner().invoke(main.cli, args)
    assert done.stdout == "" and "no results yet" in done.stderr
    assert json.loads(CliRunner().invoke(main.cli, [*args, "--format", "json"]).stdout) == []
    done = CliRunner().invoke(main.cli, [*args, "x"])
    assert "No result is linked yet" in str(done.exception)


def program(folder: Path, name: str, ending: str) -> Path:
    """A program that notes what it is called with."""
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "$@" > {folder}/called\n{ending}\n')
    path.chmod(0o755)
    return path


def test_it_is_opened_by_the_system_or_the_browser(
    call: Open, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opener.sys, "platform", "linux")
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    monkeypatch.setenv("PATH", f"{bin_}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":0")
    program(bin_, "xdg-open", "exit 0")
    assert call("film").stdout == ""
    assert (bin_ / "called").read_text() == f"{workspace.config.results}/film.mp4\n"
    program(bin_, "xdg-open", "exit 3")
    with pytest.raises(AcceleratorError, match=r"exit code 3\); the file is .*film\.mp4"):
        call("film")
    browser = program(bin_, "look", "exit 0")
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")  # a browser that one names is trusted anywhere
    monkeypatch.setattr(opener.webbrowser, "_tryorder", None)
    monkeypatch.setenv("BROWSER", str(browser))
    assert call("page.html").stderr == ""
    assert (bin_ / "called").read_text() == f"file://{workspace.config.results}/page.html\n"
    assert "over ssh" in call("film").stderr


@pytest.mark.parametrize(
    ("environ", "platform", "why"),
    [
        ({}, "linux", "no display"),
        ({}, "darwin", None),
        ({"SSH_CONNECTION": "1 2 3 4"}, "darwin", "over ssh"),
        ({"SSH_TTY": "/dev/pts/0", **SCREEN}, "linux", "over ssh"),
        ({**SCREEN, "PATH": "/nowhere"}, "linux", "xdg-utils"),
        ({"BROWSER": "lynx"}, "linux", None),
    ],
)
def test_what_hinders(environ: dict[str, str], platform: str, why: str | None) -> None:
    found = opener.hindrance(Path("/x/page.html"), environ, platform)
    assert found is None if why is None else why in (found or "")
