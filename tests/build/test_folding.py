"""The catalog at the end of a build: by the engine where it can, here where it cannot."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from axtui.build import folding
from axtui.engine.local import LocalEngine
from axtui.errors import ServerError
from catalog.journal import JournalWriter
from catalog.layout import database_path
from catalog.read import query

from .conftest import Bench, Kept


@pytest.fixture(scope="module")
def one_run(engine: LocalEngine, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("one_run"), engine, run_once)


def run_once(bench: Bench) -> None:
    bench.method("one", "def synthesis(): return 1")
    bench.script("urd.build('one')")
    bench.folds = True
    bench.run()


@pytest.fixture
def built(one_run: Kept) -> Bench:
    bench = one_run.put_back()
    bench.folds = True
    return bench


def states(bench: Bench) -> list[tuple[str, str]]:
    rows = query(bench.workspace.dot_axtui, "SELECT job, state FROM jobs ORDER BY number")
    return [tuple(row.values()) for row in rows.to_pylist()]


def test_the_engine_does_it(built: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert states(built) == [("dev-1", "complete"), ("dev-2", "complete")]
    monkeypatch.setattr(folding, "_here", lambda workspace: pytest.fail("it was done here"))
    built.method("one", "def synthesis(): return 2")
    built.run()
    assert len(states(built)) == 4


class Broken:
    """An engine whose processes do not get far."""

    def __init__(self, error: ServerError | None = None) -> None:
        self.error = error

    def chore(self, function: str, arguments: Mapping[str, Any]) -> Any:
        if self.error:
            raise self.error
        return self

    def over(self, timeout: float) -> bool:
        return True

    def answered(self, answering: Any) -> Mapping[str, Any]:
        return {"error": "the process that calls it was killed (SIGKILL)"}


@pytest.mark.parametrize("given", [Broken(), Broken(ServerError("it ended"))])
def test_where_the_engine_cannot_it_is_done_here(built: Bench, given: Any) -> None:
    with JournalWriter(built.workspace.dot_axtui) as journal:
        journal.append("forget", {"jobid": "dev-1"})
    assert folding.fold(built.workspace, given) == []
    assert states(built) == [("dev-2", "complete")]


def test_what_is_strange_about_it_is_told(built: Bench, engine: LocalEngine) -> None:
    database_path(built.workspace.dot_axtui).write_bytes(b"spoilt")
    told = folding.fold(built.workspace, engine)
    assert "the catalog was damaged" in told[0]
    assert "rebuilt" in told[-1]


def test_a_run_that_builds_loads_no_duckdb_itself(bench: Bench) -> None:
    bench.method("one", "def synthesis(): return 1")
    bench.script(
        "import sys, atexit\natexit.register(lambda: print('duckdb' in sys.modules))\n"
        "urd.build('one')"
    )
    done = subprocess.run(
        [sys.executable, "-m", "axtui", "run", "--quiet"],
        cwd=bench.root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("False\n")
    assert len(states(bench)) == 2
