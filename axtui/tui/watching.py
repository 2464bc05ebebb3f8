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
        self._coming: dict[str, told.ScriptPlan] = {}
        self._going: set[str] = set()
        self._failed: set[str] = set()

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

    @property
    def coming(self) -> dict[str, str]:
        """The scripts that a save made stale and that have not begun, each with what it waits for."""
        return {script: self._wait(plan) for script, plan in list(self._coming.items())}

    def _wait(self, plan: told.ScriptPlan) -> str:
        failed = [script for script in plan.after if script in self._failed]
        if failed:
            return f"waits for {', '.join(failed)}, which failed"
        return f"waits for {', '.join(plan.after)}" if plan.after else f"is to run: {plan.why}"

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
                self._ended(event)
            case told.Prediction():
                self._coming |= {one.script: one for one in event.scripts if one.mode == "auto"}
            case told.RunStarted():
                self._coming.pop(event.script, None)
                self._going.add(event.script)
                self._failed.discard(event.script)
        self.history.append(event)
        with contextlib.suppress(RuntimeError):  # the app has gone
            self._heard(event)

    def _ended(self, event: told.RunEnded) -> None:
        """What takes from a script that failed goes on waiting for it; once all is over, nothing else
        does."""
        self._going.discard(event.script)
        if event.exit_code and not event.superseded:
            self._failed.add(event.script)
        if not self._going:
            self._coming = {
                script: plan
                for script, plan in self._coming.items()
                if self._failed.intersection(plan.after)
            }
