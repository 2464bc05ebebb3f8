"""Choose how a build is shown, and say how it ended."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from axtui import human
from axtui.build import events


class Display(Protocol):
    """An observer of builds that has something to put away at the end."""

    def __call__(self, event: events.Event) -> None:
        """Take in one event."""

    def say(self, text: str) -> None:
        """Write lines between what the build says; without their colours where none are wanted."""

    def close(self) -> None:
        """Leave everything tidy."""


@contextmanager
def shown(
    quiet: bool = False, clock: Callable[[], float] = time.time, plain: bool = False
) -> Iterator[Display]:
    """A display for builds: live on a terminal, plain lines elsewhere (or everywhere, if `plain`); closed
    however it ends.

    `clock` says when an event happened, as it is told (for builds that are told of afterwards), in
    seconds since 1970.
    """
    display = _choose(quiet, clock, plain)
    try:
        yield display
    finally:
        display.close()


def _choose(quiet: bool, clock: Callable[[], float], plain: bool) -> Display:
    terminal = sys.stdout.isatty() and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    if terminal and utf8 and not quiet and not plain:
        from axtui.cli.progress_live import LiveProgress

        return LiveProgress(sys.stdout, clock)
    from axtui.cli.progress_plain import PlainProgress

    return PlainProgress(quiet=quiet, clock=clock)


def summary(script: str, built: int, reused: int, wall: float, warnings: int = 0) -> str:
    """The last line of a run: 'import: 12 built, 3 re-used in 8.2 s, 1 warning (see above)'."""
    warned = f", {human.plural(warnings, 'warning')} (see above)" if warnings else ""
    if not built and not reused:
        return f"{script}: nothing to build in {human.seconds(wall)}{warned}"
    made = f"{human.count(built)} built" if built else "nothing to build"
    return f"{script}: {made}, {human.count(reused)} re-used in {human.seconds(wall)}{warned}"


def brief(error: str, failures: Sequence[events.JobFailed]) -> str:
    """The script's error without what the display has told of a failed job already."""
    for failed in failures:
        head, told, _ = error.partition(f"{failed.method} ({failed.jobid}) failed:")
        if told:
            error = f"{head}{failed.method} {failed.jobid} failed: see above"
    return error
