"""Live rebuild of one workspace, on a thread of its own: what the dashboard and `axtui watch` use.

watcher = Watcher(workspace, tell)
watcher.start()
...
watcher.close()
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import fields

from axtui import config
from axtui.build.live import files as livefiles
from axtui.build.live.watching import running
from axtui.build.watch import told
from axtui.build.watch.builders import Builder, Builders
from axtui.build.watch.folders import Folders
from axtui.build.watch.lock import NoLock, WatchLock
from axtui.build.watch.rebuild import ASKED, Rebuild
from axtui.build.watch.saves import Saves
from axtui.build.watch.told import How, Mode, RunningScript, ScriptPlan, Tell
from axtui.build.watch.wire import Message
from axtui.errors import AcceleratorError, ConfigError
from axtui.workspace import Workspace

FROM_KEYBOARD = "it was stopped from the keyboard"
_TICK = 1.0
_LEAST_SHARE = 50
"""Looking at all files takes at most one part in so many of the time."""
_LAST_WORDS = 10.0
_HARMLESS = {"path", "root", "watch", "retention", "user", "results"}
"""Settings that make nothing that was built obsolete."""


class Watcher:
    """Watches the files that scripts depend on, and runs scripts again when these change.

    `tell` is told all that happens (see `told`), on the watcher's thread. `scripts` are watched
    besides those that were ever run here, and run at the start; with `only` no others are watched.
    `mode` overrides that of the configuration. With `catch_up` what changed while nobody watched is
    built at the start (as the mode says), else it waits for `go`. With `poll` folders are looked at
    instead of the system telling of saves. With `once` it minds no other watcher: it is for who ends
    when all is built.

    All methods return at once and may be called from any thread; what they cause is told.
    """

    def __init__(
        self,
        workspace: Workspace,
        tell: Tell,
        *,
        scripts: Sequence[str] = (),
        only: bool = False,
        mode: Mode | None = None,
        catch_up: bool = False,
        poll: bool = False,
        once: bool = False,
    ) -> None:
        self.workspace = workspace
        self._tell, self._asked, self._only = tell, tuple(scripts), only
        self._mode, self._modes = mode, dict[str, Mode]()
        self._catch_up, self._poll = catch_up, poll
        self._todo: queue.Queue[Callable[[], None]] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="axtui-watch", daemon=True)
        self._over = threading.Event()
        self._lock: WatchLock | NoLock = NoLock() if once else WatchLock(workspace)
        self._behind = False
        self._config_error = ""
        self._saves = Saves()
        self._folders: Folders | None = None
        self._watched: set[tuple[str, bool]] = set()
        self._builders = Builders(workspace, self._hear)
        self._rebuild: Rebuild | None = None
        self._live: set[str] = set()
        self._next_look = self._next_tick = 0.0
        self._elsewhere = 0
        self._busy = True

    def start(self) -> None:
        """Begin to watch, on a thread."""
        self._thread.start()

    def run(self, script: str, how: How | None = None) -> None:
        """Run a script now, whatever its mode, with the options `how` (None: those of its last run),
        and watch it from then on."""
        self._do(lambda one: one.ask([script], how))

    def go(self, script: str | None = None) -> None:
        """Run what waits to be told (None: all of it)."""
        self._do(lambda one: one.desk.go(script))

    def dismiss(self, script: str | None = None) -> None:
        """Forget what waits to be told (None: all of it) until its files change again."""
        self._do(lambda one: one.desk.dismiss(script))

    def set_mode(self, mode: Mode, script: str | None = None) -> None:
        """From now on a save does this to a script (None: to all), whatever the configuration says."""
        if script is None:
            self._mode, self._modes = mode, {}
        else:
            self._modes[script] = mode
        self._say(told.ModeChanged(time.time(), mode, script))
        self._do(lambda one: one.modes_changed())

    def stop(self, script: str | None = None, why: str = FROM_KEYBOARD) -> None:
        """Stop the run of a script (None: all runs that this watcher started); recorded as cancelled."""
        self._do(lambda one: one.desk.stop(script, why))

    def close(self, leave_running: bool = True) -> None:
        """End watching. Runs go on to their end, or are stopped and recorded as cancelled. Waits for
        the thread, but never for a run that is left to itself."""
        self._over.set()
        self._todo.put(lambda: None)
        if self._thread.is_alive():
            self._thread.join(_LAST_WORDS)
        if not leave_running and self._rebuild is not None:
            self._end_runs(self._rebuild)
        self._builders.release()

    @property
    def running(self) -> list[RunningScript]:
        """The runs that this watcher started and that are not over."""
        return self._rebuild.running if self._rebuild is not None else []

    @property
    def waiting(self) -> list[ScriptPlan]:
        """The scripts that wait to be told to run, in the order in which they would."""
        return self._rebuild.desk.waiting if self._rebuild is not None else []

    @property
    def idle(self) -> bool:
        """Whether nothing runs, and nothing is to run but what waits for an answer."""
        if self._rebuild is None or self._busy or self._behind or self._todo.unfinished_tasks:
            return False
        return self._saves.due is None and self._rebuild.desk.idle

    @property
    def alive(self) -> bool:
        """Whether it still watches: it ends where it cannot go on, as it told."""
        return self._thread.is_alive()

    @property
    def scripts(self) -> dict[str, Mode]:
        """The scripts that are watched, each with its mode."""
        found = self._rebuild.scripts if self._rebuild is not None else []
        return {script: self._mode_of(script) for script in found}

    def _mode_of(self, script: str) -> Mode:
        configured = self._mode or self.workspace.config.watch.of(script)
        return self._modes.get(script) or configured  # type: ignore[return-value]

    # -- the thread

    def _work(self) -> None:
        """What the thread does until the end."""
        try:
            self._begin()
            while not self._over.is_set():
                self._step()
        except AcceleratorError as error:
            self._tell(told.Trouble(time.time(), f"watching has ended: {error}"))
        except Exception as error:  # a fault of ours: not one more save is noticed, so say it
            text = f"watching has ended by an unexpected error: {type(error).__name__}: {error}"
            self._tell(told.Trouble(time.time(), text))
        finally:
            if self._folders is not None:
                self._folders.stop()
            self._lock.release()

    def _begin(self) -> None:
        self.workspace.make_folders()
        self._builders.warm()
        only = frozenset(self._asked) if self._only else None
        self._rebuild = Rebuild(self.workspace, self._tell, self._mode_of, only, self._builders)
        self._rebuild.ask(self._asked, None, ASKED)
        self._take_over()

    def _step(self) -> None:
        """Wait for whatever comes next, and do it."""
        now = time.monotonic()
        moments = [self._next_tick, self._saves.due]
        moments.append(self._next_look if self._lock.held else None)
        due = min(moment for moment in moments if moment is not None)
        done = self._work_off(max(0.001, due - now))
        self._busy = True
        now = time.monotonic()
        if self._lock.held and now >= self._next_look:
            self._look()
        paths = self._saves.take(now)
        if paths:
            self._saved(paths)
        if now >= self._next_tick:
            self._next_tick = now + _TICK
            self._tick(now)
        for _ in range(done):
            self._todo.task_done()
        self._busy = False

    def _work_off(self, patience: float) -> int:
        """Do what is to be done, waiting so many seconds for the first; how many things it was."""
        done = 0
        with contextlib.suppress(queue.Empty):
            self._todo.get(timeout=patience)()
            done += 1
            while True:
                self._todo.get_nowait()()
                done += 1
        return done

    def _do(self, what: Callable[[Rebuild], None]) -> None:
        """Have something done on the thread, once there is something to do it to."""

        def done() -> None:
            if self._rebuild is not None:
                what(self._rebuild)
                self._watch_folders()

        self._todo.put(done)

    def _say(self, event: told.WatchEvent) -> None:
        self._todo.put(lambda: self._tell(event))

    def _hear(self, builder: Builder, message: Message | None) -> None:
        self._do(lambda one: one.heard(builder, message))

    # -- watching

    def _take_over(self) -> None:
        """Begin to notice saves, if no other watcher does."""
        assert self._rebuild is not None
        try:
            taken = self._lock.take()
        except OSError as error:
            self._tell(told.Trouble(time.time(), f"nothing is watched: {error}"))
            return
        if not taken:
            self._tell_elsewhere()
            return
        if self._elsewhere:
            self._renew(self._rebuild)
        self._elsewhere = 0
        self._watch_folders()
        assert self._folders is not None
        scripts = tuple(self._rebuild.scripts)
        trees = tuple(self._rebuild.scope.name(folder) for folder, _ in sorted(self._watched))
        self._tell(told.Watching(time.time(), scripts, trees, self._folders.polling))
        self._behind = True
        self._catch_up_now()

    def _catch_up_now(self) -> None:
        """See to what changed while nobody watched; not before the builds are over that run already,
        for these may be of the files as they are now."""
        assert self._rebuild is not None
        own = {run.build_job for run in self._rebuild.desk.runs.values()}
        if any(build.build_job not in own for build in running(self.workspace)):
            return
        self._behind = False
        missed = self._rebuild.missed()
        if missed:
            self._rebuild.catch_up(missed, self._catch_up)

    def _tell_elsewhere(self) -> None:
        who = self._lock.holder()
        if who["pid"] != self._elsewhere:
            self._elsewhere = who["pid"]
            self._tell(
                told.WatchingElsewhere(
                    time.time(), who["pid"], who["user"], who["host"], who["since"]
                )
            )

    def _watch_folders(self) -> None:
        """Watch the folders that count now, where they are other than before."""
        assert self._rebuild is not None
        if not self._lock.held:
            return
        roots = set(self._rebuild.scope.roots())
        if self._folders is not None and roots == self._watched:
            return
        if self._folders is not None:
            self._folders.stop()
        folders = Folders(self._rebuild.scope, self._note, self._look_soon, self._poll)
        folders.start()
        self._folders, self._watched = folders, roots
        self._next_look = time.monotonic() + folders.pause

    def _note(self, path: str, written: bool) -> None:
        def note() -> None:
            if self._saves.note(path, time.monotonic(), written) and self._rebuild is not None:
                self._rebuild.expect(path)

        self._todo.put(note)

    def _look_soon(self) -> None:
        """Something happened to a folder: what is in it has to be looked at."""

        def look() -> None:
            self._next_look = min(self._next_look, time.monotonic() + 0.05)

        self._todo.put(look)

    def _look(self) -> None:
        """Look at all files, for what nobody told of."""
        assert self._rebuild is not None and self._folders is not None
        sightings = self._rebuild.held.sightings
        now = time.monotonic()
        for path in sightings.look(self._rebuild.scope):
            self._saves.note(path, now)
        pause = max(self._folders.pause, _LEAST_SHARE * sightings.seconds)
        self._next_look = time.monotonic() + pause

    def _saved(self, paths: frozenset[str]) -> None:
        assert self._rebuild is not None
        toml = str(self.workspace.config.path)
        if toml in paths:
            self._take_config(self._rebuild)
        self._rebuild.saved(paths - {toml})
        self._watch_folders()

    def _tick(self, now: float) -> None:
        """What has to be looked after now and then."""
        assert self._rebuild is not None
        if not self._lock.held:
            self._take_over()
        self._builders.tend(now)
        there = {folder.name for folder in livefiles.folders(self.workspace)}
        own = {run.build_job for run in self._rebuild.desk.runs.values()}
        for build_job in self._live - there - own:
            self._rebuild.ran_elsewhere(build_job)
        self._live = there - own
        if self._behind:
            self._catch_up_now()

    # -- configuration

    def _take_config(self, rebuild: Rebuild) -> None:
        """The configuration file was saved: take it in, or say what is wrong with it."""
        try:
            found = config.load(self.workspace.config.path)
        except ConfigError as error:
            message = str(error).replace(f"{self.workspace.root}/", "")
            if message != self._config_error:  # editors write more than once
                self._config_error = message
                self._tell(told.ConfigWrong(time.time(), message))
            return
        self._config_error = ""
        before = self.workspace.config
        changed = tuple(
            one.name
            for one in fields(config.Config)
            if getattr(found, one.name) != getattr(before, one.name)
        )
        if not changed:
            return
        self.workspace = Workspace(found)
        self._tell(told.ConfigTaken(time.time(), changed))
        if set(changed) <= {"watch"}:
            rebuild.modes_changed()
            return
        self._builders.renew(self.workspace)
        self._renew(rebuild)
        if not set(changed) <= _HARMLESS:
            why = f"{config.FILE_NAME} changed ({', '.join(changed)})"
            self._rebuild.desk.renew(self._rebuild.scripts, why)  # type: ignore[union-attr]

    def _renew(self, before: Rebuild) -> None:
        only = frozenset(self._asked) if self._only else None
        self._rebuild = Rebuild(
            self.workspace, self._tell, self._mode_of, only, self._builders, before
        )

    def _end_runs(self, rebuild: Rebuild) -> None:
        """Stop all runs, and wait until that is recorded."""
        builders = [self._builders.of(run.number) for run in rebuild.desk.runs.values()]
        rebuild.desk.stop(None, FROM_KEYBOARD)
        self._builders.release()
        for builder in builders:
            if builder is not None:
                builder.wait(_LAST_WORDS)
