"""A warm builder: a process that waits with everything imported, and runs build scripts when told to.

    python -m axtui.build.watch.warm CONFIG IN OUT LOG

IN and OUT are inherited descriptors (see `wire`). When IN ends, for whoever told it is gone, a run
goes on to its end and then the process ends. Each run has a session of its own, which looks at every
file anew; what stays warm is Python and the fork server.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType
from typing import IO

from axtui.build import events
from axtui.build.distributions import Installed
from axtui.build.script import run_script
from axtui.build.session import Session, new_engine
from axtui.build.stops import Stopped
from axtui.build.watch import wire
from axtui.build.watch.told import How
from axtui.engine.protocol import Engine
from axtui.errors import AcceleratorError, BuildError, ServerError
from axtui.workspace import Workspace, open_workspace

_UNASKED = "its builder was told to end"
_BEFORE_FOLDING = 0.25
"""Seconds without an order before the catalog is brought up to date."""


def main(argv: list[str]) -> int:
    """Serve until there is nobody to serve, or packages are other than at the start."""
    config, reads, writes, log = argv[1:]
    workspace = open_workspace(config_file=Path(config))
    with os.fdopen(int(reads), "rb") as orders, os.fdopen(int(writes), "wb", 0) as words:
        for stream in (orders, words):
            os.set_inheritable(stream.fileno(), False)
        return WarmBuilder(workspace, words, Path(log)).serve(orders)


class WarmBuilder:
    """Runs scripts on its main thread, one at a time; hears orders on another."""

    def __init__(self, workspace: Workspace, words: IO[bytes], log: Path) -> None:
        self._workspace, self._words, self._log = workspace, words, log
        self._speaking = threading.Lock()
        self._orders: queue.SimpleQueue[wire.Message | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._number = 0
        self._end_why: str | None = None
        self._quit = self._to_fold = False
        self._installed = Installed().digest

    def serve(self, orders: IO[bytes]) -> int:
        """Take orders until they end; the exit code."""
        signal.signal(signal.SIGINT, self._interrupted)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(number, self._interrupted)
        threading.Thread(target=self._hear, args=(orders,), name="orders", daemon=True).start()
        with contextlib.closing(_Warm(self._workspace)) as warm:
            self._say({"is": wire.READY, "pid": os.getpid()})
            while not self._quit:
                try:
                    order = self._next_order()
                    if order is None:
                        return 0
                    installed = Installed()
                    if order["do"] == wire.EXPECT:
                        self._expect(order["methods"], warm.engine, installed)
                    elif installed.digest != self._installed:
                        self._say({"is": wire.RENEW, "run": order["run"]})
                        return 0
                    else:
                        self._run(order, warm.engine, installed)
                except Stopped:
                    continue  # it came too late for the run that it was meant for
                except ServerError as error:
                    print(error, file=sys.stderr)
                    return 1
        return 143

    def _next_order(self) -> wire.Message | None:
        """Wait for it; the catalog is brought up to date meanwhile, not in its way."""
        while self._to_fold:
            with contextlib.suppress(queue.Empty):
                order = self._orders.get(timeout=_BEFORE_FOLDING)
                if order is not None:
                    return order
                self._orders.put(None)
            self._to_fold = False
            threading.Thread(target=self._fold, name="fold").start()
        return self._orders.get()

    def _fold(self) -> None:
        with Session(self._workspace) as session:
            session.fold()

    # -- a run

    def _expect(self, methods: Sequence[str], engine: Engine, installed: Installed) -> None:
        """Look at methods that may have changed, until a run is asked for; it will find them known."""
        with _Brief(self._workspace, engine=engine, installed=installed) as session:
            for method in methods:
                if not self._orders.empty():
                    return
                with contextlib.suppress(BuildError):  # the run will tell
                    session.methods.get(method)

    def _run(self, order: wire.Message, engine: Engine, installed: Installed) -> None:
        """Run a script, telling what happens. However it ends, that is told."""
        began = time.monotonic()
        number, how = order["run"], wire.how_from_json(order["how"])
        over = {"is": wire.OVER, "run": number, "exit": 130, "error": "it was stopped"}
        told = _Told(lambda event: self._event(number, event))
        with contextlib.ExitStack() as held:
            try:
                session = held.enter_context(
                    _Brief(self._with(how), told, engine=engine, installed=installed)
                )
                self._begin(session, number)
                over |= self._outcome(session, order["script"], how)
            except Stopped as stopped:
                over["error"] = stopped.why
            except AcceleratorError as error:
                over |= {"exit": 1, "error": str(error)}
                if isinstance(error, ServerError):
                    raise
            finally:
                self._end()
                over |= {"build_job": told.build_job, "wall": time.monotonic() - began}
                self._say(over)
        self._to_fold = True
        self._say({"is": wire.FREE})

    def _begin(self, session: Session, number: int) -> None:
        with self._lock:
            self._session, self._number = session, number

    def _end(self) -> None:
        """From here on nobody stops the run; who did at the last moment is not heeded."""
        while True:
            with contextlib.suppress(Stopped):
                with self._lock:
                    self._session = None
                return

    def _outcome(self, session: Session, script: str, how: How) -> wire.Message:
        result = run_script(
            session,
            script,
            flags=how.flags,
            horizon=how.horizon,
            workdir=how.workdir,
            concurrency=dict(how.concurrency),
            log=self._log,
        )
        return {
            "exit": result.exit_code,
            "error": result.error or "",
            "built": result.built,
            "reused": result.reused,
            "retired": session.retired is not None,
        }

    def _with(self, how: How) -> Workspace:
        if how.inputs is None:
            return self._workspace
        return replace(
            self._workspace, config=replace(self._workspace.config, inputs=Path(how.inputs))
        )

    # -- hearing and telling

    def _hear(self, orders: IO[bytes]) -> None:
        for line in orders:
            message = wire.understood(line)
            if message is None:
                break
            if message["do"] in (wire.RUN, wire.EXPECT):
                self._orders.put(message)
            else:
                self._heed(message)
        self._orders.put(None)

    def _heed(self, message: wire.Message) -> None:
        """Do to the present run what was asked; nothing where it is over already."""
        with self._lock:
            session = self._session
            if session is None or message["run"] != self._number:
                return
            if message["do"] == wire.STOP:
                session.stop(message["job"], message["why"])
            elif message["do"] == wire.RETIRE:
                session.retire(message["why"])
            elif message["do"] == wire.END:
                self._end_why = message["why"]
                main = threading.main_thread().ident
                if main is not None:
                    signal.pthread_kill(main, signal.SIGINT)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        why, self._end_why = self._end_why, None
        if number != signal.SIGINT:
            self._quit, why = True, _UNASKED
            self._orders.put(None)
        raise Stopped(why or "it was stopped")

    def _event(self, number: int, event: events.Event) -> None:
        if not isinstance(event, events.Progress):
            self._say(
                {
                    "is": wire.EVENT,
                    "run": number,
                    "at": time.time(),
                    "event": type(event).__name__,
                    "of": asdict(event),
                }
            )

    def _say(self, message: wire.Message) -> None:
        with self._speaking, contextlib.suppress(OSError):  # nobody listens: the run goes on
            wire.send(self._words, message)


class _Brief(Session):
    """A session that leaves its journal for `fold`, so that the next run can begin at once."""

    def fold(self) -> None:
        pass


class _Told:
    """Passes events on, and remembers the job of the script."""

    def __init__(self, tell: events.Observer) -> None:
        self._tell = tell
        self.build_job = ""

    def __call__(self, event: events.Event) -> None:
        if isinstance(event, events.ScriptStarted):
            self.build_job = event.build_job
        self._tell(event)


class _Warm:
    """The engine, its fork server started, and what else every run needs, imported."""

    def __init__(self, workspace: Workspace) -> None:
        import axtui.data.iterate
        import axtui.data.writer  # noqa: F401

        self.engine = new_engine(workspace)
        with Session(workspace, engine=self.engine) as session:
            _ = session.environment
        self.engine.warm()

    def close(self) -> None:
        """End the engine."""
        self.engine.shutdown()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
