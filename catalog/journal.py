"""Writing events: one append-only journal per process, folded into the catalog by whoever can.

A line is `<crc32 of the JSON, 8 hex digits> <JSON>\\n`. A writer holds a shared flock on its
journal while it lives, so that a folding process can tell a journal that may still grow from one
that is finished. The journal appears under its final name only once that lock is held.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
import weakref
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalog.encode import to_json
from catalog.layout import JOURNAL_SUFFIX, UNBORN_SUFFIX, journal_folder

EVENT_VERSION = 1
_BIRTH_TRIES = 100
_TICK_S = 2e-6  # the catalog keeps microseconds


_WRITERS: weakref.WeakSet[JournalWriter] = weakref.WeakSet()


def encode_line(payload: bytes) -> bytes:
    """One journal line for a JSON text that holds no newline."""
    return b"%08x %s\n" % (zlib.crc32(payload), payload)


class JournalWriter:
    """Appends events of this process to a journal of its own under `folder`/journal.

    `folder` is the workspace's `.axtui`. Nothing is created before the first event. Safe to use
    from several threads; a forked child that appends gets a journal of its own.
    """

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)
        self._lock = threading.Lock()
        self._handle: int | None = None
        self._torn = False
        self._latest = 0.0
        self.path: Path | None = None
        _WRITERS.add(self)

    def append(self, kind: str, doc: Mapping[str, Any], at: float | None = None) -> str | None:
        """Add one event; `at` is Unix seconds, now by default.

        Returns None, or a warning for the user if it could not be kept (disk full, read-only
        folder): a build goes on without its catalog row, `axtui reindex` brings it back.
        """
        with self._lock:
            # Within a journal time only rises, so that its order is the order of the lines even
            # when the clock is set back.
            self._latest = max(self._latest + _TICK_S, time.time() if at is None else at)
            event = {"v": EVENT_VERSION, "kind": kind, "at": self._latest, "doc": doc}
            try:
                self._write(encode_line(to_json(event)))
            except OSError as error:
                return (
                    f"the catalog misses an event ({kind}): {error.strerror or error}; "
                    "`axtui reindex` adds it once this is mended"
                )
        return None

    def close(self) -> None:
        """Let go of the journal; a later append starts a new one."""
        with self._lock:
            self._release()

    def __enter__(self) -> JournalWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _forget_parent(self) -> None:
        # After a fork the journal is the parent's; closing our copy leaves its lock in place.
        self._lock = threading.Lock()
        self._release()

    def _release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _write(self, line: bytes) -> None:
        if self._handle is None:
            self._open()
        assert self._handle is not None
        # What an earlier failed append left behind is ended here; a reader skips that line.
        data = b"\n" + line if self._torn else line
        start = os.fstat(self._handle).st_size
        try:
            written = os.write(self._handle, data)
            while written < len(data):  # only a nearly full disk, or a line of gigabytes
                written += os.write(self._handle, data[written:])
            self._torn = False
        except OSError:
            self._take_back(start)
            raise

    def _take_back(self, size: int) -> None:
        assert self._handle is not None
        try:
            os.ftruncate(self._handle, size)
        except OSError:
            self._torn = True

    def _open(self) -> None:
        folder = journal_folder(self._folder)
        folder.mkdir(parents=True, exist_ok=True)
        for _ in range(_BIRTH_TRIES):
            name = _journal_name()
            unborn = folder / f".{name}{UNBORN_SUFFIX}"
            handle = os.open(
                unborn, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666
            )
            path = folder / f"{name}{JOURNAL_SUFFIX}"
            try:
                fcntl.flock(handle, fcntl.LOCK_SH)
                unborn.rename(path)
            except FileNotFoundError:
                # Taken for the remains of a dead writer between creation and lock.
                os.close(handle)
                continue
            except OSError:
                os.close(handle)
                with contextlib.suppress(OSError):
                    unborn.unlink()
                raise
            self._handle, self._torn, self.path = handle, False, path
            return
        raise OSError(f"no journal could be started in {folder}")


def _journal_name() -> str:
    """Unique for ever: host, process id, start in nanoseconds and a random part."""
    host = "".join(c if c.isalnum() or c in "-_" else "_" for c in os.uname().nodename)[:64]
    return f"{host or 'host'}-{os.getpid()}-{time.time_ns()}-{os.urandom(4).hex()}"


def _after_fork() -> None:
    for writer in list(_WRITERS):
        writer._forget_parent()


os.register_at_fork(after_in_child=_after_fork)
