"""DuckDB within the memory of a slice."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any

from axtui.data import context

BASE = 128 << 20
"""Bytes that a process takes beside the rows it works on: Python, its libraries, what it reads and
writes at the moment."""
_LEAST = 48 << 20
"""With less DuckDB cannot sort."""


def room() -> int:
    """Bytes for the rows that this process works on."""
    return max(_LEAST, context.active().memory - BASE)


def connect(folder: Path) -> Any:
    """A connection of one thread that keeps within `room`, and spills to a folder of its own below
    `folder`, which goes when the connection is closed."""
    import tempfile

    import duckdb

    spill = tempfile.TemporaryDirectory(prefix="spill.", dir=folder, ignore_cleanup_errors=True)
    connection = duckdb.connect(
        config={
            "threads": 1,
            "memory_limit": f"{room()}B",
            "temp_directory": os.fspath(spill.name),
        }
    )
    weakref.finalize(connection, spill.cleanup)
    return connection
