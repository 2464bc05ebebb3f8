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

        _continued = False
        _resuming = False

        @property
        def _draws(self) -> bool:
            return self._writer_thread is not None and self._writer_thread.is_alive()

        def start_application_mode(self) -> None:
            report.draws()
            super().start_application_mode()  # type: ignore[no-untyped-call]

        def suspend_application_mode(self) -> None:
            super().suspend_application_mode()
            screen.give_back()

        def resume_application_mode(self) -> None:
            screen.take()
            super().resume_application_mode()

        def _sigcont_application(self, *_: Any) -> None:
            """Go on after a stop. `fg` continues us and our parent, which continues us again, also
            in the midst of this; starting twice would be two readers of one keyboard. After `bg`
            the start is refused and stops us, and is tried again once we are continued."""
            self._continued = True
            if self._resuming:
                return
            self._resuming = True
            while self._continued and not self._draws:
                self._continued = False
                super()._sigcont_application()
            self._resuming = False

        def _sigtstp_application(self, *_: Any) -> None:
            if self._draws or not self._auto_restart:
                super()._sigtstp_application()

    return Terminal
