"""Watchers and builders that end, or are killed, at any time; two watchers of one workspace."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from axtui.build.live.watching import running
from axtui.build.watch import told
from axtui.build.watch.lock import WatchLock
from axtui.build.watch.watcher import Watcher
from axtui.data import jobdir
from axtui.workspace import open_workspace

from ..processes import alive, until
from .conftest import Yard


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yard]:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    yard = Yard(tmp_path / "ws")
    yield yard
    for gate in "ab":
        (yard.root / f"gate-{gate}").touch()
    if yard.watcher is not None:
        yard.watcher.close(leave_running=False)


class Program:
    """`axtui watch` in a process of its own, its words read as JSON."""

    def __init__(self, root: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "axtui", "watch", "--format", "json", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=root,
            start_new_session=True,
        )

    def wait(self, event: str, **facts: Any) -> dict[str, Any]:
        """Read on until an event is told."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found: dict[str, Any] = json.loads(line)
            if found["event"] == event and facts.items() <= found.items():
                return found
        assert self.process.stderr is not None
        raise AssertionError(f"it ended without {event}: {self.process.stderr.read()}")


def state_of(yard: Yard, jobid: str) -> str:
    return jobdir.state(yard.root / "workdirs/dev" / jobid)


def test_a_watcher_that_is_killed_leaves_its_build_to_finish(yard: Yard) -> None:
    program = Program(yard.root, "slow")
    build_job = program.wait("RunStarted")["build_job"]
    program.wait("BuildEvent", kind="StageStarted")
    (build,) = running(open_workspace(yard.root))
    yard.watcher = Watcher(open_workspace(yard.root), yard.heard.append)
    yard.watcher.start()
    elsewhere = yard.wait(told.WatchingElsewhere)
    assert elsewhere.pid == program.process.pid
    os.kill(program.process.pid, signal.SIGKILL)
    program.process.wait()
    yard.wait(told.Watching)  # the second takes over
    assert state_of(yard, build_job) == "running"
    for gate in "ab":
        (yard.root / f"gate-{gate}").touch()
    until(lambda: state_of(yard, build_job) == "complete", 30)
    until(lambda: not alive(build.pid), 30)
    until(lambda: "slow" in yard.watcher.scripts)  # it learns what ran elsewhere


def test_ctrl_c_stops_what_runs_and_records_it(yard: Yard) -> None:
    program = Program(yard.root, "slow")
    build_job = program.wait("RunStarted")["build_job"]
    program.wait("BuildEvent", kind="StageStarted")
    os.kill(program.process.pid, signal.SIGINT)
    assert program.process.wait(30) == 130
    assert state_of(yard, build_job) == "cancelled"


def test_once_builds_what_changed_and_ends(yard: Yard) -> None:
    other = Program(yard.root, "--mode", "ask")  # another watcher is no hindrance
    other.wait("Watching")
    program = Program(yard.root, "--once", "one")
    assert program.wait("RunEnded")["exit_code"] == 0
    assert program.process.wait(30) == 0
    done = Program(yard.root, "--once")
    assert done.process.communicate(timeout=30)[0].count("RunStarted") == 0
    yard.replace("methods/a_total.py", "return sum", "raise ValueError('no') or sum")
    failing = Program(yard.root, "--once")
    out, err = failing.process.communicate(timeout=30)
    assert failing.process.returncode == 1 and "build script one failed" in err
    assert out.count('"RunStarted"') == 1
    assert other.process.poll() is None
    other.process.terminate()


def test_a_builder_that_is_killed_is_told_of_and_replaced(yard: Yard) -> None:
    watcher = yard.start(scripts=["slow"])
    yard.wait(told.BuildEvent)
    run = yard.wait(told.RunStarted)
    os.kill(run.pid, signal.SIGKILL)
    died = yard.wait(told.BuilderDied)
    assert died.script == "slow" and "signal 9" in died.message
    yard.idle()
    for gate in "ab":
        (yard.root / f"gate-{gate}").touch()
    at = len(yard.heard)
    yard.replace("methods/words.py", "hello", "hi")
    assert yard.wait(told.RunEnded, at).exit_code == 0, "a save that may mend it runs it again"
    watcher.close(leave_running=False)
    assert not running(open_workspace(yard.root))


def test_the_lock_says_who_holds_it(yard: Yard) -> None:
    workspace = open_workspace(yard.root)
    workspace.make_folders()
    first, second = WatchLock(workspace), WatchLock(workspace)
    assert first.take() and first.take() and not second.take()
    assert second.holder()["pid"] == os.getpid()
    first.release()
    assert second.take() and not first.take()
    second.release()
