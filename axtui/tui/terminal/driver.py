"""Textual's drivers, made to share nothing: neither the screen nor a signal too many."""

from __future__ import annotations

from typing import Any

from textual.drivers.linux_driver import LinuxDriver

from axtui.tui.terminal.report import Report
from axtui.tui.terminal.screen import Screen


def driver(screen: Screen, report: Report) -> type[LinuxDriver]:
    """The driver for a screen; it reports when it begins to draw."""

    class Terminal(LinuxDriver):
        """A terminal that is lent to others (`App.suspend`, Ctrl-Z) with 1 and 2 leading to it."""

        @property
        def _draws(self) -> bool:
            return self._writer_thread is not None and self._writer_thread.is_alive()

        def start_application_mode(self) -> None:
            report.draws()
            super().start_application_mode()

        def suspend_application_mode(self) -> None:
            super().suspend_application_mode()
            screen.give_back()

        def resume_application_mode(self) -> None:
            screen.take()
            super().resume_application_mode()

        def _sigcont_application(self, *_: Any) -> None:
            # `fg` tells us and our parent, who tells us again; starting twice would be two readers
            if not self._draws:
                super()._sigcont_application()

        def _sigtstp_application(self, *_: Any) -> None:
            if self._draws or not self._auto_restart:
                super()._sigtstp_application()

    return Terminal
