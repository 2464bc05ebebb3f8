"""`AutoFlush`: a text stream of which nothing waits in a buffer."""

from __future__ import annotations

from typing import TextIO


class AutoFlush:
    """Wraps a stream so that each write is seen at once."""

    def __init__(self, fh: TextIO) -> None:
        self.fh = fh
        self.isatty = fh.isatty
        self.encoding = getattr(fh, "encoding", "?")

    def write(self, data: str) -> None:
        """Write, and flush."""
        self.fh.write(data)
        self.fh.flush()

    def flush(self) -> None:
        """Nothing is left to flush."""
