"""What a fork server has loaded before it forks, and how that is handed on."""

from __future__ import annotations

import contextlib
import gc
import sys
from pathlib import Path

from axtui.data.pandaslater import spare_pandas
from axtui.engine import hugepages
from axtui.engine.kept import Kept
from axtui.engine.loaded import Brought, Loaded
from axtui.engine.rehearsal import rehearse
from axtui.errors import AcceleratorError


def warm() -> Loaded:
    """Import what nearly every stage needs, once; what is loaded then. Thread pools of libraries start
    later, in stages."""
    import tempfile

    import numpy.ma  # Arrow looks for it when it is given an array
    import numpy.random  # noqa: F401 - numpy itself waits with both until they are used
    import pyarrow.compute
    import pyarrow.csv
    import pyarrow.parquet  # noqa: F401

    import axtui.accelerator
    import axtui.config
    import axtui.data.arrowin
    import axtui.data.columnar
    import axtui.data.iterate
    import axtui.data.joblist
    import axtui.data.rows
    import axtui.data.splitsink
    import axtui.data.writer
    import axtui.engine.describe
    import axtui.engine.stage
    import axtui.methodpackage
    import axtui.retention  # noqa: F401

    tempfile.gettempdir()  # found by writing a file; stages ask for it
    spare_pandas()
    with contextlib.suppress(OSError, AcceleratorError):  # a full disk is told of by who needs it
        rehearse()
    return settled()


def settled(kept: Kept | None = None, brought: Brought | None = None) -> Loaded:
    """What is loaded, as it is handed on to all forks: nobody's garbage, in few pieces of memory."""
    loaded = Loaded(sys.modules, frozen=True, kept=kept, brought=brought)
    gc.collect()
    gc.freeze()
    hugepages.gather()
    return loaded


def thread_count() -> int:
    """Threads of this process as the kernel counts them (1 where it cannot be asked)."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.exists() else 1
