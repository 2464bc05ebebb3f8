"""Tests that stop programs can be run in the background."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.heeding import heed_keys


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT, signal.SIGHUP])
def test_what_a_shell_has_its_background_ignore_is_heeded_by_programs(
    number: signal.Signals,
) -> None:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        heed_keys()
        code = f"import os; os.kill(os.getpid(), {int(number)})"
        done = subprocess.run([sys.executable, "-ISs", "-c", code], capture_output=True)
    finally:
        signal.signal(number, before)
    assert done.returncode == -number


def test_another_handler_stays() -> None:
    def handler(*_: object) -> None: ...

    before = signal.signal(signal.SIGINT, handler)
    try:
        heed_keys()
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)
