"""Running the app in its own process: its screen, its signals, its end, and what it says then."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import gc
import os
import signal
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from axtui.errors import AcceleratorError
from axtui.tui.terminal import lifeline
from axtui.tui.terminal.contained import Contained
from axtui.tui.terminal.modes import Modes
from axtui.tui.terminal.report import Ended, Report
from axtui.tui.terminal.screen import Screen

GRACE_S = 3.0
"""How long the app may take to end when it was told to from outside."""

_ORPHANED = 128 + signal.SIGKILL  # nobody is left to read it


def show(make: Callable[[], Contained], log: Path | None, life: int, report: Report) -> NoReturn:
    """Run the app that `make` gives on the terminal, then report how that went, and end the process:
    at once, since threads may still wait for what nobody needs any more."""
    gc.disable()  # until the first picture: all that is imported for it stays
    modes = Modes.of(0)
    screen = Screen(log)
    screen.take()
    faulthandler.enable(screen.log)
    app, ended = None, None
    try:
        from axtui.tui.terminal.driver import driver

        app = make()
        app.driver_class = driver(screen, report)
        running = Running(app)

        def orphaned() -> None:
            modes.restore(screen.descriptor)  # at once: a shell is about to use it
            screen.forget()
            running.end(_ORPHANED)

        lifeline.watch(life, orphaned, lambda: running.end(128 + signal.SIGHUP))
        ended = running.run()
    except KeyboardInterrupt:
        ended = Ended(128 + signal.SIGINT)
    except Exception as error:
        ended = failed(error)
    screen.note(ended.traceback)
    screen.give_back()
    _say_goodbye(app)
    report.ended(ended)
    os._exit(ended.code)


class Running:
    """An app on an event loop of its own, which ends when a signal or another thread says so."""

    def __init__(self, app: Contained) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()

    def run(self) -> Ended:
        """Run it to its end. Queries that threads still wait for are left behind."""
        asyncio.set_event_loop(self._loop)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            if signal.getsignal(number) != signal.SIG_IGN:
                self._loop.add_signal_handler(number, self._end, 128 + number)
        self._loop.run_until_complete(self._app.run_async())
        if self._app.failure is not None:
            return failed(self._app.failure)
        return Ended(self._app.return_code or 0)

    def end(self, code: int, grace: float = GRACE_S) -> None:
        """End it, from any thread: one that takes longer than `grace` is ended all the same."""
        _leave(code, grace)
        with contextlib.suppress(RuntimeError):  # it has just ended by itself
            self._loop.call_soon_threadsafe(self._end, code)

    def _end(self, code: int) -> None:
        _leave(code)
        self._app.exit(return_code=code)


def failed(error: BaseException) -> Ended:
    """What to report of an error."""
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, AcceleratorError):
        return Ended(1, str(error), traceback=trace)
    return Ended(1, f"{type(error).__name__}: {error}", fault=True, traceback=trace)


def _say_goodbye(app: Contained | None) -> None:
    """The app's last words, for the shell's screen; a terminal that has gone takes none."""
    words = app.parting_words() if app is not None else []
    with contextlib.suppress(OSError):
        os.write(1, "".join(f"{line}\n" for line in words).encode("utf-8", "replace"))


def _leave(code: int, grace: float = GRACE_S) -> None:
    """End the process in a while, if it does not before."""
    timer = threading.Timer(grace, os._exit, (code,))
    timer.daemon = True
    timer.start()
