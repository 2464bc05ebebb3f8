"""Prints of a build script: kept in its job, and told to whoever watches, instead of the bare terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from axtui.build import events
from axtui.data import jobdir


class _Tee(io.TextIOBase):
    """A text stream that keeps and tells what is written, line by line."""

    def __init__(self, path: Path, jobid: str, observe: events.Observer) -> None:
        self._path, self._jobid, self._observe = path, jobid, observe
        self._file: IO[str] | None = None
        self._pending = ""

    encoding = "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._file is None:
            self._path.parent.mkdir(exist_ok=True)
            self._file = self._path.open("a", encoding="utf-8", errors="backslashreplace")
        self._file.write(text)
        self._pending += text
        if "\n" in text:
            self.flush()
        return len(text)

    def flush(self) -> None:
        if self._file is not None and not self._file.closed:  # Python flushes once more at its end
            self._file.flush()
        if self._pending:
            text, self._pending = self._pending, ""
            self._observe(events.Output(self._jobid, "build", None, text))

    def finish(self) -> None:
        """Tell what is left and close the file."""
        self.flush()
        if self._file is not None:
            self._file.close()


@contextmanager
def captured_prints(job_path: Path, jobid: str, observe: events.Observer) -> Iterator[None]:
    """While the block runs, `print` goes to the job's OUTPUT/build and to the observer."""
    tee = _Tee(job_path / jobdir.OUTPUT / "build", jobid, observe)
    before = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = tee
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        tee.finish()
