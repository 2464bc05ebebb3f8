"""What stops programs stops those of tests, however the tests were started.

A shell without job control has what it starts in the background ignore Ctrl-C and Ctrl-\\, and `nohup` the
end of the terminal; and so do all programs that these start.
"""

from __future__ import annotations

import signal


def heed_keys() -> None:
    """Have this process, and those that it starts, heed SIGINT and SIGQUIT; and those SIGHUP."""
    for number, usual in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGQUIT, signal.SIG_DFL),
        (signal.SIGHUP, _stay),  # a program that is started has the default in place of a function
    ):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, usual)


def _stay(*_: object) -> None:
    """Tests that were started by `nohup` outlive their terminal."""
