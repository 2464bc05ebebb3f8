"""Work that Ctrl-C ends: in C code of the main thread, a signal would wait until it returns."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

_RETRY_S = 0.05
_Result = TypeVar("_Result")


def interruptible(work: Callable[[], _Result], interrupt: Callable[[], None]) -> _Result:
    """What `work()` returns or raises. It runs in a thread of its own if this is the main one.

    At Ctrl-C, `interrupt()` is called until the work has ended, then KeyboardInterrupt is raised:
    nothing of `work` runs any more when this returns or raises.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    outcome: list[_Result] = []
    failure: list[BaseException] = []
    # Who takes it first decides whether the work is done at all: Ctrl-C may come within `start`,
    # when it cannot be told whether there is a thread yet.
    claim = threading.Lock()
    done = threading.Event()  # Thread.join takes a thread for ended once Ctrl-C came

    def run() -> None:
        if not claim.acquire(blocking=False):
            return
        try:
            outcome.append(work())
        except BaseException as error:
            failure.append(error)
        finally:
            done.set()

    try:
        threading.Thread(target=run, daemon=True).start()
        done.wait()
    except BaseException:
        if not claim.acquire(blocking=False):
            _end(done, interrupt)
        raise
    if failure:
        raise failure[0]
    return outcome[0]


def _end(done: threading.Event, interrupt: Callable[[], None]) -> None:
    """Again and again: an interrupt before the work has begun would be lost.

    A further Ctrl-C is no reason to leave it running.
    """
    while not done.is_set():
        try:
            interrupt()
            done.wait(_RETRY_S)
        except KeyboardInterrupt:
            continue
