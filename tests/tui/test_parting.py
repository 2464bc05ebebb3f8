"""What is left on the shell's screen by a dashboard that was open."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from axtui.build.live.state import State
from axtui.build.live.watching import LiveBuild
from axtui.tui import parting
from axtui.tui.live import Followed
from axtui.workspace import Workspace
from tests.tui.terminal.pseudo import LEAVE, Pseudo


def followed(script: str, jobid: str) -> Followed:
    build = LiveBuild(Path("x"), script, jobid, 1, "host", "ann", 0.0, (), None)
    return Followed(build, State(script, jobid))


def test_what_was_built_failed_and_goes_on() -> None:
    assert parting.words([], []) == []
    first, second = followed("import", "dev-1"), followed("afr", "dev-5")
    first.finished = [("dev-2", "csvimport", 1.5), ("dev-3", "csvimport", 0.5)]
    first.reused = [("dev-0", "csvimport")]
    second.failures = [("dev-6", "afr_report", "ValueError: no")]
    assert parting.words([second, first], [followed("movie", "dev-7")]) == [
        "axtui: 2 builds meanwhile: 2 built, 1 re-used, 1 failed",
        "  failed: afr_report dev-6, see axtui job dev-6",
        "axtui: movie dev-7 still runs, see axtui attach dev-7",
    ]


@pytest.fixture
def terminal(toured_workspace: Workspace) -> Iterator[Pseudo]:
    """`axtui` on a terminal, in a built workspace."""
    started = Pseudo([sys.executable, "-m", "axtui"], toured_workspace.root)
    yield started
    started.end()


def test_the_program_itself(terminal: Pseudo, toured_workspace: Workspace) -> None:
    terminal.until("Dashboard")
    run = [sys.executable, "-m", "axtui", "run"]
    done = subprocess.run(run, cwd=toured_workspace.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shown = terminal.until("re-used")
    terminal.press("q")
    assert terminal.wait() == 0
    assert terminal.is_as_before()
    assert "axtui: 1 build meanwhile: " in terminal.text[terminal.text.rindex(LEAVE) :]
    assert shown
