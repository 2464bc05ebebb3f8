"""The fork server: a process with warm imports and no threads, from which every stage is forked.

It is started fresh (`python -m axtui.engine.start FD`), so it inherits no threads, locks or
open screens of whoever runs the build. One message asks for one child, with one descriptor:

    {"fork": "anchor" | "stage" | "describe" | "chore", "id": n, "group": pid or 0, "spec": {...}}

It answers {"forked": n, "pid": pid} and, when the child is gone, {"gone": pid, "status": ..., ...}.
When whoever started it goes away, it kills all its children's groups and ends.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

from axtui.data.jobdir import SOURCE
from axtui.engine import parent, wire
from axtui.engine.anchors import Anchors, kill_group
from axtui.engine.kept import STANDARD
from axtui.engine.laden import LadenServers
from axtui.engine.loaded import Loaded
from axtui.engine.loading import load
from axtui.engine.pages import Pages
from axtui.engine.places import Places
from axtui.engine.source import compile_ahead, compiled
from axtui.engine.spares import ServerGone, Spares, wait
from axtui.engine.warmth import settled, thread_count, warm

_QUIET = 0.002
"""Seconds without a request after which spares are forked: stages are asked for one after another."""
_LATER = ("duckdb",)
"""What only some stages need, and the catalog: loaded when there is nothing to do."""
_MUCH = 1 << 14
"""Bytes of source that take longer to compile than a fork does."""


def serve(sock: socket.socket, anchors: Anchors) -> None:
    """Import what stages need, and fork what is asked for, until the other end of the socket is closed."""
    Server(sock, warm(), anchors).run()


class Server:
    """Forks children on request and reports their end."""

    def __init__(self, sock: socket.socket, loaded: Loaded, anchors: Anchors) -> None:
        self._sock = sock
        self._loaded = loaded
        self._kept = loaded.kept
        self._anchors = anchors
        self._spares = Spares()
        self._pages = Pages()
        self._later = [name for name in _LATER if name not in sys.modules]
        self._reader = wire.Reader(sock)
        self._groups: dict[int, int] = {}
        self._selector = selectors.DefaultSelector()
        self._laden = LadenServers(
            self._selector, self._fork_laden, lambda told: wire.send(sock, told), self._fork_here
        )

    def run(self, **told: Any) -> None:
        """The loop: requests from the socket, children's ends from SIGCHLD. `told` is said when it is
        ready."""
        read_end, write_end = os.pipe()
        os.set_blocking(read_end, False)
        os.set_blocking(write_end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        self._wakeup = (read_end, write_end)
        wire.send(self._sock, {"ready": os.getpid(), "threads": thread_count()} | told)
        self._selector.register(self._sock, selectors.EVENT_READ)
        self._selector.register(read_end, selectors.EVENT_READ)
        try:
            while not self._reader.closed:
                ready = self._selector.select(
                    _QUIET if self._later or self._spares.lacking else None
                )
                if not ready:
                    self._use_quiet()
                for key, _ in ready:
                    if key.fd == read_end:
                        with contextlib.suppress(BlockingIOError):
                            os.read(read_end, 4096)
                    elif key.data is not None:
                        self._laden.hear(key.data)
                    else:
                        for message in self._reader.receive():
                            self._fork(message)
                self._reap()
        except OSError:
            pass  # whoever asked is gone: same as the end of the stream
        finally:
            self._kill_all()

    def _fork(self, message: dict[str, Any]) -> None:
        channel = self._reader.take_fd()
        if message["fork"] == "anchor":
            anchor = self._anchors.fork(channel)
            wire.send(self._sock, {"forked": message["id"], "pid": anchor})
        elif not self._laden.take(message, channel):
            self._fork_here(message, channel)

    def _fork_here(self, message: dict[str, Any], channel: int) -> None:
        if message["fork"] == "stage":
            self._get_ready(message["spec"])
        group = message["group"]
        pid = self._spares.hand_over(message, channel) if message["fork"] == "stage" else None
        if pid is None:
            pid = os.fork()
            if pid == 0:
                self._child(message, channel)
            group = group or pid
            with contextlib.suppress(OSError):  # the child does it too: whoever comes first
                os.setpgid(pid, group)
        os.close(channel)
        self._groups[pid] = group
        wire.send(self._sock, {"forked": message["id"], "pid": pid})
        if message["fork"] == "stage":
            self._spares.want(message["spec"]["slots"]["limit"])

    def _use_quiet(self) -> None:
        """Do one thing ahead while nobody asks for anything."""
        if self._later:
            self._load(self._later.pop())
        else:
            self._fork_spare()

    def _fork_spare(self) -> None:
        """Have one more process wait for a stage."""
        ours, theirs = socket.socketpair()
        try:
            pid = os.fork()
        except OSError:  # no room: stages are forked when they are asked for, and tell why not
            self._spares.want(0)
            ours.close()
        else:
            if pid == 0:
                ours.close()
                self._child(None, theirs.detach())
            self._spares.add(pid, ours)
        theirs.close()

    def _fork_laden(self, spec: dict[str, Any], channel: int) -> tuple[int, socket.socket]:
        """A process that loads the libraries of a spec, and serves as this one does."""
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                os.close(channel)  # whose end would not be noticed while this process lives
                self._leave()
                os.setpgid(0, 0)
                brought, files = load(spec["libraries"], Places(spec["root"], spec["folders"]))
                Server(theirs, settled(self._kept, brought), self._anchors).run(files=files)
            finally:
                os._exit(0)
        theirs.close()
        return pid, ours

    def _get_ready(self, spec: dict[str, Any]) -> None:
        """Do what stages of a job would each have to do, at the first of each kind."""
        if spec["stage"] != "analysis" or spec["sliceno"] == 0:
            places = Places(spec["root"], spec["folders"])
            self._loaded.outside(places)
            before = compiled.cache_info().misses
            sources = compile_ahead(Path(spec["path"], SOURCE), places)
            news = compiled.cache_info().misses - before
            if news and sum(len(data) for _, data in sources.values()) > _MUCH:
                self._spares.give_up()  # they would compile it, each
            named = any(b"pandas" in data for _, data in sources.values())
            if "pandas" not in sys.modules and named:
                self._load("pandas")
            method: str = spec["module"]
            if method.startswith(f"{STANDARD}.") and not self._kept.has(method, sources):
                self._kept.execute(method, sources)
                self._settle("a standard method")

    def _load(self, library: str) -> None:
        """Import it once for all stages from here on."""
        with contextlib.suppress(Exception):  # the stages will say what is wrong
            importlib.import_module(library)
        self._settle(library)

    def _settle(self, imported: str) -> None:
        """Hand on what was imported meanwhile, if forking is still safe."""
        if (threads := thread_count()) > 1:
            told = f"{imported} started {threads - 1} threads when it was imported: no stage can be forked"
            wire.send(self._sock, {"refused": told})
            sys.exit(told)
        wanted = self._spares.wanted
        self._spares.give_up()
        self._spares.want(wanted)  # as many as before, of what is loaded now
        self._pages.close()
        self._loaded, self._pages = settled(self._kept, self._loaded.brought), Pages()

    def _child(self, message: dict[str, Any] | None, channel: int) -> NoReturn:
        """A new process: does what a message asks for; without one it waits for it as a spare, at the
        channel."""
        code = 70
        try:
            self._leave()
            if message is None:
                self._pages.bring_in()
                message, channel = wait(socket.socket(fileno=channel))
            os.setpgid(0, message["group"])
            ours = {"loaded": self._loaded, "pages": self._pages}
            code = _CHILDREN[message["fork"]](message.get("spec", {}) | ours, channel)
        except ServerGone:
            pass
        finally:
            # never back into the server's stack, whatever happened
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _leave(self) -> None:
        """In a child: be no server any more, and do not outlive it."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        self._sock.close()
        self._anchors.close()
        self._spares.let_go()
        self._laden.let_go()
        for fd in self._wakeup:
            os.close(fd)
        parent.die_with_parent()

    def _reap(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if self._spares.gone(pid) or self._laden.ended(pid):
                continue
            if self._groups.pop(pid, None) is None:
                continue
            scale = 1 if sys.platform == "darwin" else 1024
            wire.send(
                self._sock,
                {
                    "gone": pid,
                    "code": os.waitstatus_to_exitcode(status),
                    "cpu": usage.ru_utime + usage.ru_stime,
                    "peak_rss": usage.ru_maxrss * scale,
                },
            )

    def _kill_all(self) -> None:
        self._spares.give_up()
        self._laden.kill_all()
        for group in set(self._groups.values()):
            kill_group(group)


def _stage(spec: dict[str, Any], channel: int) -> int:
    from axtui.engine import stage

    return stage.main(spec, channel)


def _describe(spec: dict[str, Any], channel: int) -> int:
    from axtui.engine import describe

    return describe.main(spec, channel)


def _chore(spec: dict[str, Any], channel: int) -> int:
    from axtui.engine import chore

    return chore.main(spec, channel)


_CHILDREN = {"stage": _stage, "describe": _describe, "chore": _chore}
