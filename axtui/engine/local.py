"""The engine of this machine: every stage a process of its own, forked from the fork server."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axtui.data import jobdir
from axtui.engine import slots, wire
from axtui.engine.anchors import kill_group
from axtui.engine.apart import Apart
from axtui.engine.children import Child, Group, outcome
from axtui.engine.death import OomWatch, name_death
from axtui.engine.protocol import (
    Answering,
    Ended,
    Event,
    Outcome,
    Report,
    Request,
    Started,
    Task,
    Work,
)
from axtui.engine.serverlink import ServerLink
from axtui.errors import ServerError

if TYPE_CHECKING:
    from axtui.engine.libraries import Libraries

_BELL = "bell"


class LocalEngine:
    """Implements `protocol.Engine` with a fork server. Starts nothing before the first `open`."""

    def __init__(self, limit: int, slot_folder: Path | None = None) -> None:
        self._limit = max(1, limit)
        self._folder = slots.ready_folder(slot_folder or slots.default_folder())
        self._server = ServerLink()
        self._selector = selectors.DefaultSelector()
        self._bell_in, self._bell = _bell(self._selector)
        self._groups: dict[str, Group] = {}
        self._children: dict[Task, Child] = {}
        self._unborn: dict[int, Child] = {}
        self._pids: dict[int, Child] = {}
        self._apart = Apart(self._ask, self._death_of)
        self._strangers: dict[int, dict[str, Any]] = {}  # ends of those apart
        self._libraries: dict[str, Libraries] = {}
        self._oom = OomWatch()
        self._events: list[Event] = []

    @property
    def slot_spec(self) -> dict[str, Any]:
        """What stages need to take part in the machine-wide limit."""
        return {"folder": str(self._folder), "limit": self._limit}

    # -- the protocol

    def warm(self) -> None:
        self._server.start()

    def open(self, work: Work) -> None:
        ours, theirs = socket.socketpair()
        reply = self._ask({"fork": "anchor", "group": 0}, theirs)
        self._groups[work.jobid] = Group(work, ours, reply["pid"])

    def submit(self, task: Task) -> None:
        self._groups[task.jobid].waiting.append(task)
        self._start_waiting()

    def poll(self, timeout: float) -> list[Event]:
        deadline = time.monotonic() + timeout
        while True:
            self._check_timeouts()
            left = max(0.0, deadline - time.monotonic())
            for key, _ in self._selector.select(0 if self._events else min(left, 1.0)):
                if key.data is None:
                    self._hear_server()
                elif key.fileobj is self._bell_in:
                    self._bell_in.recv(4096)
                    left = 0.0
                else:
                    self._hear(key.data)
            self._start_waiting()
            if self._events or left <= 0:
                events, self._events = self._events, []
                return events

    def wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it rings already
            self._bell.send(b"!")

    def answer(self, task: Task, reply: Mapping[str, Any]) -> None:
        child = self._children.get(task)
        if child is not None:
            child.blocked = False
            with contextlib.suppress(OSError):  # it died while it waited: its end will be told
                wire.send(child.sock, dict(reply))

    def cancel(self, jobid: str, kind: str = "cancelled") -> None:
        group = self._groups.get(jobid)
        if group is None:
            return
        group.doom = group.doom or kind
        while group.waiting:
            self._events.append(
                Ended(group.waiting.popleft(), Outcome(group.doom, "it had not begun"))
            )
        for child in self._children.values():
            if child.task.jobid == jobid and child.pid and child.gone is None:
                _kill(child.pid)

    def close(self, jobid: str) -> None:
        group = self._groups.pop(jobid, None)
        if group is None:
            return
        group.anchor.close()  # the anchor takes what is left of the group along
        kill_group(group.pid)

    def shutdown(self) -> None:
        self._apart.end()
        for jobid in list(self._groups):
            self.close(jobid)
        self._server.end()
        self._selector.close()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._bell_in, selectors.EVENT_READ, _BELL)
        for child in self._children.values():
            child.sock.close()
        self._children.clear()
        self._unborn.clear()

    def describe(self, spec: Mapping[str, Any]) -> Answering:
        return self._apart.begin("describe", self._with_libraries(spec), "imports it")

    def chore(self, function: str, arguments: Mapping[str, Any]) -> Answering:
        spec = {"function": function, "arguments": dict(arguments)}
        return self._apart.begin("chore", spec, f"calls {function}")

    def answered(self, answering: Answering) -> dict[str, Any]:
        answer = self._apart.answer(answering)
        self._learn(answer)
        return answer

    def _learn(self, answer: dict[str, Any]) -> None:
        """Keep what the first process that imported a method told of its libraries, for the next."""
        found = answer.pop("libraries", None)
        if found:
            self._libraries[found["method"]] = found

    def _with_libraries(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        return {**spec, "libraries": self._libraries.get(spec["module"])}

    # -- the fork server

    def _ask(self, message: dict[str, Any], theirs: socket.socket) -> dict[str, Any]:
        """Have a process forked and wait for its pid."""
        return self._wait_fork(self._tell(message, theirs))

    def _tell(self, message: dict[str, Any], theirs: socket.socket) -> int:
        """Have a process forked; the number under which its pid will be told."""
        if (sock := self._server.become_ready()) is not None:
            self._selector.register(sock, selectors.EVENT_READ, None)
        try:
            return self._server.tell(message, theirs)
        except OSError as error:
            raise self._server_gone() from error

    def _wait_fork(self, number: int) -> dict[str, Any]:
        while not self._server.closed:
            found = None
            for message in self._server.receive():
                if message.get("forked") == number:
                    found = message
                    self._strangers.pop(message["pid"], None)  # of an earlier process of that id
                else:
                    self._server_says(message)
            if found is not None:
                return dict(found)
        raise self._server_gone()

    def _server_gone(self) -> ServerError:
        for group in self._groups.values():
            kill_group(group.pid)
        return self._server.gone()

    def _hear_server(self) -> None:
        for message in self._server.receive():
            self._server_says(message)
        if self._server.closed:
            raise self._server_gone()

    def _server_says(self, message: dict[str, Any]) -> None:
        if "refused" in message:
            raise ServerError(message["refused"])
        if "forked" in message:
            child = self._unborn.pop(message["forked"], None)
            if child is not None:  # else nobody waits for it any more
                self._born(child, message["pid"])
        elif "gone" in message:
            child = self._pids.pop(message["gone"], None)
            if child is None:
                self._strangers[message["gone"]] = message
            else:
                child.gone = message
                self._last_words(child)

    def _death_of(self, pid: int) -> str:
        deadline = time.monotonic() + 5
        while self._server.pid and pid not in self._strangers and time.monotonic() < deadline:
            self._hear_server()
        code = self._strangers.get(pid, {}).get("code", 0)
        return name_death(code, oom=False)[1]

    # -- tasks

    def _room(self, group: Group) -> bool:
        """Whether one more may work. Who has given its last message does not: it has no slot, and while its
        process is being taken down, which takes milliseconds, another can begin. Where a number was asked
        for, it is one of processes: memory and locks are given back by their end."""
        running = [child for child in self._children.values() if not child.blocked]
        if sum(child.answer is None for child in running) >= self._limit:
            return False
        limit = group.work.concurrency
        return not limit or self._of_method(group, running) < limit

    def _of_method(self, group: Group, running: list[Child]) -> int:
        """How many of these children work for the method of a group, in whatever job."""
        method = group.work.spec.get("method")
        return sum(
            self._groups[child.task.jobid].work.spec.get("method") == method
            for child in running
            if child.task.jobid in self._groups
        )

    def _start_waiting(self) -> None:
        """Start what there is room for; jobs that run at the same time share the room evenly."""
        while True:
            ready = [
                group
                for group in self._groups.values()
                if group.waiting and not group.doom and self._room(group)
            ]
            if not ready:
                return
            group = min(ready, key=self._at_work)
            self._start(group, group.waiting.popleft())

    def _at_work(self, group: Group) -> int:
        return sum(child.task.jobid == group.work.jobid for child in self._children.values())

    def _start(self, group: Group, task: Task) -> None:
        attempt = group.work.path / jobdir.TMP / "attempt" / task.label
        attempt.mkdir(parents=True, exist_ok=True)
        spec = self._with_libraries(group.work.spec) | {
            "stage": task.stage,
            "sliceno": task.sliceno,
            "attempt": str(attempt),
            "slots": self.slot_spec,
        }
        ours, theirs = socket.socketpair()
        ours.setblocking(True)
        child = Child(task, ours, wire.Reader(ours), time.time())
        self._children[task] = child
        self._selector.register(ours, selectors.EVENT_READ, child)
        number = self._tell({"fork": "stage", "group": group.pid, "spec": spec}, theirs)
        self._unborn[number] = child

    def _born(self, child: Child, pid: int) -> None:
        """A stage was forked, which may take as long as libraries take to load: others go on meanwhile."""
        self._strangers.pop(pid, None)  # of an earlier process of that id
        child.pid = pid
        self._pids[pid] = child
        group = self._groups.get(child.task.jobid)
        if group is None or group.doom:  # it was cancelled before
            _kill(pid)

    def _hear(self, child: Child) -> None:
        if child.reader.closed:  # it ended while this poll went on
            return
        self._understand(child, child.reader.receive())
        if child.reader.closed:
            self._selector.unregister(child.sock)
            self._finish(child)

    def _last_words(self, child: Child) -> None:
        """Its process is gone: what it said is all there."""
        if not child.reader.closed:
            self._understand(child, child.reader.rest())
            self._selector.unregister(child.sock)
        self._finish(child)

    def _understand(self, child: Child, messages: list[Any]) -> None:
        for message in messages:
            kind = message["t"]
            if kind == "report":
                self._events.append(Report(child.task, message["rows"], tuple(message["status"])))
            elif kind == "started":
                child.started = message["at"]
                group = self._groups.get(child.task.jobid)
                if group is not None and group.began is None:
                    group.began = time.monotonic()
                self._events.append(Started(child.task, message["at"]))
            elif kind == "request":
                child.blocked = True
                self._events.append(Request(child.task, message["op"], message["body"]))
            elif kind == "done":
                child.answer = message
                self._learn(message)

    def _finish(self, child: Child) -> None:
        """A task has ended when both its channel is at its end and its process is gone."""
        if not child.reader.closed or child.gone is None or child.task not in self._children:
            return
        del self._children[child.task]
        child.sock.close()
        group = self._groups.get(child.task.jobid)
        doom = "" if group is None else group.doom
        self._events.append(Ended(child.task, outcome(child, doom, self._oom)))

    def _check_timeouts(self) -> None:
        for jobid, group in self._groups.items():
            limit = group.work.timeout
            if not limit or group.doom or group.began is None:
                continue
            if time.monotonic() - group.began > limit:
                self.cancel(jobid, "timeout")


def _kill(pid: int) -> None:
    """End a process, if there is still one."""
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def _bell(selector: selectors.BaseSelector) -> tuple[socket.socket, socket.socket]:
    """Two ends of a bell: what is sent into the second wakes the selector."""
    hears, rings = socket.socketpair()
    hears.setblocking(False)
    rings.setblocking(False)
    selector.register(hears, selectors.EVENT_READ, _BELL)
    return hears, rings
