"""The resolver finds what Python's own path finder finds, and frozen sources are kept once."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from importlib.machinery import PathFinder
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.data import digest
from axtui.engine.places import OWN, Places
from axtui.engine.resolve import Listings, Resolver
from axtui.engine.source import FrozenSource, code_digest, frozen_name
from axtui.errors import StorageError

NAMES = ("a", "b")
FILES = [
    f"{base}{name}{end}"
    for base in ("", "a/", "b/", "a/b/")
    for name in (*NAMES, "__init__")
    for end in (".py", ".pyc", ".abi3.so", ".txt", "/")
]


def by_python(module: str, search: list[str]) -> tuple[str | None, list[str]] | None:
    """What PathFinder says, without importing parents."""
    path: list[str] = search
    spec = None
    for depth in range(module.count(".") + 1):
        name = ".".join(module.split(".")[: depth + 1])
        spec = PathFinder.find_spec(name.rpartition(".")[2], path)
        if spec is None:
            return None
        path = list(spec.submodule_search_locations or ())
    assert spec is not None
    return (spec.origin if spec.has_location else None, path)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(FILES)), max_size=8))
def test_resolver_agrees_with_python(placed: list[tuple[int, str]]) -> None:
    with tempfile.TemporaryDirectory() as top:
        search = [top + "/0", top + "/1", top + "/none"]
        for number, name in placed:
            place = Path(search[number], name)
            if name.endswith("/"):
                place.mkdir(parents=True, exist_ok=True)
            elif not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.touch()
        resolver = Resolver(search, {}, Listings())
        for module in ("a", "b", "a.a", "a.b", "b.a", "a.b.a", "a.b.b"):
            found = resolver.find(module)
            ours = None if found is None else (found.path, list(found.locations))
            assert ours == by_python(module, search), module


def test_listings_notice_changes_within_one_tick(tmp_path: Path) -> None:
    listings = Listings()
    for number in range(50):
        (tmp_path / f"{number}.py").touch()
        os.utime(tmp_path, ns=(1, 1))  # as tools do that restore times
        assert f"{number}.py" in listings.names(str(tmp_path)).files


def test_listings_of_settled_folders_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listings = Listings()
    later = time.time_ns() + 10**11
    monkeypatch.setattr(time, "time_ns", lambda: later)
    assert listings.names(str(tmp_path)).files == frozenset()
    monkeypatch.setattr(os, "listdir", lambda folder: pytest.fail("listed again"))
    assert listings.names(str(tmp_path)).files == frozenset()


@pytest.mark.parametrize(
    ("path", "key", "frozen"),
    [
        ("/ws/methods/a.py", "methods/a.py", "methods/a.py"),
        ("/ws/@axtui/a.py", "@@axtui/a.py", "@@axtui/a.py"),
        ("/ws/@/a.py", "@@/a.py", "@@/a.py"),
        ("/other/a.py", "/other/a.py", "@/other/a.py"),
        (OWN + "standard/a_x.py", "@axtui/standard/a_x.py", "@axtui/standard/a_x.py"),
        ("/wsx/a.py", "/wsx/a.py", "@/wsx/a.py"),
    ],
)
def test_keys_and_places(path: str, key: str, frozen: str) -> None:
    places = Places("/ws")
    assert places.key(path) == key
    assert places.path(key) == path
    assert frozen_name(key) == frozen


def test_installed_places(tmp_path: Path) -> None:
    places = Places(tmp_path)
    assert places.outside(str(tmp_path / "x.py"))
    assert places.outside(OWN + "standard/a_x.py")
    assert not places.outside(OWN + "data/job.py")
    assert not places.outside(os.__file__)
    assert not places.outside(str(tmp_path / ".venv/lib/python3/site-packages/x.py"))


def test_first_freezer_wins(tmp_path: Path) -> None:
    places = Places(tmp_path)
    first, second = FrozenSource(tmp_path / "s", places), FrozenSource(tmp_path / "s", places)
    file = tmp_path / "x.py"
    file.write_text("1")
    assert first.freeze(str(file)) == b"1"
    file.write_text("2")
    assert second.freeze(str(file)) == b"1"
    assert first.freeze(str(file)) == b"1"
    assert first.claim("m", str(tmp_path / "one.py")) == str(tmp_path / "one.py")
    assert second.claim("m", str(tmp_path / "two.py")) == str(tmp_path / "one.py")
    assert second.modules() == {"m": "one.py"}


def test_racing_freezers_agree(tmp_path: Path) -> None:
    """Each process writes the file differently and then freezes it: all must get the same bytes."""
    code = (
        "import os, sys\nfrom pathlib import Path\n"
        "from axtui.engine.places import Places\nfrom axtui.engine.source import FrozenSource\n"
        "root = Path(sys.argv[1])\n"
        "source = FrozenSource(root / 's', Places(root))\n"
        "sys.stdin.readline()\n"
        "for n in range(40):\n"
        "    file = root / f'{n}.py'\n"
        "    temporary = root / f'{n}.{os.getpid()}'\n"
        "    temporary.write_text(str(os.getpid()))\n"
        "    temporary.rename(file)\n"
        "    print(source.freeze(str(file)).decode(), source.claim(f'm{n}', str(temporary)))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    children = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
    said = {child.communicate()[0] for child in children}
    assert len(said) == 1
    assert len(said.pop().splitlines()) == 40
    assert not list((tmp_path / "s").glob(".frozen-*"))


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".frozen-1-1").write_text("half")
    (tmp_path / "x.py").write_text("whole")
    FrozenSource(tmp_path, Places("/ws")).sweep()
    assert [path.name for path in tmp_path.iterdir()] == ["x.py"]


def test_a_full_or_forbidden_folder_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("a file where the folder should be")
    (tmp_path / "x.py").write_text("1")
    with pytest.raises(StorageError, match=r"cannot freeze the source x\.py"):
        FrozenSource(tmp_path / "s", Places(tmp_path)).freeze(str(tmp_path / "x.py"))


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("x = 1", "# c\nx   =  (1)\n\n", True),
        ("x = 1", "x = 1.0", False),
        ("x = 1", "x = True", False),
        ("x = 'a'", 'x = "a"', True),
        ("def f():\n  'doc'", "def f():\n  'Doc'", False),
        ("x = [1, 2]", "x = (1, 2)", False),
        ("x = 0.0", "x = -0.0", False),
        ("# -*- coding: latin-1 -*-\nx = 'é'", "x = 'é'", False),
        ("def (", "def ( ", False),
    ],
)
def test_code_digest(one: str, other: str, equal: bool) -> None:
    assert (code_digest(one.encode()) == code_digest(other.encode())) is equal


def test_code_digest_of_what_does_not_parse_is_that_of_its_bytes() -> None:
    for data in (b"def (", b"x = 1\0", b"\xff", b"(" * 5000):
        assert code_digest(data) == digest.of_bytes(data)
