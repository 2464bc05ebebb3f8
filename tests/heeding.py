"""The keys that stop programs stop those of tests, however the tests were started.

A shell without job control has what it starts in the background ignore Ctrl-C and Ctrl-\\, and so do
all programs that this starts.
"""

from __future__ import annotations

import signal


def heed_keys() -> None:
    """Have this process, and those that it starts, heed SIGINT and SIGQUIT."""
    for number, usual in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGQUIT, signal.SIG_DFL),
    ):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, usual)
