"""Noticing in the dashboard that its parent was killed, or that the terminal has gone."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable


def watch(lifeline: int, orphaned: Callable[[], None], hung_up: Callable[[], None]) -> None:
    """Start a thread that calls `orphaned` once nobody holds the other end of the pipe `lifeline`,
    and `hung_up` once standard input is a terminal that was closed; the first of them."""
    poll = select.poll()
    poll.register(lifeline, select.POLLIN)
    poll.register(0, 0)  # for its end only: what is typed is read elsewhere

    def wait() -> None:
        while True:
            for descriptor, event in poll.poll():
                if descriptor == lifeline and not os.read(lifeline, 1):
                    return orphaned()
                if descriptor == 0 and event & select.POLLHUP:
                    return hung_up()
                if event & select.POLLNVAL:  # macOS cannot wait for a terminal so
                    poll.unregister(descriptor)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
