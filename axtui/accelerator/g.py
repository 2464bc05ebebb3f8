"""What the running code is given, by name: `g.job`, `g.slices`, `g.options`, `g.running`.

In a stage that is everything it could ask for as an argument, in a build script `urd` and `job`.
"""

from __future__ import annotations

from typing import Any

from axtui.data import context
from axtui.errors import ServerError


def __getattr__(name: str) -> Any:
    try:
        active = context.active()
    except ServerError:
        active = None
    if active is not None:
        if name in active.given:
            return active.given[name]
        if name == "slices":
            active.note("slices")
            return active.slices
        if name == "running":
            return "server" if active.place is None else active.place.stage
    raise AttributeError(f"there is no g.{name} here: it is not an argument of what is running")
