"""Processes that have the libraries of a method loaded: fork servers of their own, below the fork server.

The import of a heavy library takes longer than most stages. The first process that imports a method
tells what libraries that took (`libraries`); those that come after it are forked from a process that
has them loaded, and was itself forked from the fork server. Only stages of methods that import the very
same are: what a library changes in its process, no other method sees. Each such process must prove
that nothing but an import happened (`loading`); if it cannot, it ends, and stages import for themselves.

The fork server passes requests on, and what is answered back, so nobody above it knows of these.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from axtui.data.jobdir import SOURCE
from axtui.engine import wire
from axtui.engine.anchors import kill_group
from axtui.engine.libraries import Libraries, fits, stamps
from axtui.engine.places import Places, method_packages
from axtui.engine.source import FrozenSource

_MOST = 4
"""Processes at once: one more takes the place of the one that was used least lately."""

Message = dict[str, Any]
Key = tuple[str, ...]


@dataclass
class Laden:
    """One process, as the fork server knows it: the top-level names of what it loads; the files it read
    when it loaded, as they were; requests that it has not answered yet, by their ids; the children it
    forked, with their process groups; the job for which those files were looked at last.
    """

    pid: int
    sock: socket.socket
    reader: wire.Reader
    tops: frozenset[str]
    ready: bool = False
    files: Mapping[str, Any] = field(default_factory=dict)
    asked: dict[int, tuple[Message, int]] = field(default_factory=dict)
    children: dict[int, int] = field(default_factory=dict)
    job: str | None = None

    @property
    def idle(self) -> bool:
        """Whether it can end without harm."""
        return not (self.asked or self.children)

    def fresh(self, job: str | None) -> bool:
        """Whether all it loaded is as it was; a thousand files are not looked at for each stage."""
        if job is not None and job == self.job:
            return True
        self.job = job
        return self._first_found() and {
            path: tuple(told) for path, told in self.files.items() if told
        } == {path: told for path, told in stamps(self.files).items() if told}

    def _first_found(self) -> bool:
        """Whether an import would find what was loaded, and nothing that stands before it now."""
        specs = map(PathFinder.find_spec, self.tops)
        return all(not spec or not spec.has_location or spec.origin in self.files for spec in specs)

    def pass_on(self) -> None:
        """Give it what it was asked for, once it is ready."""
        with contextlib.suppress(OSError):  # it ended, and that will be noticed
            for message, channel in self.asked.values():
                wire.send(self.sock, message, (channel,))


class LadenServers:
    """All of them. `start` forks one for libraries, which closes the channel of who asked: its process id
    and a socket; `back` sends an answer to whoever asked; `refused` takes a request that could not be
    passed on."""

    def __init__(
        self,
        selector: selectors.BaseSelector,
        start: Callable[[Message, int], tuple[int, socket.socket]],
        back: Callable[[Message], None],
        refused: Callable[[Message, int], None],
    ) -> None:
        self._selector, self._start, self._back, self._refused = selector, start, back, refused
        self._all: dict[Key, Laden] = {}
        self._old: list[Laden] = []
        self._unfit: set[Key] = set()

    def take(self, message: Message, channel: int) -> bool:
        """Have a request for a stage answered by a process that has what its method imports. False where
        there is none, and the fork server should answer."""
        spec = message.get("spec") or {}
        libraries: Libraries | None = spec.get("libraries")
        if not libraries or sys.platform != "linux":
            return False
        key = (libraries["state"], *libraries["modules"])
        if key in self._unfit or not _fits(spec, libraries):
            return False
        laden = self._for(key, spec, channel)
        if laden is None:
            return False
        had = {name: libraries[name] for name in ("elsewhere", "missing")}
        message = message | {"spec": spec | {"libraries": None, "had": had}}  # it has them
        laden.asked[message["id"]] = message, channel
        if laden.ready:
            with contextlib.suppress(OSError):  # it ended, and that will be noticed
                wire.send(laden.sock, message, (channel,))
        return True

    def _for(self, key: Key, spec: Message, channel: int) -> Laden | None:
        laden = self._all.pop(key, None)
        if laden is not None and laden.ready and not laden.fresh(spec.get("jobid")):
            self._retire(laden)
            laden = None
        if laden is None:
            if len(self._all) >= _MOST and not self._make_room():
                return None
            try:
                pid, sock = self._start(spec, channel)
            except OSError:
                return None
            tops = {name.partition(".")[0] for name in key[1:]}  # of some all have a part
            laden = Laden(pid, sock, wire.Reader(sock), frozenset(tops - sys.modules.keys()))
            self._selector.register(sock, selectors.EVENT_READ, laden)
        self._all[key] = laden  # the last is the one used latest
        return laden

    def _make_room(self) -> bool:
        for key, laden in self._all.items():
            if laden.idle:
                self._retire(self._all.pop(key))
                return True
        return False

    def _retire(self, laden: Laden) -> None:
        """No more is asked of it; it ends with its last child."""
        self._old.append(laden)
        self._end_if_idle(laden)

    def _end_if_idle(self, laden: Laden) -> None:
        if laden in self._old and laden.idle:
            with contextlib.suppress(OSError):
                os.kill(laden.pid, signal.SIGKILL)

    def hear(self, laden: Laden) -> None:
        """It has said something."""
        self._understand(laden, laden.reader.receive())
        if laden.reader.closed:
            self._selector.unregister(laden.sock)

    def _understand(self, laden: Laden, messages: list[Message]) -> None:
        for message in messages:
            if "ready" in message:
                laden.ready, laden.files = True, message["files"]
                laden.pass_on()
                continue
            if "forked" in message:
                request, channel = laden.asked.pop(message["forked"])
                os.close(channel)
                laden.children[message["pid"]] = request["group"] or message["pid"]
            elif laden.children.pop(message.get("gone", 0), None) is None:
                continue
            self._back(message)
        self._end_if_idle(laden)

    def ended(self, pid: int) -> bool:
        """A process has ended; whether it was one of these. What it did not answer is answered otherwise,
        and its children went with it."""
        laden = next((one for one in [*self._all.values(), *self._old] if one.pid == pid), None)
        if laden is None:
            return False
        self._old = [one for one in self._old if one is not laden]
        if not laden.reader.closed:
            self._understand(laden, laden.reader.rest())
            self._selector.unregister(laden.sock)
        laden.sock.close()
        for key in [key for key, one in self._all.items() if one is laden]:
            del self._all[key]
            self._unfit.add(key)
        for child in list(laden.children):
            self._back({"gone": child, "code": -signal.SIGKILL, "cpu": 0.0, "peak_rss": 0})
        for message, channel in laden.asked.values():
            self._refused(message, channel)
        return True

    def kill_all(self) -> None:
        """End them, and the process groups of their children."""
        for laden in [*self._all.values(), *self._old]:
            for group in {laden.pid, *laden.children.values()}:
                kill_group(group)

    def let_go(self) -> None:
        """In a child of the fork server: close what belongs to that."""
        for laden in [*self._all.values(), *self._old]:
            laden.sock.close()
            for _, channel in laden.asked.values():
                os.close(channel)


def _fits(spec: Message, libraries: Libraries) -> bool:
    """Whether the sources that will be imported are such that import these."""
    places = Places(spec["root"], spec["folders"])
    folders = method_packages(spec["folders"]).values()
    roots = [spec["root"], *(folder for found in folders for folder in found)]
    if "path" in spec:
        read = FrozenSource(Path(spec["path"], SOURCE), places).frozen
    else:  # a method that is to be described, whose sources nobody has frozen

        def read(key: str) -> bytes | None:
            return Path(places.path(key)).read_bytes()

    return fits(libraries, roots, read)
