"""Processes apart from all jobs: each is forked from the fork server, answers once, and ends."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from axtui.engine import wire
from axtui.engine.anchors import kill_group
from axtui.engine.protocol import Answering

Ask = Callable[[dict[str, Any], socket.socket], Mapping[str, Any]]
"""Has the fork server do what a message asks for, with one end of a channel."""


@dataclass
class ProcessAnswering:
    """A process that will answer, and its channel; `does` tells what it does: "imports it"."""

    pid: int
    sock: socket.socket
    does: str

    def over(self, timeout: float) -> bool:
        """Whether it has answered or died."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            return bool(selector.select(timeout))


class Apart:
    """Those that are at work. `ask` forks them; `death_of` tells in words how a process ended."""

    def __init__(self, ask: Ask, death_of: Callable[[int], str]) -> None:
        self._ask, self._death_of = ask, death_of
        self._pids: set[int] = set()

    def begin(self, kind: str, spec: Mapping[str, Any], does: str) -> ProcessAnswering:
        """Have one forked."""
        ours, theirs = socket.socketpair()
        pid = self._ask({"fork": kind, "group": 0, "spec": dict(spec)}, theirs)["pid"]
        self._pids.add(pid)
        return ProcessAnswering(pid, ours, does)

    def answer(self, answering: Answering) -> dict[str, Any]:
        """What it answered, or {"error": text}; nothing of it is left running."""
        assert isinstance(answering, ProcessAnswering)
        process = f"the process that {answering.does}"
        with answering.sock:
            try:
                if not answering.over(0):
                    return {"error": f"{process} was stopped"}
                return dict(wire.Reader(answering.sock).wait())
            except EOFError:
                return {"error": f"{process} {self._death_of(answering.pid)}"}
            finally:
                self._pids.discard(answering.pid)
                kill_group(answering.pid)

    def end(self) -> None:
        """End them all; whoever waits for one in another thread hears of it."""
        for pid in list(self._pids):
            kill_group(pid)
