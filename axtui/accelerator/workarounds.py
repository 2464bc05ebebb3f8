"""Small helps around the operating system, where the Accelerator keeps them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nonblocking(fd: int) -> Iterator[None]:
    """While the block runs, reads and writes of a file descriptor do not wait."""
    before = os.get_blocking(fd)
    os.set_blocking(fd, False)
    try:
        yield
    finally:
        os.set_blocking(fd, before)
