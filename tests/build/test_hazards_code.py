"""H1 to H7, H11, H21, H22: code decides re-use, at any depth, by the bytes that ran."""

from __future__ import annotations

import shutil
import sys
from importlib import import_module
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    BuiltinImporter,
    FrozenImporter,
    PathFinder,
)
from importlib.util import find_spec
from pathlib import Path

import pytest

from axtui.build import events
from axtui.engine import looked, resolve
from axtui.engine.source import FrozenSource

from .conftest import Bench


def value(bench: Bench) -> object:
    """Run `build` and give what its script printed."""
    bench.run()
    return bench.prints().strip()


@pytest.fixture
def helped(bench: Bench) -> Bench:
    """A method with a helper, and a script that prints the result."""
    bench.method("m", "from .helper import f\ndef synthesis():\n    return f()\n")
    bench.write("methods/helper.py", "FACTOR = 2\ndef f():\n    return 10 * FACTOR\n")
    bench.script("print(urd.build('m').load())")
    assert value(bench) == "20"
    assert bench.builds() == []
    return bench


def test_h1_edited_helper_rebuilds_and_the_reason_shows_file_and_lines(helped: Bench) -> None:
    helped.write("methods/helper.py", "FACTOR = 2\ndef f():\n    return 11 * FACTOR\n")
    assert value(helped) == "22"
    (change,) = helped.reason(helped.last("m"))["changes"]
    assert change["part"] == "source"
    assert change["name"] == "methods/helper.py"
    assert "-    return 10 * FACTOR" in change["detail"]
    assert "+    return 11 * FACTOR" in change["detail"]


def test_h1_what_a_script_edits_between_two_builds_counts(
    helped: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a look-up saw holds for it alone, also of files that were at rest for long."""
    for module in (looked, resolve):
        monkeypatch.setattr(module, "SETTLED_NS", -(10**18))  # whatever the clock says
    finders = [BuiltinImporter, FrozenImporter, PathFinder]  # pytest's would be asked each time
    monkeypatch.setattr(sys, "meta_path", finders)
    place = str(helped.root / "methods" / "helper.py")
    helped.script(
        f"""
        from pathlib import Path
        first, again = urd.build('m'), urd.build('m')
        Path({place!r}).write_text("def f():\\n    return 33\\n")
        edited = urd.build('m')
        print(first == again, first == edited, edited.load())
        """
    )
    assert value(helped) == "True False 33"


def test_h2_helper_of_a_helper_imported_late_by_name(bench: Bench) -> None:
    bench.method(
        "m",
        """
        import importlib
        def synthesis():
            return importlib.import_module("methods.one").f()
        """,
    )
    bench.write("methods/one.py", "def f():\n    from . import two\n    return two.X\n")
    bench.write("methods/two.py", "X = 1\n")
    bench.script("print(urd.build('m').load())")
    assert value(bench) == "1"
    bench.write("methods/two.py", "X = 2\n")
    assert value(bench) == "2"


def test_h2_effects_of_a_package_init(bench: Bench) -> None:
    bench.method("m", "from lib import part\ndef synthesis():\n    return part.X\n")
    bench.write("lib/__init__.py", "import lib.part\nlib.part.X = 5\n")
    bench.write("lib/part.py", "X = 1\n")
    bench.script("print(urd.build('m').load())")
    assert value(bench) == "5"
    bench.write("lib/__init__.py", "import lib.part\nlib.part.X = 6\n")
    assert value(bench) == "6"


def test_h3_edited_constant(helped: Bench) -> None:
    helped.write("methods/helper.py", "FACTOR = 3\ndef f():\n    return 10 * FACTOR\n")
    assert value(helped) == "30"


def test_h4_new_file_shadows_an_imported_module(bench: Bench) -> None:
    bench.method("m", "import things\ndef synthesis():\n    return things.X\n")
    bench.write("methods/things.py", "X = 'sibling'\n")
    bench.script("print(urd.build('m').load())")
    assert value(bench) == "sibling"
    bench.write("things.py", "X = 'root'\n")
    assert value(bench) == "root"


def test_h5_deleted_dependency_is_a_clear_error(helped: Bench) -> None:
    (helped.root / "methods/helper.py").unlink()
    result = helped.run(ok=False)
    assert result.exit_code == 1
    assert "No module named 'methods.helper'" in (result.error or "")


def test_h6_swapped_contents_rebuild(bench: Bench) -> None:
    bench.method("m", "from . import one, two\ndef synthesis():\n    return [one.X, two.X]\n")
    bench.write("methods/one.py", "X = 1\n")
    bench.write("methods/two.py", "X = 2\n")
    bench.script("print(urd.build('m').load())")
    assert value(bench) == "[1, 2]"
    bench.write("methods/one.py", "X = 2\n")
    bench.write("methods/two.py", "X = 1\n")
    assert value(bench) == "[2, 1]"


def test_h6_equal_extra_files_changed_alike(bench: Bench) -> None:
    bench.method(
        "m",
        """
        from pathlib import Path
        depend_extra = ("a.txt", "b.txt")
        def synthesis():
            here = Path(__file__).parent
            return (here / "a.txt").read_text() + (here / "b.txt").read_text()
        """,
    )
    for text in ("x", "y"):
        bench.write("methods/a.txt", text)
        bench.write("methods/b.txt", text)
        bench.script("print(urd.build('m').load())")
        assert value(bench) == text * 2


def test_an_extra_file_that_is_gone_is_told_of_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.method("m", "depend_extra = 'a.txt'\ndef synthesis():\n    return 1\n")
    bench.script("urd.build('m')")
    path = bench.root / "methods/a.txt"
    said = f"method m: depend_extra names a.txt, but there is no file {path}"

    def refused() -> None:
        error = bench.run(ok=False).error or ""
        lines = [line for line in error.splitlines() if line.strip(" ~^")]  # some Pythons underline
        assert lines[-1] == said and len(lines) == 4 and "cannot" not in error

    refused()
    bench.write("methods/a.txt", "x")
    assert bench.builds() == ["m"]
    path.unlink()
    refused()
    jobs = bench.workspace.config.workdirs["dev"]
    before = len(list(jobs.glob("dev-*")))
    path.write_text("y")
    freeze = FrozenSource.freeze

    def too_late(self: FrozenSource, name: str) -> bytes:
        if name == str(path):
            path.unlink()
        return freeze(self, name)

    monkeypatch.setattr(FrozenSource, "freeze", too_late)
    refused()
    assert len(list(jobs.glob("dev-*"))) == before + 1  # the script's own


def test_h7_package_version_counts_only_where_it_was_imported(
    lone_bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = lone_bench
    site = tmp_path / "site" / "site-packages"
    site.mkdir(parents=True)
    (site / "fakepkg.py").write_text("X = 1\n")
    info = site / "fakepkg-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: fakepkg\nVersion: 1.0\n")
    (info / "RECORD").write_text("fakepkg.py,,\n")
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.syspath_prepend(str(site))
    bench.method("m", "import fakepkg\ndef synthesis():\n    return fakepkg.X\n")
    bench.method("other", "def synthesis():\n    return 1\n")
    bench.script("urd.build('other')\nprint(urd.build('m').load())")
    assert bench.builds() == ["other", "m"]
    assert bench.builds() == []
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: fakepkg\nVersion: 2.0\n")
    info.rename(site / "fakepkg-2.0.dist-info")
    assert bench.builds() == ["m"]
    (change,) = bench.reason(bench.last("m"))["changes"]
    assert (change["part"], change["name"], change["old"], change["new"]) == (
        "package",
        "fakepkg",
        "1.0",
        "2.0",
    )


def test_h11_comments_and_layout_do_not_rebuild(helped: Bench) -> None:
    helped.write(
        "methods/helper.py",
        "# a remark\n\nFACTOR   =   2\n\n\ndef f():\n    # why\n    return (10\n        * FACTOR)\n",
    )
    assert helped.builds() == []


def test_h21_result_is_kept_under_the_bytes_that_ran(bench: Bench) -> None:
    bench.write("methods/helper.py", "X = 'old'\n")
    bench.method(
        "m",
        """
        from pathlib import Path
        from . import helper
        def synthesis():
            Path(__file__).with_name("helper.py").write_text("X = 'new'\\n")
            return helper.X
        """,
    )
    bench.script("print(urd.build('m').load())")
    assert value(bench) == "old"
    assert bench.builds() == ["m"], "the helper differs now from the one that ran"
    assert value(bench) == "new"


def test_h22_all_slices_run_the_same_source(bench: Bench) -> None:
    bench.write("methods/late.py", "X = 0\n")
    bench.method(
        "m",
        """
        from pathlib import Path
        def analysis(sliceno):
            from . import late
            Path(__file__).with_name("late.py").write_text(f"X = {sliceno + 1}\\n")
            return late.X
        def synthesis(analysis_res):
            from . import late
            return [*analysis_res, late.X]
        """,
    )
    bench.script("print(urd.build('m').load())")
    assert value(bench) == "[0, 0, 0]"


def test_broken_method_stops_only_the_builds_that_need_it(bench: Bench) -> None:
    bench.method("good", "def synthesis():\n    return 1\n")
    bench.method("bad", "def synthesis(:\n")
    bench.script("urd.build('good')")
    assert bench.builds() == ["good"]
    bench.script("urd.build('bad')")
    result = bench.run(ok=False)
    assert "bad" in (result.error or "")
    assert "a_bad.py" in (result.error or "")
    assert "SyntaxError" in (result.error or "")


def test_events_tell_the_reason(helped: Bench) -> None:
    helped.write("methods/helper.py", "FACTOR = 9\ndef f():\n    return 10 * FACTOR\n")
    helped.run()
    (started,) = [event for event in helped.seen if isinstance(event, events.JobStarted)]
    assert "methods/helper.py" in started.reason


def test_h21_a_method_edited_while_it_waits_to_run_is_looked_at_anew(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from axtui.data import jobdir

    bench.method("m", "def synthesis():\n    return 'old'\n")
    bench.script("print(urd.build('m').load())")
    allocate, edits = jobdir.allocate, ["once"]

    def edit_first(disk: object, workdir: Path, name: str) -> object:
        if len(list(workdir.glob("dev-*"))) == 1 and edits:  # the script's own job is there
            edits.clear()
            bench.method(
                "m",
                "def analysis(sliceno):\n    return sliceno\n"
                "def synthesis(analysis_res):\n    return 'new', list(analysis_res)\n",
            )
        return allocate(disk, workdir, name)  # type: ignore[arg-type]

    monkeypatch.setattr(jobdir, "allocate", edit_first)
    assert value(bench) == "('new', [0, 1])"
    assert not edits
    assert bench.builds() == []


def test_h1_a_module_imported_in_a_pool_counts(bench: Bench) -> None:
    bench.method(
        "m",
        """
        from multiprocessing import get_context
        def work(n):
            from . import late
            return late.X + n
        def synthesis():
            with get_context("fork").Pool(1) as pool:
                return pool.map(work, [1])
        """,
    )
    bench.write("methods/late.py", "X = 1\n")
    bench.script("print(urd.build('m').load())")
    assert value(bench) == "[2]"
    assert bench.builds() == []
    bench.write("methods/late.py", "X = 5\n")
    assert value(bench) == "[6]"


def test_h6_a_package_that_this_process_has_does_not_stand_for_the_methods(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other" / "methods").mkdir(parents=True)
    (tmp_path / "other" / "methods" / "words.py").write_text("WORD = 'theirs'\n")
    monkeypatch.delitem(sys.modules, "methods", raising=False)
    monkeypatch.syspath_prepend(tmp_path / "other")
    theirs = import_module("methods.words")
    try:
        bench.write("methods/words.py", "WORD = 'ours'\n")
        bench.script("from methods.words import WORD\nprint(WORD)")
        result = bench.run()
        assert bench.prints() == "ours\n"
        source = bench.path(str(result.build_job)) / "source" / "methods"
        assert {path.name for path in source.iterdir()} == {"build.py", "words.py"}
        assert sys.modules["methods.words"] is theirs
    finally:
        for name in ("methods.words", "methods"):
            sys.modules.pop(name, None)


def test_h1_extension_modules_in_a_method_package_count_by_their_bytes(bench: Bench) -> None:
    spec = find_spec("_heapq")
    if spec is None or spec.origin is None or not spec.origin.endswith(tuple(EXTENSION_SUFFIXES)):
        pytest.skip("this Python has no extension module of its own that could be copied")
    file = Path(shutil.copy(spec.origin, bench.write("methods/__init__.py", "").parent))
    bench.method("m", "from . import _heapq\ndef synthesis():\n    return _heapq.__name__\n")
    bench.script("print(urd.build('m').load())")
    assert value(bench) == "methods._heapq"
    assert bench.builds() == []
    with file.open("ab") as stream:
        stream.write(b"\0")  # behind its end: what it does is the same
    assert bench.builds() == ["m"]
