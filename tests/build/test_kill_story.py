"""Whatever process of a build is killed, at whatever moment: no orphans, states with names, and the next
run works and gives the same result."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from axtui.build.housekeeping.fsck import STATES, check_workspace
from axtui.build.script import run_script
from axtui.data import context
from axtui.data.job import Job

from .conftest import Bench
from .processes import until

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="finds processes by /proc"
)

METHOD = """
    import time
    options = {"n": 0}
    jobs = (["after"],)
    def prepare(job):
        return job.datasetwriter(columns={"n": "int64"})
    def analysis(sliceno, prepare_res):
        for n in range(50):
            prepare_res.write(options.n * n)
            time.sleep(0.002)
    def synthesis(job):
        job.json_save(sum(after.json_load("n.json") for after in jobs.after) + options.n, "n.json")
"""
SCRIPT = """
    first = [urd.submit("work", n=n) for n in range(1, 5)]
    last = urd.submit("work", n=10, after=first)
    last.link_result("n.json")
    print(last.json_load("n.json"), sum(last.dataset().lines))
"""


class Tagged:
    """Processes of one test, found by a variable in their environment."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.tag = bench, uuid.uuid4().hex
        temporary = bench.root.parent / "tmp"
        temporary.mkdir(exist_ok=True)
        self.env = {**os.environ, "AXTUI_TEST_TAG": self.tag, "TMPDIR": str(temporary)}

    def axtui(self, *args: str) -> subprocess.Popen[bytes]:
        """The program, in the workspace."""
        return subprocess.Popen(
            [sys.executable, "-m", "axtui", *args],
            cwd=self.bench.root,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def pids(self) -> list[int]:
        """Those that live, in the order they began."""
        mark = f"AXTUI_TEST_TAG={self.tag}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
                if state != "Z" and mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
        return sorted(found)


SEEDS = range(20 if os.environ.get("AXTUI_SLOW") else 3)
"""One run, two at once, one with somebody who looks on; the more the more moments are met."""


@pytest.mark.parametrize("seed", SEEDS)
def test_any_process_may_be_killed_at_any_time(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)
    bench.method("work", METHOD)
    bench.script(SCRIPT)
    tagged = Tagged(bench)
    runs = [tagged.axtui("run") for _ in range(1 + seed % 2)]
    if seed % 3 == 2:
        until(lambda: bench.path("dev-1").exists())
        runs.append(tagged.axtui("attach"))
    until(lambda: bench.path("dev-2").exists() or runs[0].poll() is not None)
    time.sleep(chance.random())
    for _ in range(2):
        victims = tagged.pids()
        if victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(victims), signal.SIGKILL)
        time.sleep(0.3 * chance.random())
    for run in runs:
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.wait(20)
    until(lambda: not tagged.pids())

    checked = check_workspace(bench.workspace, deep=True)
    assert [finding for finding in checked.problems if finding.kind != "catalog"] == []
    assert set(checked.states.values()) <= set(STATES) - {"running", "damaged"}
    bench.folds = True
    with bench.session() as session:
        result = run_script(session)
    assert result.exit_code == 0, result.error
    assert bench.prints() == "20 100\n"
    assert check_workspace(bench.workspace, deep=True).problems == []
    with context.use(bench.workspace.context()):
        assert (bench.root / "results" / "n.json").read_text().strip() == "20"
        assert Job(result.build_job or "").method == "build"
