"""Recorded imports, one test per hazard: a method is imported in a child process, as stages do, and
the record is compared with the files as they are afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from axtui.build.changes import Change
from axtui.build.distributions import Installed
from axtui.build.recheck import Policy, Present
from axtui.build.recorded import PYTHON, merge
from axtui.data import digest
from axtui.engine.places import Places
from axtui.engine.source import FrozenSource

CHILD = """
import importlib, json, sys
from pathlib import Path
spec = json.loads(sys.argv[1])
sys.path += spec["path"]
for name in spec["warm"]:
    importlib.import_module(name)
from axtui.engine.imports import Recorder
source = spec["source"] and Path(spec["source"])
recorder = Recorder.install(spec["root"], spec["folders"], source, aliases=spec["aliases"])
value = None
try:
    module = importlib.import_module(spec["module"])
    value = eval(spec["value"], vars(module))
finally:
    print(json.dumps({"value": value, "record": recorder.record()}))
"""


@dataclass
class Ran:
    value: Any
    record: dict[str, Any]


@dataclass
class Space:
    """A workspace with one method folder, and one job in it whose processes are children."""

    root: Path
    path: list[str] = field(default_factory=list)
    warm: list[str] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)

    @property
    def folders(self) -> list[str]:
        return [str(self.root / "methods")]

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            place = self.root / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)

    def stage(self, job: str = "dev-1", value: str = "VALUE", module: str = "methods.a_m") -> Ran:
        """One process of a job: import the method, evaluate something in it."""
        spec = {
            "root": str(self.root),
            "folders": self.folders,
            "source": str(self.source(job)),
            "module": module,
            "value": value,
            "path": self.path,
            "warm": self.warm,
            "aliases": self.aliases,
        }
        done = subprocess.run(
            [sys.executable, "-c", CHILD, json.dumps(spec)],
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
        )
        assert done.stdout, done.stderr
        answer = json.loads(done.stdout.splitlines()[-1])
        assert done.returncode == 0, done.stderr
        return Ran(answer["value"], answer["record"])

    def source(self, job: str = "dev-1") -> Path:
        return self.root / "workdirs" / job / "source"

    def build(self, value: str = "VALUE", job: str = "dev-1") -> dict[str, Any]:
        """A whole job of one process; its record."""
        return self.merged(self.stage(job, value), job=job)

    def merged(self, *ran: Ran, job: str = "dev-1") -> dict[str, Any]:
        frozen = FrozenSource(self.source(job), Places(self.root))
        record = merge([one.record for one in ran], frozen, Installed(sys.path + self.path))
        return json.loads(json.dumps(record))

    def changes(
        self, record: dict[str, Any], policy: Policy = "strict", job: str = "dev-1"
    ) -> list[Change]:
        installed = Installed(sys.path + self.path)
        present = Present(self.root, self.folders, installed=installed, policy=policy)
        found = present.changes(record, self.source(job))
        assert present.same(record) == (not found)
        return found


@pytest.fixture
def space(tmp_path: Path) -> Space:
    (tmp_path / "methods").mkdir()
    return Space(tmp_path)


def names(changes: list[Change]) -> set[tuple[str, str]]:
    return {(change.part, change.name) for change in changes}


def test_nothing_changed(space: Space) -> None:
    space.write(
        {
            "methods/a_m.py": "import csv, numpy\nfrom . import h\nVALUE = h.X",
            "methods/h.py": "X = 1",
        }
    )
    record = space.build()
    assert space.changes(record) == []
    assert {m["module"]: m["path"] for m in record["modules"]} == {
        "methods.a_m": "methods/a_m.py",
        "methods.h": "methods/h.py",
    }
    assert record["namespaces"] == ["methods"]
    assert set(record["distributions"]) == {"numpy"}


def test_h1_edited_helper_shows_file_and_lines(space: Space) -> None:
    space.write({"methods/a_m.py": "from methods.h import X as VALUE", "methods/h.py": "X = 1\n"})
    record = space.build()
    space.write({"methods/h.py": "X = 2\n"})
    [change] = space.changes(record)
    assert (change.part, change.name) == ("source", "methods/h.py")
    assert "-X = 1" in change.detail
    assert "+X = 2" in change.detail


TWO = {"two.py": "X = 1"}
FORMS: dict[str, tuple[str, dict[str, str], str]] = {
    "helper of a helper": (
        "from . import one\nVALUE = one.X",
        {"methods/one.py": "from two import X", **TWO},
        "two.py",
    ),
    "inside a function": (
        "def f():\n    import two\n    return two.X\nVALUE = f()",
        TWO,
        "two.py",
    ),
    "import_module": (
        "import importlib\nVALUE = importlib.import_module('t' + 'wo').X",
        TWO,
        "two.py",
    ),
    "relative import_module": (
        "from importlib import import_module\nVALUE = import_module('.two', __package__).X",
        {"methods/two.py": "X = 1"},
        "methods/two.py",
    ),
    "from dot": (
        "from . import two\nVALUE = two.X",
        {"methods/two.py": "X = 1"},
        "methods/two.py",
    ),
    "sibling by plain name": (
        "import two\nVALUE = two.X",
        {"methods/two.py": "X = 1"},
        "methods/two.py",
    ),
    "namespace package": (
        "import lib.deep.two as t\nVALUE = t.X",
        {"lib/deep/two.py": "X = 1"},
        "lib/deep/two.py",
    ),
    "package init": (
        "import pkg.two\nVALUE = 1",
        {"pkg/__init__.py": "X = 1", "pkg/two.py": ""},
        "pkg/__init__.py",
    ),
    "from package import submodule": (
        "from pkg.sub import two\nVALUE = two.X",
        {"pkg/__init__.py": "", "pkg/sub/__init__.py": "", "pkg/sub/two.py": "X = 1"},
        "pkg/sub/two.py",
    ),
    "changed sys.path": (
        "import sys, os\n"
        "sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))\n"
        "import two\nVALUE = two.X",
        {"methods/lib/two.py": "X = 1"},
        "methods/lib/two.py",
    ),
    "changed __path__": (
        "import pkg.two\nVALUE = pkg.two.X",
        {"pkg/__init__.py": "__path__.append(__path__[0] + '/x')", "pkg/x/two.py": "X = 1"},
        "pkg/x/two.py",
    ),
    "by path": (
        "import sys, os, importlib.util as u\n"
        "s = u.spec_from_file_location('two', os.path.dirname(__file__) + '/../two.py')\n"
        "sys.modules['two'] = m = u.module_from_spec(s)\n"
        "s.loader.exec_module(m)\nVALUE = m.X",
        TWO,
        "two.py",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_h2_every_form_of_import(space: Space, form: str) -> None:
    method, files, edited = FORMS[form]
    space.write({"methods/a_m.py": method, **files})
    record = space.build()
    assert space.changes(record) == []
    space.write({edited: "X = 2"})
    assert names(space.changes(record)) == {("source", edited)}


def test_h2_import_only_when_called(space: Space) -> None:
    space.write(
        {"methods/a_m.py": "def f():\n    from two import X\n    return X", "two.py": "X = 1"}
    )
    idle = space.build("1")
    used = space.build("f()", job="dev-2")
    space.write({"two.py": "X = 2"})
    assert space.changes(idle) == []
    assert names(space.changes(used, job="dev-2")) == {("source", "two.py")}


def test_h2_a_new_init_counts(space: Space) -> None:
    space.write({"methods/a_m.py": "import lib.two\nVALUE = 1", "lib/two.py": ""})
    record = space.build()
    space.write({"lib/__init__.py": "print('side effect')"})
    assert names(space.changes(record)) == {("source", "lib")}
    (space.root / "lib/__init__.py").unlink()
    assert space.changes(record) == []
    space.write({"methods/__init__.py": ""})
    assert names(space.changes(record)) == {("source", "methods")}


def test_h3_module_constant(space: Space) -> None:
    space.write({"methods/a_m.py": "LIMIT = 1\nVALUE = LIMIT"})
    record = space.build()
    space.write({"methods/a_m.py": "LIMIT = True\nVALUE = LIMIT"})
    assert names(space.changes(record)) == {("source", "methods/a_m.py")}


@pytest.mark.parametrize(
    ("import_", "new"),
    [
        ("import two", "two.py"),  # the workspace before its method folder
        ("import two", "two/__init__.py"),
        ("from methods import two", "methods/two/__init__.py"),  # a package before a module
        ("import colorsys as two", "colorsys.py"),  # the standard library
        ("import sortedcontainers as two", "methods/sortedcontainers.py"),  # an installed package
    ],
)
def test_h4_new_file_shadows(space: Space, import_: str, new: str) -> None:
    space.write(
        {"methods/a_m.py": f"{import_}\nVALUE = getattr(two, 'X', 1)", "methods/two.py": ""}
    )
    record = space.build()
    assert space.changes(record) == []
    space.write({new: "X = 2"})
    assert space.changes(record) != []
    after = space.stage("dev-2")
    assert after.value == 2
    assert space.changes(space.merged(after, job="dev-2"), job="dev-2") == []


def test_h4_equal_bytes_at_another_place_count(space: Space) -> None:
    method = "import two\nVALUE = two.__file__"
    space.write({"methods/a_m.py": method, "methods/two.py": "X = 1"})
    record = space.build()
    space.write({"two.py": "X = 1"})
    [change] = space.changes(record)
    assert (change.name, change.new) == ("methods/two.py", "two.py")


def test_h4_shadowing_what_the_fork_server_has_loaded(space: Space) -> None:
    space.warm = ["sortedcontainers", "colorsys"]
    space.write(
        {"methods/a_m.py": "import sortedcontainers as s, colorsys as c\nVALUE = [s.X, c.X]"}
    )
    space.write({"sortedcontainers.py": "X = 1", "colorsys.py": "X = 2"})
    assert space.stage().value == [1, 2]


def test_method_folders_do_not_hide_the_standard_library(space: Space) -> None:
    method = "import colorsys\nfrom . import colorsys as own\n"
    method += "VALUE = [hasattr(colorsys, 'rgb_to_hls'), own.X]"
    space.write({"methods/a_m.py": method, "methods/colorsys.py": "X = 1"})
    record = space.build()
    assert space.stage().value == [True, 1]
    assert space.changes(record) == []


def test_a_folder_hides_nothing_installed(space: Space) -> None:
    space.write({"methods/a_m.py": "import sortedcontainers\nVALUE = 1"})
    record = space.build()
    (space.root / "sortedcontainers").mkdir()
    assert space.changes(record) == []


def test_h5_deleted_dependency(space: Space) -> None:
    space.write({"methods/a_m.py": "import two\nVALUE = 1", "two.py": ""})
    record = space.build()
    (space.root / "two.py").unlink()
    [change] = space.changes(record)
    assert (change.name, change.new) == ("two.py", None)
    assert "no longer there" in change.detail


@pytest.mark.parametrize(
    ("import_", "new"),
    [
        ("import missing_one", "missing_one.py"),
        ("import missing_one", "methods/missing_one/__init__.py"),
        ("from . import missing_one", "methods/missing_one.py"),
        ("from two.missing_one import x", "two/missing_one.py"),
    ],
)
def test_h5_optional_import_appears(space: Space, import_: str, new: str) -> None:
    method = f"try:\n    {import_}\n    VALUE = 1\nexcept ImportError:\n    VALUE = 0"
    space.write({"methods/a_m.py": method, "two/__init__.py": ""})
    record = space.build()
    assert space.changes(record) == []
    space.write({new: "x = 1"})
    assert len(space.changes(record)) == 1


def test_h5_optional_package_is_installed(space: Space) -> None:
    site = space.root / "site-packages"
    site.mkdir()
    space.path = [str(site)]
    method = "try:\n    import missing_one\n    VALUE = 1\nexcept ImportError:\n    VALUE = 0"
    space.write({"methods/a_m.py": method})
    record = space.build()
    before = sys.path[:]
    sys.path.append(str(site))
    try:
        assert space.changes(record) == []
        space.write({"site-packages/missing_one.py": ""})
        assert names(space.changes(record)) == {("source", "missing_one")}
        assert space.changes(record, policy="record") == []
    finally:
        sys.path[:] = before


def test_h6_equal_files_edited_alike_swapped_renamed(space: Space) -> None:
    space.write(
        {"methods/a_m.py": "import one, two\nVALUE = 1", "one.py": "X = 1", "two.py": "X = 1"}
    )
    record = space.build()
    space.write({"one.py": "X = 2", "two.py": "X = 2"})
    assert names(space.changes(record)) == {("source", "one.py"), ("source", "two.py")}
    space.write({"one.py": "X = 1", "two.py": "Y = 1"})
    swapped = space.build(job="dev-2")
    space.write({"one.py": "Y = 1", "two.py": "X = 1"})
    assert names(space.changes(swapped, job="dev-2")) == {
        ("source", "one.py"),
        ("source", "two.py"),
    }
    space.write({"two.py": "Y = 1", "one.py": "X = 1"})
    (space.root / "one.py").rename(space.root / "three.py")
    assert names(space.changes(swapped, job="dev-2")) == {("source", "one.py")}


def install(site: Path, name: str, version: str, requires: str = "") -> None:
    for old in site.glob(f"{name}-*.dist-info"):
        for file in old.iterdir():
            file.unlink()
        old.rmdir()
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n{requires}\n")
    (info / "RECORD").write_text(f"{name}.py,,\n{name}-{version}.dist-info/METADATA,,\n")
    (site / f"{name}.py").write_text("X = 1")


def test_h7_upgraded_package(space: Space) -> None:
    site = space.root / "site-packages"
    install(
        site, "fakeone", "1.0", "Requires-Dist: fake.two>=1\nRequires-Dist: pytest; extra == 'test'"
    )
    install(site, "fake_two", "2.0")
    install(site, "unused", "3.0")
    space.path = [str(site)]
    space.write({"methods/a_m.py": "import fakeone\nVALUE = fakeone.X"})
    record = space.build()
    assert record["distributions"] == {"fake-two": "2.0", "fakeone": "1.0"}
    install(site, "unused", "4.0")
    assert space.changes(record) == []
    install(site, "fake_two", "2.1")
    assert space.changes(record) == [Change("package", "fake-two", "2.0", "2.1")]
    assert space.changes(record, policy="names") == []
    for file in site.glob("fake_two*"):
        file.rename(site / ("gone_" + file.name))
    assert space.changes(record, policy="names") == [Change("package", "fake-two", "2.0", None)]
    assert space.changes(record, policy="record") == []


def test_h7_packages_the_fork_server_has_loaded_count(space: Space) -> None:
    space.warm = ["sortedcontainers"]
    space.write({"methods/a_m.py": "def f():\n    import sortedcontainers\n    return 1"})
    assert space.build("1")["distributions"] == {}
    assert set(space.build("f()", job="dev-2")["distributions"]) == {"sortedcontainers"}


def test_h7_same_version_from_a_folder_with_other_files(space: Space) -> None:
    site = space.root / "site-packages"
    install(site, "fakeone", "1.0")
    (site / "fakeone-1.0.dist-info" / "direct_url.json").write_text('{"url": "file:///x"}')
    space.path = [str(site)]
    space.write({"methods/a_m.py": "import fakeone\nVALUE = fakeone.X"})
    record = space.build()
    assert space.changes(record) == []
    (site / "fakeone-1.0.dist-info" / "RECORD").write_text("fakeone.py,sha256=other,1\n")
    assert names(space.changes(record)) == {("package", "fakeone")}


def test_h7_edited_editable_install(
    space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path / "elsewhere"
    space.root = tmp_path / "ws"
    monkeypatch.setenv("PYTHONPATH", str(away), prepend=os.pathsep)
    monkeypatch.setattr(sys, "path", [str(away), *sys.path])
    space.write({"methods/a_m.py": "import editable.part\nVALUE = 1"})
    space.write({"../elsewhere/editable/__init__.py": "", "../elsewhere/editable/part.py": "X = 1"})
    record = space.build()
    part = str(away / "editable/part.py")
    assert part in {module["path"] for module in record["modules"]}
    assert space.changes(record) == []
    space.write({"../elsewhere/editable/part.py": "X = 2"})
    [change] = space.changes(record)
    assert (change.part, change.name) == ("source", part)
    assert "+X = 2" in change.detail


def test_h7_python_version(space: Space) -> None:
    space.write({"methods/a_m.py": "VALUE = 1"})
    record = space.build() | {"python": "cpython-3.1"}
    assert space.changes(record) == [Change("python", "python", "cpython-3.1", PYTHON)]
    assert space.changes(record, policy="record") == []


def test_h11_comments_and_layout_do_not_count(space: Space) -> None:
    space.write(
        {
            "methods/a_m.py": "import two\nVALUE = two.f( 1,2 )",
            "two.py": "def f(a, b):\n    return a",
        }
    )
    record = space.build()
    space.write({"two.py": "# new\n\n\ndef f(a,   b):\n        return (a)  # why\n"})
    assert space.changes(record) == []
    space.write({"two.py": "def f(a, b):\n    'A docstring.'\n    return a"})
    assert names(space.changes(record)) == {("source", "two.py")}


def test_h21_the_bytes_that_ran_are_the_bytes_recorded(space: Space) -> None:
    edit = "import pathlib\npathlib.Path(__file__).write_text('VALUE = 99')\nVALUE = 1\n"
    space.write({"methods/a_m.py": edit})
    ran = space.stage()
    record = space.merged(ran)
    assert ran.value == 1
    assert (space.source() / "methods/a_m.py").read_text() == edit
    assert [module["raw"] for module in record["modules"]] == [digest.of_bytes(edit.encode())]
    assert names(space.changes(record)) == {("source", "methods/a_m.py")}


def test_h21_tracebacks_show_what_ran_where_it_stands(space: Space) -> None:
    method = (
        "import pathlib, traceback, inspect\n"
        "def f():\n"
        "    pathlib.Path(__file__).write_text('other\\n' * 9)\n"
        "    try:\n"
        "        1 / 0\n"
        "    except ZeroDivisionError:\n"
        "        return [traceback.format_exc(), inspect.getsource(f), f.__code__.co_filename]\n"
    )
    space.write({"methods/a_m.py": method})
    trace, source, filename = space.stage(value="f()").value
    assert "1 / 0" in trace
    assert source.startswith("def f():")
    assert filename == str(space.root / "methods/a_m.py")


def test_h22_all_slices_run_the_same_source(space: Space) -> None:
    space.write(
        {"methods/a_m.py": "from . import two\nVALUE = [1, two.X]", "methods/two.py": "X = 1"}
    )
    first = space.stage()
    space.write(
        {"methods/a_m.py": "from . import two\nVALUE = [2, two.X]", "methods/two.py": "X = 2"}
    )
    assert space.stage().value == first.value == [1, 1]
    (space.root / "methods/two.py").unlink()  # an editor between deleting and writing
    space.write({"two.py": "X = 3"})
    assert space.stage().value == [1, 1]
    assert (
        space.stage(job="dev-2", value="1", module="two").record["modules"][0]["path"] == "two.py"
    )


def test_stale_bytecode_is_never_used(space: Space) -> None:
    space.write({"methods/a_m.py": "from two import X as VALUE", "two.py": "X = 1"})
    how = ["-q", "--invalidation-mode", "unchecked-hash", str(space.root)]
    subprocess.run([sys.executable, "-m", "compileall", *how], check=True)
    space.write({"two.py": "X = 2"})
    assert space.stage().value == 2


def test_records_of_slices_are_united(space: Space) -> None:
    space.write(
        {
            "methods/a_m.py": "def f(n):\n    return __import__('s' + n).X",
            "s0.py": "X = 0",
            "s1.py": "X = 1",
        }
    )
    record = space.merged(space.stage(value="f('0')"), space.stage(value="f('1')"))
    assert [m["path"] for m in record["modules"]] == ["methods/a_m.py", "s0.py", "s1.py"]
    assert all(m["code"] != m["raw"] for m in record["modules"])


def test_alias_gives_the_same_module(space: Space) -> None:
    space.aliases = {"accelerator": "axtui.data"}
    site = space.root / "site-packages"
    install(site, "accelerator", "1.0")
    space.path = [str(site)]
    space.warm = ["accelerator"]
    method = (
        "import accelerator.digest, axtui.data.digest as real\n"
        "from accelerator import digest as again\n"
        "same = [accelerator.digest is real, again is real]\n"
        "VALUE = [*same, real.__spec__.name, accelerator.__name__]"
    )
    space.write({"methods/a_m.py": method})
    ran = space.stage()
    assert ran.value == [True, True, "axtui.data.digest", "axtui.data"]
    assert set(space.merged(ran)["distributions"]) == {"axtui"}


def test_standard_methods_are_recorded_and_found_anywhere(space: Space) -> None:
    space.write({"methods/a_m.py": "import axtui.standard\nVALUE = 1"})
    record = space.build()
    assert "@axtui/standard/__init__.py" in {module["path"] for module in record["modules"]}
    assert space.changes(record) == []


def test_data_files_of_a_package_do_not_disturb(space: Space) -> None:
    method = "import pkgutil\nVALUE = pkgutil.get_data('pkg', 'x.txt').decode()"
    space.write({"methods/a_m.py": method, "pkg/__init__.py": "", "pkg/x.txt": "text"})
    assert space.stage().value == "text"


def test_a_syntax_error_is_recorded_with_the_bytes_that_have_it(space: Space) -> None:
    space.write(
        {
            "methods/a_m.py": "try:\n    import two\nexcept SyntaxError:\n    pass\nVALUE = 1",
            "two.py": "def (",
        }
    )
    record = space.build()
    assert space.changes(record) == []
    space.write({"two.py": "X = 1"})
    assert names(space.changes(record)) == {("source", "two.py")}
