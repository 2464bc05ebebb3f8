"""Choose how a build is shown, and say how it ended."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from axtui.build import events
from axtui.cli import human


class Display(Protocol):
    """An observer of builds that has something to put away at the end."""

    def __call__(self, event: events.Event) -> None:
        """Take in one event."""

    def close(self) -> None:
        """Leave everything tidy."""


@contextmanager
def shown(quiet: bool = False) -> Iterator[Display]:
    """A display for builds: live on a terminal, plain lines elsewhere; closed however it ends."""
    display = _choose(quiet)
    try:
        yield display
    finally:
        display.close()


def _choose(quiet: bool) -> Display:
    terminal = sys.stdout.isatty() and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    if terminal and utf8 and not quiet:
        from axtui.cli.progress_live import LiveProgress

        return LiveProgress(sys.stdout)
    from axtui.cli.progress_plain import PlainProgress

    return PlainProgress(quiet=quiet)


def summary(script: str, built: int, reused: int, wall: float) -> str:
    """The last line of a run: 'import: 12 built, 3 re-used in 8.2 s'."""
    if not built and not reused:
        return f"{script}: nothing to build in {human.seconds(wall)}"
    made = f"{human.count(built)} built" if built else "nothing to build"
    return f"{script}: {made}, {human.count(reused)} re-used in {human.seconds(wall)}"
