"""Doing tasks side by side in processes, and giving what they make in the order that is asked for.

Tasks have numbers and are begun in this order, each by the next process that is free. Every task is
of a group; what tasks of a group make is given as it comes, and groups one after another. Processes
are forked, so what they do may be any function; what they make must pickle.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple, cast

from axtui.errors import AcceleratorError

_HELD_ITEMS = 200
"""So many pieces of later groups are kept while an earlier one is not done."""
_ASKED_IN_TERMINAL = ("SIGINT", "SIGUSR1", "SIGINFO", "SIGQUIT", "SIGTSTP")


class Piece(NamedTuple):
    """Something that a task made; `last` (and None): it is done."""

    task: int
    made: Any
    last: bool = False


@dataclass
class Work:
    """Tasks: how many, the group of each (in ascending order), and how to do one. `unwanted` is asked
    before a task begins, and may have learnt from what was given so far."""

    groups: Sequence[int]
    do: Callable[[int], Iterator[Any]]
    unwanted: Callable[[int], bool] = lambda task: False
    _next: int = field(default=0, init=False)

    def take(self) -> int | None:
        """The next task to do; None if none is left."""
        while self._next < len(self.groups):
            self._next += 1
            if not self.unwanted(self._next - 1):
                return self._next - 1
        return None


def here(work: Work) -> Iterator[Piece]:
    """All that the tasks make, done one after another in this process."""
    while (task := work.take()) is not None:
        for made in work.do(task):
            yield Piece(task, made)
        yield Piece(task, None, last=True)


class Pool:
    """Processes that do the tasks. Used as a context: at its end they are gone."""

    def __init__(self, work: Work, processes: int) -> None:
        self._work = work
        self._busy: dict[Connection, int] = {}
        self._held: dict[int, deque[Piece]] = {}
        context = get_context("fork")
        self._processes = []
        others: list[Connection] = []
        for _ in range(processes):
            ours, theirs = context.Pipe()
            others.append(ours)
            process = context.Process(
                target=_worker, args=(theirs, list(others), work.do), daemon=True
            )
            process.start()
            theirs.close()
            self._processes.append(process)
        self._idle = others

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.join()

    def __iter__(self) -> Iterator[Piece]:
        for connection in list(self._idle):
            self._assign(connection)
        while self._busy or self._held:
            group = self._group()
            for task in [task for task in self._held if self._work.groups[task] == group]:
                yield from self._held.pop(task)
            if not self._busy:
                continue
            for piece in self._arrived(group):
                if self._work.groups[piece.task] == group:
                    yield piece
                else:
                    self._held.setdefault(piece.task, deque()).append(piece)

    def _group(self) -> int:
        """The group whose turn it is."""
        return min(self._work.groups[task] for task in (*self._busy.values(), *self._held))

    def _arrived(self, group: int) -> list[Piece]:
        full = sum(map(len, self._held.values())) > _HELD_ITEMS
        asked = [
            connection
            for connection, task in self._busy.items()
            if not full or self._work.groups[task] == group
        ]
        return [self._receive(cast(Connection, found)) for found in wait(asked or self._busy)]

    def _receive(self, connection: Connection) -> Piece:
        task = self._busy[connection]
        try:
            kind, made = connection.recv()
        except (EOFError, ConnectionError):
            raise AcceleratorError("a process that searched died; was it out of memory?") from None
        if kind == "failed":
            raise made
        if kind == "done":
            del self._busy[connection]
            self._assign(connection)
            return Piece(task, None, last=True)
        return Piece(task, made)

    def _assign(self, connection: Connection) -> None:
        task = self._work.take()
        if task is not None:
            self._busy[connection] = task
            connection.send(task)


def _worker(
    tasks: Connection, others: list[Connection], do: Callable[[int], Iterator[Any]]
) -> None:
    """What each process does: tasks, until nobody gives any."""
    for connection in others:  # so that the end of the first process is seen
        connection.close()
    for name in _ASKED_IN_TERMINAL:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            task = tasks.recv()
            try:
                for made in do(task):
                    tasks.send(("made", made))
            except (AcceleratorError, MemoryError) as error:
                tasks.send(("failed", error))
            except ConnectionError:
                raise
            except Exception as error:
                text = f"{type(error).__name__}: {error}"
                tasks.send(("failed", AcceleratorError(f"searching failed: {text}")))
            else:
                tasks.send(("done", None))
    os._exit(0)
