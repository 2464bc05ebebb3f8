"""Being told of saves: by the system, or where it cannot, by looking at the folders again and again."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from axtui.build.watch.scope import Scope

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent

LOOK_AGAIN = 5.0
"""Seconds between two looks at everything where the system tells of saves: it may lose some."""
POLL = 0.5
"""Seconds between two looks where it does not."""


class Folders:
    """Tells `note` of files that were closed after writing, moved or deleted (and whether it was
    written, and is there), and `look` of anything that only a look at everything can tell; both in
    a thread of its own."""

    def __init__(
        self, scope: Scope, note: Callable[[str, bool], None], look: Callable[[], None], poll: bool
    ) -> None:
        self._scope, self._note, self._look = scope, note, look
        self._observer: Any = None
        self.polling = "it was asked for" if poll else ""

    @property
    def pause(self) -> float:
        """Seconds until everything should be looked at again."""
        return POLL if self.polling else LOOK_AGAIN

    def start(self) -> None:
        """Begin to be told. Where the system refuses, `polling` says why."""
        if self.polling:
            return
        try:
            self._observer = self._observing()
        except (OSError, RuntimeError, ImportError) as error:
            self.polling = f"the system does not tell of saves ({_words(error)})"

    def stop(self) -> None:
        """Be told no more."""
        observer, self._observer = self._observer, None
        if observer is not None:
            with contextlib.suppress(Exception):  # of threads that never began
                observer.stop()
                observer.join(5)

    def _observing(self) -> Any:
        from watchdog.events import (
            DirCreatedEvent,
            DirDeletedEvent,
            DirMovedEvent,
            FileClosedEvent,
            FileCreatedEvent,
            FileDeletedEvent,
            FileModifiedEvent,
            FileMovedEvent,
        )
        from watchdog.observers import Observer

        kinds: list[type[FileSystemEvent]] = [
            DirCreatedEvent, DirDeletedEvent, DirMovedEvent,
            FileClosedEvent, FileCreatedEvent, FileDeletedEvent, FileMovedEvent,
        ]  # fmt: skip
        observer = Observer()
        if type(observer).__name__ != "InotifyObserver":
            kinds.append(FileModifiedEvent)  # elsewhere nobody tells of closing
        handler = _Handler(self._scope, self._note, self._look)
        try:
            for folder, below in self._scope.roots():
                if os.path.isdir(folder):  # noqa: PTH112
                    observer.schedule(
                        handler,  # type: ignore[arg-type]
                        folder,
                        recursive=below,
                        event_filter=kinds,
                    )
            observer.start()
        except BaseException:
            with contextlib.suppress(Exception):
                observer.stop()
            raise
        return observer


class _Handler:
    """What watchdog calls with each event; its own base class would be imported with its threads."""

    def __init__(
        self, scope: Scope, note: Callable[[str, bool], None], look: Callable[[], None]
    ) -> None:
        self._scope, self._note, self._look = scope, note, look

    def dispatch(self, event: FileSystemEvent) -> None:
        """Sort out one event."""
        paths = [os.fsdecode(path) for path in (event.src_path, event.dest_path) if path]
        if event.is_directory:  # what is in it may have come with it
            self._look()
        elif event.event_type != "created" or any(map(_is_link, paths)):
            for path in paths:  # one that is made is told of again when it is closed; no link is
                if self._scope.counts(path):
                    self._note(path, event.event_type != "deleted" and path == paths[-1])


def _is_link(path: str) -> bool:
    try:
        held = os.lstat(path)
    except OSError:
        return False
    return held.st_nlink > 1 or os.path.islink(path)  # noqa: PTH114


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
