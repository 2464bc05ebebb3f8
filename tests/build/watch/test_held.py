"""What a save really changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from axtui.build.inputs import InputDigests
from axtui.build.watch.facts import FactReader
from axtui.build.watch.held import Held
from axtui.build.watch.known import Known
from axtui.workspace import open_workspace

from .test_saves import scope_of


@pytest.fixture
def held(tmp_path: Path) -> Held:
    for name in ("methods", "inputs"):
        (tmp_path / name).mkdir()
    (tmp_path / "methods" / "a_x.py").write_text("x = 1\n")
    scope = scope_of(tmp_path)
    known = Known(FactReader(open_workspace(tmp_path).config))
    return Held(scope, known, InputDigests(tmp_path / "inputs.json"))


def _changed(held: Held, *paths: Path) -> list[str]:
    return [Path(change.path).name for change in held.changes(str(path) for path in paths)]


def test_only_other_bytes_are_a_change(held: Held, tmp_path: Path) -> None:
    file = tmp_path / "methods" / "a_x.py"
    assert _changed(held, file) == []
    file.write_text("x = 1\n")  # touched
    assert _changed(held, file) == []
    file.write_text("x = 2\n")
    assert _changed(held, file) == ["a_x.py"]
    assert _changed(held, file) == []
    file.unlink()
    assert _changed(held, file) == ["a_x.py"]


def test_what_came_and_went_while_an_editor_saved_is_no_change(held: Held, tmp_path: Path) -> None:
    file, passing = tmp_path / "methods" / "a_x.py", tmp_path / "methods" / "sedXk2"
    passing.write_text("x = 3\n")
    passing.rename(file)
    assert _changed(held, file, passing) == ["a_x.py"]
    passing.write_text("new\n")
    assert _changed(held, passing) == ["sedXk2"]
