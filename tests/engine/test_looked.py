"""What was checked once is not read again, unless something that was looked at was touched."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

import pytest

from axtui.build.recheck import Present
from axtui.build.recorded import PYTHON
from axtui.data import digest
from axtui.engine.looked import Glance, Looked
from axtui.engine.source import code_digest


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace whose files were last touched long ago."""
    (tmp_path / "methods").mkdir()
    (tmp_path / "methods/a_m.py").write_text("import helper\nNUMBER = 1\n")
    (tmp_path / "helper.py").write_text("VALUE = 1\n")
    later = time.time_ns() + 10**11
    monkeypatch.setattr(time, "time_ns", lambda: later)
    finders = [BuiltinImporter, FrozenImporter, PathFinder]  # pytest's would be asked each time
    monkeypatch.setattr(sys, "meta_path", finders)
    return tmp_path


def module(root: Path, name: str, path: str) -> dict[str, str]:
    data = (root / path).read_bytes()
    raw = digest.of_bytes(data)
    return {"module": name, "path": path, "raw": raw, "code": code_digest(data)}


def record(root: Path) -> dict[str, Any]:
    return {
        "python": PYTHON,
        "modules": [
            module(root, "methods.a_m", "methods/a_m.py"),
            module(root, "helper", "helper.py"),
        ],
        "files": [],
        "namespaces": ["methods"],
        "elsewhere": ["json"],
        "missing": ["absent"],
        "search": {"front": [], "back": []},
        "paths": {},
        "environ": {"AXTUI_LOOKED": None},
        "distributions": {},
        "direct": {},
    }


def same_size_and_mtime(root: Path) -> None:
    path = root / "helper.py"
    before = path.stat()
    path.write_text("VALUE = 2\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def another_link(root: Path) -> None:
    (root / "other").write_text("VALUE = 2\n")
    (root / "helper.py").unlink()
    (root / "helper.py").symlink_to("other")


def shadowed(root: Path) -> None:
    (root / "helper").mkdir()
    (root / "helper/__init__.py").write_text("VALUE = 2\n")


CHANGES: dict[str, Callable[[Path], object]] = {
    "same size and mtime": same_size_and_mtime,
    "deleted": lambda root: (root / "helper.py").unlink(),
    "replaced": lambda root: (root / "helper.py").write_text("VALUE = 22\n"),
    "a link": another_link,
    "shadowed": shadowed,
    "missing no more": lambda root: (root / "methods/absent.py").write_text(""),
    "an installed module shadowed": lambda root: (root / "json.py").write_text(""),
    "the namespace gone": lambda root: (root / "methods").rename(root / "elsewhere"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_checked_is_checked_anew_where_it_was_touched(root: Path, change: str) -> None:
    present, held = Present(root, [root / "methods"]), record(root)
    assert present.same(held) and present.same(held)
    CHANGES[change](root)
    assert not present.same(held)
    assert not Present(root, [root / "methods"]).same(held)


def test_the_environment_is_looked_at_each_time(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    present, held = Present(root, [root / "methods"]), record(root)
    assert present.same(held)
    monkeypatch.setenv("AXTUI_LOOKED", "1")
    assert not present.same(held)


def test_a_record_that_says_the_same_needs_no_second_reading(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = Present(root, [root / "methods"])
    first, second, other = record(root), record(root), record(root)
    other["modules"][1] |= {"raw": "blake3:0", "code": "blake3:0"}
    assert present.same(first)
    assert not present.same(other)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} read again"))
    assert present.same(second)


def test_a_finder_that_came_since_is_asked(root: Path) -> None:
    class Finder:
        def find_spec(self, name: str, path: object) -> ModuleSpec | None:
            found = ModuleSpec(name, None, origin=str(root / "helper.py"))
            found.has_location = True
            return found if name == "absent" else None

    present, held = Present(root, [root / "methods"]), record(root)
    assert present.same(held)
    sys.meta_path.append(Finder())  # type: ignore[arg-type]
    assert not present.same(held)


def test_what_was_touched_a_moment_ago_proves_nothing(tmp_path: Path) -> None:
    looked = Looked()
    looked.stat(str(tmp_path))
    assert not looked.settled


def test_what_changed_while_it_was_looked_at_proves_nothing(root: Path) -> None:
    looked = Looked()
    looked.stat(str(root / "helper.py"))
    assert looked.settled
    (root / "helper.py").write_text("VALUE = 333\n")
    looked.stat(str(root / "helper.py"))
    assert not looked.settled


def test_what_was_not_there_may_not_appear(root: Path) -> None:
    looked = Looked()
    with pytest.raises(FileNotFoundError):
        looked.stat(str(root / "absent"))
    assert looked.settled and looked.still(Glance())
    (root / "absent").touch()
    assert not looked.still(Glance())


def test_a_glance_looks_once_until_something_was_waited_for(root: Path) -> None:
    glance, path = Glance(), root / "helper.py"
    before = glance.fact(str(path))
    path.write_text("VALUE = 333\n")
    assert glance.fact(str(path)) == before
    glance.forget()
    assert glance.fact(str(path)) != before


def test_each_look_up_has_a_glance_of_its_own(root: Path) -> None:
    """A script may write a source right before it asks for a job (H1)."""
    present, held = Present(root, [root / "methods"]), record(root)
    assert present.same(held)
    (root / "helper.py").write_text("VALUE = 333\n")
    assert not present.same(held)
