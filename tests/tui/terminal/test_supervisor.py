"""The parent of the dashboard, beside a child of the test's own."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from axtui.tui.terminal import supervisor


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where it says that it stops with the child, in the place of stopping pytest."""
    found: list[str] = []

    def stop(parent: supervisor._Parent) -> None:
        found.append("stopped")
        assert parent.child
        os.kill(parent.child, signal.SIGCONT)

    monkeypatch.setattr(supervisor._Parent, "_stop", stop)
    return found


def _child_that_stops(times: int) -> int:
    pid = os.fork()
    if pid == 0:
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(3)
    return pid


def _wait(child: int, looked: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(supervisor.time, "sleep", lambda seconds: looked())
    parent = supervisor._Parent()
    parent.child = child
    return os.waitstatus_to_exitcode(parent.wait())


def test_it_stops_with_its_child(stops: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    child = _child_that_stops(2)
    assert _wait(child, lambda: None, monkeypatch) == 3
    assert stops == ["stopped", "stopped"]


def test_a_stop_that_is_over_already_is_none(
    stops: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`fg` continues the parent first, which finds the child still stopped."""
    # once: looks that wait for nothing might miss that it went on and stopped again
    child = _child_that_stops(1)
    assert _wait(child, lambda: os.kill(child, signal.SIGCONT), monkeypatch) == 3
    assert stops == []
