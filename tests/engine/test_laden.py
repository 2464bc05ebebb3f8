"""Libraries that a method imports are loaded once for all its stages, where nobody can tell."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from axtui.data import jobdir
from axtui.engine.libraries import deciding
from axtui.engine.local import LocalEngine
from axtui.engine.places import Places
from axtui.engine.plain import is_plain
from axtui.engine.protocol import Task
from axtui.engine.source import FrozenSource
from tests.engine.test_local import Field, described, ended, unpickled

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="proven by what Linux tells")

_BURN = """
import os, time
while time.process_time() - BEGAN < 0.033:
    pass
PID = os.getpid()
"""
_HEAVY = "import time\nBEGAN = time.process_time()\n{}" + _BURN
_METHOD = """
import NAME as heavy
import os

def synthesis():
    return heavy.PID, os.getpid(), {}
"""


class Site:
    """A `site-packages` that the fork server finds a library of some name in, and a field of methods."""

    def __init__(self, folder: Path, field: Field, name: str) -> None:
        self.folder, self.field, self.name = folder, field, name
        self.ends: list[Any] = []

    def library(self, text: str = "") -> None:
        (self.folder / f"{self.name}.py").write_text(_HEAVY.format(textwrap.dedent(text)))

    def run(self, method: str = _METHOD.format(None), name: str = "m") -> tuple[int, int, Any]:
        """A job of a method; what it returns."""
        return self.end_of(self.begin(method, name))

    def begin(self, method: str = _METHOD.format(None), name: str = "m") -> Task:
        """A job of a method, whose source is frozen as a builder does."""
        field = self.field
        field.method(method.replace("NAME", self.name), name)
        work = field.work(name)
        places = Places(field.root, [field.root / "methods"])
        source = FrozenSource(work.path / jobdir.SOURCE, places)
        for file in [field.root / "methods" / f"a_{name}.py", *field.root.glob("*.py")]:
            source.freeze(str(file))
            source.claim(
                f"methods.{file.stem}" if "methods" in file.parts else file.stem, str(file)
            )
        (task,) = field.submit(work, ("synthesis", None))
        return task

    def end_of(self, task: Task) -> tuple[int, int, Any]:
        """What a job returns."""
        end = ended(self.field.ends(task))[task]
        assert end.outcome.ok, end.outcome.traceback
        self.ends.append(end.outcome)
        self.field.protocol.close(task.jobid)
        found: tuple[int, int, Any] = unpickled(
            self.field.root / "dev" / task.jobid / "result.pickle"
        )
        return found

    def imports_itself(self, method: str = _METHOD.format(None), name: str = "m") -> bool:
        """Whether the process of a job imported the library, rather than found it loaded."""
        library, own, _ = self.run(method, name)
        return library == own


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, LocalEngine]]:
    """A folder of libraries, and an engine that finds them."""
    folder = tmp_path_factory.mktemp("lib") / "site-packages"
    folder.mkdir()
    before = folder.with_name("dist-packages")
    before.mkdir()
    engine = LocalEngine(2, tmp_path_factory.mktemp("slots"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "PYTHONPATH",
            f"{before}{os.pathsep}{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
        )
        patch.setenv("FROM_OUTSIDE", "yes")
        engine.warm()
    yield folder, engine
    engine.shutdown()


@pytest.fixture
def site(shared: tuple[Path, LocalEngine], tmp_path: Path) -> Site:
    folder, engine = shared
    return Site(folder, Field(tmp_path, engine), f"heavy{len(list(folder.iterdir()))}")


def test_what_is_told_and_drawn_is_as_if_the_stage_had_imported_it(site: Site) -> None:
    (site.folder / "rich").mkdir()
    (site.folder / "rich" / "__init__.py").touch()
    (site.folder / "rich" / "style.py").write_text(
        "import random, numpy\n[random.randint(0, 999) for _ in range(9)], numpy.random.default_rng()\n"
    )
    site.library(
        """
        import os, rich.style, colorsys, numpy.testing
        os.environ["SET_BY_IT"] = "1"
        try:
            import not_there_at_all
        except ImportError:
            pass
        """
    )
    drawn = (
        "[__import__('random').random(), __import__('numpy').random.default_rng().random(), "
        "os.environ['SET_BY_IT'], os.environ['FROM_OUTSIDE']]"
    )
    first, second, third = (site.run(_METHOD.format(drawn)) for _ in range(3))
    assert first[0] == first[1]
    assert second[0] == third[0] not in (second[1], third[1]), "one process imported it for both"
    assert first[2] == second[2] == third[2]
    one, two, three = (end.record["recorded"] for end in site.ends)
    assert one == two == three
    assert {"not_there_at_all"} <= {*one["missing"]} and {"rich", "colorsys"} <= {*one["elsewhere"]}
    assert one["environ"].keys() == {"FROM_OUTSIDE"}


@pytest.mark.parametrize(
    "does",
    [
        "import threading; threading.Thread(target=time.sleep, args=(99,), daemon=True).start()",
        "print('hello')",
        "import sys; kept = open(sys.executable, 'rb')",
        "import random; kept = random.random()",
        "import random; kept = random.Random()",
        "import numpy; numpy.random.seed(1)",
        "import signal; signal.signal(signal.SIGUSR1, signal.SIG_IGN)",
        "import subprocess; subprocess.run(['true'])",
        "import os; os._exit(0) if os.getpid() == os.getpgrp() else None",
    ],
)
def test_what_does_more_than_to_be_imported_is_not_shared(site: Site, does: str) -> None:
    site.library(does)
    assert site.imports_itself()
    assert site.imports_itself(), "what was done is shared"


def test_a_change_before_the_imports_are_done_is_not_missed(site: Site) -> None:
    site.library("import beside; VERSION = 1")
    (site.folder / "beside.py").touch()
    assert site.imports_itself()
    assert not site.imports_itself()
    assert not site.imports_itself(_METHOD.format("'edited'")), "edited behind its imports"
    sets = "import os\nos.environ['THREADS'] = '1'\n" + _METHOD.format(None)
    assert site.imports_itself(sets), "it sets a variable"
    assert site.imports_itself("import json\n" + _METHOD.format(None)), "it imports something else"
    (site.field.root / "beside.py").touch()
    assert site.imports_itself("import json\n" + _METHOD.format(None)), "a library is hidden"


def _stands_before_it(site: Site) -> None:
    site.folder.with_name("dist-packages").joinpath(f"{site.name}.py").write_text(
        _HEAVY.format("VERSION = 2")
    )


def _new_version(site: Site) -> None:
    site.library(
        "VERSION = 1 + 1"
    )  # of another size: Python's own cache looks at that and at seconds


@pytest.mark.parametrize("change", [_stands_before_it, _new_version])
def test_a_library_that_is_another_by_now_is_loaded_anew(
    site: Site, change: Callable[[Site], None]
) -> None:
    site.library("VERSION = 1")
    method = _METHOD.format("heavy.VERSION")
    assert site.imports_itself(method)
    assert not site.imports_itself(method)
    change(site)
    assert site.run(method)[2] == 2


def test_variables_that_user_code_sets_first_are_heeded(site: Site) -> None:
    site.library("import os; THREADS = os.environ.get('THREADS')")
    method = "import os\nos.environ['THREADS'] = '1'\n" + _METHOD.format("heavy.THREADS")
    assert [site.run(method)[2] for _ in range(2)] == ["1", "1"]
    assert site.imports_itself(method)


def test_a_library_that_it_can_do_without_is_found_once_it_is_installed(site: Site) -> None:
    site.library(f"""
        try:
            import {site.name}_faster as faster
        except ImportError:
            faster = None
    """)
    method = _METHOD.format("bool(heavy.faster)")
    assert site.imports_itself(method)
    assert not site.imports_itself(method)
    (site.folder / f"{site.name}_faster.py").touch()
    assert site.run(method)[2] is True
    assert not site.ends[-1].record["recorded"]["missing"]


@pytest.mark.parametrize("name", ["settings_of_it", "colorsys"])
def test_a_module_of_the_users_that_it_asks_for_is_the_users(site: Site, name: str) -> None:
    (site.field.root / f"{name}.py").write_text("THEIRS = True")
    site.library(f"""
        try:
            from {name} import THEIRS
        except ImportError:
            THEIRS = False
    """)
    method = _METHOD.format("heavy.THEIRS")
    assert [site.run(method)[2] for _ in range(2)] == [True, True]


def test_what_another_method_asked_for_is_not_told_of_this_one(site: Site) -> None:
    site.library()
    first, second = (f"import {name}\n" + _METHOD.format(0) for name in ("colorsys", "wave"))
    for name, method in (("first", first), ("second", second)):
        site.imports_itself(method, name)
    assert not site.imports_itself(first, "first")
    assert not site.imports_itself(second, "second")
    one, two, three, four = (end.record["recorded"] for end in site.ends)
    assert one == three
    assert two == four


def test_other_methods_do_not_find_it_loaded(site: Site) -> None:
    site.library()
    assert site.imports_itself()
    assert not site.imports_itself()
    told = "import sys\ndef synthesis():\n    return 0, 0, 'NAME' in sys.modules\n"
    assert site.run(told)[2] is False


def test_to_describe_a_method_is_the_first_import(site: Site, tmp_path: Path) -> None:
    site.library()
    site.field.method(_METHOD.replace("NAME", site.name).format(None))
    source = tmp_path / "described"
    source.mkdir()
    spec = site.field.spec() | {"source": str(source)}
    answer = described(site.field.engine, spec)
    assert "ok" in answer and "libraries" not in answer
    assert not site.imports_itself()
    assert described(site.field.engine, spec)["recorded"] == answer["recorded"]


def test_other_jobs_go_on_while_libraries_are_loaded(site: Site, tmp_path: Path) -> None:
    site.library(f"""
        import os
        while os.getpid() == os.getpgrp() and not os.path.exists("{tmp_path}/go on"):
            time.sleep(0.01)
    """)
    assert site.imports_itself()
    waiting = site.begin()
    assert site.run("def synthesis():\n    return 0, 0, 'done'\n", "other")[2] == "done"
    (tmp_path / "go on").touch()
    library, own, _ = site.end_of(waiting)
    assert library != own


def test_the_end_of_a_process_with_libraries_ends_its_stages_alone(site: Site) -> None:
    site.library()
    assert site.imports_itself()
    loaded, _, _ = site.run()
    os.kill(loaded, 9)
    assert site.imports_itself()


@pytest.mark.parametrize(
    "line",
    [
        "a.use('agg')",
        "a.config.FAST = False",
        "a.params['size'] = 3",
        "x = a.setup()",
        "import random; x = random.random()",
        "def f(x=a.setup()): pass",
        "class A:\n    a.b = 1",
        "del a.b",
    ],
)
def test_what_is_done_between_imports_is_seen(line: str) -> None:
    source = f"import a\n{line}\nimport b\n".encode()
    assert not is_plain(source, True)
    assert not is_plain(source.replace(b"import b\n", b""), False)
    assert is_plain(source.replace(b"import b\n", b""), True), "behind the last import"


def test_definitions_between_imports_are_plain() -> None:
    source = b"""'''Said.'''
import re, a
from collections import namedtuple
try:
    import c
except ImportError:
    c = None
X, Y = re.compile("x"), namedtuple("Y", "z")
@a.jit
def f(x=1):
    a.b = a.c()
class A(a.B):
    x: int = len("y")
import b
"""
    assert is_plain(source, True)
    assert is_plain(source, False)


def test_what_is_set_between_imports_is_found(site: Site) -> None:
    (site.folder / f"{site.name}_base.py").write_text("MODE = 0")
    site.library(f"from {site.name}_base import MODE")
    method = f"import {site.name}_base as base\nbase.MODE = 1\n" + _METHOD.format("heavy.MODE")
    assert [site.run(method)[2] for _ in range(2)] == [1, 1]


def test_of_a_methods_source_counts_what_runs_before_its_imports_are_done() -> None:
    source = b"import a\nx = 1\ndef f():\n    return 1\n"
    same = [source + b"# said\n", source.replace(b"return 1", b"return 2")]
    others = [b"y = 1\n" + source, source.replace(b"return 1", b"import b"), source + b"x = 2\n"]
    assert {deciding(one, True) for one in same} == {deciding(source, True)}
    assert deciding(source, True) not in {deciding(one, True) for one in others}
    assert deciding(source, False) != deciding(same[1], False)
