"""Processes and what they share, where the Accelerator keeps them: on the standard library's means."""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from multiprocessing.managers import SyncManager
from typing import Any

from axtui.accelerator.lockfreequeue import LockFreeQueue, QueueClosedError

__all__ = ["LockFreeQueue", "MpSet", "QueueClosedError", "SimplifiedProcess"]


class SimplifiedProcess:
    """`target(*args, **kwargs)` in a process of its own, forked at once.

    `exitcode` is there after `join`: 0 when it ended well, below 0 the signal that killed it.
    """

    def __init__(
        self,
        target: Callable[..., Any],
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] = {},
        name: str | None = None,
    ) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self.name = name
        self.exitcode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            os._exit(_run(target, tuple(args), dict(kwargs)))

    def is_alive(self) -> bool:
        """Whether it runs."""
        self._wait(os.WNOHANG)
        return self.exitcode is None

    def join(self) -> None:
        """Wait for its end."""
        self._wait(0)

    def _wait(self, flags: int) -> None:
        if self.exitcode is None:
            pid, status = os.waitpid(self.pid, flags)
            if pid:
                self.exitcode = os.waitstatus_to_exitcode(status)


def _run(target: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
    """What a process ends with."""
    try:
        target(*args, **kwargs)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


class _Sets(SyncManager):
    pass


_Sets.register("set", set, exposed=("add", "clear", "pop", "remove", "__contains__", "__len__"))


class MpSet:
    """A set that processes which are forked later share."""

    def __init__(self, initial: Iterable[Any] = ()) -> None:
        self._manager = _Sets(ctx=multiprocessing.get_context("fork"))
        self._manager.start()
        self._set: Any = self._manager.set(set(initial))  # type: ignore[attr-defined]

    def add(self, value: Any) -> None:
        """Add a value."""
        self._set.add(value)

    def clear(self) -> None:
        """Take all out."""
        self._set.clear()

    def pop(self) -> Any:
        """Take one out. Raises KeyError where none is left."""
        return self._set.pop()

    def remove(self, value: Any) -> None:
        """Take a value out. Raises KeyError where it is not in."""
        self._set.remove(value)

    def __contains__(self, value: Any) -> bool:
        return bool(self._set.__contains__(value))

    def __len__(self) -> int:
        return int(self._set.__len__())
