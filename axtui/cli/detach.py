"""`run --detach`: a build in a process of its own that needs no terminal, and its log.

The process that was asked starts the same command again, apart from the terminal, and waits on a pipe
for the word that a build script has begun, or for the end.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import orjson

from axtui.build import events
from axtui.errors import BuildError
from axtui.workspace import Workspace

_MOST_LOGS = 20
_PAUSE = 0.1


def start(workspace: Workspace) -> None:
    """Run the command line of this process again, detached, and say what it runs as. Raises
    BuildError with what it said if it ends before a script begins."""
    log = _new_log(workspace)
    read_end, write_end = os.pipe()
    program = [sys.executable, "-P", "-m", "axtui"]
    args = [arg for arg in sys.argv[1:] if arg != "--detach"]
    with log.open("wb") as stream, os.fdopen(read_end, "rb") as begun:
        process = subprocess.Popen(
            [*program, *args, "--detached", str(write_end), str(log)],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
            pass_fds=(write_end,),
        )
        os.close(write_end)
        line = begun.readline()
    if not line:
        _refuse(process, log)
    script, build_job = orjson.loads(line)
    click.echo(f"{script} runs as {click.style(build_job, fg='cyan')}, process {process.pid}")
    click.secho(f"  axtui attach {build_job}   shows how it goes and how it ends", dim=True)
    click.secho(f"  axtui abort {build_job}    stops it", dim=True)


def _refuse(process: subprocess.Popen[bytes], log: Path) -> None:
    code = process.wait()
    said = log.read_text("utf-8", "replace").strip().removeprefix("axtui: ")
    log.unlink(missing_ok=True)
    raise BuildError(said or f"the build ended before it began (exit code {code})")


def _new_log(workspace: Workspace) -> Path:
    """A new file for what a detached run writes; old ones that nobody writes to are removed."""
    workspace.make_folders()
    folder = workspace.dot_axtui / "logs"
    folder.mkdir(exist_ok=True)
    for old in sorted(folder.glob("run-*.log"))[:-_MOST_LOGS]:
        if not is_written(old):
            old.unlink(missing_ok=True)
            _builds(old).unlink(missing_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return folder / f"run-{stamp}-{os.getpid()}.log"


def next_build(log: Path, build_job: str) -> str | None:
    """The job of the build script that a detached run began after another one, waited for; None
    where the run is over."""
    while True:
        goes_on = is_written(log)  # asked first: what it began before it ended is all there then
        began = _builds(log).read_text().split() if _builds(log).exists() else []
        after = began[began.index(build_job) + 1 :] if build_job in began else []
        if after or not goes_on:
            return after[0] if after else None
        time.sleep(_PAUSE)


def _builds(log: Path) -> Path:
    """The list of the build jobs that a detached run has begun, beside its log."""
    return log.with_suffix(".builds")


def is_written(log: Path) -> bool:
    """Whether the detached run that this is the log of goes on."""
    try:
        with log.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


class Begun:
    """In the detached process: an observer that tells who waits for it that a script has begun, and
    lists all that do.

    From here on the process does not mind that its terminal goes, and its log shows that it lives.
    """

    def __init__(self, pipe: int, log: Path) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._log = log
        self._held = log.open("ab")
        fcntl.flock(self._held, fcntl.LOCK_EX)
        self._pipe: int | None = pipe
        os.set_inheritable(pipe, False)

    def __call__(self, event: events.Event) -> None:
        """Tell of the first script, list each."""
        if not isinstance(event, events.ScriptStarted):
            return
        with contextlib.suppress(OSError), _builds(self._log).open("a") as stream:
            stream.write(f"{event.build_job}\n")
        if self._pipe is not None:
            pipe, self._pipe = self._pipe, None
            with contextlib.suppress(OSError):  # who waited has gone
                os.write(pipe, orjson.dumps([event.script, event.build_job]) + b"\n")
                os.close(pipe)
