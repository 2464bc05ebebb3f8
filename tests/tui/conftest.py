"""A built workspace for tests of the dashboard: shared by those that only look, else a copy each."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from axtui.data import context
from axtui.workspace import Workspace, open_workspace
from tests.tui import builtworkspace, copies, frozen


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
            builtworkspace.build(place / "weather", place / "slots")
            frozen.freeze(place / "weather")
            (place / "done").touch()
    return place / "weather"


@pytest.fixture
def home(built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The user is at home beside the workspace, and the clock on the wall shows UTC."""
    monkeypatch.setenv("HOME", str(built.parent))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def read_workspace(built: Path, home: None) -> Workspace:
    """The built workspace itself: for tests that change nothing in it."""
    return _opened(built)


@pytest.fixture
def workspace(built: Path, home: None, tmp_path: Path) -> Workspace:
    """A copy of the built workspace, to do with as one likes."""
    return _opened(copies.copy(built, tmp_path / "weather"))


def _opened(root: Path) -> Workspace:
    opened = open_workspace(root)
    context.activate(opened.context())
    return opened
