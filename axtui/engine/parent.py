"""A process that does not outlive the one that forked it."""

from __future__ import annotations

import ctypes
import functools
import signal
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """On Linux the kernel kills this process when the one it was forked from dies, however it dies."""
    if sys.platform == "linux":
        _prctl()(_PR_SET_PDEATHSIG, signal.SIGKILL)


@functools.cache
def _prctl() -> Any:
    """The system call; found once, before there are forks."""
    return ctypes.CDLL(None, use_errno=True).prctl


def ready() -> None:
    """Look up what `die_with_parent` needs, for all processes forked from here."""
    if sys.platform == "linux":
        _prctl()
