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
from axtui.engine.source import FrozenSource
from tests.engine.test_local import Field, described, ended, unpickled

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="proven by what Linux tells")

_BURN = """
import os, time
while time.process_time() - BEGAN < 0.05:
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

    def run(self, method: str = _METHOD.format(None)) -> tuple[int, int, Any]:
        """A job of a method, whose source is frozen as a builder does; what it returns."""
        field = self.field
        field.method(method.replace("NAME", self.name))
        work = field.work()
        places = Places(field.root, [field.root / "methods"])
        source = FrozenSource(work.path / jobdir.SOURCE, places)
        file = str(field.root / "methods" / "a_m.py")
        source.freeze(file)
        source.claim("methods.a_m", file)
        (task,) = field.submit(work, ("synthesis", None))
        end = ended(field.ends(task))[task]
        assert end.outcome.ok, end.outcome.traceback
        self.ends.append(end.outcome)
        field.protocol.close(work.jobid)
        found: tuple[int, int, Any] = unpickled(work.path / "result.pickle")
        return found

    def imports_itself(self, method: str = _METHOD.format(None)) -> bool:
        """Whether the process of a job imported the library, rather than found it loaded."""
        library, own, _ = self.run(method)
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


def _sets_variable(site: Site) -> str:
    return "import os\nos.environ['THREADS'] = '1'\n" + _METHOD.format(None)


def _imports_something_else(site: Site) -> str:
    return "import json\n" + _METHOD.format(None)


def _hides_what_it_imports(site: Site) -> str:
    (site.field.root / "beside.py").touch()
    return _METHOD.format(None)


def _stands_before_it(site: Site) -> str:
    site.folder.with_name("dist-packages").joinpath(f"{site.name}.py").write_text(
        _HEAVY.format("VERSION = 2")
    )
    return _METHOD.format("heavy.VERSION")


def _new_version(site: Site) -> str:
    site.library("VERSION = 2")
    return _METHOD.format("heavy.VERSION")


@pytest.mark.parametrize(
    "change",
    [
        _sets_variable,
        _imports_something_else,
        _hides_what_it_imports,
        _stands_before_it,
        _new_version,
    ],
)
def test_a_change_before_the_imports_are_done_is_not_missed(
    site: Site, change: Callable[[Site], str]
) -> None:
    site.library("import beside; VERSION = 1")
    (site.folder / "beside.py").touch()
    assert site.imports_itself()
    assert not site.imports_itself()
    assert not site.imports_itself(_METHOD.format("'edited'")), "edited behind its imports"
    assert site.imports_itself(change(site))


def test_variables_that_user_code_sets_first_are_heeded(site: Site) -> None:
    site.library("import os; THREADS = os.environ.get('THREADS')")
    method = "import os\nos.environ['THREADS'] = '1'\n" + _METHOD.format("heavy.THREADS")
    assert [site.run(method)[2] for _ in range(2)] == ["1", "1"]
    assert site.imports_itself(method)


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


def test_the_end_of_a_process_with_libraries_ends_its_stages_alone(site: Site) -> None:
    site.library()
    assert site.imports_itself()
    loaded, _, _ = site.run()
    os.kill(loaded, 9)
    assert site.imports_itself()


def test_of_a_methods_source_counts_what_runs_before_its_imports_are_done() -> None:
    source = b"import a\nx = 1\ndef f():\n    return 1\n"
    same = [source + b"# said\n", source.replace(b"return 1", b"return 2")]
    others = [b"y = 1\n" + source, source.replace(b"return 1", b"import b"), source + b"x = 2\n"]
    assert {deciding(one, True) for one in same} == {deciding(source, True)}
    assert deciding(source, True) not in {deciding(one, True) for one in others}
    assert deciding(source, False) != deciding(same[1], False)
