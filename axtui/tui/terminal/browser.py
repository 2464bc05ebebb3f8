"""The dashboard in a browser: what it draws goes through a pipe to `axtui serve`, which sends it on."""

from __future__ import annotations

import faulthandler
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from textual.drivers.web_driver import WebDriver

from axtui.tui.terminal.contained import Contained
from axtui.tui.terminal.running import Running, failed
from axtui.tui.terminal.screen import Screen

_SOON = 0.5
"""Seconds in which a dashboard ends whose server has gone: nobody sees what it would still do."""


def show_in_browser(make: Callable[[], Contained], log: Path | None) -> NoReturn:
    """Run the app that `make` gives until the page is closed, and end the process: at once, as
    `running.show` does. What went wrong is said on standard error, which the server passes on."""
    screen = Screen(log)
    screen.take()
    faulthandler.enable(screen.log)
    try:
        app = make()
        running = Running(app)
        app.driver_class = _driver(screen, partial(running.end, 128 + signal.SIGHUP, _SOON))
        ended = running.run()
    except Exception as error:
        ended = failed(error)
    screen.note(ended.traceback)
    screen.give_back()
    if ended.error:
        os.write(2, f"axtui: a dashboard ended by an error: {ended.error}\n".encode())
    os._exit(ended.code)


def _driver(screen: Screen, left_alone: Callable[[], None]) -> type[WebDriver]:
    class Page(WebDriver):
        """Packets to the server, each written whole; it ends with the server."""

        def __init__(self, *args: Any, **kw: Any) -> None:
            super().__init__(*args, **kw)
            self.fileno = screen.descriptor
            self._write = partial(self._write_all, screen.descriptor)

        def _write_all(self, pipe: int, packet: bytes) -> int:
            rest = memoryview(packet)
            try:
                while rest:
                    rest = rest[os.write(pipe, rest) :]
            except OSError:  # the server has gone; that its pipe ends is noticed below
                return 0
            return len(packet)

        def run_input_thread(self) -> None:
            super().run_input_thread()
            if not self.exit_event.is_set():  # else the app has ended by itself
                left_alone()

    return Page
