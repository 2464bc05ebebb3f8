"""The parent of the dashboard: it waits, passes signals on, stops and goes on with it, and restores
the terminal where the dashboard no longer can.

    shell -- this process -- the dashboard

It must stay small: forked before Textual is imported, with no thread, so that nothing in it can
fail. Its end is seen by the dashboard as the end of a pipe (`lifeline`).
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

from axtui.tui.terminal.modes import Modes
from axtui.tui.terminal.report import Report, Told, read

GRACE_S = 5
"""How long the dashboard may take to end once it was told to, before it is killed."""

_LOOKS, _LOOK_S = 10, 0.003
"""How often, and every how many seconds, a child that stopped is looked at before we stop with it."""

_PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT, signal.SIGTSTP)
_ENDS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


@dataclass(frozen=True)
class Outcome:
    """How the dashboard's process ended: its exit code, or the signal that killed it; the signal
    that it was told to end with; and what it reported."""

    code: int | None
    killed_by: int | None
    told_to_end: int | None
    told: Told


def supervise(child: Callable[[int, Report], None]) -> Outcome:
    """Run `child(lifeline, report)` in a process of its own and wait for its end. The terminal is
    standard input; what is drawn goes to standard output. `child` ends its process itself."""
    modes = Modes.of(0)
    life, ours = os.pipe()
    reports, pipe = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    parent = _Parent()
    with parent.listening():
        parent.child = os.fork()
        if parent.child == 0:
            _as_before(parent)
            os.close(ours)
            os.close(reports)
            _run(child, life, Report(pipe))
        os.close(life)
        os.close(pipe)
        status = parent.wait()
    told = read(reports)
    if told.drew and told.ended is None:
        modes.restore(1)
    os.close(ours)
    os.close(reports)
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
    killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    return Outcome(code, killed, parent.told_to_end, told)


def _run(child: Callable[[int, Report], None], life: int, report: Report) -> None:
    """Never returns: what is above on the stack belongs to the parent."""
    try:
        child(life, report)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(1)


def _as_before(parent: _Parent) -> None:
    """Signals as they were, in the child."""
    for number, handler in parent.before.items():
        signal.signal(number, handler)


class _Parent:
    def __init__(self) -> None:
        self.child: int | None = None
        self.told_to_end: int | None = None
        self.before: dict[signal.Signals, signal._HANDLER] = {}

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Signals go to the child. One that is ignored, as SIGHUP is after `nohup`, stays ignored."""
        for number in _PASSED_ON:
            if signal.getsignal(number) != signal.SIG_IGN:
                self.before[number] = signal.signal(number, self._pass_on)
        self.before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._kill)
        try:
            yield
        finally:
            signal.alarm(0)
            for number, handler in self.before.items():
                signal.signal(number, handler)

    def wait(self) -> int:
        """Wait until the child has ended; its status. A child that is stopped stops us, too."""
        assert self.child
        while True:
            _, status = os.waitpid(self.child, os.WUNTRACED)
            found = self._soon() if os.WIFSTOPPED(status) else status
            if found is None:
                self._stop()
            elif not os.WIFCONTINUED(found):
                return found

    def _soon(self) -> int | None:
        """The child's status, if it does not stay stopped. `fg` continues us a moment before the child:
        seen by us then, its stop from before would stop us once more."""
        assert self.child
        for _ in range(_LOOKS):
            pid, status = os.waitpid(self.child, os.WCONTINUED | os.WNOHANG)
            if pid:
                return status
            time.sleep(_LOOK_S)
        return None

    def _stop(self) -> None:
        """Stop, so that the shell takes the terminal; once it says so, go on, and the child, too.

        Where no shell would ever continue us (we are all that a window runs) the system ignores
        the signal, and we go on at once.
        """
        assert self.child
        handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, handler)
        os.kill(self.child, signal.SIGCONT)

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        if number in _ENDS:
            self.told_to_end = self.told_to_end or number
            signal.alarm(GRACE_S)
        if self.child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.child, number)

    def _kill(self, number: int, frame: FrameType | None) -> None:
        if self.child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.child, signal.SIGKILL)
