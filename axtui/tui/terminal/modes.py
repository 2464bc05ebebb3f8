"""What a terminal was like before the dashboard drew on it, and making it like that again."""

from __future__ import annotations

import contextlib
import os
import termios
from dataclasses import dataclass
from typing import Any

LEAVE = (
    "\x1b[?2026l"  # show what was held back for one repaint
    "\x1b[<u"  # the keyboard as it was (kitty); counts per screen, so before leaving this one
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # no mouse reports
    "\x1b[?1004l"  # nor those of focus
    "\x1b[?2048l"  # nor those of size
    "\x1b[?2004l"  # pasted text comes unmarked
    "\x1b[?7h"  # long lines wrap
    "\x1b[0m"  # no colours
    "\x1b[?1049l"  # the screen from before
    "\x1b[?25h"  # and its cursor
)
"""Takes back every mode that the dashboard sets."""


@dataclass(frozen=True)
class Modes:
    """A terminal (a file descriptor) and its settings, if it has any."""

    terminal: int
    attributes: list[Any] | None

    @classmethod
    def of(cls, terminal: int) -> Modes:
        """The present settings."""
        with contextlib.suppress(termios.error):
            return cls(terminal, termios.tcgetattr(terminal))
        return cls(terminal, None)

    def restore(self, screen: int) -> None:
        """Leave the full screen, drawn on the descriptor `screen`, and set the terminal as it was.

        What was typed or clicked meanwhile is dropped: a shell would take it for a command. A
        terminal that has gone, or that others have in the foreground, keeps its settings.
        """
        with contextlib.suppress(OSError):
            os.write(screen, LEAVE.encode())
        with contextlib.suppress(OSError, termios.error):
            if self.attributes and os.tcgetpgrp(self.terminal) == os.getpgrp():
                termios.tcsetattr(self.terminal, termios.TCSAFLUSH, self.attributes)
