"""Processes apart from all jobs: they answer once, and nothing of them stays."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from axtui.engine.local import LocalEngine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    engine = LocalEngine(2, tmp_path_factory.mktemp("slots"))
    yield engine
    engine.shutdown()


def answer(engine: LocalEngine, function: str, **arguments: Any) -> Mapping[str, Any]:
    answering = engine.chore(function, arguments)
    while not answering.over(0.2):
        pass
    return engine.answered(answering)


def test_a_chore_is_a_function_and_its_arguments(engine: LocalEngine) -> None:
    assert answer(engine, "os.path:join", a="x") == {"ok": "x"}


def test_what_a_chore_raises_is_told(engine: LocalEngine) -> None:
    assert answer(engine, "os:stat", path="/there/is/none") == {
        "error": "FileNotFoundError: [Errno 2] No such file or directory: '/there/is/none'"
    }
    assert (
        "No module named 'nothing_of_that_name'"
        in answer(engine, "nothing_of_that_name:f")["error"]
    )


def test_how_a_chore_died_is_told(engine: LocalEngine) -> None:
    told = answer(engine, "os:_exit", status=3)["error"]
    assert told.startswith("the process that calls os:_exit ")
    assert "3" in told


def test_a_chore_that_is_not_over_is_ended(engine: LocalEngine, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    command = ["sh", "-c", f"echo $$ > {mark}.new; mv {mark}.new {mark}; sleep 600"]
    answering = engine.chore("subprocess:check_call", {"args": command})
    while not mark.exists():
        assert not answering.over(0.01)
    told = engine.answered(answering)
    assert told == {"error": "the process that calls subprocess:check_call was stopped"}
    pid = int(mark.read_text())
    while _is_there(pid):
        time.sleep(0.01)


def _is_there(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")


def test_a_server_that_nobody_waited_for_is_gone_at_the_end(tmp_path: Path) -> None:
    engine = LocalEngine(2, tmp_path)
    engine.warm()
    pid = engine._server.pid
    assert pid is not None and _is_there(pid)
    engine.shutdown()
    assert not _is_there(pid)
    assert answer(engine, "os:getpid")["ok"] != os.getpid()  # a new one
    engine.shutdown()
