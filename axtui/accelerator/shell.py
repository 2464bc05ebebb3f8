"""`cfg`: the settings of the project, where the Accelerator keeps them."""

from __future__ import annotations

from typing import Any

from axtui.data import context
from axtui.data.dotdict import DotDict


def __getattr__(name: str) -> Any:
    if name == "cfg":
        return _cfg()
    raise AttributeError(f"module 'accelerator.shell' has no attribute {name!r}")


def _cfg() -> DotDict:
    """The settings, as `accelerator.conf` names them; paths as text."""
    active = context.active()
    return DotDict(
        **active.project,
        slices=active.slices,
        workdirs=DotDict({name: str(path) for name, path in active.workdirs.items()}),
        input_directory=str(active.input_directory),
        result_directory=str(active.result_directory),
    )
