"""What tests of the dashboard share: waiting for a condition, never for a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

PATIENCE_S = 60.0  # a limit against hanging; a machine that is busy must not make a test fail
_POLL_S = 0.01


async def wait_for(
    pilot: Pilot[object],
    condition: Callable[[], object],
    what: str,
    timeout: float = PATIENCE_S,
) -> None:
    """Let the app of `pilot` run until `condition()` is true; fail with `what` after `timeout`.

    The condition is asked between messages, so it may look at widgets; one that raises because a
    widget is not there yet should say so by returning False. An app that has ended fails at once.
    """
    limit = time.monotonic() + timeout
    while not condition():
        if pilot.app._exception is not None:
            raise pilot.app._exception
        if time.monotonic() > limit:
            pytest.fail(f"waited {timeout:g} s for {what}")
        await asyncio.sleep(_POLL_S)
    await pilot.pause()  # what the condition set off is painted, too
