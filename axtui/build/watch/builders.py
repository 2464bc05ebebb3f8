"""The builders of a watcher: warm processes, started when they are needed, each with a log of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from axtui.build.watch import wire
from axtui.build.watch.told import How
from axtui.workspace import Workspace

MOST = 3
"""Builders at once: a run that was superseded, or another script's, may go on while a run begins."""
_SPARE_AFTER = 2.0
_SPARE_IDLE = 120.0
_MOST_LOGS = 20

Hear = Callable[["Builder", wire.Message | None], None]


class Builder:
    """One process. `hear` is told each of its messages, and None at its end, on a thread of its own.
    `run` is the number of the run it is at, None between two."""

    def __init__(self, workspace: Workspace, log: Path, hear: Hear) -> None:
        self.log, self.run, self.since = log, None, time.monotonic()
        self.free = True
        reads, our_words = os.pipe()
        their_words, writes = os.pipe()
        command = [sys.executable, "-P", "-m", "axtui.build.watch.warm"]
        arguments = [str(workspace.config.path), str(reads), str(writes), str(log)]
        with log.open("ab") as stream:
            self._process = subprocess.Popen(
                [*command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                pass_fds=(reads, writes),
                cwd=workspace.root,
            )
        os.close(reads)
        os.close(writes)
        self._orders: IO[bytes] = os.fdopen(our_words, "wb", 0)
        self._thread = threading.Thread(
            target=self._listen, args=(os.fdopen(their_words, "rb"), hear), daemon=True
        )
        self._thread.start()

    run: int | None

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def begin(self, number: int, script: str, how: How) -> None:
        """Run a script, as run `number`, as soon as it is ready."""
        self.run, self.free, self.since = number, False, time.monotonic()
        self._send({"do": wire.RUN, "run": number, "script": script, "how": wire.how_to_json(how)})

    def expect(self, methods: Sequence[str]) -> None:
        """A run may come: look at these methods meanwhile, which may have changed."""
        self._send({"do": wire.EXPECT, "methods": list(methods)})

    def stop(self, job: str, why: str) -> None:
        """Stop one job of the present run."""
        self._send({"do": wire.STOP, "run": self.run, "job": job, "why": why})

    def retire(self, why: str) -> None:
        """Have the present run begin nothing more."""
        self._send({"do": wire.RETIRE, "run": self.run, "why": why})

    def end(self, why: str) -> None:
        """Stop the present run."""
        self._send({"do": wire.END, "run": self.run, "why": why})

    def release(self) -> None:
        """It ends once its run is over, whoever still listens."""
        with contextlib.suppress(OSError):
            self._orders.close()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, waiting at most so long."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.poll() is not None

    def death(self) -> str:
        """How it ended, in words, with what it said last."""
        code = self._process.wait()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        said = self.log.read_text("utf-8", "replace").strip().splitlines() if code else []
        return f"{how}: {said[-1]}" if said else how

    def _send(self, message: wire.Message) -> None:
        with contextlib.suppress(OSError, ValueError):  # it died: that is heard
            wire.send(self._orders, message)

    def _listen(self, words: IO[bytes], hear: Hear) -> None:
        with words:
            for line in words:
                message = wire.understood(line)
                if message is not None:
                    hear(self, message)
        hear(self, None)


class Builders:
    """All builders of one watcher. Used on the watcher's thread alone."""

    def __init__(self, workspace: Workspace, hear: Hear) -> None:
        self._workspace, self._hear = workspace, hear
        self._all: list[Builder] = []
        self._leaving: list[Builder] = []

    def warm(self) -> None:
        """Have one ready."""
        if not self._all:
            self._start()

    @property
    def has_room(self) -> bool:
        """Whether another run can begin."""
        return len(self._all) < MOST or any(one.run is None for one in self._all)

    def begin(self, number: int, script: str, how: How) -> Builder:
        """Begin a run: in the builder that is ready soonest. There must be room."""
        builder = self._soonest() or self._start()
        builder.begin(number, script, how)
        return builder

    def expect(self, methods: Sequence[str]) -> None:
        """A run may come that builds these methods; who would run it may prepare for that."""
        builder = self._soonest()
        if builder is not None:
            builder.expect(methods)

    def _soonest(self) -> Builder | None:
        """The builder without a run that is ready soonest."""
        idle = [one for one in self._all if one.run is None]
        return next((one for one in idle if one.free), None) or next(iter(idle), None)

    def of(self, number: int) -> Builder | None:
        """The builder that is at a run."""
        return next((one for one in (*self._all, *self._leaving) if one.run == number), None)

    def over(self, builder: Builder) -> None:
        """Its run has ended."""
        builder.run, builder.since = None, time.monotonic()
        if builder in self._leaving:
            self._leaving.remove(builder)
            builder.release()

    def gone(self, builder: Builder) -> bool:
        """A builder has ended; whether that was not to be expected."""
        for held in (self._all, self._leaving):
            if builder in held:
                held.remove(builder)
                return True
        return False

    def renew(self, workspace: Workspace | None = None) -> None:
        """Others from now on, perhaps for a workspace that is configured otherwise; those that are at
        work end with their run."""
        self._workspace = workspace or self._workspace
        self._leaving += [one for one in self._all if one.run is not None]
        for one in self._all:
            if one.run is None:
                one.release()
        self._all = []
        self.warm()

    def tend(self, now: float) -> None:
        """Have a spare one ready while a run takes long, and let go of one that was not used."""
        at_work = [one for one in self._all if one.run is not None]
        idle = [one for one in self._all if one.run is None]
        if at_work and not idle and len(self._all) < MOST:
            if max(now - one.since for one in at_work) > _SPARE_AFTER:
                self._start()
        elif len(idle) > 1 and now - idle[-1].since > _SPARE_IDLE:
            self._all.remove(idle[-1])
            idle[-1].release()

    def release(self) -> list[Builder]:
        """Let go of all; those that were at work."""
        released, self._all, self._leaving = [*self._all, *self._leaving], [], []
        for one in released:
            one.release()
        return [one for one in released if one.run is not None]

    def _start(self) -> Builder:
        builder = Builder(self._workspace, _new_log(self._workspace), self._hear)
        self._all.append(builder)
        return builder


def _new_log(workspace: Workspace) -> Path:
    """A new file for what a builder writes; the oldest are removed."""
    folder = workspace.dot_axtui / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("watch-*.log"))[:-_MOST_LOGS]:
        old.unlink(missing_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    number = sum(1 for _ in folder.glob(f"watch-{stamp}-*"))
    return folder / f"watch-{stamp}-{os.getpid()}-{number}.log"
