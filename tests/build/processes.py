"""Runs of build scripts in processes of their own, for tests that kill them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests import docrun

RUN = """
import json, sys
from pathlib import Path
from axtui.build import events
from axtui.build.script import run_script
from axtui.build.session import Session
from axtui.workspace import open_workspace

started = []
def observe(event):
    if isinstance(event, events.JobStarted):
        started.append(event.method)
    elif isinstance(event, events.StageStarted):
        print(json.dumps({"stage": event.stage}), file=sys.__stdout__, flush=True)
    elif isinstance(event, events.JobWaiting):
        print(json.dumps({"waits": event.pid}), file=sys.__stdout__, flush=True)

with Session(open_workspace(Path(sys.argv[1])), observe) as session:
    result = run_script(session, sys.argv[2])
print(json.dumps({"started": started, "built": result.built, "reused": result.reused,
                  "exit": result.exit_code, "error": result.error}), file=sys.__stdout__, flush=True)
"""


class Running:
    """A script that runs in another process, with slots that it shares with none but its workspace's.
    Without pandas, which is slow to import."""

    def __init__(self, root: Path, script: str = "build", program: Path | None = None) -> None:
        """`program` runs `RUN`; one of `tests.warm` begins sooner, but cannot be killed."""
        temporary = root.parent / "tmp"
        temporary.mkdir(exist_ok=True)
        hidden = root.parent / "hidden"
        if not hidden.exists():
            docrun.without_pandas(hidden)
        self.process = subprocess.Popen(
            [*([program] if program else [sys.executable, "-c", RUN]), str(root), script],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(hidden)},
        )

    def wait_for(self, key: str) -> None:
        """Read what it says until it says something with this key."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if key in json.loads(line):
                return
        raise AssertionError(f"it ended without {key}: {self.process.stderr.read()}")  # type: ignore[union-attr]

    def result(self) -> dict[str, object]:
        """Its last word."""
        out, err = self.process.communicate(timeout=60)
        assert out.strip(), err
        found: dict[str, object] = json.loads(out.strip().splitlines()[-1])
        return found

    def kill(self) -> None:
        """kill -9."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something holds; fail if it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    if status.exists():
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    return True
