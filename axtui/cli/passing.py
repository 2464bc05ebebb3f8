"""A line on the terminal that tells how far work is, and is gone when it is done."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_CLEAR = "\r\033[K"


@contextmanager
def passing_line(wanted: bool = True) -> Iterator[Callable[[str], None]]:
    """What shows a text in place of the one before, until the block ends. It shows nothing where errors go
    to no terminal, or to one that cannot clear a line.

    The text is not written by click, which leaves out what clears the line where colours are unwanted.
    """
    live = wanted and sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in ("", "dumb")

    def show(text: str) -> None:
        if live:
            sys.stderr.write(_CLEAR + text)
            sys.stderr.flush()

    try:
        yield show
    finally:
        show("")
