"""Whether a run is likely to build something: a guess, which costs less than to be wrong about it."""

from __future__ import annotations

import contextlib
import os

from axtui.config import Config
from axtui.engine.source import ENDINGS


def likely_to_build(config: Config) -> bool:
    """Whether nothing was ever built, or a source in a method folder is younger than all that was.

    Inputs, and modules that lie elsewhere, are not looked at.
    """
    built = max((_changed(folder) for folder in config.workdirs.values()), default=0)
    return any(_youngest(folder) >= built for folder in config.method_folders)


def _changed(folder: os.PathLike[str]) -> int:
    """When the last entry of a folder came or went; 0 where there is no folder."""
    with contextlib.suppress(OSError):
        return os.stat(folder).st_mtime_ns  # noqa: PTH116 - hot
    return 0


def _youngest(folder: os.PathLike[str]) -> int:
    """When the source in a folder that was written last was written; 0 where there is none."""
    youngest = 0
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(ENDINGS):
                youngest = max(youngest, entry.stat().st_mtime_ns)
    return youngest
