"""A built workspace for tests of the dashboard: shared by those that only look, else a copy each."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from axtui.data import context
from axtui.tui.remembered import Remembered
from axtui.workspace import Workspace, open_workspace
from tests.tui import copies


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built workspace, frozen; made once for all processes of a test run."""
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    place = base / "weather-built"
    with (base / "weather-built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "done").exists():
            shutil.rmtree(place, ignore_errors=True)
            (place / "slots").mkdir(parents=True)
            _make(place)
            (place / "done").touch()
    return place / "weather"


def _make(place: Path) -> None:
    """In a process of its own: what tests before this one left in theirs must not show."""
    code = (
        "import sys; from pathlib import Path; from tests.tui import builtworkspace, frozen;"
        "place = Path(sys.argv[1]);"
        "builtworkspace.build(place / 'weather', place / 'slots');"
        "frozen.freeze(place / 'weather')"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, str(place)], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def shared(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it for all tests of this process."""
    return copies.copy(built, tmp_path_factory.mktemp("shared") / "weather")


@pytest.fixture
def outside(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the user's machine adds to what is shown: home, the clock's zone, colours."""
    monkeypatch.setenv("HOME", str(shared.parent))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("LANG", "C.UTF-8")
    for name in ("NO_COLOR", "COLUMNS", "LINES", "LC_ALL", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def read_workspace(shared: Path, outside: None) -> Workspace:
    """The built workspace, shared: for tests that change nothing in it. What the dashboard
    remembers is forgotten before each test."""
    for remembered in ("tui.json", "sql-history.jsonl"):
        (shared / ".axtui" / remembered).unlink(missing_ok=True)
    return _opened(shared)


@pytest.fixture
def workspace(built: Path, outside: None, tmp_path: Path) -> Workspace:
    """A copy of the built workspace, to do with as one likes. Building in it re-uses what is there."""
    return _opened(copies.copy(built, tmp_path / "weather"))


@pytest.fixture
def toured_workspace(workspace: Workspace) -> Workspace:
    """Such a copy, in which a dashboard that is started does not open with the tour."""
    remembered = Remembered(workspace.dot_axtui)
    remembered.set("app", "toured", True)
    remembered.save()
    return workspace


def _opened(root: Path) -> Workspace:
    opened = open_workspace(root)
    context.activate(opened.context())
    return opened
