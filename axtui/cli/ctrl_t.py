"""CTRL-T: saying what every slice does, when asked from the keyboard or by a signal.

BSD and macOS have SIGINFO for this. Linux has not: there the terminal is set to send SIGQUIT for
CTRL-T instead of CTRL-\\, for as long as we are in the foreground. SIGUSR1 asks the same from
anywhere.

SIGQUIT goes to all processes in the foreground. So it is set only where we lead them, as when a shell
started us and nobody is before or behind us in a pipe; and it is not handled but blocked and waited
for, because programs that a build script starts inherit that and so survive the key.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from types import FrameType

_CTRL_T = b"\x14"
_OFF = b"\x00"


@contextlib.contextmanager
def asked(say: Callable[[], None]) -> Iterator[None]:
    """While the block runs, `say` is called, on a thread, whenever someone asks. Without effect
    outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asks: queue.SimpleQueue[bool] = queue.SimpleQueue()  # may be put to from a signal handler
    names = [name for name in ("SIGUSR1", "SIGINFO") if hasattr(signal, name)]
    numbers = [signal.Signals[name] for name in names]
    before = {number: signal.signal(number, lambda *_: asks.put(True)) for number in numbers}
    try:
        with _key(asks) if "SIGINFO" not in names else contextlib.nullcontext():
            answering = threading.Thread(target=_answer, args=(asks, say), name="ctrl-t")
            answering.daemon = True
            answering.start()
            try:
                yield
            finally:
                asks.put(False)
                answering.join()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def unharmed() -> Iterator[None]:
    """While the block runs, who asks before there is an answer does no harm."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGUSR1, before)


def _answer(asks: queue.SimpleQueue[bool], say: Callable[[], None]) -> None:
    while asks.get():
        say()


@contextlib.contextmanager
def _key(asks: queue.SimpleQueue[bool]) -> Iterator[None]:
    """The key, where we have a terminal to ourselves."""
    if not _alone():
        yield
        return
    key = Key(sys.stdin.fileno())
    over = threading.Event()
    old_mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGQUIT})
    listening = threading.Thread(target=_listen, args=(asks, over), name="ctrl-t key", daemon=True)
    listening.start()
    handlers = {
        signal.SIGCONT: signal.signal(signal.SIGCONT, lambda *_: key.take()),
        # for a thread from before, which blocks nothing
        signal.SIGQUIT: signal.signal(signal.SIGQUIT, lambda *_: asks.put(True)),
    }
    if signal.getsignal(signal.SIGTSTP) == signal.SIG_DFL:
        handlers[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, key.suspend)
    key.take()
    try:
        yield
    finally:
        key.give_back()
        over.set()
        if listening.ident is not None:
            signal.pthread_kill(listening.ident, signal.SIGQUIT)
        listening.join()
        while signal.SIGQUIT in signal.sigpending():  # it would kill us now
            signal.sigwait({signal.SIGQUIT})
        signal.pthread_sigmask(signal.SIG_SETMASK, old_mask)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _alone() -> bool:
    """Whether a shell started us by ourselves on a terminal: nobody else would get the signal."""
    try:
        terminals = all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    except (AttributeError, ValueError):  # a stream that is closed, or none at all
        return False
    return terminals and os.getpgrp() == os.getpid()


def _listen(asks: queue.SimpleQueue[bool], over: threading.Event) -> None:
    while True:
        signal.sigwait({signal.SIGQUIT})
        if over.is_set():
            return
        asks.put(True)


class Key:
    """The setting of a terminal by which CTRL-T, and not CTRL-\\, sends SIGQUIT."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._before: bytes | None = None

    def take(self) -> None:
        """Set it, if we are in the foreground and CTRL-T means nothing else there."""
        with contextlib.suppress(termios.error, OSError):
            if os.tcgetpgrp(self._terminal) != os.getpgrp():
                return
            characters = termios.tcgetattr(self._terminal)[6]
            quit_ = characters[termios.VQUIT]
            if quit_ != _OFF and _CTRL_T not in characters:
                self._set(quit_, _CTRL_T)
                self._before = quit_

    def give_back(self) -> None:
        """Set what there was before, unless someone else has changed it since, or has the terminal."""
        before, self._before = self._before, None
        with contextlib.suppress(termios.error, OSError):
            if before is not None and os.tcgetpgrp(self._terminal) == os.getpgrp():
                self._set(_CTRL_T, before)

    def suspend(self, number: int, frame: FrameType | None) -> None:
        """CTRL-Z: hand the terminal back as it was, then stop, as if nobody had caught it."""
        self.give_back()
        handler = signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.signal(number, handler)  # from here it goes on again; SIGCONT takes the key

    def _set(self, found: bytes, wanted: bytes) -> None:
        mode = termios.tcgetattr(self._terminal)
        if mode[6][termios.VQUIT] == found:
            mode[6][termios.VQUIT] = wanted
            termios.tcsetattr(self._terminal, termios.TCSANOW, mode)
