"""What the watcher tells, as screens ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from axtui.build.watch import told
from axtui.tui.dashboard.heard import waits_of, wrong_of
from axtui.tui.watching import Watching
from axtui.workspace import open_workspace


@pytest.fixture
def watching(tmp_path: Path) -> Watching:
    (tmp_path / "axtui.toml").touch()
    return Watching(open_workspace(tmp_path), lambda event: None)


def _tell(watching: Watching, *events: told.WatchEvent) -> None:
    for event in events:
        watching._take(event)


def _plans() -> told.Prediction:
    first = told.ScriptPlan("import", "auto", "clean.py changed")
    second = told.ScriptPlan("afr", "auto", "it takes what import makes", after=("import",))
    return told.Prediction(1.0, ("clean.py",), (first, second))


def _ended(script: str, code: int = 0, superseded: bool = False) -> told.RunEnded:
    return told.RunEnded(2.0, script, "dev-1", code, (), (), 1.0, "no", superseded)


def test_what_a_save_made_stale_is_not_up_to_date_until_it_ran(watching: Watching) -> None:
    _tell(watching, _plans())
    assert set(waits_of(watching)) == {"import", "afr"}
    _tell(watching, told.RunStarted(1.0, "import", "dev-1", 1, ""))
    assert waits_of(watching) == {"afr": "waits for import"}
    _tell(watching, _ended("import"))
    assert waits_of(watching) == {}


def test_what_takes_from_a_script_that_failed_goes_on_waiting(watching: Watching) -> None:
    started = told.RunStarted(1.0, "import", "dev-1", 1, "")
    _tell(watching, _plans(), started, _ended("import", 1))
    assert waits_of(watching) == {"afr": "waits for import, which failed"}
    _tell(watching, started, _ended("import"))
    assert waits_of(watching) == {}


def test_a_superseded_run_is_no_failure(watching: Watching) -> None:
    started = told.RunStarted(1.0, "import", "dev-1", 1, "")
    _tell(watching, _plans(), started, _ended("import", 130, superseded=True))
    assert waits_of(watching) == {}


def test_files_that_are_wrong_are_told_until_they_are_mended(watching: Watching) -> None:
    error = told.SourceError(1.0, "methods/a_x.py", 7, 1, "invalid syntax", " def (:", ("import",))
    _tell(watching, error, told.ConfigWrong(1.0, "axtui.toml, line 2: not valid TOML"))
    assert wrong_of(watching) == [
        ("axtui.toml, line 2", "not valid TOML"),
        ("methods/a_x.py, line 7", "invalid syntax: def (:"),
    ]
    assert waits_of(watching) == {"import": "waits until methods/a_x.py:7 is mended"}
    assert watching.words(True).startswith("✖")
    _tell(watching, told.SourceMended(2.0, "methods/a_x.py"), told.ConfigTaken(2.0, ()))
    assert wrong_of(watching) == [] and waits_of(watching) == {}
