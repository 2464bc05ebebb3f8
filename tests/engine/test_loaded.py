"""What the fork server had loaded is told by folder and package, and what came or changed since."""

from __future__ import annotations

import json
import subprocess
import sys
from types import ModuleType

import pytest

from axtui.engine.loaded import Loaded


def module(name: str, file: str | None) -> ModuleType:
    made = ModuleType(name)
    if file is not None:
        made.__file__ = file
    return made


def test_modules_are_told_by_folder_and_by_package() -> None:
    files = {"a": "/lib/a/__init__.py", "a.b": "/lib/a/b.py", "c": "/mine/c.py", "d": None}
    modules = {name: module(name, file) for name, file in files.items()}
    modules["space"] = module("space", None)
    modules["space"].__path__ = ["/lib/space", "/mine/space"]
    loaded = Loaded(modules)
    asked: list[str] = []

    def mine(folder: str) -> bool:
        asked.append(folder)
        return folder.startswith("/mine")

    assert loaded.within(mine) == {"c", "space"}
    assert sorted(asked) == ["/lib/a", "/lib/space", "/mine", "/mine/space"]
    assert loaded.below(["a", "d", "nothing"]) == {"a", "a.b", "d"}


def test_what_came_since_is_told_and_what_took_anothers_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "stays", module("stays", None))
    monkeypatch.setitem(sys.modules, "changes", module("changes", None))
    loaded = Loaded(sys.modules)
    assert loaded.since() == []
    other, new = module("changes", "/mine/changes.py"), module("new", None)
    monkeypatch.setitem(sys.modules, "changes", other)
    monkeypatch.setitem(sys.modules, "new", new)
    monkeypatch.delitem(sys.modules, "stays")
    assert dict(loaded.since()) == {"changes": other, "new": new}


_FROZEN = """
import gc, importlib.util, json, sys, types
sys.modules["changes"] = types.ModuleType("changes")
sys.modules["back"] = types.ModuleType("back")
from axtui.engine.loaded import Loaded
loaded = Loaded(sys.modules, frozen=True)
gc.freeze()
before = [name for name, _ in loaded.since()]
sys.modules["changes"] = types.ModuleType("changes")
import colorsys
unnamed = importlib.util.module_from_spec(importlib.util.spec_from_loader("unnamed", None))
sys.modules["last"] = types.ModuleType("last")
sys.modules["back"] = sys.modules.pop("back")
print(json.dumps([before, sorted(name for name, _ in loaded.since())]))
"""


def test_what_came_since_is_told_where_what_was_there_is_frozen() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FROZEN], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [[], ["changes", "colorsys", "last", "unnamed"]]
