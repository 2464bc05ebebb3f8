"""Being stopped from outside: signals end a build as Ctrl-C does, a closed pipe does not end it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import TextIO

from axtui.build.stops import Stopped

_WHY = {
    signal.SIGHUP: "its terminal was closed (SIGHUP)",
    signal.SIGTERM: "it was told to end (SIGTERM)",
    signal.SIGQUIT: "it was told to end (SIGQUIT)",
}


class Terminated(Stopped):
    """SIGTERM, SIGHUP or SIGQUIT came. Everything is stopped and recorded as after Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__(_WHY[signal.Signals(number)])
        self.exit_code = 128 + number


def stop_on_signals() -> None:
    """From here on SIGTERM, SIGHUP and SIGQUIT stop what runs, instead of leaving it half done. One
    that is ignored, as SIGHUP is after `nohup`, stays ignored."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Terminated(number)

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, stop)


def forget_stdout() -> None:
    """Send what is still buffered nowhere: whoever read our output has gone."""
    _forget(sys.__stdout__)


def forget_terminal() -> None:
    """The terminal has gone: nobody reads what we say, and no error about that stops anything."""
    _forget(sys.__stdout__)
    _forget(sys.__stderr__)


def _forget(stream: TextIO | None) -> None:
    if stream is not None:  # a build script's prints may stand in for it: its own descriptor counts
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
