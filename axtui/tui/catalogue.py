"""The catalog as screens ask it: in threads, never waited for, each question with a way to end it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from axtui.data import context
from axtui.errors import AcceleratorError, StorageError, UserError
from axtui.workspace import Workspace

if TYPE_CHECKING:
    from catalog.read import Reader

T = TypeVar("T")

_THREADS = 4
_AGAIN = 0.02
"""Seconds between two interrupts of a query that is to end."""
_LOOK = 0.3
"""Seconds between two looks at whether builds told something new."""
_REST = 8
"""Folding a large catalog takes long: it rests this many times as long as it took."""
_MOST_REST = 30.0
_ANYWAY = 10.0
"""Seconds after which it is folded again in any case: builders that were killed tell nothing."""


class Catalogue:
    """Answers questions. `changed` is called, in a thread, when there is something new to ask for."""

    def __init__(self, workspace: Workspace, changed: Callable[[], None]) -> None:
        self.workspace = workspace
        self._changed = changed
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="axtui-catalog")
        self._ready = threading.Event()
        self._over = threading.Event()
        self._folding = threading.Thread(target=self._follow, name="axtui-folding", daemon=True)

    def start(self) -> None:
        """Begin to take in what builds tell."""
        self._folding.start()

    def close(self) -> None:
        """Take in nothing more. Threads that still work end with the process."""
        self._over.set()
        self._ready.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    # -- asking

    async def query(self, sql: str, params: Mapping[str, Any] | None = None) -> Any:
        """The rows (a pyarrow Table) of SQL or of a saved query, `dataset('dev-3')` and
        `chain('dev-3')` included. Cancelling the task that awaits ends the query.

        Raises UserError for what cannot be asked, StorageError where there is no catalog to ask.
        """
        from catalog.errors import CatalogError, CatalogQueryError

        try:
            return await self.read(partial(_ask, self.workspace, sql, params or {}))
        except CatalogQueryError as error:
            raise UserError(str(error)) from None
        except CatalogError as error:
            raise StorageError(str(error)) from None

    async def read(self, use: Callable[[Reader], T]) -> T:
        """What `use` makes, in a thread, of an open reader of the catalog. Cancelling the task that
        awaits ends the reader's query. Raises what `use` raises, and CatalogError where there is
        no catalog."""
        reading = _Reading(self.workspace, self._ready, use)
        try:
            return await self._in_thread(reading.run)
        except asyncio.CancelledError:
            reading.end()
            raise

    async def call(self, function: Callable[..., T], *args: Any) -> T:
        """What a function gives that reads from the workspace: in a thread, with the workspace as
        the one that is read. Raises what it raises."""
        return await self._in_thread(partial(_within, self.workspace, function, *args))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    # -- following

    def _follow(self) -> None:
        """Fold what builds tell, and say so. What cannot be folded is read as it is."""
        told: object = None
        seen: object = None
        folded, rest = 0.0, 0.0
        while not self._over.wait(max(_LOOK, rest) if self._ready.is_set() else 0):
            began = time.monotonic()
            telling = self._journals()
            if telling != told or began - folded > _ANYWAY:
                told, folded = telling, began
                self._fold()
            rest = min((time.monotonic() - began) * _REST, _MOST_REST)
            now = self._state()
            if now != seen or not self._ready.is_set():
                seen = now
                self._ready.set()
                self._changed()

    def _fold(self) -> None:
        from axtui.build.refresh import refresh
        from catalog.errors import CatalogError

        with (
            contextlib.suppress(CatalogError, AcceleratorError, OSError),
            context.within(self.workspace.context()),
        ):
            self.workspace.dot_axtui.mkdir(exist_ok=True)
            refresh(self.workspace, wait=0 if self.workspace.catalog.exists() else None)

    def _journals(self) -> tuple[tuple[str, int], ...]:
        """How much every journal holds: it grows when a build tells something."""
        from catalog.layout import journal_paths

        found = []
        for path in journal_paths(self.workspace.dot_axtui):
            with contextlib.suppress(OSError):
                found.append((path.name, path.stat().st_size))
        return tuple(found)

    def _state(self) -> object:
        try:
            found = self.workspace.catalog.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


class _Reading(Generic[T]):
    """One use of the catalog; another thread may end it at any moment."""

    def __init__(
        self, workspace: Workspace, ready: threading.Event, use: Callable[[Reader], T]
    ) -> None:
        self._workspace, self._ready, self._use = workspace, ready, use
        self._reader: Reader | None = None
        self._ended = threading.Event()
        self._done = threading.Event()

    def end(self) -> None:
        """End it, also one that has not begun."""
        self._ended.set()
        threading.Thread(target=self._interrupt, name="axtui-interrupt", daemon=True).start()

    def _interrupt(self) -> None:
        """Again and again: what comes before the query has begun would be lost."""
        while not self._done.wait(_AGAIN):
            reader = self._reader
            if reader is not None:
                reader.interrupt()

    def run(self) -> T:
        self._ready.wait()
        try:
            return _within(self._workspace, self._read)
        finally:
            self._done.set()

    def _read(self) -> T:
        from catalog.errors import CatalogQueryError
        from catalog.read import open_reader

        with open_reader(self._workspace.dot_axtui) as reader:
            self._reader = reader
            try:
                if self._ended.is_set():
                    raise CatalogQueryError("the query was interrupted")
                return self._use(reader)
            finally:
                self._reader = None


def _ask(workspace: Workspace, query: str, params: Mapping[str, Any], reader: Reader) -> Any:
    from axtui.build.asking import asked, resolver

    text, values = asked(workspace, query, params)
    return reader.query(text, values, resolve=resolver(workspace))


def _within(workspace: Workspace, function: Callable[..., T], *args: Any) -> T:
    with context.within(workspace.context()):
        return function(*args)
