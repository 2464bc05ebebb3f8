"""The watcher as screens see it: it works in threads of its own; what it tells is kept and passed on."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from axtui.build.watch import told
from axtui.errors import AcceleratorError
from axtui.tui import look
from axtui.workspace import Workspace

if TYPE_CHECKING:
    from axtui.build.watch.watcher import Watcher

_MOST = 500


class Watching:
    """Saves and what follows from them. `heard` is called in a thread with each event."""

    def __init__(self, workspace: Workspace, heard: Callable[[told.WatchEvent], None]) -> None:
        self._workspace, self._heard = workspace, heard
        self._watcher: Watcher | None = None
        self._starting = threading.Lock()
        self._closed = False
        self.history: deque[told.WatchEvent] = deque(maxlen=_MOST)
        self.errors: dict[str, told.SourceError] = {}
        self.config_error = ""
        self.elsewhere: told.WatchingElsewhere | None = None
        self.watches = False
        self.built: list[told.RunEnded] = []

    # -- coming and going; both take a while, and are for threads

    def start(self) -> None:
        """Begin to watch. Importing what it needs takes a moment."""
        from axtui.build.watch.watcher import Watcher

        with self._starting:
            if self._closed:
                return
            self._watcher = Watcher(self._workspace, self._take)
            self._watcher.start()

    def close(self, leave_running: bool = True) -> None:
        """End watching; what it builds goes on to its end, or is stopped."""
        with self._starting:
            self._closed = True
            watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.close(leave_running)

    # -- asking

    @property
    def running(self) -> list[told.RunningScript]:
        """The runs that this dashboard started."""
        return self._watcher.running if self._watcher else []

    @property
    def waiting(self) -> list[told.ScriptPlan]:
        """The scripts that wait to be told to run."""
        return self._watcher.waiting if self._watcher else []

    @property
    def modes(self) -> dict[str, told.Mode]:
        """The scripts that are watched, each with what a save does to it."""
        return self._watcher.scripts if self._watcher else {}

    def words(self, unicode: bool) -> str:
        """A few words for the title: what the watcher is about."""
        if self.config_error:
            return f"{look.glyph('failed', unicode)} axtui.toml"
        if self.errors:
            error = next(iter(self.errors.values()))
            return f"{look.glyph('failed', unicode)} {error.path}:{error.line}"
        if waiting := len(self.waiting):
            return f"{look.glyph('queued', unicode)} {waiting} waits: B builds"
        if self.elsewhere is not None:
            return f"watched by process {self.elsewhere.pid}"
        return "watching" if self.watches else ""

    # -- telling it; each returns at once

    def run(self, script: str, how: told.How | None = None) -> None:
        """Run a script now. Raises AcceleratorError while the watcher is not there yet."""
        self._there().run(script, how)

    def go(self, script: str | None = None) -> None:
        """Run what waits."""
        self._there().go(script)

    def dismiss(self, script: str | None = None) -> None:
        """Forget what waits, until its files change again."""
        self._there().dismiss(script)

    def set_mode(self, mode: told.Mode, script: str | None = None) -> None:
        """Change what a save does, to one script or to all."""
        self._there().set_mode(mode, script)

    def _there(self) -> Watcher:
        if self._watcher is None:
            raise AcceleratorError("the watcher is not there yet; try again in a moment")
        return self._watcher

    # -- hearing, on the watcher's thread

    def _take(self, event: told.WatchEvent) -> None:
        match event:
            case told.Watching():
                self.watches, self.elsewhere = True, None
            case told.WatchingElsewhere():
                self.elsewhere = event
            case told.SourceError():
                self.errors = {**self.errors, event.path: event}
            case told.SourceMended():
                self.errors = {p: e for p, e in self.errors.items() if p != event.path}
            case told.ConfigWrong():
                self.config_error = event.message
            case told.ConfigTaken():
                self.config_error = ""
            case told.RunEnded():
                self.built = [*self.built, event]
        self.history.append(event)
        with contextlib.suppress(RuntimeError):  # the app has gone
            self._heard(event)
