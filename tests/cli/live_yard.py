"""Builds for tests that watch and stop them with the installed command, on pipes or a terminal."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import textwrap
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axtui.build.live import watching
from axtui.build.live.watching import LiveBuild
from axtui.cli import main as cli
from axtui.data import jobdir
from axtui.workspace import Workspace, open_workspace
from tests import docrun

METHOD = """
import os, time
from accelerator import status
options = {"folder": ""}
def analysis(sliceno):
    with open(os.path.join(options.folder, "pids"), "a") as f:
        f.write(f"{os.getpid()}\\n")
    print("line of slice", sliceno, flush=True)
    with status("at the gate"):
        while not os.path.exists(os.path.join(options.folder, "gate")):
            time.sleep(0.02)
def synthesis():
    return 1
"""
AXTUI = [sys.executable, "-m", "axtui"]
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class Yard:
    """A workspace whose script `build` runs two slices until `open_gate`; `wait` runs no job."""

    root: Path
    program: list[str] = field(default_factory=lambda: AXTUI)
    """What runs commands. One of `tests.warm` begins sooner, but is not the process that is to be
    sent a signal."""

    def __post_init__(self) -> None:
        script = f"urd.build('gated', folder={str(self.root)!r})"
        waits = "import time\nprint('it waits')\nwhile not os.path.exists(gate): time.sleep(0.02)"
        given = f"import os\ngate = {str(self.root / 'gate')!r}\n"
        self.write("axtui.toml", "slices = 2\n[engine]\nslots = 2\n")
        self.write("methods/a_gated.py", METHOD)
        self.script("build", f"print('hello')\n{script}\nprint('bye')")
        self.script("wait", given + waits)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def script(self, name: str, body: str) -> None:
        file = "build.py" if name == "build" else f"build_{name}.py"
        self.write(f"methods/{file}", "def main(urd):\n" + textwrap.indent(body, "    ") + "\n")

    @property
    def environ(self) -> dict[str, str]:
        """Slots of its own, so that builds that run beside it do not keep it waiting. No pandas, which
        is slow to import."""
        slots, hidden = self.root / "tmp", self.root / "hidden"
        slots.mkdir(exist_ok=True)
        if not hidden.exists():
            docrun.without_pandas(hidden)
        unset = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"}
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        return kept | {"TMPDIR": str(slots), "PYTHONPATH": str(hidden)}

    @property
    def workspace(self) -> Workspace:
        return open_workspace(self.root)

    def open_gate(self) -> None:
        (self.root / "gate").touch()

    def pids(self) -> list[int]:
        path = self.root / "pids"
        return [int(word) for word in path.read_text().split()] if path.exists() else []

    def axtui(self, *args: str, **kw: Any) -> subprocess.CompletedProcess[str]:
        """Run a command to its end: `run` in a process of its own, what only looks on in this one."""
        if args[0] != "run":
            out, err = io.StringIO(), io.StringIO()
            with redirect_stdout(out), redirect_stderr(err):
                code = cli.run(["--workspace", str(self.root), *args])
            return subprocess.CompletedProcess(args, code, out.getvalue(), err.getvalue())
        return subprocess.run(
            [*self.program, *args],
            cwd=self.root,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=90,
            **kw,
        )

    def started(self, *args: str, **kw: Any) -> subprocess.Popen[str]:
        """Start a command."""
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [*self.program, *args],
            cwd=self.root,
            env=self.environ,
            stdout=pipe,
            stderr=pipe,
            text=True,
            **kw,
        )

    def at_gate(self) -> LiveBuild:
        """The build, once both slices wait at the gate."""

        def there() -> bool:
            jobs = [job for build in watching.running(self.workspace) for job in build.now().jobs]
            return sum(task.status[-1:] == ["at the gate"] for j in jobs for task in j.tasks) == 2

        until(there)
        return watching.running(self.workspace)[0]

    def state(self, jobid: str) -> str:
        return jobdir.state(self.root / "workdirs" / "dev" / jobid)

    def failure(self, jobid: str) -> dict[str, Any]:
        return jobdir.read_json(self.root / "workdirs" / "dev" / jobid / jobdir.FAILED)

    def end(self) -> None:
        """Leave nothing running, whatever the test did."""
        self.open_gate()
        for build in watching.running(self.workspace):
            build.kill()


class Terminal:
    """A shell's view: a command that leads a session on a terminal of its own."""

    def __init__(self, yard: Yard, *args: str, program: list[str] = AXTUI) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            with contextlib.suppress(BaseException):
                os.chdir(yard.root)
                environ = yard.environ | {"TERM": "xterm", "LANG": "C.UTF-8"}
                os.execve(program[0], [*program, *args], environ)
            os._exit(70)
        size = struct.pack("HHHH", 40, 120, 0, 0)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, size)
        self.text = ""

    def read(self, seconds: float = 0.05) -> str:
        """All that was shown until now, without colours and movements."""
        while select.select([self.fd], [], [], seconds)[0]:
            try:
                data = os.read(self.fd, 1 << 16)
            except OSError:
                break
            if not data:
                break
            self.text += data.decode("utf-8", "replace")
        return _ESCAPE.sub("", self.text)

    def press(self, keys: bytes) -> None:
        os.write(self.fd, keys)

    def quit_key(self) -> bytes:
        """The key that sends SIGQUIT on this terminal."""
        key = termios.tcgetattr(self.fd)[6][termios.VQUIT]
        assert isinstance(key, bytes)
        return key

    def until(self, said: str) -> None:
        until(lambda: said in self.read())

    def wait(self) -> int:
        """Its exit code."""
        found: list[int] = []

        def over() -> bool:
            self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                found.append(os.waitstatus_to_exitcode(status))
            return bool(pid)

        until(over)
        return found[0]

    def close(self) -> None:
        """Take the terminal away, as closing its window does."""
        os.close(self.fd)

    def end(self) -> None:
        with contextlib.suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        with contextlib.suppress(OSError):
            os.close(self.fd)


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something holds; fail if it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    done = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(done.stdout.strip()) and not done.stdout.strip().startswith("Z")
