"""Folds copies of a folder, killed at the first step, the second, ... until one lives through.

    python killed_fold.py TEMPLATE TARGET     makes TARGET/1, TARGET/2, ... and prints how many

A step is a call that changes files, or the insertion of a batch. Forks of a process that never used DuckDB.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.compute  # noqa: F401 - so that each fork need not load it

import catalog.apply
from catalog.fold import fold


def killing(call: Callable[..., Any], steps: list[int]) -> Callable[..., Any]:
    """`call`, but the process dies before it when the last step is reached."""

    def wrapper(*args: Any, **named: Any) -> Any:
        steps[0] -= 1
        if steps[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **named)

    return wrapper


def killed_fold(folder: Path, at: int) -> None:
    """Fold in this process; it dies before step `at`."""
    steps = [at]
    for name in ("rename", "unlink", "fsync", "copy_file_range", "open"):
        if hasattr(os, name):
            setattr(os, name, killing(getattr(os, name), steps))
    catalog.apply.Applier.apply = killing(  # type: ignore[method-assign]
        catalog.apply.Applier.apply, steps
    )
    fold(folder)


def main(template: Path, target: Path) -> None:
    """Kill at every step; the last folder is of the fold that lived."""
    for at in range(1, 1000):
        folder = target / str(at)
        shutil.copytree(template, folder)
        child = os.fork()
        if child == 0:
            killed_fold(folder, at)
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            print(at)
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
