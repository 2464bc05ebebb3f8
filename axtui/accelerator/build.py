"""Lists of jobs, errors and how times are shown, where the Accelerator keeps them."""

from __future__ import annotations

from typing import NoReturn

from axtui.build.urd import Urd
from axtui.build.urdresponse import UrdResponse
from axtui.data.joblist import JobList
from axtui.errors import BuildError, JobError, ServerError, UrdError, UrdPermissionError

__all__ = [
    "BuildError",
    "JobError",
    "JobList",
    "ServerError",
    "Urd",
    "UrdError",
    "UrdPermissionError",
    "UrdResponse",
    "fmttime",
]

_SIZES = (60, 60, 24)
_LONG = ("{:.1f} seconds", "{:.1f} minutes", "{:.2f} hours", "{:.2f} days")
_SHORT = ("{:.0f}s", "{:.1f}m", "{:.2f}h", "{:.2f}d")


def fmttime(t: float | None, short: bool = False) -> str | None:
    """Seconds for people: '1.5 seconds', '2.0 minutes'; with `short` '2s', '2.0m'. None stays None."""
    if t is None:
        return None
    unit = 0
    while unit < len(_SIZES) and t >= _SIZES[unit] * 2:
        t /= _SIZES[unit]
        unit += 1
    text = (_SHORT if short else _LONG)[unit].format(t)
    return "1 second" if text == "1.0 seconds" else text


def __getattr__(name: str) -> NoReturn:
    if name == "Automata":
        raise ImportError(
            "there is no Automata: it talks to the Accelerator's server, which axtui has not; build "
            "with urd.build, and in methods with subjobs.build"
        )
    raise AttributeError(f"module 'accelerator.build' has no attribute {name!r}")
